import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { testApp, type TestApp } from '../testing.ts'
import type { AlarmForDesk } from './alarm-incidents.ts'
import { TicketBook } from './book.ts'
import type { StateOf } from './kinds.ts'
import type { TicketDetail } from './schema.ts'

let test: TestApp
let city: Awaited<ReturnType<TestApp['as']>>
beforeAll(async () => {
  test = await testApp()
  city = await test.as('engineer', '130100')
})
afterAll(() => test.close())

let nth = 0
let alarm: AlarmForDesk
beforeEach(() => {
  nth++
  alarm = {
    id: `alm_${nth}`,
    entity: { type: 'link', id: `lnk_${nth}`, name: '石家庄市–正定县' },
    regionId: test.regions.get('130123')!,
    teamRegionId: test.regions.get('130100')!,
    condition: 'link-state',
    severity: 'major',
    priority: 'P2',
    startedAtMs: test.context.now,
    title: '石家庄市–正定县 主用线路中断，备用运行',
    description: '线路编号 SJZ-ZD-MSTP0042',
    siteId: null,
    affected: [{ type: 'site', id: `sit_${nth}`, name: '正定县机房' }],
    causeEntities: [{ type: 'circuit', id: `cir_${nth}`, name: 'SJZ-ZD-MSTP0042' }],
  }
})

const desk = () => test.services.desk
type Tx = Parameters<TestApp['services']['desk']['incidents']['openForAlarm']>[0]
const inTx = <T>(work: (tx: Tx) => Promise<T>) => test.context.db.transaction().execute(work)
const open = (about = alarm) => inTx((tx) => desk().incidents.openForAlarm(tx, about))
const change = (by: Partial<AlarmForDesk>) =>
  inTx((tx) => desk().incidents.alarmChanged(tx, { ...alarm, ...by }))
const clear = () => inTx((tx) => desk().incidents.alarmCleared(tx, alarm.id, test.context.now))
const read = async (id: string): Promise<TicketDetail> =>
  (await city.inject({ url: `/tickets/${id}` })).json()
const told = ({ timeline }: TicketDetail) =>
  timeline.map((entry) => entry.values.event ?? entry.values.to ?? entry.kind)

async function bring(id: string, state: StateOf<'incident'>): Promise<void> {
  const set = { state, ...(state === 'resolved' && { resolved_at: test.context.now }) }
  await test.context.db.updateTable('tickets').set(set).where('id', '=', id).execute()
}

describe('an alarm opens', () => {
  it('one incident, on the team it is for, with all that is known', async () => {
    const id = await open()
    expect(await open()).toBe(id)
    const team = await test.services.identity.teamFor(alarm.teamRegionId, '网络组')
    expect(await read(id)).toMatchObject({
      number: expect.stringMatching(/^INC20261122-\d{4}$/),
      kind: 'incident',
      state: 'new',
      priority: 'P2',
      title: alarm.title,
      description: alarm.description,
      channel: 'alarm',
      region: { name: '正定县' },
      team,
      assignee: null,
      requester: null,
      alarmId: alarm.id,
      entities: expect.arrayContaining([
        { ...alarm.entity, role: 'cause' },
        { ...alarm.causeEntities[0], role: 'cause' },
        { ...alarm.affected[0], role: 'affected' },
      ]),
      timeline: [
        { kind: 'alarm', author: null, values: { event: 'opened', alarmId: alarm.id, severity: 'major' } },
      ],
    })
  })

  it('no second incident while one about the same condition of the same entity is open', async () => {
    const id = await open()
    const again = { ...alarm, id: `${alarm.id}b`, priority: 'P1' as const }
    expect(await open(again)).toBe(id)
    const ticket = await read(id)
    expect([ticket.alarmId, ticket.priority, told(ticket)]).toEqual([
      again.id,
      'P1',
      ['opened', 'again', 'P1'],
    ])
  })

  it.each([
    ['of another condition', { condition: 'device-down' as const }],
    ['of another entity', { entity: { type: 'link', id: 'lnk_other', name: '别处' } }],
  ])('an incident of its own %s', async (_, by) => {
    const id = await open()
    expect(await open({ ...alarm, id: `${alarm.id}b`, causeEntities: [], ...by })).not.toBe(id)
  })

  it('a new incident when the last one is over', async () => {
    const id = await open()
    await clear()
    expect(await open({ ...alarm, id: `${alarm.id}b` })).not.toBe(id)
  })
})

describe('a changed alarm', () => {
  it('changes nothing and says nothing when nothing is different', async () => {
    const id = await open()
    expect(await change({})).toEqual([])
    expect(told(await read(id))).toEqual(['opened'])
  })

  it('gets graver and back again within its one incident', async () => {
    const id = await open()
    expect(await change({ severity: 'critical', priority: 'P1', title: '石家庄市–正定县 链路中断' })).toEqual(
      [id],
    )
    const worse = await read(id)
    expect([worse.priority, worse.title, told(worse)]).toEqual([
      'P1',
      '石家庄市–正定县 链路中断',
      ['opened', 'P1', 'changed'],
    ])
    expect(await change({})).toEqual([id])
    expect(await read(id)).toMatchObject({ priority: 'P2', title: alarm.title })
  })

  it('refreshes the description silently, and names newly affected sites', async () => {
    const id = await open()
    expect(await change({ description: '又一条' })).toEqual([id])
    expect(told(await read(id))).toEqual(['opened'])
    const affected = [...alarm.affected, { type: 'site', id: 'sit_more', name: '新安镇' }]
    expect(await change({ description: '又一条', affected })).toEqual([id])
    const ticket = await read(id)
    expect(told(ticket)).toEqual(['opened', 'changed'])
    expect(ticket.entities.map((entity) => entity.name)).toContain('新安镇')
  })

  it('reopens what a person resolved too early when it gets graver, and only then', async () => {
    const id = await open()
    await bring(id, 'resolved')
    expect(await change({ description: '又一条' })).toEqual([])
    expect(await change({ priority: 'P1' })).toEqual([id])
    expect(await read(id)).toMatchObject({ state: 'in_progress', priority: 'P1', resolvedAt: null })
  })

  it.each(['closed', 'cancelled'] as const)('leaves alone what is %s', async (state) => {
    const id = await open()
    await bring(id, state)
    expect(await change({ priority: 'P1' })).toEqual([])
  })

  it('that never had an incident opens none', async () => {
    expect(await change({ priority: 'P1' })).toEqual([])
  })
})

