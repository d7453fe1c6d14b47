import { sql, type Expression, type RawBuilder, type SqlBool } from 'kysely'
import type { Db } from '../db/database.ts'
import { dueSql } from '../db/ticket-indexes.ts'
import { decodeCursor, encodeCursor, type PageOf } from '../http/paging.ts'
import { ProblemError } from '../http/problem.ts'
import { inScope, inSubtree, seesAll } from '../identity/scope.ts'
import type { ListSort, TicketFilter } from './list-filter.ts'
import { readsOf, type Ground } from './list-reads-store.ts'
import type { Sight } from './sight.ts'
import { ticketsByIds, type TicketRow } from './store.ts'

/** The regions of a sight, narrowed to a subtree; asked once a list. */
export async function groundOf(db: Db, sight: Sight, regionId: string | undefined): Promise<Ground> {
  const ids = async (query: { execute(): Promise<{ id: string }[]> }) =>
    (await query.execute()).map(({ id }) => id)
  const within = regionId === undefined ? undefined : await ids(inSubtree(regionId, db))
  if (seesAll(sight)) return { userId: sight.userId, regionIds: within ?? null }
  const seen = sight.regionPaths.length === 0 ? [] : await ids(inScope(sight, db))
  const inside = within && new Set(within)
  return { userId: sight.userId, regionIds: inside ? seen.filter((id) => inside.has(id)) : seen, within }
}

interface SortBy {
  keys: readonly RawBuilder<unknown>[]
  direction: 'asc' | 'desc'
}
const column = (name: string) => sql.ref(`tickets.${name}`)
const sorts: Record<ListSort, SortBy> = {
  due: { keys: [sql.raw(dueSql)], direction: 'asc' },
  updated: { keys: [column('updated_at')], direction: 'desc' },
  created: { keys: [column('created_at')], direction: 'desc' },
  priority: { keys: [column('priority'), column('created_at')], direction: 'asc' },
}

/** One page in its order, by an index that the plan names; the rows are read once it is known which are shown. */
export async function listTickets(db: Db, ground: Ground, filter: TicketFilter): Promise<PageOf<TicketRow>> {
  const reads = await readsOf(db, ground, filter)
  const plan = reads[0]?.plan
  if (!plan) return { items: [], next: null }
  const limit = filter.limit ?? 50
  const { keys, direction } = sorts[plan.sort]
  const names = keys.map((_, i) => sql.ref(`k${i}`))
  const order = sql.join([...names, sql.ref('id')].map((name) => sql`${name} ${sql.raw(direction)}`))
  const after = afterOf(plan.sort, filter.cursor)
  const pages = reads.map(({ where }) => {
    const selected = keys.map((key, i) => sql`${key} as ${names[i]!}`)
    const wheres = sql.join([...where, ...after], sql` and `)
    return sql`select tickets.id, ${sql.join(selected)} from tickets where ${wheres} order by ${order} limit ${limit + 1}`
  })
  const merged =
    pages.length === 1
      ? pages[0]!
      : sql`${sql.join(pages.map((page, i) => sql`select * from (${page}) ${sql.ref(`p${i}`)}`), sql` union all `)} order by ${order} limit ${limit + 1}` // prettier-ignore
  const { rows } = await merged.execute(db)
  return pageOf(db, rows as Key[], limit, keys.length)
}

type Key = { id: string; k0: number | string; k1?: number }

async function pageOf(
  db: Db,
  rows: readonly Key[],
  limit: number,
  width: number,
): Promise<PageOf<TicketRow>> {
  const shown = rows.slice(0, limit)
  const last = shown.at(-1)
  const found = shown.length === 0 ? [] : await ticketsByIds(db, shown.map(({ id }) => id)) // prettier-ignore
  const byId = new Map(found.map((row) => [row.id, row]))
  const items = shown.flatMap(({ id }) => byId.get(id) ?? [])
  if (rows.length <= limit || !last) return { items, next: null }
  return { items, next: encodeCursor([last.k0, ...(width > 1 ? [last.k1!] : []), last.id]) }
}

/** How many there are, counted no further than that. */
export async function countTickets(
  db: Db,
  ground: Ground,
  filter: TicketFilter,
  atMost: number,
): Promise<number> {
  const reads = await readsOf(db, ground, filter)
  if (reads.length === 0) return 0
  // Its due instant lies in the indexes of what is open alone: else one of all there ever was looks as good.
  const some = reads.map(
    ({ where }, i) =>
      sql`select * from (select tickets.due_at from tickets where ${sql.join([...where], sql` and `)} limit ${atMost}) ${sql.ref(`p${i}`)}`,
  )
  const { rows } = await sql<{ n: number }>`
    select count(*) as n from (${sql.join(some, sql` union all `)} limit ${atMost}) counted`.execute(db)
  return Number(rows[0]!.n)
}

function afterOf(sort: ListSort, cursor: string | undefined): Expression<SqlBool>[] {
  if (!cursor) return []
  const { keys, direction } = sorts[sort]
  const values = decodeCursor(cursor, keys.length + 1)
  const isSound = values.every((value, i) =>
    i === keys.length || (sort === 'priority' && i === 0)
      ? typeof value === 'string' && !value.includes('\0')
      : Number.isSafeInteger(value),
  )
  if (!isSound) throw new ProblemError(400, 'bad-cursor')
  const row = sql.join([...keys, column('id')])
  return [sql<SqlBool>`(${row}) ${sql.raw(direction === 'asc' ? '>' : '<')} (${sql.join(values)})`]
}
