/** What clocks have to do with tiers and carriers: handing on, what tiers owe one another, what carriers owe. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { clockTest, hour, china } from './clocks-testing.ts'

let t: Awaited<ReturnType<typeof clockTest>>
beforeAll(async () => {
  t = await clockTest()
})
afterAll(() => t.test.close())

const region = (code: string) => t.test.regions.get(code)!
const networkTeam = async (code: string) => (await t.test.services.identity.teamFor(region(code), '网络组'))!
const teamOf = async (id: string) => (await t.call(t.agent, 'GET', `/tickets/${id}`)).team.id
const assign = (id: string, teamId: string) => t.call(t.agent, 'POST', `/tickets/${id}/assign`, { teamId })

/** Until the work is done, a rule counts in the county. */
async function ruled(path: 'targets' | 'escalations', rule: object, work: () => Promise<void>) {
  const body = { regionId: region('130123'), position: 1, enabled: true, ...rule }
  const { id } = await t.call(t.manager, 'POST', `/desk-rules/${path}`, body, 201)
  await work()
  await t.call(t.manager, 'DELETE', `/desk-rules/${path}/${id}`, undefined, 204)
}

describe('a rule that hands on to the tier above', () => {
  const steps = (...marks: [percent: number, moveTo: string | null][]) => ({ name: '转上级', match: { clocks: ['sla'] }, steps: marks.map(([percent, moveTo]) => ({ percent, tell: ['team'], moveTo })) }) // prettier-ignore
  /** Of P1, with four hours round the clock, taken up at once. */
  const urgent = async () => {
    await t.at('2026-11-23 00:00')
    const id = await t.report(1, 1)
    await t.move(id, 'in_progress')
    return id
  }

  it.each([
    [50, '02:00'],
    [75, '03:00'],
    [90, '03:36'],
    [100, '04:01'],
  ])('does so at %s %%, and not before', (percent, time) =>
    ruled('escalations', steps([percent, 'above']), async () => {
      const id = await urgent()
      await t.at('2026-11-23 01:59')
      await t.tick()
      expect(await teamOf(id)).toBe((await networkTeam('130123')).id)
      await t.at(`2026-11-23 ${time}`)
      await t.tick()
      expect(await teamOf(id)).toBe((await networkTeam('130100')).id)
    }),
  )

  it('tells only, where that is what it says', () =>
    ruled('escalations', steps([100, null]), async () => {
      const id = await urgent()
      await t.at('2026-11-23 04:01')
      await t.tick()
      expect(await teamOf(id)).toBe((await networkTeam('130123')).id)
    }))

  it('goes one tier up at each mark, from whoever has it then', () =>
    ruled('escalations', steps([90, 'above'], [100, 'above']), async () => {
      const id = await urgent()
      for (const [time, code] of [
        ['03:36', '130100'],
        ['04:01', '130000'],
        ['06:01', '130000'],
      ] as const) {
        // prettier-ignore
        await t.at(`2026-11-23 ${time}`)
        await t.tick()
        expect(await teamOf(id)).toBe((await networkTeam(code)).id)
      }
    }))

  it('ends the offer of the team that has it no longer', () =>
    ruled('escalations', steps([100, 'above']), async () => {
      const id = await urgent()
      const { id: teamId } = await networkTeam('130000')
      const path = `/tickets/${id}/escalations`
      await t.call(t.agent, 'POST', path, { teamId, reason: '缺备件' }, 201)
      await t.at('2026-11-23 04:01')
      await t.tick()
      const { items } = await t.call(t.agent, 'GET', path)
      expect(items).toMatchObject([{ state: 'withdrawn', decidedBy: null, may: [] }])
      const { escalation, timeline } = await t.call(t.agent, 'GET', `/tickets/${id}`)
      expect(escalation).toBeNull()
      const told = timeline.filter(({ kind }: { kind: string }) => kind === 'escalation')
      expect(told.map(({ values }: { values: { event: string } }) => values.event)).toEqual([
        'offered',
        'withdrawn',
      ])
      await t.call(t.agent, 'POST', path, { teamId, reason: '仍缺备件' }, 201)
    }))

  it('is one step where several clocks are late at once, and what comes back stays', () =>
    ruled('escalations', steps([90, 'above'], [100, 'above']), async () => {
      await t.at('2026-11-23 00:00')
      const id = await t.report(1, 1)
      await t.at('2026-11-23 04:01')
      await t.tick()
      expect(await teamOf(id)).toBe((await networkTeam('130100')).id)
      const own = await networkTeam('130123')
      await assign(id, own.id)
      for (const time of ['04:02', '05:00', '09:00']) {
        await t.at(`2026-11-23 ${time}`)
        await t.tick()
        expect(await teamOf(id)).toBe(own.id)
      }
    }))
})

