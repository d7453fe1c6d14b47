import { once } from 'node:events'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { plantCounty, type County } from '../decider-testing.ts'
import { testApp, type TestApp } from '../testing.ts'

const hour = 3_600_000
let test: TestApp
let ids: County
let admin: Awaited<ReturnType<TestApp['as']>>

beforeEach(async () => {
  test = await testApp()
  ids = await plantCounty(test)
  const reloaded = once(test.context.bus, 'estate.reloaded')
  test.services.estate.changed([ids.link])
  await reloaded
  admin = await test.as('network-admin')
})
afterEach(() => test.close())

const post = (url: string, body: object, who = admin) => who.inject({ method: 'POST', url, body })
const siteOf = (deviceId: string) => test.services.state.model.devices.get(deviceId)!.siteId
const from = (hours: number, lasting = 2) => {
  const startsAt = test.context.now + hours * hour
  return { startsAt, endsAt: startsAt + lasting * hour }
}
const plan = (entityIds: string[], span = from(14), more: object = {}) => ({
  type: 'normal',
  entityIds,
  ...span,
  hasBackout: true,
  hasTest: true,
  ...more,
})
const assessed = async (...of: Parameters<typeof plan>) => {
  const answer = await post('/changes/preview', plan(...of))
  expect(answer.body).toContain('"risk"')
  return answer.json()
}
/** The county's site hangs on two lines: the lower end of its link. */
const countySite = () => test.services.state.model.links.get(ids.link)!.lowerSiteId
const county = () => test.services.state.model.sites.get(countySite())!.regionId

it('a change of one of two lines cuts nothing and leaves the link bare', async () => {
  expect(await assessed([ids.circuits[0]!])).toMatchObject({
    redundant: true,
    sites: { total: 0 },
    bareLinks: { total: 1 },
    conflicts: [],
  })
})

it('a change of a whole link cuts its site off, and says so', async () => {
  const answer = await assessed([ids.link])
  expect(answer).toMatchObject({ redundant: false, sites: { total: 1 } })
  expect(answer.factors).toContainEqual({ key: 'sites', found: 1, points: 2 })
})

it('a change in office hours weighs more than one at night', async () => {
  const night = await assessed([ids.link], from(14)) // Monday 2:00
  const day = await assessed([ids.link], from(22)) // Monday 10:00
  expect(day.score - night.score).toBe(2)
})

it('a change that crosses a freeze of the region above it is forbidden', async () => {
  const regionId = test.regions.get('130000')!
  const freeze = await post('/changes/freezes', { regionId, name: '两会保障', ...from(10, 10) })
  expect(freeze.statusCode).toBe(201)
  expect((await assessed([ids.link])).conflicts).toMatchObject([
    { kind: 'freeze', title: '两会保障', why: 'frozen', forbids: true },
  ])
  expect((await assessed([ids.link], from(21))).conflicts).toEqual([])
  await admin.inject({ method: 'DELETE', url: `/changes/freezes/${freeze.json().id}` })
  expect((await assessed([ids.link])).conflicts).toEqual([])
})

it('a change that would cut a conference off says which', async () => {
  const booking = await post('/bookings', { title: '防汛视频调度', kind: 'video', siteIds: [countySite()], ...from(15, 1) }) // prettier-ignore
  expect(booking.statusCode).toBe(201)
  const bookingId = booking.json().id as string
  const { conflicts } = await assessed([ids.link])
  expect(conflicts).toMatchObject([
    { kind: 'booking', id: bookingId, title: '防汛视频调度', why: 'cut', forbids: false },
  ])
  expect((await assessed([ids.circuits[0]!])).conflicts).toMatchObject([{ kind: 'booking', why: 'bare' }])
  await post(`/bookings/${bookingId}/cancel`, {})
  expect((await assessed([ids.link])).conflicts).toEqual([])
})

it('a change over a device that a window covers meets it', async () => {
  const [device] = ids.devices
  await post('/windows', { title: '配电检修', source: 'manual', scopes: [{ type: 'site', id: siteOf(device!) }], ...from(13) }) // prettier-ignore
  expect((await assessed([device!])).conflicts).toMatchObject([
    { kind: 'window', title: '配电检修', why: 'entities' },
  ])
})

it('a conference is warned of lines too thin, of another one and of maintenance', async () => {
  const body = { title: '培训', kind: 'video', siteIds: [countySite()], bandwidthBps: 1e9, ...from(14) }
  await post('/bookings', body)
  await post('/windows', { title: '割接', source: 'manual', scopes: [{ type: 'site', id: countySite() }], ...from(13) }) // prettier-ignore
  const { warnings } = (await post('/bookings/preview', body)).json()
  expect(warnings.map(({ code }: { code: string }) => code)).toEqual(['overlap', 'bandwidth', 'window'])
})

it('the calendar shows windows, freezes and conferences of the viewer alone', async () => {
  await post('/changes/freezes', { regionId: county(), name: '封网', ...from(1) })
  await post('/bookings', { title: '例会', kind: 'video', siteIds: [countySite()], ...from(2) })
  await post('/windows', { title: '割接', source: 'manual', scopes: [{ type: 'site', id: countySite() }], ...from(3) }) // prettier-ignore
  const url = `/changes/calendar?from=${test.context.now}&until=${test.context.now + 24 * hour}`
  const kinds = async (who: typeof admin) =>
    (await who.inject({ url })).json().items.map(({ kind }: { kind: string }) => kind)
  expect(await kinds(admin)).toEqual(['freeze', 'booking', 'window'])
  expect(await kinds(await test.as('network-admin', '130224'))).toEqual([])
})

describe('a model of standard changes', () => {
  const template = { title: '更换光模块', reason: '', plan: '', testPlan: '', backout: '', durationMinutes: 30, tasks: [] } // prettier-ignore
  const made = async (who = admin) =>
    (await post('/changes/models', { regionId: county(), name: '光模块', template }, who)).json()
  const approving = ({ id, updatedAt }: { id: string; updatedAt: number }, who = admin) =>
    post(`/changes/models/${id}/approve`, { updatedAt }, who)
  const changing = (id: string, who = admin) =>
    who.inject({ method: 'PATCH', url: `/changes/models/${id}`, body: { name: '换光模块' } })
  let manager: typeof admin
  beforeEach(async () => (manager = await test.as('manager')))

  it('is approved as it stands, and again once it was changed', async () => {
    const model = await made(manager)
    expect(model).toMatchObject({ approvedAt: null, changedBy: { id: manager.userId } })
    expect((await approving(model)).json().approvedBy.id).toBe(admin.userId)
    expect((await changing(model.id, manager)).json()).toMatchObject({ name: '换光模块', approvedAt: null })
  })

  it('is not approved by whoever wrote it, nor by whoever changed it last', async () => {
    const model = await made(manager)
    const changed = (await changing(model.id)).json()
    for (const who of [manager, admin]) {
      const refused = await approving(changed, who)
      expect([refused.statusCode, refused.json().code]).toEqual([409, 'own-model'])
    }
    expect((await approving(changed, await test.as('manager'))).statusCode).toBe(200)
  })

  it('that was changed since it was read is not approved', async () => {
    const model = await made(manager)
    const changed = (await changing(model.id, manager)).json()
    const refused = await approving(model)
    expect([refused.statusCode, refused.json().code]).toEqual([409, 'model-changed'])
    expect((await approving(changed)).statusCode).toBe(200)
  })
})
