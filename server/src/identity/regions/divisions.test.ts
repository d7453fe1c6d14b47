import { describe, expect, it } from 'vitest'
import { allProvinces, divisionsOf, findProvince } from './divisions.ts'

const countsOf = (code: string) => {
  const tiers = Map.groupBy(divisionsOf(code), (division) => division.tier)
  return { cities: tiers.get('city')?.length ?? 0, counties: tiers.get('county')?.length ?? 0 }
}

describe('divisions of a province', () => {
  it.each([
    { code: '130000', name: '河北省', cities: 11, counties: 167 },
    { code: '110000', name: '北京市', cities: 0, counties: 16 },
    { code: '500000', name: '重庆市', cities: 0, counties: 38 },
    { code: '410000', name: '河南省', cities: 17, counties: 157 },
  ])('$name has $cities cities and $counties counties', ({ code, cities, counties }) => {
    expect(countsOf(code)).toEqual({ cities, counties })
  })

  it('hangs counties without a city under the province', () => {
    const jiyuan = divisionsOf('410000').find((division) => division.name === '济源市')
    expect(jiyuan).toMatchObject({ tier: 'county', parentCode: '410000' })
  })

  it('leaves a city without counties alone', () => {
    expect(divisionsOf('440000').filter((division) => division.code === '441900')).toMatchObject([
      { tier: 'city' },
    ])
  })

  it.each(allProvinces())('gives $name unique codes, parents first', ({ code }) => {
    const seen = new Set<string | null>([null])
    for (const division of divisionsOf(code)) {
      expect(seen.has(division.parentCode)).toBe(true)
      expect(seen.has(division.code)).toBe(false)
      seen.add(division.code)
    }
  })
})

it.each([
  ['13', '河北省'],
  ['130000', '河北省'],
  ['河北', '河北省'],
  ['内蒙古自治区', '内蒙古自治区'],
  ['99', undefined],
  ['河', undefined],
])('finds a province by %s', (wanted, name) => {
  expect(findProvince(wanted)?.name).toBe(name)
})
