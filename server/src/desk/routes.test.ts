import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { withSmallEstate } from '../estate/testing.ts'
import { testApp, type TestApp } from '../testing.ts'
import { movesFrom } from './engine.ts'
import { kinds, type StateOf } from './kinds.ts'
import type { NewTicket, Ticket, TicketDetail } from './schema.ts'

type IncidentState = StateOf<'incident'>
const incidentStates = Object.keys(kinds.incident.states) as IncidentState[]
const byWorkers = (from: IncidentState) =>
  movesFrom({ kind: 'incident', state: from, resolvedAtMs: null }, 0)
    .filter(({ by }) => by.includes('worker'))
    .map(({ to }) => to)

type Person = Awaited<ReturnType<TestApp['as']>>

let test: TestApp
let sites: Map<string, string>
let province: Person
let county: Person
let otherCity: Person
let reporter: Person
let neighbour: Person
let viewer: Person
const changed: string[] = []
beforeAll(async () => {
  test = await testApp()
  sites = await withSmallEstate(test)
  province = await test.as('agent', '130000')
  county = await test.as('engineer', '130123')
  otherCity = await test.as('engineer', '130200')
  reporter = await test.as('requester', '130123')
  neighbour = await test.as('requester', '130123')
  viewer = await test.as('viewer', '130100')
  test.context.bus.on('ticket.changed', ({ ticketIds }) => changed.push(...ticketIds))
})
afterAll(() => test.close())

const call = (who: Person, method: string, url: string, body?: unknown) =>
  who.inject({ method, url, body, headers: { 'accept-language': 'en' } })
const create = async (who: Person, ticket: Partial<NewTicket> = {}): Promise<TicketDetail> => {
  const answer = await call(who, 'POST', '/tickets', { title: '上不了网', description: '', ...ticket })
  expect(answer.statusCode, answer.body).toBe(201)
  return answer.json()
}
const read = async (who: Person, id: string): Promise<TicketDetail> =>
  (await who.inject({ url: `/tickets/${id}` })).json()
const list = async (who: Person, query = ''): Promise<Ticket[]> => {
  const answer = await who.inject({ url: `/tickets?limit=200${query}` })
  expect(answer.statusCode, answer.body).toBe(200)
  return answer.json().items
}
const problem = (answer: { statusCode: number; json: () => { code: string } }) => [
  answer.statusCode,
  answer.json().code,
]

async function bring(id: string, state: IncidentState): Promise<void> {
  const set = { state, ...(state === 'resolved' && { resolved_at: test.context.now }) }
  await test.context.db.updateTable('tickets').set(set).where('id', '=', id).execute()
}

describe('a reported incident', () => {
  it('is of the reporter’s county, middling, on its network team', async () => {
    const ticket = await create(reporter)
    expect(ticket).toMatchObject({
      state: 'new',
      priority: 'P3',
      channel: 'portal',
      region: { id: test.regions.get('130123'), name: '正定县' },
      team: { name: '网络组' },
      requester: { id: reporter.userId },
      timeline: [{ kind: 'state', author: { id: reporter.userId }, values: { from: null, to: 'new' } }],
      moves: ['cancelled'],
    })
    expect(changed).toContain(ticket.id)
  })

  it('is of the site’s region, rated as told', async () => {
    const ticket = await create(province, {
      siteId: sites.get('正定')!,
      impact: 1,
      urgency: 2,
      channel: 'phone',
    })
    expect(ticket).toMatchObject({
      priority: 'P2',
      channel: 'phone',
      region: { name: '正定县' },
      site: { name: '正定机房' },
    })
  })

  it.each<[string, () => Person, () => Partial<NewTicket>, [number, string]]>([
    [
      'a region out of reach',
      () => reporter,
      () => ({ regionId: test.regions.get('130200')! }),
      [404, 'not-found'],
    ],
    ['an unknown region', () => province, () => ({ regionId: 'reg_x' }), [404, 'not-found']],
    ['an unknown site', () => province, () => ({ siteId: 'sit_x' }), [404, 'not-found']],
    [
      'a site of another region',
      () => province,
      () => ({ siteId: sites.get('正定')!, regionId: test.regions.get('130200')! }),
      [404, 'not-found'],
    ],
    ['no title', () => province, () => ({ title: '' }), [400, 'invalid']],
    ['an unknown alarm', () => province, () => ({ alarmId: 'alm_x' }), [404, 'not-found']],
    ['an alarm, by a reporter', () => reporter, () => ({ alarmId: 'alm_x' }), [403, 'forbidden']],
    ['a viewer', () => viewer, () => ({}), [403, 'forbidden']],
  ])('is refused with %s', async (_, who, body, expected) => {
    expect(
      problem(await call(who(), 'POST', '/tickets', { title: 't', description: '', ...body() })),
    ).toEqual(expected)
  })
})

