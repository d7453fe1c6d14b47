import { faultsOfForm } from '@zongheng/inventory/form.ts'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { ApprovalService, type ApprovalDesk } from '../approvals/service.ts'
import { tableOf } from '../desk/kinds.ts'
import { isSound } from '../tasks/order.ts'
import { TaskService, type TaskDesk } from '../tasks/service.ts'
import { testApp, type TestApp } from '../testing.ts'
import { defaultItems } from './defaults.ts'
import { CatalogueItems } from './items.ts'
import { RequestService, type RequestDesk } from './requests.ts'

describe('what is offered from the first day', () => {
  it.each(defaultItems.map((item) => [item.name, item] as const))('%s is sound', (_name, item) => {
    expect(faultsOfForm(item.form)).toEqual([])
    expect(isSound(item.tasks)).toBe(true)
  })
})

let world: TestApp
let items: CatalogueItems
let approvals: ApprovalService
let tasks: TaskService
let requests: RequestService
let requester: Awaited<ReturnType<TestApp['as']>>
let manager: typeof requester

/** The desk as far as a request needs it: along the table of moves, each need asked of whoever answers for it. */
function deskOf({ context, services }: TestApp): RequestDesk & Omit<TaskDesk, 'tickets'> & ApprovalDesk {
  const { clock } = context
  const rowOf: RequestDesk['rowOf'] = (id, tx) =>
    tx.selectFrom('tickets').selectAll().where('id', '=', id).executeTakeFirst()
  let rules: Parameters<RequestDesk['extend']>[1] = {}
  return {
    rowOf,
    extend: (_kind, more) => void (rules = more),
    mustSee: async () => {},
    mustWorkOn: async (viewer) => {
      if (!viewer.permissions.has('desk.write')) throw new Error('not theirs')
    },
    note: async () => {},
    tickets: (ids) => services.desk.tickets(ids),
    open: (tx, note, { priority, ...ticket }) =>
      services.desk.open(tx, note, { ...ticket, kind: 'request', rating: priority }),
    moveAs: async (tx, note, id, move, viewer) => {
      const ticket = (await rowOf(id, tx))!
      const rule = tableOf('request').states[ticket.state]!.moves.find(({ to }) => to === move.to)
      if (!rule) throw new Error(`no move from ${ticket.state} to ${move.to}`)
      const moving = { tx, note, ticket, move, viewer, nowMs: clock() }
      for (const need of rule.needs ?? [])
        if (need !== 'text' && !(await rules.meets?.[need]?.(moving))) throw new Error(`${need} is missing`)
      await tx.updateTable('tickets').set({ state: move.to }).where('id', '=', id).execute()
      await approvals.changed(tx, ticket, { ...ticket, state: move.to }, clock())
    },
  }
}

beforeEach(async () => {
  world = await testApp()
  const { db, clock, bus, config } = world.context
  const { identity, audit } = world.services
  const desk = deskOf(world)
  const common = { db, clock, bus, audit, identity }
  items = new CatalogueItems(common)
  approvals = new ApprovalService({ ...common, desk })
  tasks = new TaskService({ ...common, desk })
  requests = new RequestService({
    ...common,
    timezone: config.timezone,
    desk,
    items,
    approvals,
    tasks,
    namesOf: async (_viewer, _kind, ids) => new Map(ids.filter((id) => id.endsWith('a')).map((id) => [id, '正定县局'])), // prettier-ignore
    regionOfSite: () => undefined,
  })
  requester = await world.as('requester', '130123')
  manager = await world.as('manager', '130123')
})
afterEach(() => world.close())

const site = 'sit_0123456789ab01234a'
const contact = { contact: '李明', phone: '0311-88881234' }
const stroke = { name: '李明', strokes: [[1, 1, 9, 9]] }
const itemOf = async (key: string) => (await items.offered(await requester.viewer())).find((item) => item.key === key)! // prettier-ignore
const order = async (key: string, answers: Record<string, unknown>) =>
  requests.order(await requester.viewer(), { itemId: (await itemOf(key)).id, answers: { ...contact, ...answers } }) // prettier-ignore
const stateOf = async (id: string) =>
  (await world.context.db.selectFrom('tickets').select('state').where('id', '=', id).executeTakeFirst())?.state // prettier-ignore
