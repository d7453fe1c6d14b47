import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { isSqlite } from '../db/search-index.ts'
import { isOpenSql } from '../db/ticket-indexes.ts'
import { withSmallEstate } from '../estate/testing.ts'
import { testApp, type TestApp } from '../testing.ts'
import { endStates } from './list-filter.ts'
import { ticketStates } from './kinds.ts'
import type { Ticket } from './schema.ts'

type Person = Awaited<ReturnType<TestApp['as']>>

let t: TestApp
let province: Person
let county: Person
let other: Person
let reporter: Person
/** By what they are for. */
const ids: Record<string, string> = {}

beforeAll(async () => {
  t = await testApp()
  await withSmallEstate(t)
  province = await t.as('agent', '130000')
  county = await t.as('engineer', '130123')
  other = await t.as('engineer', '130224')
  reporter = await t.as('requester', '130123')
  for (const [name, who, title, region] of [
    ['a', county, '打印机卡纸', '130123'],
    ['b', county, '路由器掉线', '130123'],
    ['c', reporter, '路由器重启后掉线', '130123'],
    ['d', province, '视频会议黑屏', '130224'],
    ['e', county, '打印机无法开机', '130123'],
  ] as const) {
    const body = { title, description: '', regionId: t.regions.get(region) }
    ids[name] = (await who.inject({ method: 'POST', url: '/tickets', body })).json().id
  }
  const set = (name: string, values: Record<string, string | number | null>) => t.context.db.updateTable('tickets').set(values).where('id', '=', ids[name]!).execute() // prettier-ignore
  const minute = 60_000
  const now = t.context.now
  await set('a', { due_at: now + minute, priority: 'P2', category: 'printer', created_at: now - 5, updated_at: now - 5 }) // prettier-ignore
  await set('b', { due_at: now - minute, priority: 'P1', state: 'pending', major: 1, created_at: now - 4, updated_at: now - 4 }) // prettier-ignore
  await set('c', { due_at: null, priority: 'P3', channel: 'phone', created_at: now - 3, updated_at: now - 3, assignee_id: county.userId }) // prettier-ignore
  await set('d', { due_at: now + 2 * minute, priority: 'P2', created_at: now - 2, updated_at: now - 2 })
  await set('e', { state: 'closed', category: 'printer', created_at: now - 1, updated_at: now - 9 })
  await t.context.db.insertInto('ticket_tags').values({ ticket_id: ids.a!, tag: '重复' }).execute()
  await t.context.db.insertInto('ticket_tags').values({ ticket_id: ids.e!, tag: '重复' }).execute()
})
afterAll(() => t.close())

const names = (tickets: Ticket[]) =>
  tickets.map(({ id }) => Object.keys(ids).find((name) => ids[name] === id)).join('')
async function list(who: Person, query: string): Promise<string> {
  const items: Ticket[] = []
  for (let cursor = ''; ;) {
    const answer = await who.inject({ url: `/tickets?limit=1&${query}${cursor && `&cursor=${cursor}`}` })
    expect(answer.statusCode, answer.body).toBe(200)
    const page = answer.json() as { items: Ticket[]; next: string | null }
    items.push(...page.items)
    if (!page.next) return names(items)
    cursor = page.next
  }
}

