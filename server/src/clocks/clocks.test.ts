import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { TestApp } from '../testing.ts'
import { china, clockTest, hour, minute } from './clocks-testing.ts'

type Base = Awaited<ReturnType<typeof clockTest>>
type Person = Base['agent']

let test: TestApp
let agent: Person
let manager: Person
let reporter: Person
let stranger: Person
let base: Base
beforeAll(async () => {
  base = await clockTest()
  ;({ test, agent, manager, reporter } = base)
  stranger = await test.as('engineer', '130200')
})
afterAll(() => test.close())

const call: Base['call'] = (...asked) => base.call(...asked)
const report: Base['report'] = (...rated) => base.report(...rated)
const move: Base['move'] = (...to) => base.move(...to)
const clocksOf: Base['clocksOf'] = (...of) => base.clocksOf(...of)
const clock: Base['clock'] = (...of) => base.clock(...of)
const at: Base['at'] = (text) => base.at(text)
const tick = () => base.tick()
const linesOf = async (id: string) =>
  (await call(agent, 'GET', `/tickets/${id}`)).timeline
    .filter((entry: { kind: string }) => entry.kind === 'clock')
    .map(({ values }: { values: { event: string; percent?: number; measure?: string } }) =>
      [values.event, values.measure, values.percent].filter((one) => one !== undefined).join(' '),
    )
const toldOf = async (id: string) =>
  (await test.context.db.selectFrom('notify_deliveries').selectAll().where('event', '=', 'ticket-due').execute())
    .filter(({ message }) => message.includes(id))
    .map(({ user_id, message }) => [user_id, (JSON.parse(message) as { cause: string }).cause] as const) // prettier-ignore

describe('clocks of a ticket', () => {
  it('start with it by its priority, and the ticket shows the first to end', async () => {
    await at('2026-11-23 09:00')
    const id = await report()
    expect(await clocksOf(id)).toMatchObject([
      { kind: 'sla', measure: 'response', state: 'running', targetMs: 2 * hour, dueAt: china('2026-11-23 11:00'), calendar: '工作时间' },
      { kind: 'sla', measure: 'resolution', state: 'running', targetMs: 7 * hour, dueAt: china('2026-11-24 09:00') },
    ]) // prettier-ignore
    expect(await call(agent, 'GET', `/tickets/${id}`)).toMatchObject({ dueAt: china('2026-11-23 11:00'), dueMeasure: 'response' }) // prettier-ignore
  })

  it('answering publicly is the first response; a note among staff and the reporter’s own words are not', async () => {
    await at('2026-11-23 09:00')
    const id = await report()
    await at('2026-11-23 09:10')
    await call(agent, 'POST', `/tickets/${id}/comments`, { text: '看看', visibility: 'internal' }, 201)
    await call(reporter, 'POST', `/tickets/${id}/comments`, { text: '急', visibility: 'public' }, 201)
    expect((await clock(id, 'response')).state).toBe('running')
    await at('2026-11-23 09:20')
    await call(agent, 'POST', `/tickets/${id}/comments`, { text: '收到', visibility: 'public' }, 201)
    expect(await clock(id, 'response')).toMatchObject({ state: 'stopped', elapsedMs: 20 * minute, breachedAt: null }) // prettier-ignore
    expect(await call(agent, 'GET', `/tickets/${id}`)).toMatchObject({ respondedAt: china('2026-11-23 09:20'), dueMeasure: 'resolution' }) // prettier-ignore
  })

  it('pause while they wait for what the target excuses, and go on', async () => {
    await at('2026-11-23 09:00')
    const id = await report(1, 2)
    await move(id, 'in_progress')
    await at('2026-11-23 10:00')
    await move(id, 'pending', { reason: 'requester' })
    expect(await clock(id, 'resolution')).toMatchObject({ state: 'paused', elapsedMs: hour, dueAt: null })
    expect((await call(agent, 'GET', `/tickets/${id}`)).dueAt).toBeNull()
    await at('2026-11-24 10:00')
    await move(id, 'in_progress')
    expect(await clock(id, 'resolution')).toMatchObject({ state: 'running', elapsedMs: hour, dueAt: china('2026-11-24 17:00') }) // prettier-ignore
  })

  it('waiting for the carrier runs the carrier’s clock beside ours', async () => {
    await at('2026-11-23 09:00')
    const id = await report(1, 2)
    await move(id, 'in_progress')
    await move(id, 'pending', { reason: 'carrier' })
    await at('2026-11-23 10:00')
    expect(await clock(id, 'resolution')).toMatchObject({ state: 'running', elapsedMs: hour })
    expect(await clock(id, 'resolution', 'uc')).toMatchObject({ state: 'running', elapsedMs: hour, targetMs: 4 * hour }) // prettier-ignore
    await move(id, 'in_progress')
    expect((await clock(id, 'resolution', 'uc')).state).toBe('stopped')
    expect((await clocksOf(id, reporter)).map(({ kind }) => kind)).toEqual(['sla', 'sla'])
  })

  it('resolved stops them; reopened they go on with what they had', async () => {
    await at('2026-11-23 09:00')
    const id = await report(1, 1)
    await move(id, 'in_progress')
    await at('2026-11-23 10:00')
    await move(id, 'resolved')
    expect(await clock(id, 'resolution')).toMatchObject({
      state: 'stopped',
      elapsedMs: hour,
      breachedAt: null,
    })
    await at('2026-11-23 12:00')
    await move(id, 'in_progress')
    expect(await clock(id, 'resolution')).toMatchObject({
      state: 'running',
      dueAt: china('2026-11-23 15:00'),
    })
  })

  it('are seen by nobody outside', async () => {
    const id = await report()
    await call(stranger, 'GET', `/tickets/${id}/clocks`, undefined, 404)
    expect((await call(stranger, 'GET', `/clocks?ticketIds=${id}`)).items).toEqual([])
    expect((await call(agent, 'GET', `/clocks?ticketIds=${id},tkt_none`)).items).toHaveLength(2)
  })
})

