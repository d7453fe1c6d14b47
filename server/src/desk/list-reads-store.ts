/** The ways into a list of tickets, and what is asked of the rows that are read: SQL of the plan. */
import { sql, type Expression, type SqlBool } from 'kysely'
import type { Db } from '../db/database.ts'
import { dueSql, isOpenSql } from '../db/ticket-indexes.ts'
import type { TicketFilter } from './list-filter.ts'
import { planOf, wantedOf, type Column, type Plan, type Wanted } from './list-plan.ts'

/** Where a viewer's tickets lie. */
export interface Ground {
  userId: string
  /** Null: everywhere. */
  regionIds: readonly string[] | null
  /** Within which one's own reports are looked for beside; undefined: everywhere. */
  within?: readonly string[] | undefined
}

const column = (name: string) => sql.ref(`tickets.${name}`)

export interface Read {
  plan: Plan
  where: readonly Expression<SqlBool>[]
}

/** The ways in: by region and the rest, and, for whoever does not see everything, what they reported elsewhere. */
export async function readsOf(db: Db, ground: Ground, filter: TicketFilter): Promise<Read[]> {
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
const taggedAtMost = 1000

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
