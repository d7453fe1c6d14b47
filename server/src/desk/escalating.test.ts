import { newId } from '@zongheng/inventory/id.ts'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { testApp, type TestApp } from '../testing.ts'
import type { Escalation, EscalationTarget } from './schema-together.ts'
import type { TicketDetail } from './schema.ts'
import { call, code, read as readTicket, toldOf, type Person } from './together-testing.ts'

let test: TestApp
let county: Person
let countyColleague: Person
let city: Person
let cityMember: Person
let cityManager: Person
let province: Person
let reporter: Person
let otherCity: Person
let cityTeam: string
let id: string
beforeAll(async () => {
  test = await testApp()
  county = await test.as('engineer', '130123')
  countyColleague = await test.as('agent', '130123')
  city = await test.as('agent', '130100')
  cityMember = await test.as('agent', '130100')
  cityManager = await test.as('manager', '130100')
  province = await test.as('engineer', '130000')
  reporter = await test.as('requester', '130123')
  otherCity = await test.as('manager', '130200')
  cityTeam = await teamOf('130100')
  await joins(cityTeam, cityMember)
})
afterAll(() => test.close())
beforeEach(async () => {
  id = (await call(reporter, 'POST', '/tickets', { title: '上不了网', description: '' })).json().id
})

const teamOf = async (code: string) =>
  (await test.services.identity.teamFor(test.regions.get(code)!, '网络组'))!.id
const joins = (teamId: string, { userId }: Person) =>
  test.context.db.insertInto('team_members').values({ team_id: teamId, user_id: userId }).execute()
const offer = (who: Person, teamId = cityTeam) =>
  call(who, 'POST', `/tickets/${id}/escalations`, { teamId, reason: '缺备件' })
const offered = async (): Promise<string> => (await offer(county)).json().escalation.id
const decide = (who: Person, escalationId: string, decision: string, text?: string) =>
  call(who, 'POST', `/tickets/${id}/escalations/${escalationId}/decision`, {
    decision,
    ...(text && { text }),
  })
const read = (who: Person) => readTicket(who, id)
const told = (event: string) => toldOf(test, event, id)

describe('what a ticket may be offered to', () => {
  const targets = async (who: Person): Promise<string[]> => {
    const answer = await call(who, 'GET', `/tickets/${id}/escalation-targets`)
    return answer
      .json()
      .items.map(({ name, region, kind }: EscalationTarget) => `${region.name} ${name} ${kind}`)
  }

  it('is the tiers above, nearest first, and specialists of its own regions', async () => {
    const stamps = { created_at: 1, updated_at: 1 }
    const add = (regionCode: string, name: string) =>
      test.context.db
        .insertInto('teams')
        .values({ id: newId('team'), name, region_id: test.regions.get(regionCode)!, ...stamps })
        .execute()
    await add('130123', '机房组')
    await add('130200', '别处组')
    expect(await targets(county)).toEqual([
      '正定县 机房组 specialist',
      '石家庄市 网络组 above',
      '石家庄市 服务台 above',
      '河北省 网络组 above',
      '河北省 服务台 above',
    ])
  })

  it('is only what lies above the team that has it by now', async () => {
    await call(city, 'POST', `/tickets/${id}/assign`, { teamId: cityTeam })
    expect((await targets(county)).filter((name) => name.includes('above'))).toEqual([
      '河北省 网络组 above',
      '河北省 服务台 above',
    ])
  })

  it.each<[string, () => Promise<string>]>([
    ['the team that has it', () => teamOf('130123')],
    ['another city’s', () => teamOf('130200')],
    ['a stranger', async () => 'tem_x'],
  ])('is never %s', async (_, team) => {
    expect(code(await offer(county, await team()))).toEqual([404, 'not-found'])
  })
})

