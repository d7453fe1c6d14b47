import { sql } from 'kysely'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { Db } from '../db/database.ts'
import { isSqlite } from '../db/search-index.ts'
import { testDatabase } from '../testing.ts'
import { newest } from './newest.ts'
import { put } from './store.ts'

/** How many records were written before each: two neighbours, others ever further back. */
const places = { t1: 1, t2: 2, t3: 900_000, t4: 1_900_000, t5: 1_985_000, t6: 1_999_999, t7: 2_000_000 }

let db: Db
beforeAll(async () => {
  db = await testDatabase()
  for (const [id, seq] of Object.entries(places)) {
    await (
      isSqlite(db)
        ? sql`insert or replace into sqlite_sequence (name, seq) values ('search_docs', ${seq - 1})`
        : sql`select setval('search_docs_seq_seq', ${seq}, false)`
    ).execute(db)
    const title = id === 't3' ? '专线中断 E-1042' : '专线中断'
    await put(db, {
      kind: 'ticket',
      id,
      regionId: 'reg_a',
      title,
      body: '',
      keywords: ['reg_a'],
      updatedAt: 0,
    })
  }
})
afterAll(() => db.destroy())

const all = Object.keys(places).toReversed()

it.each([1, 2, 3, 4, 5, 6, 7, 50])('finds the last %d, the last written first', async (limit) => {
  expect(await newest(db, '中断', { kind: 'ticket', regionIds: null, limit })).toEqual(all.slice(0, limit))
})

it.each([
  ['of long ago', 'E-104', null, ['t3']],
  ['that is nowhere', '光衰', null, []],
  ['in the viewer’s regions', '专线', ['reg_a'], all],
  ['and none of another region', '专线', ['reg_b'], []],
])('finds what is %s', async (_, text, regionIds, found) => {
  expect(await newest(db, text, { kind: 'ticket', regionIds, limit: 50 })).toEqual(found)
})

it('keeps to a city and what else the viewer has, though others lie in the same area', async () => {
  const codes = ['130100', '130102', '130104', '130105', '130107', '130200', '130225']
  const stamps = { created_at: 0, updated_at: 0 }
  for (const [i, code] of codes.entries()) {
    const region = { id: `reg_${code}`, code, name: code, tier: 'county', parent_id: null, managing_parent_id: null, path: `/${code}/` } as const // prettier-ignore
    await db
      .insertInto('regions')
      .values({ ...region, ...stamps })
      .execute()
    const place = { regionId: region.id, keywords: [region.id], updatedAt: i }
    await put(db, { kind: 'ticket', id: `of-${code}`, title: '光模块故障', body: '', ...place })
  }
  const scope = ['130100', '130102', '130104', '130105', '130225']
  const regionIds = scope.map((code) => `reg_${code}`)
  const found = await newest(db, '光模块', { kind: 'ticket', regionIds, limit: 50 })
  expect(found).toEqual(scope.map((code) => `of-${code}`).toReversed())
})
