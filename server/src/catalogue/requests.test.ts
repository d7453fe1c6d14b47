import { once } from 'node:events'
import { dayMs } from '@zongheng/inventory/zone.ts'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { noDraft } from '../estate/draft.ts'
import { testApp, type TestApp } from '../testing.ts'
import { defaultItems } from './defaults.ts'
import type { Item } from './schema.ts'

const hour = 3_600_000
let world: TestApp
let services: TestApp['services']
let site: string
let requester: Awaited<ReturnType<TestApp['as']>>
let manager: typeof requester

beforeEach(async () => {
  world = await testApp()
  services = world.services
  await services.items.fill()
  const draft = noDraft(world.regions.get('130000')!)
  for (const code of ['130123', '130224'])
    draft.sites.push({ key: code, regionId: world.regions.get(code)!, name: `县局 ${code}`, kind: 'office', address: null, contact: null, contactPhone: null }) // prettier-ignore
  const ids = await world.context.db.transaction().execute((tx) => services.estate.create(tx, draft))
  const reloaded = once(world.context.bus, 'estate.reloaded')
  services.estate.changed(ids.values())
  await reloaded
  site = ids.get('130123')!
  elsewhere = ids.get('130224')!
  requester = await world.as('requester', '130123')
  manager = await world.as('manager', '130123')
})
afterEach(() => world.close())

let elsewhere: string
const contact = { contact: '李明', phone: '0311-88881234' }
const stroke = { name: '李明', strokes: [[1, 1, 9, 9]] }
const offered = async (who = requester) => (await services.items.offered(await who.viewer())).items
const itemOf = async (key: string) => (await offered()).find((item) => item.key === key)!
const order = async (key: string, answers: Record<string, unknown>) =>
  services.requests.order(await requester.viewer(), { itemId: (await itemOf(key)).id, answers: { ...contact, ...answers } }) // prettier-ignore
const stateOf = async (id: string) => (await services.desk.rowOf(id))?.state
const askedOf = async (who: typeof requester) => (await services.approvals.asked(await who.viewer(), {})).items // prettier-ignore
const decide = async (who: typeof requester, id: string, approved: boolean, text = '') =>
  services.approvals.decide(await who.viewer(), id, { approved, text })
const lines = [{ kind: '硒鼓', count: 2 }]
const restore = { kind: '文件', what: '/a', at: 1_795_000_000_000, target: '原位置', why: '误删' }
async function workOff(id: string) {
  const viewer = await manager.viewer()
  for (let open = await openTask(id); open; open = await openTask(id))
    await services.tasks.change(viewer, open, { state: 'done' })
}
const openTask = async (id: string) =>
  (await services.tasks.ofTicket(await manager.viewer(), id)).items.find(({ state }) => state === 'open')?.id
const contentOf = ({ name, category, description, icon, form, approvals, tasks, teamId, priority, receipt }: Item) => ({ name, category, description, icon, form, approvals, tasks, teamId, priority, receipt }) // prettier-ignore

it('goes from the order by approval and tasks to the signature', async () => {
  const id = await order('data-restore', restore)
  expect(await stateOf(id)).toBe('approval')
  const [asked] = await askedOf(manager)
  expect(asked).toMatchObject({ ticket: { id, title: '数据恢复' }, mayOpen: true })
  expect(asked!.facts.map(({ label }) => label)).toContain('恢复到')
  await decide(manager, asked!.id, true)
  expect(await stateOf(id)).toBe('in_progress')
  await workOff(id)
  expect(await stateOf(id)).toBe('fulfilled')
  await services.requests.sign(await requester.viewer(), id, stroke)
  expect(await stateOf(id)).toBe('closed')
  expect(await services.requests.factsOf(await requester.viewer(), id)).toMatchObject({ receipt: stroke, maySign: false }) // prettier-ignore
})

it('is rejected with the reason, and no task is planned', async () => {
  const id = await order('data-restore', restore)
  const [asked] = await askedOf(manager)
  await decide(manager, asked!.id, false, '备份已过期')
  expect([await stateOf(id), await openTask(id)]).toEqual(['rejected', undefined])
})

it('without approvals is worked on at once', async () => {
  expect(await stateOf(await order('consumables', { site, lines }))).toBe('in_progress')
})

it('is not signed for before it is fulfilled, and once', async () => {
  const id = await order('consumables', { site, lines })
  const sign = async () => services.requests.sign(await requester.viewer(), id, stroke)
  await expect(sign()).rejects.toMatchObject({ code: 'wrong-move' })
  await workOff(id)
  await sign()
  await expect(sign()).rejects.toMatchObject({ code: 'wrong-move' })
})