describe('marks', () => {
  it('are passed one by one, each told and recorded once, however often one looks', async () => {
    await at('2026-11-23 00:00')
    const id = await report(1, 1)
    await move(id, 'in_progress') // the agent's from here on
    for (const time of ['01:59', '02:00', '02:01', '03:00', '03:36', '04:00', '04:01', '04:02', '06:01']) {
      await at(`2026-11-23 ${time}`)
      await tick()
      await tick()
    }
    expect(await linesOf(id)).toEqual(['warned resolution 50', 'warned resolution 75', 'warned resolution 90', 'breached resolution 100']) // prettier-ignore
    expect(await clock(id, 'resolution')).toMatchObject({ breachedAt: china('2026-11-23 04:00') })
    const told = await toldOf(id)
    expect(told.filter(([user]) => user === agent.userId).map(([, text]) => text.slice(0, 6))).toEqual(['解决已用 5', '解决已用 7', '解决已用 9', '解决已超时（']) // prettier-ignore
    expect(told.filter(([user]) => user === manager.userId)).toHaveLength(2)
  })

  it('are not missed while nothing ran: the gravest is told, the breach recorded as of when it was', async () => {
    await at('2026-11-23 00:00')
    const id = await report(1, 1)
    await at('2026-11-23 12:00')
    await tick()
    expect(await linesOf(id)).toEqual(['breached response 100', 'breached resolution 100'])
    expect(await clock(id, 'response')).toMatchObject({ breachedAt: china('2026-11-23 00:15') })
  })

  it('a process that ends before it committed leaves nothing half done, and the next does it once', async () => {
    await at('2026-11-23 00:00')
    const id = await report(1, 1)
    await move(id, 'in_progress')
    await at('2026-11-23 02:00')
    const { desk } = test.services
    const tell = desk.notices.tell.bind(desk.notices)
    desk.notices.tell = () => Promise.reject(new Error('killed'))
    await tick()
    expect(await linesOf(id)).toEqual([])
    desk.notices.tell = tell
    await at('2026-11-23 02:02')
    await tick()
    expect(await linesOf(id)).toEqual(['warned resolution 50'])
    expect(await toldOf(id)).toHaveLength(1)
  })

  it('a rule tells first and moves second', async () => {
    const teams = await test.services.identity.teamsAt([test.regions.get('130100')!])
    const city = teams[0]!
    const rule = { regionId: test.regions.get('130123'), name: '转市级', position: 1, match: { priorities: ['P1'] }, steps: [{ percent: 90, tell: ['assignee'], moveTo: null }, { percent: 100, tell: ['manager'], moveTo: city.id }], enabled: true } // prettier-ignore
    await call(agent, 'POST', '/desk-rules/escalations', rule, 403)
    const { id: ruleId } = await call(manager, 'POST', '/desk-rules/escalations', rule, 201)
    await at('2026-11-23 00:00')
    const id = await report(1, 1)
    await move(id, 'in_progress')
    await at('2026-11-23 03:36')
    await tick()
    expect((await call(agent, 'GET', `/tickets/${id}`)).team.id).not.toBe(city.id)
    await at('2026-11-23 04:01')
    await tick()
    expect(await call(agent, 'GET', `/tickets/${id}`)).toMatchObject({
      team: { id: city.id },
      assignee: null,
    })
    await call(manager, 'DELETE', `/desk-rules/escalations/${ruleId}`, undefined, 204)
  })
})

