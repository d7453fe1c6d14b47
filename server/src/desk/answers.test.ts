import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { withSmallEstate } from '../estate/testing.ts'
import { testApp, type TestApp } from '../testing.ts'
import { filled } from './blanks.ts'
import type { Ticket } from './schema.ts'

type Person = Awaited<ReturnType<TestApp['as']>>

let t: TestApp
let province: Person
let county: Person
let other: Person
let teamId: string

beforeAll(async () => {
  t = await testApp()
  await withSmallEstate(t)
  province = await t.as('agent', '130000')
  county = await t.as('engineer', '130123')
  other = await t.as('engineer', '130224')
  teamId = (await t.services.identity.teamFor(t.regions.get('130123')!, '网络组'))!.id
  await t.context.db.insertInto('team_members').values({ team_id: teamId, user_id: county.userId }).execute()
})
afterAll(() => t.close())

const ask = (who: Person, method: string, url: string, body?: unknown) => who.inject({ method, url, body })
const made = async (who: Person, url: string, body: object) => {
  const answer = await ask(who, 'POST', url, body)
  expect(answer.statusCode, answer.body).toBe(201)
  return answer.json()
}

describe('ready answers', () => {
  it('of the province are used in a county, and changed by the province alone', async () => {
    const regionId = t.regions.get('130000')!
    const { id } = await made(province, '/desk/canned-answers', { regionId, title: '收到', body: '{requester.name}您好，{ticket.number} 已收到。{nothing.known}', shortcut: 'sd' }) // prettier-ignore
    const [seen] = (await ask(county, 'GET', '/desk/canned-answers')).json().items
    expect(seen).toMatchObject({ id, writable: false })
    expect((await ask(county, 'PATCH', `/desk/canned-answers/${id}`, { title: 'x' })).statusCode).toBe(404)
    const ticket = await made(county, '/tickets', { title: '断网', description: '' })
    const { items } = (await ask(county, 'GET', `/tickets/${ticket.id}/canned-answers`)).json()
    expect(items).toEqual([
      { id, title: '收到', body: `engineer您好，${ticket.number} 已收到。{nothing.known}`, shortcut: 'sd' },
    ])
    expect((await ask(province, 'PATCH', `/desk/canned-answers/${id}`, { title: '已收' })).json().title).toBe(
      '已收',
    )
    expect((await ask(province, 'DELETE', `/desk/canned-answers/${id}`)).statusCode).toBe(204)
    expect((await ask(province, 'GET', '/desk/canned-answers')).json().items).toEqual([])
  })

  it('of a team are for its tickets and its people', async () => {
    const regionId = t.regions.get('130123')!
    const { id } = await made(county, '/desk/canned-answers', { regionId, title: '本组', body: 'x', teamId })
    const ticket = await made(county, '/tickets', { title: '断网', description: '' })
    const idsFor = async () => (await ask(province, 'GET', `/tickets/${ticket.id}/canned-answers`)).json().items.map((one: { id: string }) => one.id) // prettier-ignore
    expect(await idsFor()).toEqual([id])
    await t.context.db.updateTable('tickets').set({ team_id: null }).where('id', '=', ticket.id).execute()
    expect(await idsFor()).toEqual([])
    expect((await ask(other, 'POST', '/desk/canned-answers', { regionId, title: 'x', body: 'x' })).statusCode).toBe(404) // prettier-ignore
  })

  it('leave open what is not known', () => {
    const ticket = { number: 'INC1', requester: null, contact: { name: '李' }, site: null } as unknown as Ticket // prettier-ignore
    expect(filled('{ticket.number} {requester.name} {site.name} {agent.name} {x}', ticket, '王')).toBe(
      'INC1 李 {site.name} 王 {x}',
    )
  })
})

describe('saved views', () => {
  it('are one’s own, or one’s team’s', async () => {
    const own = await made(county, '/desk/views', { name: '专线', page: 'tickets', query: { category: 'line' } }) // prettier-ignore
    await made(county, '/desk/views', { name: '组', page: 'tickets', query: {}, teamId, position: 1 })
    const names = async (who: Person) => (await ask(who, 'GET', '/desk/views?page=tickets')).json().items.map((one: { name: string }) => one.name) // prettier-ignore
    expect(await names(county)).toEqual(['专线', '组'])
    expect(await names(other)).toEqual([])
    await t.context.db.insertInto('team_members').values({ team_id: teamId, user_id: province.userId }).execute() // prettier-ignore
    expect(await names(province)).toEqual(['组'])
    expect((await ask(province, 'PATCH', `/desk/views/${own.id}`, { name: 'x' })).statusCode).toBe(404)
    const body = { name: 'x', page: 'tickets', query: {}, teamId }
    expect((await ask(other, 'POST', '/desk/views', body)).statusCode).toBe(404)
    expect(
      (await ask(county, 'PATCH', `/desk/views/${own.id}`, { query: { kind: 'problem' } })).json().query,
    ).toEqual({ kind: 'problem' })
    expect((await ask(county, 'DELETE', `/desk/views/${own.id}`)).statusCode).toBe(204)
    expect(await names(county)).toEqual(['组'])
  })
})

describe('the board', () => {
  it('says how the desk stands for whoever asks', async () => {
    const solved = await made(county, '/tickets', { title: '断网', description: '' })
    const hours = (n: number) => t.context.now - n * 3_600_000
    const set = { state: 'resolved', resolved_at: hours(0), created_at: hours(30), score: 4 }
    await t.context.db.updateTable('tickets').set(set).where('id', '=', solved.id).execute()
    const mine = await made(county, '/tickets', { title: '断网', description: '' })
    const due = { due_at: hours(1), assignee_id: county.userId, created_at: hours(100) }
    await t.context.db.updateTable('tickets').set(due).where('id', '=', mine.id).execute()
    const board = (await ask(county, 'GET', '/desk/board?days=3')).json()
    expect(board.open).toMatchObject({ breached: 1, dueSoon: 0 })
    expect(board.open.byAge.at(-2)).toEqual({ upToHours: 168, count: 1 })
    expect(board.load).toEqual([{ assignee: { id: county.userId, name: 'engineer' }, open: 1 }])
    expect(board.days).toHaveLength(3)
    expect(board.days[1].opened).toBe(1)
    expect(board.days[2].solved).toBe(1)
    expect(board.satisfaction).toEqual({ mean: 4, count: 1 })
    expect(board.kept).toEqual({ inTime: 1, late: 0 })
    const own = (await ask(county, 'GET', '/desk/board?days=3&assignee=me')).json()
    expect(own.open).toMatchObject({ total: 1, unassigned: 0, breached: 1 })
    expect(own.kept).toEqual({ inTime: 0, late: 0 })
    const late = { state: 'resolved', resolved_at: hours(0) }
    await t.context.db.updateTable('tickets').set(late).where('id', '=', mine.id).execute()
    await t.context.db.updateTable('clocks').set({ breached_at: hours(1) }).where('ticket_id', '=', mine.id).execute() // prettier-ignore
    expect((await ask(county, 'GET', '/desk/board?days=3&assignee=me')).json()).toMatchObject({ open: { total: 0 }, kept: { inTime: 0, late: 1 } }) // prettier-ignore
    await t.context.db.updateTable('tickets').set({ state: 'new', resolved_at: null }).where('id', '=', mine.id).execute() // prettier-ignore
    expect((await ask(other, 'GET', '/desk/board')).json().open.total).toBe(0)
    expect((await ask(county, 'GET', `/desk/board?teamId=${teamId}`)).json().open.total).toBe(
      board.open.total - 1,
    )
  })
})
