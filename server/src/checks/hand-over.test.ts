/** Checks keep no credential with collectors of those whose they no longer are. */
import { newSealingKeys } from '@zongheng/collector/contract.ts'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { withSmallEstate } from '../estate/testing.ts'
import { testApp, type TestApp } from '../testing.ts'
import { ownOf } from '../uplink/belongs.ts'
import type { Check } from './schema.ts'

let t: TestApp
let ids: Map<string, string>
let officer: Awaited<ReturnType<TestApp['as']>>
let engineer: Awaited<ReturnType<TestApp['as']>>
let local: string
/** By the code of their region. */
const collectors = new Map<string, string>()
const region = (code: string) => t.regions.get(code)!
const [province, city, neighbour, county] = ['130000', '130100', '130200', '130123'] as const

beforeAll(async () => {
  t = await testApp()
  ids = await withSmallEstate(t)
  local = (await t.services.uplink.enrolment.local('本机采集器', null, 'k'.repeat(43))).id
  officer = await t.as('system-admin', province)
  engineer = await t.as('network-admin', province)
  for (const code of [province, city, neighbour, county]) {
    const invited = await officer.inject({ method: 'POST', url: '/collectors', body: { name: code, regionId: region(code) } }) // prettier-ignore
    collectors.set(code, invited.json<{ collectorId: string }>().collectorId)
  }
  t.services.estate.changed([])
})
afterAll(() => t.close())

const spec = { kind: 'backup', host: '10.0.0.9', port: 22, folder: '/backup', pattern: '*', leastBytes: 1 }
const added = async (place: object, ...at: string[]): Promise<Check> => {
  const body = { name: `of ${at}`, spec, ssh: { username: 'a', password: 'b' }, collectorIds: at.map((code) => collectors.get(code)), ...place } // prettier-ignore
  const answer = await engineer.inject({ method: 'POST', url: '/checks', body })
  expect(answer.statusCode, answer.body).toBe(201)
  return answer.json()
}
const runBy = async ({ id }: Check) => {
  const rows = await t.context.db.selectFrom('check_points').select('collector_id').where('check_id', '=', id).execute() // prettier-ignore
  const names = new Map([[local, 'local'], ...[...collectors].map(([code, id]) => [id, code] as const)])
  return rows.map((row) => names.get(row.collector_id)).sort()
}

describe('省管县: the checks of a county', () => {
  let checks: Check[]
  const manage = (managingParentId: string | null) =>
    officer.inject({ method: 'PATCH', url: `/regions/${region(county)}`, body: { managingParentId } })
  beforeEach(async () => {
    checks = await Promise.all([
      added({ regionId: region(county) }, city, county),
      added({ regionId: region(county) }, city),
      added({ regionId: region(county) }, province),
      added({ regionId: region(city) }, city),
    ])
  })

  it('leave its former city’s collectors, and none is left to nobody', async () => {
    expect((await manage(region(province))).statusCode).toBe(200)
    expect(await Promise.all(checks.map(runBy))).toEqual([[county], ['local'], [province], [city]])
    const record = await t.context.db.selectFrom('audit_records').select(['before', 'after']).where('action', '=', 'checks.collectors-left').executeTakeFirstOrThrow() // prettier-ignore
    expect(JSON.parse(record.before!)).toEqual({ collectors: [city] })
    expect(JSON.parse(record.after!).checks).toHaveLength(2)
    await manage(null)
    expect(await Promise.all(checks.map(runBy))).toEqual([[county], ['local'], [province], [city]])
  })
})

it.each<[string, object, string[]]>([
  ['leaves the collectors of where it was', {}, [province]],
  ['is run where it is said to be, all the same', { collectorIds: [city] }, [city]],
])('a check that moves to another region %s', async (_, more, expected) => {
  const check = await added({ regionId: region(city) }, city, province)
  const named = 'collectorIds' in more ? { collectorIds: [collectors.get(city)], ssh: { username: 'a', password: 'b' } } : {} // prettier-ignore
  const body = { regionId: region(neighbour), ...named }
  const answer = await engineer.inject({ method: 'PATCH', url: `/checks/${check.id}`, body })
  expect(answer.statusCode, answer.body).toBe(200)
  expect(await runBy(check)).toEqual(expected)
})

it('a check goes with its device to another site, and is out of the former owners’ sight', async () => {
  const deviceId = ids.get('市-UPS')!
  const check = await added({ deviceId }, city, province)
  const siteId = 'sit_elsewhere'
  await t.context.db.insertInto('sites').values({ id: siteId, region_id: region(neighbour), name: '唐山', kind: 'machine-room', organisation_id: null, address: null, contact: null, contact_phone: null, created_at: 1, updated_at: 1 }).execute() // prettier-ignore
  const moved = await engineer.inject({ method: 'PATCH', url: `/devices/${deviceId}`, body: { siteId } })
  expect(moved.statusCode, moved.body).toBe(200)
  const row = await t.context.db
    .selectFrom('checks')
    .selectAll()
    .where('id', '=', check.id)
    .executeTakeFirst()
  expect(row).toMatchObject({ region_id: region(neighbour), site_id: siteId, device_id: deviceId })
  expect(await runBy(check)).toEqual([province])
})

it('a collector that was cut off and comes back runs its checks again, which could be changed meanwhile', async () => {
  const id = collectors.get(neighbour)!
  const inModel = async () => (await t.services.estate.model()).collectors.get(id)?.name
  const enrol = async (token: string) => {
    const body = { token, name: neighbour, publicKey: newSealingKeys().publicKey }
    expect((await t.anyone({ method: 'POST', url: '/collectors/enrol', body })).statusCode).toBe(200)
  }
  const renewed = async () =>
    (await officer.inject({ method: 'POST', url: `/collectors/${id}/token` })).json<{ token: string }>().token
  await enrol(await renewed())
  const check = await added({ regionId: region(neighbour) }, neighbour, province)
  expect((await officer.inject({ method: 'POST', url: `/collectors/${id}/revoke` })).statusCode).toBe(200)
  expect(await inModel()).toBe(neighbour)
  const body = { name: 'as before', collectorIds: [id, collectors.get(province)] }
  const answer = await engineer.inject({ method: 'PATCH', url: `/checks/${check.id}`, body })
  expect(answer.statusCode, answer.body).toBe(200)
  await enrol(await renewed())
  expect(await runBy(check)).toEqual([province, neighbour])
  const model = await t.services.estate.model()
  expect(ownOf(model, id).check).toEqual(new Set([check.points.find((p) => p.collector.id === id)!.id]))
})