describe('an offer', () => {
  it('that is accepted hands the ticket to the team; its region stays, and the lower tier goes on seeing it', async () => {
    const escalationId = await offered()
    expect((await told('ticket-offered')).sort()).toEqual([cityMember.userId])
    const answer = await decide(cityMember, escalationId, 'accepted')
    expect(answer.json()).toMatchObject({
      team: { id: cityTeam },
      region: { name: '正定县' },
      assignee: null,
      escalation: null,
    })
    expect(code(await call(county, 'POST', `/tickets/${id}/comments`, { text: '备件型号 X', visibility: 'internal' }))[0]).toBe(201) // prettier-ignore
    const lines = (await read(county)).timeline.filter(({ kind }) => kind === 'escalation')
    expect(lines.map(({ values }) => values.event)).toEqual(['offered', 'accepted'])
    expect(await told('ticket-accepted')).toEqual([county.userId])
    expect(lines[1]!.values.toTeam).toBe('石家庄市 网络组')
    const about = await call(county, 'GET', `/tickets/${id}/escalations`)
    expect(about.json().items).toMatchObject([
      { state: 'accepted', offeredBy: { id: county.userId }, decidedBy: { id: cityMember.userId }, may: [] },
    ])
  })

  it('that is returned says why, and leaves the ticket where it was', async () => {
    const before = (await read(county)).team
    const escalationId = await offered()
    expect(code(await decide(cityMember, escalationId, 'returned'))).toEqual([400, 'invalid'])
    const answer = await decide(cityMember, escalationId, 'returned', '县里有备件')
    expect(answer.json()).toMatchObject({ team: before, escalation: null })
    expect(await told('ticket-returned')).toEqual([county.userId])
    expect((await read(county)).timeline.at(-1)).toMatchObject({ text: '县里有备件', visibility: 'internal' })
  })

  it('stands alone: a second waits for its decision', async () => {
    const escalationId = await offered()
    expect(code(await offer(county, await teamOf('130000')))).toEqual([409, 'escalation-open'])
    await decide(county, escalationId, 'withdrawn')
    expect(code(await offer(county, await teamOf('130000')))).toEqual([201, 'done'])
  })

  it('ends with the work it was made for', async () => {
    await offered()
    for (const to of ['in_progress', 'resolved']) await call(county, 'POST', `/tickets/${id}/move`, { to })
    const { items }: { items: Escalation[] } = (
      await call(county, 'GET', `/tickets/${id}/escalations`)
    ).json()
    expect(items.map(({ state, decidedBy }) => [state, decidedBy])).toEqual([['withdrawn', null]])
    expect(code(await offer(county))).toEqual([409, 'wrong-move'])
  })

  it('is no business of its reporter', async () => {
    await offered()
    const seen = await read(reporter)
    expect([seen.escalation, seen.timeline.map(({ kind }) => kind)]).toEqual([null, ['state']])
  })

  it.each<[string, () => Person, [string, number, string][]]>([
    [
      'a member of the team',
      () => cityMember,
      [
        ['accepted', 200, 'done'],
        ['withdrawn', 403, 'forbidden'],
      ],
    ],
    [
      'a manager of its region',
      () => cityManager,
      [
        ['accepted', 200, 'done'],
        ['withdrawn', 200, 'done'],
      ],
    ],
    [
      'one who works there without being on it',
      () => city,
      [
        ['accepted', 403, 'forbidden'],
        ['withdrawn', 403, 'forbidden'],
      ],
    ],
    [
      'whoever offered it',
      () => county,
      [
        ['accepted', 403, 'forbidden'],
        ['withdrawn', 200, 'done'],
      ],
    ],
    [
      'their colleague',
      () => countyColleague,
      [
        ['accepted', 403, 'forbidden'],
        ['withdrawn', 403, 'forbidden'],
      ],
    ],
    [
      'a tier above both',
      () => province,
      [
        ['accepted', 403, 'forbidden'],
        ['withdrawn', 403, 'forbidden'],
      ],
    ],
    [
      'another city',
      () => otherCity,
      [
        ['accepted', 404, 'not-found'],
        ['withdrawn', 404, 'not-found'],
      ],
    ],
    [
      'its reporter',
      () => reporter,
      [
        ['accepted', 403, 'forbidden'],
        ['withdrawn', 403, 'forbidden'],
      ],
    ],
  ])('is decided by %s, or not', async (_, who, decisions) => {
    for (const [decision, status, told] of decisions) {
      const escalationId = await offered()
      expect([decision, ...code(await decide(who(), escalationId, decision))]).toEqual([
        decision,
        status,
        told,
      ])
      await decide(county, escalationId, 'withdrawn')
      await test.context.db.updateTable('tickets').set({ team_id: null }).where('id', '=', id).execute()
    }
  })

  it('to a team without members is decided by whoever works there', async () => {
    const escalationId = (await offer(county, await teamOf('130000'))).json().escalation.id as string
    expect(code(await decide(city, escalationId, 'accepted'))).toEqual([403, 'forbidden'])
    expect(code(await decide(province, escalationId, 'accepted'))).toEqual([200, 'done'])
  })

  it('accepted and withdrawn at once is one of the two, and the ticket is where that says', async () => {
    for (let i = 0; i < 5; i++) {
      const escalationId = await offered()
      const before = (await read(county)).team!.id
      const answers = await Promise.all([
        decide(cityMember, escalationId, 'accepted'),
        decide(county, escalationId, 'withdrawn'),
      ])
      expect(answers.map(({ statusCode }) => statusCode).sort()).toEqual([200, 409])
      const { items }: { items: Escalation[] } = (
        await call(county, 'GET', `/tickets/${id}/escalations`)
      ).json()
      const isAccepted = items.find((one) => one.id === escalationId)!.state === 'accepted'
      expect((await read(county)).team!.id).toBe(isAccepted ? cityTeam : before)
      await call(county, 'POST', `/tickets/${id}/assign`, { teamId: await teamOf('130123') })
    }
  })
})

