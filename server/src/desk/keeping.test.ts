import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { withSmallEstate } from '../estate/testing.ts'
import { testApp, type TestApp } from '../testing.ts'
import type { TicketDetail } from './schema.ts'

type Person = Awaited<ReturnType<TestApp['as']>>

let t: TestApp
let sites: Map<string, string>
let county: Person
let colleague: Person
let other: Person
let reporter: Person
let viewer: Person
let admin: Person
let ticket: TicketDetail

beforeAll(async () => {
  t = await testApp()
  sites = await withSmallEstate(t)
  county = await t.as('engineer', '130123')
  colleague = await t.as('engineer', '130123')
  other = await t.as('engineer', '130224')
  reporter = await t.as('requester', '130123')
  viewer = await t.as('viewer', '130100')
  admin = await t.as('network-admin', '130000')
})
afterAll(() => t.close())
beforeEach(async () => {
  ticket = await report()
})

const ask = (who: Person, method: string, url: string, body?: unknown) => who.inject({ method, url, body })
const report = async (): Promise<TicketDetail> => (await ask(reporter, 'POST', '/tickets', { title: '断网', description: '' })).json() // prettier-ignore
const done = async (who: Person, method: string, url: string, body?: unknown): Promise<TicketDetail> => {
  const answer = await ask(who, method, url, body)
  expect(answer.statusCode, answer.body).toBe(200)
  return answer.json()
}
const status = async (...asked: Parameters<typeof ask>) => (await ask(...asked)).statusCode

describe('tags', () => {
  it('are set whole, sorted, said once, and found by their beginning', async () => {
    const set = (tags: string[]) => done(county, 'PUT', `/tickets/${ticket.id}/tags`, { tags })
    expect((await set(['专线', '反复'])).tags).toEqual(['专线', '反复'].sort())
    const again = await set(['反复', '专线'])
    expect(again.timeline.filter(({ kind }) => kind === 'fields')).toHaveLength(1)
    expect((await set(['反复'])).tags).toEqual(['反复'])
    expect((await ask(county, 'GET', `/desk/tags?q=${encodeURIComponent('反')}`)).json().items).toEqual([
      '反复',
    ])
    const [found] = (await ask(county, 'GET', `/tickets?tag=${encodeURIComponent('反复')}`)).json().items
    expect(found.id).toBe(ticket.id)
  })

  it.each<[string, () => Person, string[], number]>([
    ['another county', () => other, ['a'], 404],
    ['a reporter', () => reporter, ['a'], 403],
    ['a viewer', () => viewer, ['a'], 403],
    ['white space', () => county, [' a'], 400],
    ['nothing', () => county, [''], 400],
    ['too many', () => county, Array.from({ length: 21 }, (_, i) => `t${i}`), 400],
  ])('of %s are refused', async (_, who, tags, expected) => {
    expect(await status(who(), 'PUT', `/tickets/${ticket.id}/tags`, { tags })).toBe(expected)
  })
})

describe('fields', () => {
  it('are corrected, and priority follows impact and urgency', async () => {
    const patch = { title: '全县断网', category: 'line', impact: 1, urgency: 1, siteId: sites.get('正定')!, contact: { name: '李', phone: '0311' } } // prettier-ignore
    const after = await done(county, 'PATCH', `/tickets/${ticket.id}`, {
      ...patch,
      revision: ticket.revision,
    })
    expect(after).toMatchObject({
      title: '全县断网',
      category: 'line',
      priority: 'P1',
      revision: ticket.revision + 1,
      contact: { name: '李', phone: '0311', email: null },
    })
    expect(after.timeline.map(({ kind }) => kind)).toEqual(expect.arrayContaining(['priority', 'fields']))
    expect((await done(county, 'PATCH', `/tickets/${ticket.id}`, { title: '全县断网' })).revision).toBe(
      after.revision,
    )
    const found = (await ask(county, 'GET', `/tickets?q=${encodeURIComponent('全县断网')}`)).json().items
    expect(found.map(({ id }: { id: string }) => id)).toContain(ticket.id)
  })

  it.each<[string, () => Person, object, number]>([
    ['another county', () => other, { title: 'x' }, 404],
    ['their reporter', () => reporter, { title: 'x' }, 403],
    ['a site elsewhere', () => county, { siteId: 'SITE' }, 404],
    ['an empty title', () => county, { title: ' ' }, 400],
    ['what was seen before', () => county, { title: 'x', revision: -1 }, 409],
  ])('are not corrected by %s', async (_, who, patch, expected) => {
    const body = 'siteId' in patch ? { siteId: sites.get('唐山') } : patch
    expect(await status(who(), 'PATCH', `/tickets/${ticket.id}`, body)).toBe(expected)
  })

  it.each([
    ['of its own region', '130123', 200],
    ['of the province, which reaches down to it', '130000', 200],
    ['of another county', '130224', 404],
    ['that nobody knows', null, 404],
  ])('a service %s', async (_, code, expected) => {
    const body = { regionId: t.regions.get(code ?? ''), name: `国库支付 ${code}`, kind: 'treasury-payment', criticality: 'vital' } // prettier-ignore
    const serviceId = code === null ? 'svc_none' : (await ask(admin, 'POST', '/services', body)).json().id
    expect(await status(county, 'PATCH', `/tickets/${ticket.id}`, { serviceId })).toBe(expected)
    const after: TicketDetail = (await ask(county, 'GET', `/tickets/${ticket.id}`)).json()
    expect(after.serviceId).toBe(expected === 200 ? serviceId : null)
  })
})

