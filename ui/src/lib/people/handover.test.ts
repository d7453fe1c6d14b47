import type { Region } from '@zongheng/server/api.ts'
import { describe, expect, it } from 'vitest'
import { handoverOf, isDirect } from './handover.ts'

const region = (
  id: string,
  tier: Region['tier'],
  parentId: string | null,
  managingParentId: string | null = null,
) => ({ id, code: id, name: id, tier, parentId, managingParentId, path: '' }) satisfies Region
const province = region('冀', 'province', null)
const city = region('石家庄', 'city', '冀')
const county = region('正定', 'county', '石家庄', '石家庄')
const direct = region('辛集', 'county', '石家庄', '冀')
const byId = (...regions: Region[]) => new Map(regions.map((one) => [one.id, one]))
const all = byId(province, city, county, direct)

describe('a county', () => {
  it('of a city can go to the province', () =>
    expect(handoverOf(county, all)).toMatchObject({ from: city, to: province, managingParentId: '冀' }))
  it('of the province can go back to its city', () =>
    expect(handoverOf(direct, all)).toMatchObject({ from: province, to: city, managingParentId: null }))
  it('stays where the tier above is out of sight', () =>
    expect(handoverOf(county, byId(city, county))).toBeNull())
  it.each([
    [county, false],
    [direct, true],
    [province, false],
  ])('is managed directly or not', (one, is) => expect(isDirect(one)).toBe(is))
})

it.each([province, city])('no other tier is handed over', (one) => expect(handoverOf(one, all)).toBeNull())
