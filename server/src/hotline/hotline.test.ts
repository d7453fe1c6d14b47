import { newId } from '@zongheng/inventory/id.ts'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { withSmallEstate } from '../estate/testing.ts'
import { testApp, type TestApp } from '../testing.ts'
import { queryOf } from './looking.ts'

let t: TestApp
let agent: Awaited<ReturnType<TestApp['as']>>
let other: typeof agent
let siteId: string
let wang: string

beforeAll(async () => {
  t = await testApp()
  await withSmallEstate(t)
  await t.services.state.reload()
  agent = await t.as('agent', '130100')
  other = await t.as('agent', '130200')
  const sites = [...t.services.state.model.sites.values()]
  siteId = sites.find((site) => site.regionId === t.regions.get('130123'))!.id
  wang = await person('王芳', '0311-86681200')
  await person('单志刚', '13812345678')
  await person('李雷', '86681299', '130224')
})
afterAll(() => t.close())

const person = (displayName: string, phone: string, code = '130123') =>
  t.services.identity.createUser({
    username: newId('user'),
    displayName,
    passwordHash: '-',
    directory: { phone },
    regionId: t.regions.get(code)!,
    grants: [],
  })
const lookup = async (q: string, who = agent) =>
  (await who.inject({ url: `/hotline/lookup?q=${encodeURIComponent(q)}` }))
    .json()
    .items.map((one: { name: string }) => one.name)
const told = async (body: object, who = agent) => {
  const answer = await who.inject({ method: 'POST', url: '/hotline/calls', body })
  expect(answer.statusCode, answer.body).toBe(200)
  return answer.json()
}

it.each([
  ['0311-86681200', { phoneKey: '002186681130' }],
  ['1200', { phoneKey: '0021' }],
  ['wf', { initials: 'wf' }],
  ['W F', { initials: 'wf' }],
  ['王芳', { name: '王芳' }],
  ['w', null],
  ['1', null],
])('%s is asked as %o', (q, asked) => {
  expect(queryOf(q)).toEqual(asked)
})

it.each([
  ['+86 311 86681200', '王芳'],
  ['86681200', '王芳'],
  ['1200', '王芳'],
  ['wf', '王芳'],
  ['王', '王芳'],
  ['szg', '单志刚'],
  ['8613812345678', '单志刚'],
])('finds by %s: %s', async (q, name) => {
  expect(await lookup(q)).toContain(name)
})

it('finds nobody outside the regions that one serves', async () => {
  expect(await lookup('ll')).toEqual([])
  expect(await lookup('王芳', other)).toEqual([])
  expect((await other.inject({ url: `/hotline/situation?userId=${wang}` })).statusCode).toBe(404)
  expect((await other.inject({ url: `/hotline/situation?siteId=${siteId}` })).statusCode).toBe(404)
})

it('keeps a call once, however often and in whatever order the exchange tells of it', async () => {
  const call = { callId: 'pbx-1', number: '+8631186681200' }
  const first = await told(call)
  expect(first).toMatchObject({ state: 'ringing', user: { id: wang, name: '王芳' } })
  expect(await told({ ...call, event: 'ended', at: 9000 })).toMatchObject({ id: first.id, state: 'missed' })
  expect(await told({ ...call, event: 'ringing' })).toMatchObject({ id: first.id, state: 'missed' })
  expect(await told({ ...call, event: 'answered', at: 5000 })).toMatchObject({ id: first.id, state: 'ended' })
  expect(await told({ ...call, event: 'ended', at: 9999 })).toMatchObject({ endedAt: 9000 })
  const at = await Promise.all([1, 2, 3].map(() => told({ callId: 'pbx-2', number: '110' })))
  expect(new Set(at.map(({ id }) => id)).size).toBe(1)
})

