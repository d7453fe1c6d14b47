import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { describedPairs, type DescribedPort } from './circuit-match.ts'
import type { Place } from './circuit-words.ts'

const places: Place[] = [
  { id: 'sjz', names: ['石家庄市', '石家庄', 'sjz'] },
  { id: 'zd', names: ['正定县', '正定', 'zd'] },
  { id: 'gy', names: ['高邑县', '高邑', 'gy'] },
]
const at = (placeId: string, ifName: string, ifAlias: string): DescribedPort => ({
  deviceId: `${placeId}-RT`,
  ifName,
  ifAlias,
  siteId: `${placeId}-site`,
  placeId,
})
const pairs = (...ports: DescribedPort[]) =>
  describedPairs(ports, places).map(({ a, z, by }) => [by, ...[a, z].map(({ deviceId, ifName }) => `${deviceId} ${ifName}`).sort()]) // prettier-ignore

describe('two ports that bear one circuit number', () => {
  it('are its ends, whatever else is written', () => {
    expect(pairs(at('sjz', '1', '电信 ANE0365NP 至正定'), at('zd', '0', 'UPLINK ANE0365NP 10M'))).toEqual([
      ['number', 'sjz-RT 1', 'zd-RT 0'],
    ])
  })
  it('are none when a third bears it, or both stand at one site', () => {
    const [a, z] = [at('sjz', '1', 'ANE0365NP'), at('zd', '0', 'ANE0365NP')]
    expect(pairs(a, z, at('gy', '0', 'ANE0365NP'))).toEqual([])
    expect(pairs(a, at('sjz', '2', 'ANE0365NP'))).toEqual([])
  })
})

describe('two ports that name each other’s place', () => {
  it('are the ends of a line when nobody else could be meant', () => {
    expect(pairs(at('sjz', '1', '至正定'), at('sjz', '2', '至高邑'), at('zd', '0', 'TO-SJZ'))).toEqual([
      ['place', 'sjz-RT 1', 'zd-RT 0'],
    ])
  })
  it('are told apart by role, carrier and bandwidth', () => {
    const told = pairs(
      at('sjz', '1', '至正定_电信10M_主'),
      at('sjz', '2', '至正定_联通10M_备'),
      at('zd', '0', '至石家庄 备 联通'),
      at('zd', '1', '至石家庄 主'),
    )
    expect(told.sort()).toEqual([
      ['place', 'sjz-RT 1', 'zd-RT 1'],
      ['place', 'sjz-RT 2', 'zd-RT 0'],
    ])
  })
  it('are none while two could be meant, or they contradict each other', () => {
    expect(pairs(at('sjz', '1', '至正定'), at('sjz', '2', '至正定'), at('zd', '0', '至石家庄'))).toEqual([])
    expect(pairs(at('sjz', '1', '至正定 电信'), at('zd', '0', '至石家庄 联通'))).toEqual([])
  })
})

it('does not depend on the order, and joins no port twice', () => {
  const port = fc.record({
    place: fc.constantFrom('sjz', 'zd', 'gy'),
    ifName: fc.integer({ min: 0, max: 5 }).map(String),
    ifAlias: fc.constantFrom('', '至正定', '至石家庄', '至高邑 主', '至正定 备', 'ANE0365NP', 'ANE0366NP'),
  })
  const ports = fc
    .uniqueArray(port, { selector: ({ place, ifName }) => `${place} ${ifName}`, maxLength: 18 })
    .map((rows) => rows.map(({ place, ifName, ifAlias }) => at(place, ifName, ifAlias)))
  fc.assert(
    fc.property(ports, (some) => {
      const found = pairs(...some)
      expect(pairs(...some.toReversed()).sort()).toEqual([...found].sort())
      const ends = found.flatMap(([, ...both]) => both)
      expect(new Set(ends).size).toBe(ends.length)
    }),
  )
})
