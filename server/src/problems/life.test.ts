import { once } from 'node:events'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { plantCounty, type County } from '../decider-testing.ts'
import { testApp, type TestApp } from '../testing.ts'
import type { KnownError, ProblemDetail, ProblemSuggestion } from './schema.ts'

type Entities = ProblemDetail['ticket']['entities']
type Person = Awaited<ReturnType<TestApp['as']>>
let test: TestApp
let ids: County
let agent: Person

beforeEach(async () => {
  test = await testApp()
  ids = await plantCounty(test)
  const reloaded = once(test.context.bus, 'estate.reloaded')
  test.services.estate.changed([ids.link])
  await reloaded
  agent = await test.as('engineer', '130100')
})
afterEach(() => test.close())

const regionId = (code = '130123') => test.regions.get(code)!
async function incident(title: string, lineIds: string[] = [], code = '130123', more: Entities = []) {
  test.context.now += 1000
  const lines = lineIds.map((id) => ({ type: 'circuit', id, name: '主线', role: 'cause' as const }))
  const entities = [...lines, ...more]
  const about = { channel: 'portal' as const, rating: 'P3' as const, regionId: regionId(code), entities }
  return test.services.audit.write((tx, note) =>
    test.services.desk.open(tx, note, { kind: 'incident', title, description: '', ...about }),
  )
}
const post = (url: string, body: object, who = agent) => who.inject({ method: 'POST', url, body })
const patch = (id: string, body: object) => agent.inject({ method: 'PATCH', url: `/problems/${id}`, body })
const suggested = async (who = agent) =>
  (await who.inject({ url: '/problems/suggestions' })).json().items as ProblemSuggestion[]
const knownFor = async (id: string, who = agent) =>
  (await who.inject({ url: `/tickets/${id}/known-errors` })).json().items as KnownError[]
const timelineOf = async (id: string) => (await agent.inject({ url: `/tickets/${id}` })).json().timeline
async function problem(incidentIds: string[], title = '主线反复中断') {
  const answer = await post('/problems', { title, description: '', incidentIds })
  expect(answer.statusCode).toBe(201)
  return answer.json() as ProblemDetail
}
async function published(incidentIds: string[], title?: string) {
  const { ticket } = await problem(incidentIds, title)
  await patch(ticket.id, { workaround: '切到备线' })
  await post(`/tickets/${ticket.id}/move`, { to: 'investigating' })
  expect((await post(`/tickets/${ticket.id}/move`, { to: 'known_error' })).json().state).toBe('known_error')
  return ticket.id
}

it('incidents of one line are suggested until they are laid to a problem', async () => {
  const [circuit] = ids.circuits
  const found = [await incident('断网', [circuit!]), await incident('丢包', [circuit!])]
  await incident('打印机卡纸')
  expect(await suggested()).toMatchObject([
    { why: 'entity', shared: '主线', entity: { id: circuit }, total: 2, incidents: [{ id: found[0] }, { id: found[1] }] }, // prettier-ignore
  ])
  const made = await problem(found)
  expect(made).toMatchObject({ incidents: 2, ticket: { region: { id: regionId() }, entities: [{ id: circuit }] } }) // prettier-ignore
  expect(made.caused.map(({ id }) => id).sort()).toEqual(found.sort())
  expect(await suggested()).toEqual([])
  expect(await timelineOf(found[0]!)).toContainEqual(
    expect.objectContaining({ kind: 'link', values: { event: 'caused-by', number: made.ticket.number } }),
  )
})

it('what one site reports is not one thing for that', async () => {
  const siteId = test.services.state.model.links.get(ids.link)!.lowerSiteId
  const site = [{ type: 'site', id: siteId, name: '正定县局', role: 'affected' as const }]
  for (const title of ['打印机卡纸', '电话没有声音', '上不了网']) await incident(title, [], '130123', site)
  expect(await suggested()).toEqual([])
})

it('a problem is a known error with a workaround, and resolved with a cause', async () => {
  const { ticket } = await problem([])
  const move = (to: string, more: object = {}) => post(`/tickets/${ticket.id}/move`, { to, ...more })
  await move('investigating')
  expect((await move('known_error')).json().errors).toMatchObject([{ path: '/workaround' }])
  expect((await move('resolved', { resolution: '换板' })).json().errors).toMatchObject([{ path: '/rootCause' }]) // prettier-ignore
  await patch(ticket.id, { workaround: '切到备线', rootCause: '光模块老化' })
  await move('known_error')
  expect((await patch(ticket.id, { workaround: '' })).statusCode).toBe(409)
  expect((await move('resolved', { resolution: '更换光模块' })).json()).toMatchObject({
    state: 'resolved',
    resolution: '更换光模块',
  })
})

it('its incidents are told of the workaround and of the end', async () => {
  const id = await incident('断网', [ids.circuits[0]!])
  const problemId = await published([id])
  await patch(problemId, { rootCause: '光模块老化' })
  const told: string[][] = []
  test.context.bus.on('ticket.changed', ({ ticketIds }) => told.push(ticketIds))
  await post(`/tickets/${problemId}/move`, { to: 'resolved', resolution: '更换光模块' })
  expect(told).toContainEqual([id])
  const events = (await timelineOf(id)).filter(({ kind }: { kind: string }) => kind === 'link')
  expect(events).toMatchObject([
    { values: { event: 'caused-by' } },
    { values: { event: 'workaround' }, text: '切到备线' },
    { values: { event: 'cause-resolved' }, text: '更换光模块' },
  ])
})

it.each([
  ['the line it is about', () => incident('上不了网', [ids.circuits[0]!]), ['entity']],
  ['what it says', () => incident('县局主线反复中断'), ['words']],
])('a known error is offered to an incident by %s', async (_name, open, why) => {
  await published([await incident('主线', [ids.circuits[0]!])])
  const found = await knownFor(await open())
  expect(found).toMatchObject([{ title: '主线反复中断', workaround: '切到备线', why, isSeen: true }])
})

it('a known error of the city is offered in its county, not beside it, and to nobody who only reports', async () => {
  await published([await incident('断网', [], '130100')])
  const county = await test.as('engineer', '130123')
  expect(await knownFor(await incident('主线反复中断'), county)).toMatchObject([{ isSeen: false }])
  expect(await knownFor(await incident('主线反复中断', [], '130224'), await test.as('engineer', '130200'))).toEqual([]) // prettier-ignore
  const reporter = await test.as('requester', '130123')
  const own = (await post('/tickets', { title: '主线反复中断', description: '' }, reporter)).json().id
  expect(await knownFor(own, reporter)).toEqual([])
})

it('one that is investigated again is offered no more', async () => {
  const problemId = await published([])
  const id = await incident('主线反复中断')
  expect(await knownFor(id)).toHaveLength(1)
  await post(`/tickets/${problemId}/move`, { to: 'investigating' })
  expect(await knownFor(id)).toEqual([])
})

it('a problem of incidents in two counties belongs to the city above, whose people alone may open it', async () => {
  const both = [await incident('甲'), await incident('乙', [], '130109')]
  expect((await problem(both)).ticket.region.id).toBe(regionId('130100'))
  const county = await test.as('engineer', '130123')
  expect((await post('/problems', { title: '丙', description: '', incidentIds: both }, county)).statusCode).toBe(404) // prettier-ignore
})