it('names each wrong field, in both languages; a site elsewhere is none', async () => {
  const wrong = order('consumables', { site: elsewhere, lines: [{ kind: '硒鼓', count: 0 }] })
  await expect(wrong).rejects.toMatchObject({
    code: 'invalid',
    detail: { zh: '“数量”不能少于 1；“单位（站点）”不存在。' },
    errors: [{ path: '/answers/lines/0/count' }, { path: '/answers/site' }],
  })
})

it('keeps the item as it was when it was asked for', async () => {
  const id = await order('consumables', { site, lines })
  const province = await (await world.as('manager', '130000')).viewer()
  const item = await itemOf('consumables')
  const { version } = item
  const content = { ...contentOf(item), name: '办公耗材' }
  await services.items.change(province, item.id, { version, content })
  await expect(services.items.change(province, item.id, { version, content })).rejects.toMatchObject({ code: 'changed-meanwhile' }) // prettier-ignore
  expect((await itemOf('consumables')).name).toBe('办公耗材')
  expect((await services.requests.factsOf(await requester.viewer(), id))?.item).toMatchObject({ name: '耗材配送', version: 1 }) // prettier-ignore
})

it('a region’s own stands in the place of the one above, there only', async () => {
  const own = { ...contentOf(await itemOf('repair')), key: 'repair', name: '县局维修', regionId: world.regions.get('130123')! } // prettier-ignore
  await services.items.create(await manager.viewer(), own)
  expect((await itemOf('repair')).name).toBe('县局维修')
  const other = await world.as('requester', '130224')
  expect((await offered(other)).find(({ key }) => key === 'repair')?.name).toBe('设备维修')
  await expect(services.items.create(await manager.viewer(), own)).rejects.toMatchObject({ code: 'item-exists' }) // prettier-ignore
})

it('is saved with approvers that are there, and asks for no more of them than there are', async () => {
  const province = await (await world.as('manager', '130000')).viewer()
  const { version, ...item } = await itemOf('data-restore')
  const saving = (approvals: Item['approvals']) =>
    services.items.change(province, item.id, { version, content: { ...contentOf({ ...item, version }), approvals } }) // prettier-ignore
  const person = { kind: 'person' as const, id: manager.userId }
  const quorum = { need: 'quorum' as const, count: 2 }
  await expect(saving([{ name: '甲', rule: { need: 'all' }, by: [person, { kind: 'team', id: 'team_gone' }] }])).rejects.toMatchObject({ code: 'invalid', errors: [{ path: '/approvals/0/by/1' }] }) // prettier-ignore
  await expect(saving([{ name: '甲', rule: { need: 'any' }, by: [{ kind: 'person', id: 'usr_gone' }] }])).rejects.toMatchObject({ errors: [{ path: '/approvals/0/by/0' }] }) // prettier-ignore
  await expect(saving([{ name: '甲', rule: quorum, by: [person] }])).rejects.toMatchObject({ errors: [{ path: '/approvals/0/rule/count' }] }) // prettier-ignore
  const kept = [
    { name: '甲', rule: quorum, by: [person, { kind: 'manager' as const, tier: 'city' as const }] },
  ]
  expect((await saving(kept)).approvals).toEqual(kept)
})

it('is filled once, however many start at once', async () => {
  await Promise.all([services.items.fill(), services.items.fill()])
  const keys = (await offered()).map(({ key }) => key)
  expect(keys).toEqual([...new Set(keys)])
  expect(keys).toHaveLength(defaultItems.length)
})

it('what was taken out of it does not come back with the next start', async () => {
  const province = await (await world.as('manager', '130000')).viewer()
  await services.items.archive(province, (await itemOf('repair')).id)
  await services.items.fill()
  expect(await itemOf('repair')).toBeUndefined()
})

it('is not taken out by one who read another version', async () => {
  const province = await (await world.as('manager', '130000')).viewer()
  const { id, version } = await itemOf('repair')
  const [changed, archived] = await Promise.allSettled([
    services.items.change(province, id, { version, enabled: false }),
    services.items.archive(province, id),
  ])
  // Whichever came first holds; taken out in between, it stays so.
  expect([changed.status, archived.status]).toContain('fulfilled')
  const kept = (await services.items.list(province, { limit: 200 })).items.find((one) => one.id === id)
  if (archived.status === 'fulfilled') expect(kept).toBeUndefined()
  else expect(kept).toMatchObject({ enabled: false, version: version + 1 })
})

it('nothing of a request that was cancelled is left to do', async () => {
  const id = await order('consumables', { site, lines })
  const [task] = (await services.tasks.ofTicket(await manager.viewer(), id)).items
  await services.tasks.change(await manager.viewer(), task!.id, { assigneeId: manager.userId })
  const mine = async () => (await services.tasks.mine(await manager.viewer(), {})).items.length
  expect(await mine()).toBe(1)
  await services.desk.move(await requester.viewer(), id, { to: 'cancelled', text: '不需要了', revision: (await services.desk.rowOf(id))!.revision }) // prettier-ignore
  expect(await mine()).toBe(0)
})