describe('who sees what', () => {
  it('staff see their regions, reporters their own, others nothing', async () => {
    const mine = await create(reporter)
    const sees = async (who: Person) => (await list(who)).some((ticket) => ticket.id === mine.id)
    const seen = await Promise.all([province, county, viewer, reporter, neighbour, otherCity].map(sees))
    expect(seen).toEqual([true, true, true, true, false, false])
    for (const who of [neighbour, otherCity])
      expect(problem(await who.inject({ url: `/tickets/${mine.id}` }))).toEqual([404, 'not-found'])
  })

  it('internal words stay among staff', async () => {
    const { id } = await create(reporter)
    await call(county, 'POST', `/tickets/${id}/comments`, { text: '等会儿再说', visibility: 'internal' })
    await call(county, 'POST', `/tickets/${id}/comments`, { text: '已收到', visibility: 'public' })
    const texts = async (who: Person) => (await read(who, id)).timeline.flatMap((entry) => entry.text ?? [])
    expect(await texts(county)).toEqual(['等会儿再说', '已收到'])
    expect(await texts(viewer)).toEqual(['等会儿再说', '已收到'])
    expect(await texts(reporter)).toEqual(['已收到'])
  })

  it.each<[string, () => Person, string, number]>([
    ['a reporter publicly on their own', () => reporter, 'public', 201],
    ['a reporter internally', () => reporter, 'internal', 403],
    ['a neighbour', () => neighbour, 'public', 404],
    ['a viewer', () => viewer, 'public', 403],
    ['another city', () => otherCity, 'public', 404],
  ])('%s comments', async (_, who, visibility, status) => {
    const { id } = await create(reporter)
    expect((await call(who(), 'POST', `/tickets/${id}/comments`, { text: '…', visibility })).statusCode).toBe(
      status,
    )
  })
})

describe('a list', () => {
  it('is narrowed by state, person, team, region and words', async () => {
    const ticket = await create(county, { title: '针式打印机 100% 不进纸' })
    await create(province, { regionId: test.regions.get('130224')!, title: '别处' })
    await call(county, 'POST', `/tickets/${ticket.id}/move`, { to: 'in_progress' })
    const has = async (query: string) => (await list(county, query)).some((one) => one.id === ticket.id)
    const answers = {
      '&state=open': true,
      '&state=in_progress': true,
      '&state=closed': false,
      '&assignee=me': true,
      [`&assignee=${county.userId}`]: true,
      '&assignee=none': false,
      [`&teamId=${ticket.team!.id}`]: true,
      '&teamId=tem_x': false,
      [`&regionId=${test.regions.get('130100')}`]: true,
      [`&regionId=${test.regions.get('130200')}`]: false,
      '&entityId=lnk_x': false,
      [`&q=${encodeURIComponent('打印机 100%')}`]: true,
      [`&q=${ticket.number.toLowerCase()}`]: true,
      [`&q=${encodeURIComponent('打印机 200')}`]: false,
    }
    for (const [query, expected] of Object.entries(answers))
      expect([query, await has(query)]).toEqual([query, expected])
  })

  it('goes page by page, each ticket once, newest first', async () => {
    for (let i = 0; i < 5; i++) {
      test.context.now += 1
      await create(county)
    }
    const all = await list(county)
    const paged: Ticket[] = []
    for (let cursor: string | null = ''; cursor !== null;) {
      const page: { items: Ticket[]; next: string | null } = (
        await county.inject({ url: `/tickets?limit=3${cursor && `&cursor=${cursor}`}` })
      ).json()
      paged.push(...page.items)
      cursor = page.next
    }
    expect(paged.map((ticket) => ticket.id)).toEqual(all.map((ticket) => ticket.id))
    expect(all.map((ticket) => ticket.createdAt)).toEqual(
      all.map((ticket) => ticket.createdAt).sort((a, b) => b - a),
    )
  })
})