describe('told afterwards', () => {
  it('a stretch that did not count lifts a breach, and later marks come again', async () => {
    await at('2026-11-23 00:00')
    const id = await report(1, 1)
    await move(id, 'in_progress')
    await at('2026-11-23 05:00')
    await tick()
    expect((await clock(id, 'resolution')).breachedAt).not.toBeNull()
    const stretch = {
      from: china('2026-11-23 01:00'),
      until: china('2026-11-23 04:30'),
      reason: '进不了机房',
    }
    await call(agent, 'POST', `/tickets/${id}/pauses`, { ...stretch, until: test.context.now + 1 }, 400)
    await call(stranger, 'POST', `/tickets/${id}/pauses`, stretch, 404)
    const preview = (of: { from: number; until: number }, status = 200) =>
      call(agent, 'GET', `/tickets/${id}/pauses/preview?from=${of.from}&until=${of.until}`, undefined, status)
    await preview({ ...stretch, until: test.context.now + 1 }, 400)
    const before = await clocksOf(id)
    const foretold = await preview(stretch)
    expect(await clocksOf(id)).toEqual(before)
    expect((await call(agent, 'POST', `/tickets/${id}/pauses`, stretch, 201)).items).toEqual(
      expect.arrayContaining(foretold.items),
    )
    expect(await clock(id, 'resolution')).toMatchObject({ elapsedMs: 1.5 * hour, breachedAt: null, dueAt: china('2026-11-23 07:30') }) // prettier-ignore
    await at('2026-11-23 07:31')
    await tick()
    expect((await linesOf(id)).filter((line: string) => line.startsWith('breached resolution'))).toHaveLength(
      2,
    )
  })

  it('what is kept of a clock is what its timeline tells', async () => {
    await at('2026-11-23 09:00')
    const id = await report()
    const steps: [string, string, object?][] = [
      ['09:30', 'in_progress'],
      ['10:10', 'pending', { reason: 'spare' }],
      ['14:20', 'in_progress'],
      ['15:00', 'pending', { reason: 'carrier' }],
      ['16:00', 'in_progress'],
      ['16:30', 'resolved'],
      ['17:00', 'in_progress'],
    ]
    for (const [time, to, more] of steps) {
      await at(`2026-11-23 ${time}`)
      await move(id, to, more)
    }
    await at('2026-11-24 09:00')
    const kept = await clocksOf(id)
    // a stretch before its first minute takes nothing, but has all of it told anew
    await at('2026-11-24 09:00')
    const stretch = { from: china('2026-11-23 12:00'), until: china('2026-11-23 13:00'), reason: '午休' }
    expect(await call(agent, 'POST', `/tickets/${id}/pauses`, stretch, 201)).toEqual({ items: kept })
  })
})

describe('closing', () => {
  it('what is resolved closes by itself after seven days, and reopening puts it off', async () => {
    await at('2026-11-01 09:00')
    const id = await report()
    await move(id, 'in_progress')
    await move(id, 'resolved')
    await at('2026-11-07 09:00')
    await move(id, 'in_progress')
    await move(id, 'resolved')
    await at('2026-11-08 09:01')
    await tick()
    expect((await call(agent, 'GET', `/tickets/${id}`)).state).toBe('resolved')
    await at('2026-11-14 09:00')
    await tick()
    expect((await call(agent, 'GET', `/tickets/${id}`)).state).toBe('closed')
  })
})