it('is read by whoever was asked, wherever they are, and by nobody else there', async () => {
  const item = await itemOf('data-restore')
  const outside = await world.as('system-admin', '130000')
  const province = await (await world.as('manager', '130000')).viewer()
  const approvals = [{ name: '主机组', rule: { need: 'any' as const }, by: [{ kind: 'person' as const, id: outside.userId }] }] // prettier-ignore
  await services.items.change(province, item.id, { version: item.version, content: { ...contentOf(item), approvals } }) // prettier-ignore
  const id = await order('data-restore', restore)
  const stranger = await world.as('agent', '130224')
  for (const part of ['approvals', 'request']) {
    expect((await outside.inject({ method: 'GET', url: `/api/v1/tickets/${id}/${part}` })).statusCode).toBe(
      200,
    )
    expect((await stranger.inject({ method: 'GET', url: `/api/v1/tickets/${id}/${part}` })).statusCode).toBe(
      404,
    )
  }
  const [asked] = await askedOf(outside)
  expect(asked).toMatchObject({ mayOpen: false })
  await decide(outside, asked!.id, true)
  expect(await stateOf(id)).toBe('in_progress')
})

it('tells whoever is asked, and again once a day until it is decided', async () => {
  const told = async () =>
    (await world.context.db.selectFrom('notify_deliveries').select('event').where('event', '=', 'ticket-approval').execute()).length // prettier-ignore
  const viewer = await manager.viewer()
  await order('data-restore', restore)
  const first = await told()
  expect(first).toBeGreaterThan(0)
  world.context.now += dayMs - 1
  await services.reminding.look()
  expect(await told()).toBe(first)
  world.context.now += 1
  await Promise.all([services.reminding.look(), services.reminding.look()])
  expect(await told()).toBe(2 * first)
  const [asked] = (await services.approvals.asked(viewer, {})).items
  await services.approvals.decide(viewer, asked!.id, { approved: true })
  world.context.now += 2 * dayMs
  await services.reminding.look()
  expect(await told()).toBe(2 * first)
})

it('an approved video conference is booked, and told by changes of its lines', async () => {
  const startsAt = world.context.now + 2 * dayMs
  const asked = { title: '防汛调度', startsAt, minutes: 90, main: site, level: '一般' }
  const id = await order('video-conference', asked)
  const booked = () => services.bookings.within(startsAt, startsAt + 1)
  expect(await booked()).toEqual([])
  await decide(manager, (await askedOf(manager))[0]!.id, true)
  expect(await booked()).toMatchObject([{ title: '防汛调度', siteIds: [site], fromMs: startsAt }])
  expect(await stateOf(id)).toBe('in_progress')
})

it('whose conference is called off gives its sites free again', async () => {
  const startsAt = world.context.now + 2 * dayMs
  const id = await order('video-conference', { title: '防汛调度', startsAt, minutes: 90, main: site, level: '一般' }) // prettier-ignore
  await decide(manager, (await askedOf(manager))[0]!.id, true)
  expect(await services.bookings.within(startsAt, startsAt + 1)).toHaveLength(1)
  await services.desk.move(await manager.viewer(), id, { to: 'cancelled', text: '会议取消' })
  expect(await services.bookings.within(startsAt, startsAt + 1)).toEqual([])
  const { items } = await services.bookings.list(await manager.viewer(), {})
  expect(items).toEqual([])
})

it('that waits while its last task is done is fulfilled all the same, and its wait does not count', async () => {
  world.context.now = Date.UTC(2026, 10, 23, 1) // Monday, 9:00 in China
  requester = await world.as('requester', '130123')
  manager = await world.as('manager', '130123')
  const id = await order('data-restore', restore)
  await decide(manager, (await askedOf(manager))[0]!.id, true)
  world.context.now += hour
  await services.desk.move(await manager.viewer(), id, { to: 'pending', reason: 'requester' })
  world.context.now += hour
  await workOff(id)
  expect(await services.desk.rowOf(id)).toMatchObject({ state: 'fulfilled', pending_reason: null, resolved_at: world.context.now }) // prettier-ignore
  const clocks = await world.context.db.selectFrom('clocks').selectAll().where('ticket_id', '=', id).orderBy('measure').execute() // prettier-ignore
  expect(clocks.map(({ measure, state, elapsed_ms }) => [measure, state, elapsed_ms])).toEqual([
    ['closing', 'running', 0],
    ['resolution', 'stopped', hour],
    ['response', 'stopped', hour],
  ])
})

it('finds by name what may be asked about, where the viewer is', async () => {
  const found = await services.records.find(await requester.viewer(), 'site', '县局')
  expect(found.map(({ id }) => id)).toEqual([site])
})