describe('urging', () => {
  const urge = (who: Person) => call(who, 'POST', `/tickets/${id}/urgings`, { text: '领导关注' })

  it('from above is counted, and told to whoever works on it', async () => {
    const team = await teamOf('130123')
    await joins(team, countyColleague)
    await call(county, 'POST', `/tickets/${id}/move`, { to: 'in_progress' })
    expect([(await read(county)).mayUrge, (await read(city)).mayUrge]).toEqual([false, true])
    expect((await urge(city)).json()).toMatchObject({ isUrged: 1 })
    expect((await urge(province)).json()).toMatchObject({ isUrged: 2 })
    expect((await told('ticket-urged')).sort()).toEqual([county, countyColleague, county, countyColleague].map(({ userId }) => userId).sort()) // prettier-ignore
    expect((await read(reporter)).timeline.filter(({ kind }) => kind === 'urging')).toEqual([])
    expect(code(await urge(city))).toEqual([409, 'urged-already'])
    test.context.now += 10 * 60_000
    expect(code(await urge(city))).toEqual([201, 'done'])
  })

  it.each<[string, () => Person, [number, string]]>([
    ['a colleague', () => county, [403, 'forbidden']],
    ['its reporter', () => reporter, [403, 'forbidden']],
    ['another city', () => otherCity, [404, 'not-found']],
  ])('is not for %s', async (_, who, expected) => {
    expect(code(await urge(who()))).toEqual(expected)
  })
})

describe('whoever is on duty', () => {
  const dutyOf = async (policy: string, who: Person) => {
    const teamId = await teamOf('130109')
    const manager = await test.as('manager', '130109')
    const regionId = test.regions.get('130109')!
    const rotation = { turn: 'daily', userIds: [who.userId], from: '2026-11-01', handoverMinute: 0, handoverWeekday: 1 } // prettier-ignore
    await test.context.db.deleteFrom('duty_rosters').execute()
    const at = { created_at: 1, updated_at: 1 }
    await test.context.db
      .insertInto('duty_rosters')
      .values({
        id: newId('roster'),
        region_id: regionId,
        team_id: teamId,
        name: '值班',
        rotation: JSON.stringify(rotation),
        archived_at: null,
        ...at,
      }) // prettier-ignore
      .execute()
    expect(code(await call(manager, 'PUT', `/desk/teams/${teamId}/duty`, { policy }))).toEqual([200, 'done'])
    const opened = await call(await test.as('requester', '130109'), 'POST', '/tickets', { title: '断网', description: '' }) // prettier-ignore
    id = opened.json().id
    return opened.json() as TicketDetail
  }

  it('gets what comes to the team, where that is its way', async () => {
    const who = await test.as('engineer', '130109')
    const opened = await dutyOf('assign', who)
    expect(opened).toMatchObject({ state: 'assigned', assignee: { id: who.userId } })
    expect(opened.timeline.map(({ kind, values }) => [kind, values.to])).toEqual([
      ['state', 'new'],
      ['assignment', 'engineer'],
      ['state', 'assigned'],
    ])
    expect(await told('ticket-assigned')).toEqual([who.userId])
  })

  it('is told of it, where that is its way', async () => {
    const who = await test.as('engineer', '130109')
    expect(await dutyOf('offer', who)).toMatchObject({ state: 'new', assignee: null })
    expect(await told('ticket-on-duty')).toEqual([who.userId])
  })

  it('has nothing to do with it otherwise, and never where they may not work', async () => {
    const who = await test.as('engineer', '130109')
    expect(await dutyOf('off', who)).toMatchObject({ state: 'new', assignee: null })
    expect(await dutyOf('assign', otherCity)).toMatchObject({ state: 'new', assignee: null })
    expect([await told('ticket-on-duty'), await told('ticket-assigned')]).toEqual([[], []])
  })

  it('of the team above gets what that team accepts', async () => {
    const teamId = await teamOf('130100')
    await test.context.db.insertInto('team_duties').values({ team_id: teamId, policy: 'assign', updated_at: 1 }).execute() // prettier-ignore
    const rotation = { turn: 'daily', userIds: [cityMember.userId], from: '2026-11-01', handoverMinute: 0, handoverWeekday: 1 } // prettier-ignore
    await test.context.db
      .insertInto('duty_rosters')
      .values({
        id: newId('roster'),
        region_id: test.regions.get('130100')!,
        team_id: null,
        name: '市值班',
        rotation: JSON.stringify(rotation),
        archived_at: null,
        created_at: 1,
        updated_at: 1,
      }) // prettier-ignore
      .execute()
    const answer = await decide(cityMember, await offered(), 'accepted')
    expect(answer.json()).toMatchObject({ team: { id: teamId }, assignee: { id: cityMember.userId } })
  })
})
