import { describe, expect, it } from 'vitest'
import { addressesIn, countOf, isWithin, rangeOf } from './address-range.ts'

const ranges = (...texts: string[]) => texts.map((text) => rangeOf(text)!)
const all = (...texts: string[]) => [...addressesIn(ranges(...texts))]

describe('a range of addresses', () => {
  it.each([
    ['10.1.2.3', ['10.1.2.3']],
    [' 10.1.2.254 - 10.1.3.1 ', ['10.1.2.254', '10.1.2.255', '10.1.3.0', '10.1.3.1']],
    ['10.1.2.3-5', ['10.1.2.3', '10.1.2.4', '10.1.2.5']],
    ['10.1.2.9/30', ['10.1.2.9', '10.1.2.10']],
    ['10.1.2.9/31', ['10.1.2.8', '10.1.2.9']],
    ['10.1.2.9/32', ['10.1.2.9']],
    ['255.255.255.255', ['255.255.255.255']],
  ])('is written %j', (text, addresses) => expect(all(text)).toEqual(addresses))

  it.each([
    '',
    '10.1.2',
    '10.1.2.256',
    '10.1.2.3-2',
    '10.1.2.0/33',
    '10.1.2.0/-1',
    '10.1.2.0/8/8',
    '10.01.2.3',
    '::1',
    'a-b',
    '1-2',
  ])('is not written %j', (text) => expect(rangeOf(text)).toBeNull())

  it('counts each address once', () => {
    expect(countOf(ranges('10.0.0.0/16'))).toBe(65_534)
    expect(countOf(ranges('10.0.0.1-20', '10.0.0.10-30', '10.0.0.31', '10.0.1.1'))).toBe(32)
    expect(all('10.0.0.2', '10.0.0.1-2')).toEqual(['10.0.0.1', '10.0.0.2'])
  })

  it('says what lies within', () => {
    const some = ranges('10.0.0.0/24', '192.168.1.7')
    expect(['10.0.0.1', '10.0.0.254', '192.168.1.7'].every((one) => isWithin(some, one))).toBe(true)
    expect(['10.0.0.0', '10.0.1.1', '::ffff:10.0.0.1', '', 'x'].some((one) => isWithin(some, one))).toBe(
      false,
    )
  })
})
