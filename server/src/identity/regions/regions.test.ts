import { newId } from '@zongheng/inventory/id.ts'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Region } from '../../estate/schema.ts'
import { answerIdentify, testApp, type TestApp } from '../../testing.ts'

type Someone = Awaited<ReturnType<TestApp['as']>>

let t: TestApp
let province: Someone
let city: Someone
beforeAll(async () => {
  t = await testApp()
  answerIdentify(t)
  province = await t.as('system-admin')
  city = await t.as('system-admin', '130100')
})
afterAll(() => t.close())

const region = (code: string) => t.regions.get(code)!
const manage = (by: Someone, code: string, managingParentId: string | null, reason = '省管县试点') =>
  by.inject({ method: 'PATCH', url: `/regions/${region(code)}`, body: { managingParentId, reason } })
const sees = async (by: Someone, code: string) =>
  (await by.inject({ url: `/regions/${region(code)}` })).statusCode === 200
const pathOf = async (code: string) => {
  const found = (await t.services.identity.allRegions()).find((one) => one.code === code)
  return found!.path
}

describe('a county managed by the province', () => {
  it('is out of its city’s sight, with all below it, until it is given back', async () => {
    const [township, at] = [newId('region'), t.context.now]
    const path = `${await pathOf('130123')}${township}/`
    const county = region('130123')
    await t.context.db.insertInto('regions').values({ id: township, code: '130123001', name: '正定镇', tier: 'township', parent_id: county, managing_parent_id: county, path, created_at: at, updated_at: at }).execute() // prettier-ignore
    t.regions.set('130123001', township)
    const provinceId = region('130000')
    const events: string[] = []
    t.context.bus.on('estate.changed', () => events.push('estate.changed'))
    t.context.bus.on('identity.changed', ({ userIds }) => events.push(`identity.changed ${String(userIds)}`))
    expect(await sees(city, '130123001')).toBe(true)

    const moved = await manage(province, '130123', provinceId)
    expect(moved.json<Region>()).toMatchObject({
      parentId: region('130100'),
      managingParentId: provinceId,
      path: `/${provinceId}/${county}/`,
    })
    expect(events).toEqual(['estate.changed', 'identity.changed null'])
    expect(await pathOf('130123001')).toBe(`/${provinceId}/${county}/${township}/`)
    for (const code of ['130123', '130123001']) {
      expect(await sees(city, code)).toBe(false)
      expect(await sees(province, code)).toBe(true)
    }
    expect(await sees(city, '130109')).toBe(true)

    expect((await manage(province, '130123', null)).json()).toMatchObject({
      managingParentId: region('130100'),
    })
    expect(await pathOf('130123001')).toBe(path)
    expect(await sees(city, '130123001')).toBe(true)
    const records = await t.context.db.selectFrom('audit_records').selectAll().where('action', '=', 'identity.region-moved').orderBy('seq').execute() // prettier-ignore
    expect(records).toMatchObject([{ entity_id: county, reason: '省管县试点' }, { entity_id: county }])
    expect(JSON.parse(records[0]!.before!)).toEqual({ managingParentId: region('130100') })
    expect(JSON.parse(records[0]!.after!)).toEqual({ managingParentId: provinceId })
  })

  it('leaves the collectors of its city, which would keep its credentials; the province’s stay', async () => {
    const { uplink } = t.services
    const local = await uplink.enrolment.local('本机采集器', null, 'k'.repeat(43))
    const collectors = await Promise.all(
      ['130100', '130000', '130123'].map(async (code) => {
        const invited = await province.inject({ method: 'POST', url: '/collectors', body: { name: code, regionId: region(code) } }) // prettier-ignore
        return invited.json<{ collectorId: string }>().collectorId
      }),
    )
    const admin = await t.as('network-admin')
    const added = await Promise.all(
      collectors.map(async (collectorId, i) => {
        const body = { address: `10.9.0.${i}`, role: 'server', regionId: region('130123'), collectorId, snmp: { version: '2c', community: 'c' } } // prettier-ignore
        return (await admin.inject({ method: 'POST', url: '/devices?force=true', body })).json<{
          id: string
        }>().id
      }),
    )
    await manage(province, '130123', region('130000'))
    const rows = await t.context.db.selectFrom('devices').select(['id', 'collector_id']).execute()
    const now = new Map(rows.map((row) => [row.id, row.collector_id]))
    expect(added.map((id) => now.get(id))).toEqual([local.id, collectors[1], collectors[2]])
    await manage(province, '130123', null)
  })

  it('is known to the estate in memory', async () => {
    const inMemory = (code: string) => t.services.state.model.regions.get(region(code))?.path
    const before = await pathOf('130109')
    await manage(province, '130109', region('130000'))
    await expect.poll(() => inMemory('130109')).not.toBe(before)
    expect(inMemory('130109')).toBe(await pathOf('130109'))
    await manage(province, '130109', null)
    await expect.poll(() => inMemory('130109')).toBe(before)
  })

  it('changes nothing when nothing changes', async () => {
    const count = async () => (await t.context.db.selectFrom('audit_records').select('seq').execute()).length
    const before = await count()
    expect((await manage(province, '130123', region('130100'))).statusCode).toBe(200)
    expect(await count()).toBe(before)
  })
})

describe('refused is', () => {
  const wrong = { status: 409, code: 'wrong-parent' }

  it.each([
    ['a county under another', '130123', '130109'],
    ['a county under itself', '130123', '130123'],
    ['a city under its county', '130100', '130123'],
    ['a city under a city', '130100', '130200'],
    ['the province under a city', '130000', '130100'],
  ])('%s', async (_, code, parent) => {
    expect((await manage(province, code, region(parent))).json()).toMatchObject(wrong)
  })

  it('the root’s parent', async () => {
    expect((await manage(province, '130000', null)).json()).toMatchObject(wrong)
  })

  it('who is not above both parents', async () => {
    expect((await manage(city, '130123', region('130000'))).statusCode).toBe(404)
    expect((await manage(city, '130123', region('130200'))).statusCode).toBe(404)
    expect((await manage(city, '130224', region('130100'))).statusCode).toBe(404)
    const county = await t.as('system-admin', '130123')
    expect((await manage(county, '130123', region('130123'))).statusCode).toBe(403)
    expect(await pathOf('130123')).toContain(region('130100'))
  })

  it('who only looks', async () => {
    expect((await manage(await t.as('network-admin'), '130123', null)).statusCode).toBe(403)
  })
})

it('two handovers at once leave whole paths', async () => {
  await Promise.all([
    manage(province, '130123', region('130000')),
    manage(province, '130123', region('130200')),
    manage(province, '130109', region('130200')),
  ])
  for (const one of await t.services.identity.allRegions()) {
    const parent = (await t.services.identity.allRegions()).find(({ id }) => id === one.managingParentId)
    expect(one.path).toBe(`${parent?.path ?? '/'}${one.id}/`)
  }
})
