import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  cpuPercent,
  memoryUse,
  rawNumber,
  readingForms,
  readNumber,
  type MemoryPlan,
  type Reading,
} from './plan.ts'

const reading = (rest: Partial<Reading> = {}): Reading => ({
  oid: '1.3.6.1',
  form: 'number',
  scale: 1,
  offset: 0,
  invalid: [],
  min: null,
  max: null,
  codes: null,
  ...rest,
})

describe('a raw value as a number', () => {
  it.each([
    ['an integer', 42, 42],
    ['a Counter64', 2n ** 60n, 2 ** 60],
    ['text that begins with a number', Buffer.from(' 23.5 C'), 23.5],
    ['negative text', Buffer.from('-40.00'), -40],
    ['an opaque float', Buffer.from('9f780442f60000', 'hex'), 123],
    ['an opaque double', Buffer.from('9f79084045400000000000', 'hex'), 42.5],
    ['text without a number', Buffer.from('n/a'), null],
    ['nothing', undefined, null],
    ['null', null, null],
  ])('%s', (_, raw, expected) => expect(rawNumber(raw)).toBe(expected))
})

describe('a reading', () => {
  it.each([
    ['is scaled', reading({ scale: 0.1 }), 2707, 270.7],
    ['is shifted', reading({ scale: -1, offset: 100 }), 93, 7],
    ['has markers for no value', reading({ invalid: [65_535, 2_147_483_647, -1] }), 65_535, null],
    ['turns microwatts into dBm', reading({ form: 'microwatt' }), 1000, 0],
    ['has no dBm for darkness', reading({ form: 'microwatt' }), 0, null],
    ['takes positive optical power as microwatts', reading({ form: 'opticalPower' }), 500, -3.010299957],
    ['takes negative optical power as hundredths of a dBm', reading({ form: 'opticalPower' }), -290, -2.9],
    ['takes a small bias current as mA', reading({ form: 'biasCurrent' }), 34, 0.034],
    ['takes a large bias current as µA', reading({ form: 'biasCurrent' }), 5232, 0.005232],
    [
      'finds its number in a text',
      reading({ match: '\\(\\s*([\\d.]+)%' }),
      Buffer.from('5 Secs ( 35.27%)'),
      35.27,
    ],
    [
      'has no value where the text has none',
      reading({ match: '\\(([\\d.]+)%' }),
      Buffer.from('5 Secs'),
      null,
    ],
    ['is bounded below', reading({ min: 0 }), -3, null],
    ['is bounded above', reading({ max: 100 }), 101, null],
    ['translates codes', reading({ codes: { 3: 5 } }), 3, 5],
    ['has no value for an unknown code', reading({ codes: { 3: 5 } }), 4, null],
  ])('%s', (_, plan, raw, expected) => {
    const value = readNumber(plan, raw)
    if (expected === null) expect(value).toBeNull()
    else expect(value).toBeCloseTo(expected, 9)
  })

  const raw = fc.oneof(
    fc.double(),
    fc.bigInt(-(2n ** 63n), 2n ** 64n),
    fc.uint8Array({ maxLength: 80 }),
    fc.string(),
    fc.constantFrom(null, undefined),
  )

  it('is a finite number within its bounds, or nothing, whatever the device says', () => {
    fc.assert(
      fc.property(raw, fc.constantFrom(...readingForms), (value, form) => {
        const read = readNumber(reading({ form, scale: 0.01, min: -100, max: 1000 }), value)
        expect(read === null || (Number.isFinite(read) && read >= -100 && read <= 1000)).toBe(true)
      }),
    )
  })

  it('never takes a marker for a value', () => {
    fc.assert(
      fc.property(fc.integer(), fc.double({ noNaN: true, min: -10, max: 10 }), (marker, scale) => {
        expect(readNumber(reading({ invalid: [marker], scale }), marker)).toBeNull()
      }),
    )
  })
})

describe('memory', () => {
  const plan = (read: MemoryPlan['read']): MemoryPlan => ({ descr: 'memory', main: true, read })
  const at = (oid: string) => reading({ oid })

  it.each<
    [string, MemoryPlan['read'], Record<string, number>, [number, number | null, number | null] | null]
  >([
    ['percent', { kind: 'percent', percent: at('a') }, { a: 9 }, [9, null, null]],
    ['used of size', { kind: 'used-size', used: at('a'), size: at('b') }, { a: 25, b: 100 }, [25, 25, 100]],
    ['used and free', { kind: 'used-free', used: at('a'), free: at('b') }, { a: 25, b: 75 }, [25, 25, 100]],
    [
      'free of size',
      { kind: 'free-size', free: [at('a'), at('c')], size: at('b') },
      { a: 10, b: 100, c: 30 },
      [60, 60, 100],
    ],
    [
      'free of size, a part unknown',
      { kind: 'free-size', free: [at('a'), at('c')], size: at('b') },
      { a: 10, b: 100 },
      [90, 90, 100],
    ],
    ['more used than there is', { kind: 'used-size', used: at('a'), size: at('b') }, { a: 2, b: 1 }, null],
    ['no size', { kind: 'used-size', used: at('a'), size: at('b') }, { a: 0, b: 0 }, null],
    ['no answer', { kind: 'used-free', used: at('a'), free: at('b') }, { a: 1 }, null],
    ['an impossible percentage', { kind: 'percent', percent: at('a') }, { a: 101 }, null],
  ])('%s', (_, read, values, expected) => {
    const use = memoryUse(plan(read), (oid) => values[oid])
    expect(use && [use.percent, use.usedBytes, use.totalBytes]).toEqual(expected)
  })

  it('is a percentage or nothing, whatever the device says', () => {
    const number = fc.oneof(fc.integer(), fc.double(), fc.constant(undefined))
    fc.assert(
      fc.property(number, number, (a, b) => {
        const values: Record<string, number | undefined> = { a, b }
        const use = memoryUse(plan({ kind: 'used-free', used: at('a'), free: at('b') }), (oid) => values[oid])
        expect(use === null || (use.percent >= 0 && use.percent <= 100)).toBe(true)
      }),
    )
  })
})

it.each([
  ['mean', 30],
  ['max', 50],
] as const)('several processors make one figure by their %s', (cpuCombination, expected) => {
  const processors = ['a', 'b', 'c'].map((oid) => ({ descr: oid, reading: reading({ oid }) }))
  const values: Record<string, number> = { a: 10, b: 50 }
  expect(cpuPercent({ processors, cpuCombination }, (oid) => values[oid])).toBe(expected)
})