describe('a list of tickets, a page of one at a time', () => {
  it.each([
    ['phase=open&sort=due', 'badc'],
    ['sort=due', 'badc'],
    ['sort=priority', 'badc'],
    ['sort=created', 'edcba'],
    ['sort=updated', 'dcbae'],
    ['phase=open&sort=updated', 'dcba'],
    ['phase=waiting', 'b'],
    ['phase=done&sort=updated', 'e'],
    ['phase=over&sort=due', 'e'],
    ['state=closed', 'e'],
    ['state=new', 'dca'],
    ['category=printer', 'ea'],
    ['category=printer&sort=updated', 'ae'],
    ['category=printer&phase=open', 'a'],
    ['channel=phone', 'c'],
    ['priority=P2&sort=due', 'ad'],
    ['kind=incident&phase=open', 'dcba'],
    ['kind=problem', ''],
    ['major=true', 'b'],
    ['breached=true', 'b'],
    ['tag=%E9%87%8D%E5%A4%8D', 'ea'],
    ['tag=%E9%87%8D%E5%A4%8D&phase=open', 'a'],
    ['assignee=none&phase=open', 'dba'],
    ['watching=true', ''],
    ['offered=true', ''],
    [`q=${encodeURIComponent('打印机')}`, 'ea'],
    [`q=${encodeURIComponent('掉线')}&phase=open&sort=due`, 'bc'],
    [`q=${encodeURIComponent('打印机 黑屏')}`, ''],
  ])('the whole province asks %s', async (query, expected) => {
    expect(await list(province, query)).toBe(expected)
  })

  it.each([
    ['a county sees its own', () => county, 'sort=due', 'bac'],
    ['another county its own', () => other, 'sort=due', 'd'],
    ['another county finds nothing by words', () => other, `q=${encodeURIComponent('打印机')}`, ''],
    ['a reporter their own', () => reporter, '', 'c'],
    ['a reporter finds their own', () => reporter, `q=${encodeURIComponent('掉线')}`, 'c'],
    ['what is given to oneself', () => county, 'assignee=me', 'c'],
    ['what one reported oneself', () => county, 'requesterId=me', 'eba'],
    ['somebody else’s reports within one’s regions', () => province, 'requesterId=REPORTER', 'c'],
    ['somebody else’s reports elsewhere', () => other, 'requesterId=REPORTER', ''],
  ])('%s', async (_, who, query, expected) => {
    expect(await list(who(), query.replace('REPORTER', reporter.userId))).toBe(expected)
  })

  it('shows what one reported elsewhere beside what one’s regions have', async () => {
    const set = { requester_id: other.userId }
    await t.context.db.updateTable('tickets').set(set).where('id', '=', ids.a!).execute()
    expect(await list(other, 'sort=due')).toBe('ad')
    expect(await list(other, `sort=due&regionId=${t.regions.get('130224')}`)).toBe('d')
    expect(await list(other, `q=${encodeURIComponent('卡纸')}`)).toBe('a')
    await t.context.db.updateTable('tickets').set({ requester_id: county.userId }).where('id', '=', ids.a!).execute() // prettier-ignore
  })

  it('refuses a cursor that is none of its own', async () => {
    for (const values of [['x', 'y'], [1], [1, 2], [1, 'a\0']]) {
      const cursor = Buffer.from(JSON.stringify(values)).toString('base64url')
      expect((await province.inject({ url: `/tickets?sort=due&cursor=${cursor}` })).statusCode).toBe(400)
    }
  })

  it('finds a ticket by words that were changed in it', async () => {
    await county.inject({ method: 'POST', url: `/tickets/${ids.a}/comments`, body: { text: '等待备件', visibility: 'internal' } }) // prettier-ignore
    expect(await list(province, `q=${encodeURIComponent('卡纸')}`)).toBe('a')
  })
})

describe('the queues', () => {
  const counts = async (who: Person, query = '') => (await who.inject({ url: `/tickets/counts?${query}` })).json().queues // prettier-ignore

  it.each([
    ['the province', () => province, '', { all: 4, unassigned: 3, mine: 0, waiting: 1, breached: 1 }],
    ['a county', () => county, '', { all: 3, mine: 1, unassigned: 2, waiting: 1, breached: 1, watching: 0, offered: 0, team: 0 }],
    ['a county narrowed', () => county, 'priority=P1', { all: 1, mine: 0, waiting: 1, breached: 1 }],
    ['a reporter', () => reporter, '', { all: 1, mine: 0 }],
  ])('of %s are counted', async (_, who, query, expected) => {
    expect(await counts(who(), query)).toMatchObject(expected)
  }) // prettier-ignore
})

describe('indexes', () => {
  it('name the states that are not open as the lists do', () => {
    const named = [...isOpenSql.matchAll(/'(\w+)'/g)].map(([, state]) => state)
    expect(new Set(named)).toEqual(endStates)
    expect(ticketStates).toEqual(expect.arrayContaining(named as string[]))
  })

  it('serve what is open alone', async () => {
    const { db } = t.context
    if (!isSqlite(db)) return
    const asked = `select id from tickets where ${isOpenSql} and coalesce(kind, '') = 'incident' order by coalesce(due_at, 9007199254740991), id`
    const { rows } = await sql<{ detail: string }>`explain query plan ${sql.raw(asked)}`.execute(db)
    expect(rows.map(({ detail }) => detail)).toEqual(['SCAN tickets USING COVERING INDEX tickets_open_due'])
  })
})
