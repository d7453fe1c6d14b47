import { sql, type Expression, type RawBuilder, type SqlBool } from 'kysely'
import type { Db } from '../db/database.ts'
import { dueSql, isOpenSql } from '../db/ticket-indexes.ts'
import { decodeCursor, encodeCursor, type PageOf } from '../http/paging.ts'
import { ProblemError } from '../http/problem.ts'
import { inScope, inSubtree, seesAll } from '../identity/scope.ts'
import type { ListSort, TicketFilter } from './list-filter.ts'
import { planOf, wantedOf, type Column, type Plan, type Wanted } from './list-plan.ts'
import type { Sight } from './sight.ts'
import { ticketsByIds, type TicketRow } from './store.ts'

/** Where a viewer's tickets lie. */
export interface Ground {
  userId: string
  /** Null: everywhere. */
  regionIds: readonly string[] | null
  /** Within which one's own reports are looked for beside; undefined: everywhere. */
  within?: readonly string[] | undefined
}

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
  const some = reads.map(
    ({ where }, i) =>
      sql`select * from (select tickets.id from tickets where ${sql.join([...where], sql` and `)} limit ${atMost}) ${sql.ref(`p${i}`)}`,
  )
  const { rows } = await sql<{ n: number }>`
    select count(*) as n from (${sql.join(some, sql` union all `)} limit ${atMost}) counted`.execute(db)
  return Number(rows[0]!.n)
}

interface Read {
  plan: Plan
  where: readonly Expression<SqlBool>[]
}

/** The ways in: by region and the rest, and, for whoever does not see everything, what they reported elsewhere. */
async function readsOf(db: Db, ground: Ground, filter: TicketFilter): Promise<Read[]> {
  if (filter.ids?.length === 0 || filter.offeredTo?.length === 0) return []
  const { userId, regionIds, within } = ground
  const reads: Read[] = []
  if (regionIds === null || regionIds.length > 0) reads.push(...(await readsWithin(db, filter, wantedOf(filter, regionIds), []))) // prettier-ignore
  const mayBeOwn = filter.requesterId === undefined || filter.requesterId === userId
  if (regionIds === null || ground.within === regionIds || !mayBeOwn) return reads
  const elsewhere: Expression<SqlBool>[] = []
  if (regionIds.length > 0) elsewhere.push(sql<SqlBool>`coalesce(${column('region_id')}, '') not in (${sql.join([...regionIds])})`) // prettier-ignore
  const own = wantedOf({ ...filter, requesterId: userId }, within ?? null)
  return [...reads, ...(await readsWithin(db, filter, own, elsewhere))]
}

async function readsWithin(
  db: Db,
  filter: TicketFilter,
  wanted: Wanted,
  also: readonly Expression<SqlBool>[],
): Promise<Read[]> {
  if (Object.values(wanted).some((values) => values.length === 0)) return []
  const { few, rest } = subsetsOf(db, filter)
  const plan = planOf(filter, wanted, few.length > 0)
  const lead = plan.isUnsure && (await isMuch(db, plan.lead!, wanted[plan.lead!]!)) ? null : plan.lead
  const fixed = [...(plan.isOpen ? [isOpen] : endedOf(filter)), ...few, ...rest, ...also]
  for (const [name, values] of Object.entries(wanted) as [Column, readonly (string | null)[]][])
    if (name !== lead) fixed.push(hidden(name, values))
  if (lead === null) return [{ plan, where: fixed.length > 0 ? fixed : [sql<SqlBool>`1 = 1`] }]
  const values = wanted[lead]!
  const parts = plan.isMerged ? values.map((value) => [value]) : [values]
  return parts.map((part) => ({ plan, where: [leading(lead, part), ...fixed] }))
}

const isOpen = sql<SqlBool>`${sql.raw(isOpenSql)}`
const endedOf = ({ phase }: TicketFilter): Expression<SqlBool>[] =>
  phase === 'done' ? [sql<SqlBool>`not (${sql.raw(isOpenSql)})`] : []

/** As an index is asked. */
const leading = (name: Column, values: readonly (string | null)[]): Expression<SqlBool> =>
  values[0] === null
    ? sql<SqlBool>`${column(name)} is null`
    : values.length === 1
      ? sql<SqlBool>`${column(name)} = ${values[0]}`
      : sql<SqlBool>`${column(name)} in (${sql.join([...values])})`

/** So that no index is asked for it: of the rows that are read anyway. */
const hidden = (name: Column, values: readonly (string | null)[]): Expression<SqlBool> => {
  const plain = values.map((value) => value ?? '')
  const held = sql`coalesce(${column(name)}, '')`
  return plain.length === 1
    ? sql<SqlBool>`${held} = ${plain[0]}`
    : sql<SqlBool>`${held} in (${sql.join(plain)})`
}

/** Of what carries a tag and is long over the list shows so many of the newest. */
const taggedAtMost = 5000

/** Lists of ids: those that are few lead. */
function subsetsOf(db: Db, filter: TicketFilter): Record<'few' | 'rest', Expression<SqlBool>[]> {
  const id = column('id')
  const few: Expression<SqlBool>[] = []
  const rest: Expression<SqlBool>[] = []
  const about = (table: 'ticket_entities' | 'ticket_watchers') => db.selectFrom(table).select('ticket_id')
  if (filter.ids) few.push(sql<SqlBool>`${id} in (${sql.join([...filter.ids])})`)
  if (filter.entityId) few.push(sql<SqlBool>`${id} in ${about('ticket_entities').where('entity_id', '=', filter.entityId)}`) // prettier-ignore
  if (filter.watcherId) few.push(sql<SqlBool>`${id} in ${about('ticket_watchers').where('user_id', '=', filter.watcherId)}`) // prettier-ignore
  if (filter.offeredTo) few.push(sql<SqlBool>`${id} in ${offered(db, filter.offeredTo)}`)
  if (filter.tag) (planOf(filter, {}, false).isOpen ? rest : few).push(taggedBy(db, filter, filter.tag))
  if (filter.major !== undefined) rest.push(sql<SqlBool>`${column('major')} = ${sql.lit(filter.major ? 1 : 0)}`) // prettier-ignore
  if (filter.dueBeforeMs !== undefined) rest.push(sql<SqlBool>`${sql.raw(dueSql)} < ${filter.dueBeforeMs}`)
  return { few, rest }
}

const offered = (db: Db, teamIds: readonly string[]) =>
  db
    .selectFrom('escalations')
    .select('ticket_id')
    .where('to_team_id', 'in', [...teamIds])
    .where('state', '=', 'offered')

function taggedBy(db: Db, filter: TicketFilter, tag: string): Expression<SqlBool> {
  const tagged = db.selectFrom('ticket_tags').where('tag', '=', tag)
  const id = column('id')
  return planOf(filter, {}, false).isOpen
    ? sql<SqlBool>`exists ${tagged.select('tag').where(sql<SqlBool>`ticket_tags.ticket_id = ${id}`)}`
    : sql<SqlBool>`${id} in ${tagged.select('ticket_id').orderBy('ticket_id', 'desc').limit(taggedAtMost)}`
}

const sortedAtMost = 20_000

/** Whether so many have it that the list in its order comes by fifty of them soon. */
async function isMuch(db: Db, lead: Column, values: readonly (string | null)[]): Promise<boolean> {
  const { rows } = await sql<{ n: number }>`select count(*) as n from
    (select 1 from tickets where ${leading(lead, values)} limit ${sortedAtMost}) counted`.execute(db)
  return Number(rows[0]!.n) === sortedAtMost
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