describe('moving', () => {
  const pairs = incidentStates.flatMap((from) => incidentStates.map((to) => [from, to] as const))
  it.each(pairs)('from %s to %s is done or refused as the table says', async (from, to) => {
    const { id } = await create(county)
    await bring(id, from)
    const answer = await call(county, 'POST', `/tickets/${id}/move`, {
      to,
      ...(to === 'pending' && { reason: 'carrier' }),
    })
    if (byWorkers(from).includes(to)) {
      expect(answer.json()).toMatchObject({ state: to, pendingReason: to === 'pending' ? 'carrier' : null })
    } else {
      const bySystemAlone = to === 'resolved' && (from === 'new' || from === 'assigned')
      expect(problem(answer)).toEqual(bySystemAlone ? [403, 'forbidden'] : [409, 'wrong-move'])
      if (bySystemAlone) return
      for (const allowed of byWorkers(from)) expect(answer.json().detail).toContain(allowed)
    }
  })

  it('along its whole life is told line by line', async () => {
    const { id } = await create(reporter)
    for (const body of [
      { to: 'in_progress' },
      { to: 'pending', reason: 'carrier', text: '已报障联通' },
      { to: 'resolved', text: '更换尾纤' },
      { to: 'closed' },
    ])
      expect((await call(county, 'POST', `/tickets/${id}/move`, body)).statusCode).toBe(200)
    const ticket = await read(reporter, id)
    expect(ticket).toMatchObject({
      state: 'closed',
      assignee: { id: county.userId },
      resolvedAt: test.context.now,
      closedAt: test.context.now,
    })
    const moves = ticket.timeline.filter((entry) => entry.kind === 'state')
    expect(moves.map(({ values, text }) => [values.from, values.to, values.reason, text])).toEqual([
      [null, 'new', null, null],
      ['new', 'in_progress', null, null],
      ['in_progress', 'pending', 'carrier', '已报障联通'],
      ['pending', 'resolved', null, '更换尾纤'],
      ['resolved', 'closed', null, null],
    ])
  })

  it('to wait needs a reason', async () => {
    const { id } = await create(county)
    await call(county, 'POST', `/tickets/${id}/move`, { to: 'in_progress' })
    const answer = await call(county, 'POST', `/tickets/${id}/move`, { to: 'pending' })
    expect(problem(answer)).toEqual([400, 'invalid'])
    expect(answer.json()).toMatchObject({ errors: [{ path: '/reason' }] })
  })

  it('back from resolved ends after seven days', async () => {
    const { id } = await create(county)
    await bring(id, 'resolved')
    const tooLongAgo = { resolved_at: test.context.now - 7 * 24 * 3_600_000 - 1 }
    await test.context.db.updateTable('tickets').set(tooLongAgo).where('id', '=', id).execute()
    expect((await read(county, id)).moves).toEqual(['closed'])
    const answer = await call(county, 'POST', `/tickets/${id}/move`, { to: 'in_progress' })
    expect(problem(answer)).toEqual([409, 'wrong-move'])
  })

  it.each<[string, () => Person, number]>([
    ['its reporter', () => reporter, 403],
    ['a viewer', () => viewer, 403],
    ['another city', () => otherCity, 404],
    ['the province', () => province, 200],
  ])('by %s', async (_, who, status) => {
    const { id } = await create(reporter)
    expect((await call(who(), 'POST', `/tickets/${id}/move`, { to: 'in_progress' })).statusCode).toBe(status)
  })

  it('by two people at once is done once', async () => {
    const { id } = await create(county)
    const moves = [province, county].map((who) =>
      call(who, 'POST', `/tickets/${id}/move`, { to: 'in_progress' }),
    )
    const answers = await Promise.all(moves)
    expect(answers.map((answer) => answer.statusCode).sort()).toEqual([200, 409])
  })
})

describe('assigning', () => {
  it('a person makes a new ticket assigned, and says who', async () => {
    const { id } = await create(reporter)
    const answer = await call(province, 'POST', `/tickets/${id}/assign`, { assigneeId: county.userId })
    expect(answer.json()).toMatchObject({ state: 'assigned', assignee: { id: county.userId } })
    const last = (answer.json() as TicketDetail).timeline.slice(1)
    expect(last).toMatchObject([
      { kind: 'assignment', values: { from: null, to: 'engineer' } },
      { kind: 'state', values: { from: 'new', to: 'assigned' } },
    ])
    const back = await call(province, 'POST', `/tickets/${id}/assign`, { assigneeId: null })
    expect(back.json()).toMatchObject({ state: 'assigned', assignee: null })
  })

  it('the upper team moves neither region nor state', async () => {
    const { id, team } = await create(reporter)
    const upper = (await test.services.identity.teamFor(test.regions.get('130100')!, '网络组'))!
    const answer = await call(county, 'POST', `/tickets/${id}/assign`, { teamId: upper.id })
    expect(answer.json()).toMatchObject({ state: 'new', team: { id: upper.id }, region: { name: '正定县' } })
    expect(upper.id).not.toBe(team!.id)
  })

  it('the same again says nothing', async () => {
    const { id, team } = await create(reporter)
    const answer = await call(county, 'POST', `/tickets/${id}/assign`, { teamId: team!.id })
    expect((answer.json() as TicketDetail).timeline).toHaveLength(1)
  })

  it.each<[string, () => unknown]>([
    ['a person who may not work on it', () => ({ assigneeId: otherCity.userId })],
    ['a reporter', () => ({ assigneeId: reporter.userId })],
    ['nobody known', () => ({ assigneeId: 'usr_x' })],
    ['an unknown team', () => ({ teamId: 'tem_x' })],
  ])('%s is refused', async (_, body) => {
    const { id } = await create(reporter)
    expect(problem(await call(county, 'POST', `/tickets/${id}/assign`, body()))).toEqual([404, 'not-found'])
  })

  it('a team of another city is refused', async () => {
    const { id } = await create(reporter)
    const team = (await test.services.identity.teamFor(test.regions.get('130200')!, '网络组'))!
    expect(problem(await call(county, 'POST', `/tickets/${id}/assign`, { teamId: team.id }))).toEqual([
      404,
      'not-found',
    ])
  })

  it.each(['closed', 'cancelled'] as const)('what is %s is refused', async (state) => {
    const { id } = await create(county)
    await bring(id, state)
    const answer = await call(county, 'POST', `/tickets/${id}/assign`, { assigneeId: county.userId })
    expect(problem(answer)).toEqual([409, 'wrong-move'])
  })
})