describe('two who save at once', () => {
  const paths = [
    ['PATCH', '', (n: number) => ({ title: `标题 ${n}` })],
    ['PUT', '/tags', (n: number) => ({ tags: [`t${n}`] })],
  ] as const
  it.each(paths)('%s%s lose nothing: one is told that it changed', async (method, path, body) => {
    const { revision } = ticket
    const save = (who: Person, n: number) => ask(who, method, `/tickets/${ticket.id}${path}`, { ...body(n), revision }) // prettier-ignore
    const answers = await Promise.all([save(county, 1), save(colleague, 2)])
    expect(answers.map((answer) => answer.statusCode).sort()).toEqual([200, 409])
    expect(answers.find((answer) => answer.statusCode === 409)!.json().code).toBe('ticket-changed')
  })

  it('add their own tags together', async () => {
    const add = (who: Person, tag: string) => ask(who, 'POST', '/tickets/bulk', { ids: [ticket.id], act: { kind: 'tag', add: [tag] } }) // prettier-ignore
    await Promise.all([add(county, 'a'), add(colleague, 'b')])
    expect((await done(county, 'GET', `/tickets/${ticket.id}`)).tags).toEqual(['a', 'b'])
  })
})

describe('watchers', () => {
  it('are oneself, or whoever may read it', async () => {
    const at = (who: string) => `/tickets/${ticket.id}/watchers/${who}`
    expect(await done(viewer, 'PUT', at('me'))).toMatchObject({
      watching: true,
      watchers: [{ id: viewer.userId }],
    })
    expect((await done(county, 'PUT', at(colleague.userId))).watchers).toHaveLength(2)
    expect((await ask(viewer, 'GET', '/tickets?watching=true')).json().items).toHaveLength(1)
    expect((await done(viewer, 'DELETE', at('me'))).watching).toBe(false)
    expect(await status(county, 'PUT', at(other.userId))).toBe(404)
    expect(await status(viewer, 'PUT', at(county.userId))).toBe(404)
    expect(await status(other, 'PUT', at('me'))).toBe(404)
    expect(await status(reporter, 'PUT', at('me'))).toBe(403)
  })
})

describe('many at once', () => {
  const bulk = async (ids: string[], act: object) => (await ask(county, 'POST', '/tickets/bulk', { ids, act })).json().results // prettier-ignore

  it('are each done or refused by themselves', async () => {
    const another = await report()
    const results = await bulk([ticket.id, 'tkt_x', another.id], {
      kind: 'assign',
      assigneeId: county.userId,
    })
    expect(results).toMatchObject([
      { ok: true },
      { ok: false, problem: { status: 404, code: 'not-found' } },
      { ok: true },
    ])
    expect(await bulk([ticket.id], { kind: 'move', to: 'closed' })).toMatchObject([
      { ok: false, problem: { code: 'wrong-move' } },
    ])
    expect(await bulk([ticket.id], { kind: 'priority', priority: 'P1' })).toEqual([
      { id: ticket.id, ok: true },
    ])
    expect(await bulk([ticket.id], { kind: 'tag', add: ['a'], remove: ['b'] })).toMatchObject([{ ok: true }])
    expect(await bulk([ticket.id], { kind: 'category', category: 'line' })).toMatchObject([{ ok: true }])
    expect(await done(county, 'GET', `/tickets/${ticket.id}`)).toMatchObject({
      assignee: { id: county.userId },
      priority: 'P1',
      tags: ['a'],
      category: 'line',
    })
  })

  it('are at most 200', async () => {
    const ids = Array.from({ length: 201 }, (_, n) => `tkt_${n}`)
    expect(
      await status(county, 'POST', '/tickets/bulk', { ids, act: { kind: 'priority', priority: 'P1' } }),
    ).toBe(400)
  })
})
