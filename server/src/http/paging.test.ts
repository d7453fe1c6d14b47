import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Db } from '../db/database.ts'
import { testDatabase } from '../testing.ts'
import { decodeCursor, encodeCursor, keysetPage, pageOfItems, type SortKey } from './paging.ts'

const teams = ['b', 'a', 'c', 'a', 'b', 'd', 'a'].map((name, i) => ({ id: `t${i}`, name }))
const ordered = {
  asc: ['a/t1', 'a/t3', 'a/t6', 'b/t0', 'b/t4', 'c/t2', 'd/t5'],
  desc: ['d/t5', 'c/t2', 'b/t4', 'b/t0', 'a/t6', 'a/t3', 'a/t1'],
}

let db: Db
beforeAll(async () => {
  db = await testDatabase()
  const stamps = { region_id: 'r', created_at: 0, updated_at: 0 }
  await db
    .insertInto('teams')
    .values(teams.map((team) => ({ ...team, ...stamps })))
    .execute()
})
afterAll(() => db.destroy())

async function walk<T>(
  page: (cursor?: string) => Promise<{ items: T[]; next: string | null }>,
): Promise<T[][]> {
  const pages: T[][] = []
  for (let cursor: string | undefined; ;) {
    const { items, next } = await page(cursor)
    pages.push(items)
    if (next === null) return pages
    cursor = next
  }
}

describe.each(['asc', 'desc'] as const)('pages, %s', (direction) => {
  it.each([1, 2, 3, 6, 7, 200])('of %i rows of a query meet every row once, in order', async (limit) => {
    const keys: SortKey[] = [
      { column: 'teams.name', direction },
      { column: 'teams.id', direction },
    ]
    const query = db.selectFrom('teams').select(['teams.id', 'teams.name'])
    const pages = await walk((cursor) => keysetPage(query, { limit, ...(cursor ? { cursor } : {}) }, keys))
    expect(pages.flat().map(({ name, id }) => `${name}/${id}`)).toEqual(ordered[direction])
    expect(pages.every((page) => page.length > 0 && page.length <= limit)).toBe(true)
  })

  it.each([1, 2, 3, 6, 7, 200])('of %i items in memory do the same', async (limit) => {
    const pages = await walk(async (cursor) =>
      pageOfItems(teams, { limit, ...(cursor ? { cursor } : {}) }, ({ name, id }) => [name, id], direction),
    )
    expect(pages.flat().map(({ name, id }) => `${name}/${id}`)).toEqual(ordered[direction])
  })
})

it('goes on after a row that has gone meanwhile', () => {
  const first = pageOfItems(teams, { limit: 4 }, ({ name, id }) => [name, id])
  const rest = teams.filter(({ id }) => id !== 't0')
  const second = pageOfItems(rest, { limit: 4, cursor: first.next! }, ({ name, id }) => [name, id])
  expect(second.items.map(({ id }) => id)).toEqual(['t4', 't2', 't5'])
})

it.each([
  ['garbage', 'öööö'],
  ['another list’s', encodeCursor(['a'])],
  ['not an array', Buffer.from('{"a":1}').toString('base64url')],
  ['of other values', Buffer.from('[null,{}]').toString('base64url')],
])('refuses a cursor: %s', (_, cursor) => {
  expect(() => decodeCursor(cursor, 2)).toThrow('bad-cursor')
})

it('keeps Chinese names and numbers in a cursor', () => {
  expect(decodeCursor(encodeCursor(['正定县', 3.5]), 2)).toEqual(['正定县', 3.5])
})