const consumables = { site, lines: [{ kind: '硒鼓', count: 2 }] }
const restore = { kind: '文件', what: '/a', at: 1_795_000_000_000, target: '原位置', why: '误删' }
async function workOff(id: string) {
  const viewer = await manager.viewer()
  for (let open = await openTask(id); open; open = await openTask(id))
    await tasks.change(viewer, open, { state: 'done' })
}
const openTask = async (id: string) =>
  (await tasks.ofTicket(await manager.viewer(), id)).items.find(({ state }) => state === 'open')?.id

it('goes from the order by approval and tasks to the signature', async () => {
  const id = await order('data-restore', restore)
  expect(await stateOf(id)).toBe('approval')
  const [asked] = (await approvals.asked(await manager.viewer(), {})).items
  expect(asked).toMatchObject({ ticket: { id, title: '数据恢复' } })
  await approvals.decide(await manager.viewer(), asked!.id, { approved: true })
  expect(await stateOf(id)).toBe('in_progress')
  await workOff(id)
  expect(await stateOf(id)).toBe('fulfilled')
  await requests.sign(await requester.viewer(), id, stroke)
  expect(await stateOf(id)).toBe('closed')
  expect(await requests.factsOf(await requester.viewer(), id)).toMatchObject({ receipt: stroke, maySign: false }) // prettier-ignore
})

it('is rejected with the reason, and no task is planned', async () => {
  const id = await order('data-restore', restore)
  const [asked] = (await approvals.asked(await manager.viewer(), {})).items
  await approvals.decide(await manager.viewer(), asked!.id, { approved: false, text: '备份已过期' })
  expect([await stateOf(id), await openTask(id)]).toEqual(['rejected', undefined])
})

it('without approvals is worked on at once', async () => {
  expect(await stateOf(await order('consumables', consumables))).toBe('in_progress')
})

it('is not signed for before it is fulfilled, and once', async () => {
  const id = await order('consumables', consumables)
  const sign = async () => requests.sign(await requester.viewer(), id, stroke)
  await expect(sign()).rejects.toMatchObject({ code: 'wrong-move' })
  await workOff(id)
  await sign()
  await expect(sign()).rejects.toMatchObject({ code: 'wrong-move' })
})

it('names each wrong field, in both languages', async () => {
  const wrong = order('consumables', { site: 'sit_0123456789ab012345', lines: [{ kind: '硒鼓', count: 0 }] })
  await expect(wrong).rejects.toMatchObject({
    code: 'invalid',
    detail: { zh: '“数量”不能少于 1；“单位（站点）”不存在。' },
    errors: [{ path: '/answers/lines/0/count' }, { path: '/answers/site' }],
  })
})

it('keeps the item as it was when it was asked for', async () => {
  const id = await order('consumables', consumables)
  const province = await (await world.as('manager', '130000')).viewer()
  const { version, ...item } = await itemOf('consumables')
  const { name: _, category, description, icon, form, approvals: plans, tasks: planned, teamId, priority, receipt } = item // prettier-ignore
  const content = { name: '办公耗材', category, description, icon, form, approvals: plans, tasks: planned, teamId, priority, receipt } // prettier-ignore
  await items.change(province, item.id, { version, content })
  await expect(items.change(province, item.id, { version, content })).rejects.toMatchObject({ code: 'changed-meanwhile' }) // prettier-ignore
  expect((await itemOf('consumables')).name).toBe('办公耗材')
  expect((await requests.factsOf(await requester.viewer(), id))?.item).toMatchObject({ name: '耗材配送', version: 1 }) // prettier-ignore
})

it('a region’s own stands in the place of the one above, there only', async () => {
  const { id: _, region: _r, position: _p, version: _v, updatedAt: _u, ...item } = await itemOf('repair')
  const own = { ...item, name: '县局维修', regionId: world.regions.get('130123')! }
  await items.create(await manager.viewer(), own)
  expect((await itemOf('repair')).name).toBe('县局维修')
  const elsewhere = await (await world.as('requester', '130224')).viewer()
  expect((await items.offered(elsewhere)).find(({ key }) => key === 'repair')?.name).toBe('设备维修')
  await expect(items.create(await manager.viewer(), own)).rejects.toMatchObject({ code: 'item-exists' })
})