describe('what tiers owe one another', () => {
  const owed = (name: string, tiers: string[], hours: number) => ({ name, kind: 'ola', match: { tiers }, responseMs: null, resolutionMs: hours * hour, calendarId: null, pauses: [] }) // prettier-ignore

  it('runs from when somebody assigns it to a team above, by that team’s tier, until it is back', () =>
    ruled('targets', owed('市级支持', ['city'], 4), () =>
      ruled('targets', owed('省级支持', ['province'], 8), async () => {
        await t.at('2026-11-23 09:00')
        const id = await t.report()
        await t.at('2026-11-23 10:00')
        await assign(id, (await networkTeam('130100')).id)
        expect(await t.clock(id, 'resolution', 'ola')).toMatchObject({ name: '市级支持', dueAt: china('2026-11-23 14:00') }) // prettier-ignore
        await t.at('2026-11-23 11:00')
        await assign(id, (await networkTeam('130000')).id)
        const ola = async () => (await t.clocksOf(id)).filter(({ kind }) => kind === 'ola').map(({ name, state, elapsedMs }) => [name, state, elapsedMs / hour]) // prettier-ignore
        expect(await ola()).toEqual([['市级支持', 'stopped', 1], ['省级支持', 'running', 0]]) // prettier-ignore
        await t.at('2026-11-23 13:00')
        await assign(id, (await networkTeam('130123')).id)
        expect(await ola()).toEqual([['市级支持', 'stopped', 1], ['省级支持', 'stopped', 2]]) // prettier-ignore
      }),
    ))

  it('runs from the start of what comes to a team above at once, and again when it is reopened', () =>
    ruled('targets', owed('市级支持', ['city'], 4), async () => {
      await t.at('2026-11-23 09:00')
      const teamId = (await networkTeam('130100')).id
      const id = await open({ teamId })
      expect(await t.clock(id, 'resolution', 'ola')).toMatchObject({ state: 'running', elapsedMs: 0 })
      await t.move(id, 'in_progress')
      await t.at('2026-11-23 10:00')
      await t.move(id, 'resolved')
      expect(await t.clock(id, 'resolution', 'ola')).toMatchObject({ state: 'stopped', elapsedMs: hour })
      await t.at('2026-11-23 12:00')
      await t.move(id, 'in_progress')
      expect(await t.clock(id, 'resolution', 'ola')).toMatchObject({ state: 'running', dueAt: china('2026-11-23 15:00') }) // prettier-ignore
    }))
})

const open = (more: object) =>
  t.test.context.db.transaction().execute((tx) =>
    t.test.services.desk.open(tx, () => undefined, {
      kind: 'incident',
      title: '专线中断',
      description: '',
      channel: 'phone',
      rating: { impact: 2, urgency: 2 },
      regionId: region('130123'),
      ...more,
    }),
  )

describe('what a carrier owes', () => {
  const owed = (name: string, match: object, hours: number) => ({ name, kind: 'uc', match, responseMs: null, resolutionMs: hours * hour, calendarId: null, pauses: [] }) // prettier-ignore
  const cases: [circuit: string, role: 'cause' | 'affected', name: string, hours: number][] = [
    ['正定-主', 'cause', '电信 MSTP', 2],
    ['正定-备', 'cause', '移动', 6],
    ['唐山-备', 'affected', '运营商抢修', 4],
  ]

  it.each(cases)('for %s as its %s is that of %s, from when it is told until it is back', (key, role, name, hours) =>
    ruled('targets', { ...owed('电信 MSTP', { carriers: ['中国电信'], accesses: ['mstp'] }, 2), position: 1 }, () =>
      ruled('targets', { ...owed('移动', { carriers: ['中国移动'] }, 6), position: 2 }, async () => {
        await t.at('2026-11-23 09:00')
        const teamId = (await networkTeam('130123')).id
        const id = await open({ teamId, entities: [{ type: 'circuit', id: t.estate.get(key)!, name: key, role }] })
        await t.move(id, 'in_progress')
        expect(await t.clock(id, 'resolution', 'uc')).toBeUndefined()
        await t.at('2026-11-23 10:00')
        await t.move(id, 'pending', { reason: 'carrier' })
        expect(await t.clock(id, 'resolution', 'uc')).toMatchObject({ name, state: 'running', startedAt: china('2026-11-23 10:00'), targetMs: hours * hour })
        await t.at('2026-11-23 11:00')
        await t.move(id, 'in_progress')
        expect(await t.clock(id, 'resolution', 'uc')).toMatchObject({ state: 'stopped', elapsedMs: hour })
      }),
    ),
  ) // prettier-ignore
})