describe('rules', () => {
  const target = (more: object = {}) => ({ regionId: test.regions.get('130123'), name: '一级', kind: 'sla', position: 1, match: { priorities: ['P3'] }, responseMs: hour, resolutionMs: 2 * hour, calendarId: null, pauses: [], enabled: true, ...more }) // prettier-ignore

  it('the region’s own target goes before those above it; a clock that runs keeps its own', async () => {
    await at('2026-11-23 09:00')
    const before = await report()
    const { id } = await call(manager, 'POST', '/desk-rules/targets', target(), 201)
    expect(await clock(await report(), 'resolution')).toMatchObject({ name: '一级', targetMs: 2 * hour, calendar: null }) // prettier-ignore
    expect((await clock(before, 'resolution')).targetMs).toBe(7 * hour)
    const { items } = await call(agent, 'GET', '/desk-rules/targets')
    expect(items.map((one: { name: string }) => one.name)).toEqual(['一级', 'P1 紧急', 'P2 高', 'P3 中', 'P4 低', '运营商抢修', '自动关闭']) // prettier-ignore
    await call(manager, 'PATCH', `/desk-rules/targets/${id}`, { responseMs: 3 * hour }, 400)
    await call(stranger, 'DELETE', `/desk-rules/targets/${id}`, undefined, 403)
    await call(manager, 'DELETE', `/desk-rules/targets/${id}`, undefined, 204)
    expect((await clock(await report(), 'resolution')).targetMs).toBe(7 * hour)
  })

  it('a day off that is announced puts off what runs by its calendar', async () => {
    const hours: [number, number][] = [[540, 1020]]
    const calendar = { regionId: test.regions.get('130123'), name: '县局', week: [[], hours, hours, hours, hours, hours, []], off: [], worked: [], statutory: true } // prettier-ignore
    const { id } = await call(manager, 'POST', '/desk-rules/calendars', calendar, 201)
    const { id: targetId } = await call(manager, 'POST', '/desk-rules/targets', target({ calendarId: id, resolutionMs: 10 * hour }), 201) // prettier-ignore
    await at('2026-11-23 09:00')
    const ticket = await report()
    expect(await clock(ticket, 'resolution')).toMatchObject({ dueAt: china('2026-11-24 11:00'), calendar: '县局' }) // prettier-ignore
    test.context.now += 1
    await call(manager, 'PATCH', `/desk-rules/calendars/${id}`, { off: ['2026-11-24'] })
    expect((await clock(ticket, 'resolution')).dueAt).toBe(china('2026-11-25 11:00'))
    const year = await call(agent, 'GET', `/desk-rules/calendars/${id}/days?year=2026`)
    expect(year.days).toContainEqual({ date: '2026-11-24', kind: 'off', name: null })
    expect(year.days).toContainEqual({ date: '2026-10-10', kind: 'madeUp', name: '国庆节' })
    expect(year).toMatchObject({ announced: true })
    await call(manager, 'DELETE', `/desk-rules/calendars/${id}`, undefined, 409)
    await call(manager, 'DELETE', `/desk-rules/targets/${targetId}`, undefined, 204)
    const path = (await test.services.identity.regionsNamed([test.regions.get('130123')!])).get(test.regions.get('130123')!)!.path // prettier-ignore
    expect(test.services.clocks.calendarFor(path).off.has('2026-11-24')).toBe(true)
    await call(manager, 'DELETE', `/desk-rules/calendars/${id}`, undefined, 204)
    expect(test.services.clocks.calendarFor(path).off.has('2026-11-24')).toBe(false)
  })

  it.each([
    [{ week: [[], [], [], [], [], [], []] }],
    [{ week: [[], [[540, 500]], [], [], [], [], []] }],
    [
      {
        week: [
          [],
          [
            [540, 700],
            [600, 800],
          ],
          [],
          [],
          [],
          [],
          [],
        ],
      },
    ],
    [{ off: ['2026-11-24'], worked: ['2026-11-24'] }],
  ])('hours that cannot be are refused: %j', async (more) => {
    const calendar = { regionId: test.regions.get('130123'), name: '县局', week: [[], [[540, 1020]], [], [], [], [], []], off: [], worked: [], statutory: true, ...more } // prettier-ignore
    await call(manager, 'POST', '/desk-rules/calendars', calendar, 400)
  })

  it('a tier above owes the one below from when it takes a ticket over', async () => {
    const { id: targetId } = await call(manager, 'POST', '/desk-rules/targets', target({ kind: 'ola', name: '市级支持', match: {}, responseMs: null, resolutionMs: 4 * hour }), 201) // prettier-ignore
    await at('2026-11-23 09:00')
    const id = await report()
    const [city] = await test.services.identity.teamsAt([test.regions.get('130100')!])
    await at('2026-11-23 10:00')
    await test.context.db.transaction().execute((tx) => test.services.desk.handTo(tx, () => undefined, id, city!.id)) // prettier-ignore
    expect(await clock(id, 'resolution', 'ola')).toMatchObject({ state: 'running', dueAt: china('2026-11-23 14:00') }) // prettier-ignore
    const own = await test.services.identity.teamFor(test.regions.get('130123')!, '网络组')
    await at('2026-11-23 11:00')
    await test.context.db.transaction().execute((tx) => test.services.desk.handTo(tx, () => undefined, id, own!.id)) // prettier-ignore
    expect(await clock(id, 'resolution', 'ola')).toMatchObject({ state: 'stopped', elapsedMs: hour })
    await call(manager, 'DELETE', `/desk-rules/targets/${targetId}`, undefined, 204)
  })
})