it('lists calls of one’s regions, those that were missed by themselves', async () => {
  await told({ callId: 'pbx-3', number: '10000', event: 'ringing' })
  await told({ callId: 'pbx-3', number: '10000', event: 'ended' })
  const missed = (await agent.inject({ url: '/hotline/calls?missed=true' })).json().items
  expect(missed.map((one: { callId: string }) => one.callId)).toEqual(['pbx-3'])
  expect((await other.inject({ url: '/hotline/calls' })).json().items).toEqual([])
})

it('rings for whoever sits at the line, and a line is one person’s', async () => {
  const colleague = await t.as('agent', '130100')
  const sit = (who: typeof agent, line: string | null) =>
    who.inject({ method: 'PUT', url: '/hotline/line', body: { line } })
  await sit(agent, '8012')
  expect(await told({ callId: 'pbx-4', number: '1200', line: '8012' })).toMatchObject({
    rungFor: { id: agent.userId },
  })
  await sit(colleague, '8012')
  expect((await agent.inject({ url: '/hotline/line' })).json()).toEqual({ line: null })
  expect(await told({ callId: 'pbx-5', number: '1200', line: '8012' })).toMatchObject({
    rungFor: { id: colleague.userId },
  })
})

it('shows where a caller works and opens their ticket, with the call in its timeline', async () => {
  await t.services.identity.chooseSite(wang, siteId)
  const call = await told({ callId: 'pbx-6', number: '031186681200' })
  const situation = (await agent.inject({ url: `/hotline/situation?userId=${wang}` })).json()
  expect(situation).toMatchObject({ caller: { name: '王芳' }, site: { id: siteId } })
  expect(situation.links.length).toBeGreaterThan(0)
  expect(situation.calls[0].id).toBe(call.id)
  const body = { callId: call.id, userId: wang, siteId, category: 'network', title: '上不了网' }
  const made = (await agent.inject({ method: 'POST', url: '/hotline/tickets', body })).json()
  const ticket = (await agent.inject({ url: `/tickets/${made.id}` })).json()
  expect(ticket).toMatchObject({ channel: 'phone', requester: { id: wang }, site: { id: siteId } })
  expect(ticket.timeline.map((entry: { kind: string }) => entry.kind)).toContain('call')
  const again = (await agent.inject({ url: `/hotline/situation?userId=${wang}` })).json()
  expect(again.tickets.map((one: { id: string }) => one.id)).toContain(made.id)
  expect(again.calls[0].ticket).toEqual({ id: made.id, number: made.number })
})

it('knows who called before without an account, and adds them to an open ticket', async () => {
  const call = await told({ callId: 'pbx-7', number: '13700000000' })
  const ticket = (
    await agent.inject({
      method: 'POST',
      url: '/hotline/tickets',
      body: { siteId, category: 'network', title: '断网' },
    })
  ).json()
  const patch = (body: object) => agent.inject({ method: 'PATCH', url: `/hotline/calls/${call.id}`, body })
  await patch({ name: '赵会计', siteId, event: 'answered' })
  expect(await lookup('+8613700000000')).toEqual(['赵会计'])
  const url = `/hotline/calls/${call.id}/me-too`
  const answer = await agent.inject({ method: 'POST', url, body: { ticketId: ticket.id } })
  expect(answer.json(), answer.body).toMatchObject({ ticket: { id: ticket.id }, name: '赵会计' })
  expect((await agent.inject({ method: 'POST', url, body: { ticketId: ticket.id } })).statusCode).toBe(409)
})

it('opens one ticket for a draft, however often it is sent; another draft is another', async () => {
  const send = async (key: string) => {
    const body = { key, siteId, category: 'network', title: '线路不通' }
    const answer = await agent.inject({ method: 'POST', url: '/hotline/tickets', body })
    expect(answer.statusCode, answer.body).toBe(201)
    return answer.json().id as string
  }
  const [first, again] = await Promise.all([send('draft-0001'), send('draft-0001')])
  expect([again, await send('draft-0001')]).toEqual([first, first])
  expect(await send('draft-0002')).not.toBe(first)
})