describe('a cleared alarm', () => {
  it.each(['new', 'assigned', 'in_progress', 'pending'] as const)(
    'resolves its incident from %s',
    async (state) => {
      const id = await open()
      await bring(id, state)
      expect(await clear()).toEqual([id])
      const ticket = await read(id)
      expect(ticket).toMatchObject({ state: 'resolved', pendingReason: null, resolvedAt: test.context.now })
      expect(ticket.timeline.slice(1)).toMatchObject([
        { kind: 'alarm', author: null, values: { event: 'cleared', alarmId: alarm.id } },
        { kind: 'state', author: null, values: { from: state, to: 'resolved', reason: 'recovered' } },
      ])
      expect(await clear()).toEqual([])
    },
  )

  it.each(['resolved', 'closed', 'cancelled'] as const)('leaves alone what is %s', async (state) => {
    const id = await open()
    await bring(id, state)
    expect(await clear()).toEqual([])
  })
})

describe('an explained alarm', () => {
  it.each([
    ['new', 'cancelled'],
    ['assigned', 'cancelled'],
    ['in_progress', 'resolved'],
    ['pending', 'resolved'],
  ] as const)('ends its own incident, pointing to the other: %s → %s', async (from, to) => {
    const id = await open()
    await bring(id, from)
    const other = await open({
      ...alarm,
      id: `${alarm.id}x`,
      entity: { type: 'device', id: `dev_${nth}`, name: '核心' },
    })
    expect(await inTx((tx) => desk().incidents.alarmExplained(tx, alarm.id, other))).toEqual([id])
    const ticket = await read(id)
    expect(ticket.state).toBe(to)
    const { number } = await read(other)
    expect(ticket.timeline[1]).toMatchObject({
      kind: 'alarm',
      values: { event: 'explained', ticketId: other, number },
    })
  })

  it('without an incident of its own changes nothing', async () => {
    expect(await inTx((tx) => desk().incidents.alarmExplained(tx, alarm.id, null))).toEqual([])
  })
})

describe('what others ask for', () => {
  it('open tickets by what caused them, and tickets by alarm', async () => {
    const id = await open()
    const { number } = await read(id)
    const brief = { id, number, assignee: null }
    const [{ id: site }, { id: circuit }] = [alarm.affected[0]!, alarm.causeEntities[0]!]
    expect(await desk().openTicketOf([alarm.entity.id, circuit, site, 'lnk_none'])).toEqual(
      new Map([
        [alarm.entity.id, brief],
        [circuit, brief],
      ]),
    )
    await clear()
    expect(await desk().openTicketOf([alarm.entity.id])).toEqual(new Map())
    expect(await desk().ticketOfAlarms([alarm.id, 'alm_none'])).toEqual(new Map([[alarm.id, brief]]))
  })
})

it('numbers are without gaps, also when a transaction fails or many come at once', async () => {
  test.context.now += 7 * 24 * 3_600_000
  const failing = inTx(async (tx) => {
    await desk().incidents.openForAlarm(tx, {
      ...alarm,
      id: 'alm_failing',
      entity: { ...alarm.entity, id: 'lnk_f' },
    })
    throw new Error('rolled back')
  })
  await expect(failing).rejects.toThrow('rolled back')
  const many = Array.from({ length: 25 }, (_, i) => ({
    ...alarm,
    id: `alm_many_${i}`,
    entity: { ...alarm.entity, id: `lnk_many_${i}` },
    causeEntities: [],
  }))
  const ids = await Promise.all(many.map((one) => open(one)))
  const numbers = (await desk().tickets(ids)).map((ticket) => ticket.number).sort()
  expect(numbers).toEqual(many.map((_, i) => `INC20261129-${String(i + 1).padStart(4, '0')}`))
})

it.each([
  ['state', 'what an alarm says stands beside what somebody assigns at the same moment'],
  ['revision', 'what a person changes does not overwrite it'],
] as const)('by %s: %s', async (as, _) => {
  const stale = (await desk().rowOf(await open()))!
  const { id, revision } = stale
  await inTx((tx) =>
    tx
      .updateTable('tickets')
      .set({ revision: revision + 1 })
      .where('id', '=', id)
      .execute(),
  )
  const book = new TicketBook({ clock: test.context.clock, timezone: 'Asia/Shanghai' })
  const change = inTx((tx) => book.change(tx, stale, { title: '光缆中断' }, [], as))
  if (as === 'revision') await expect(change).rejects.toMatchObject({ code: 'ticket-changed' })
  else
    expect(await change.then(() => desk().rowOf(id))).toMatchObject({
      title: '光缆中断',
      revision: revision + 2,
    })
})
