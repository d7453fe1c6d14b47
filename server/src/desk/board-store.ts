/** The desk's figures. What is open is counted along indexes of its own, a period along its instants: never all there ever was. */
import { sql, type Expression, type RawBuilder, type SqlBool } from 'kysely'
import type { Db } from '../db/database.ts'
import { dueSql, isOpenSql } from '../db/ticket-indexes.ts'
import type { Ground } from './list-reads-store.ts'

export interface BoardOf {
  ground: Ground
  teamId: string | undefined
  assigneeId: string | undefined
}

const hours = 3_600_000
/** Open for so long at most; the last is all that are older. */
export const ages = [4, 24, 72, 168] as const

/** A team leads; else all that is open or all of the period is passed over, along an index that tells all that is asked. */
function within({ ground, teamId, assigneeId }: BoardOf): Expression<SqlBool>[] {
  const { regionIds } = ground
  const regions =
    regionIds === null ? sql<SqlBool>`1 = 1`
    : regionIds.length === 0 ? sql<SqlBool>`1 = 0`
    : sql<SqlBool>`coalesce(region_id, '') in (${sql.join([...regionIds])})` // prettier-ignore
  return [
    regions,
    ...(teamId === undefined ? [] : [sql<SqlBool>`team_id = ${teamId}`]),
    ...(assigneeId === undefined ? [] : [sql<SqlBool>`assignee_id = ${assigneeId}`]),
  ]
}

const where = (conditions: readonly Expression<SqlBool>[]) => sql.join([...conditions], sql` and `)
const sum = (when: RawBuilder<unknown>) => sql`coalesce(sum(case when ${when} then 1 else 0 end), 0)`

export interface OpenFigures {
  total: number
  unassigned: number
  breached: number
  dueSoon: number
  /** By age, each without those before it; the last is what is older. */
  byAge: number[]
  byPriority: Record<'P1' | 'P2' | 'P3' | 'P4', number>
}

/** O(open). */
export async function openFigures(
  db: Db,
  board: BoardOf,
  nowMs: number,
  soonMs: number,
): Promise<OpenFigures> {
  const due = sql.raw(dueSql)
  const since = (h: number) => nowMs - h * hours
  const aged = [
    sum(sql`created_at >= ${since(ages[0])}`),
    ...ages.slice(1).map((h, i) => sum(sql`created_at < ${since(ages[i]!)} and created_at >= ${since(h)}`)),
    sum(sql`created_at < ${since(ages.at(-1)!)}`),
  ]
  const graded = ['P1', 'P2', 'P3', 'P4'].map((priority) => sum(sql`priority = ${priority}`))
  const named = [
    sql`count(*) as total`,
    sql`${sum(sql`assignee_id is null`)} as unassigned`,
    sql`${sum(sql`${due} < ${nowMs}`)} as breached`,
    sql`${sum(sql`${due} >= ${nowMs} and ${due} < ${nowMs + soonMs}`)} as soon`,
    ...aged.map((figure, i) => sql`${figure} as ${sql.ref(`a${i}`)}`),
    ...graded.map((figure, i) => sql`${figure} as ${sql.ref(`p${i + 1}`)}`),
  ]
  const { rows } = await sql<Record<string, number>>`
    select ${sql.join(named)} from tickets where ${sql.raw(isOpenSql)} and ${where(within(board))}`.execute(
    db,
  )
  const at = (name: string) => Number(rows[0]![name])
  return {
    total: at('total'),
    unassigned: at('unassigned'),
    breached: at('breached'),
    dueSoon: at('soon'),
    byAge: aged.map((_, i) => at(`a${i}`)),
    byPriority: { P1: at('p1'), P2: at('p2'), P3: at('p3'), P4: at('p4') },
  }
}

/** Open tickets of each person, the most first. O(open). */
export async function loads(
  db: Db,
  board: BoardOf,
  limit: number,
): Promise<{ userId: string; open: number }[]> {
  const { rows } = await sql<{ assignee_id: string; n: number }>`
    select assignee_id, count(*) as n from tickets
    where ${sql.raw(isOpenSql)} and assignee_id is not null and ${where(within(board))}
    group by assignee_id order by n desc, assignee_id limit ${limit}`.execute(db)
  return rows.map((row) => ({ userId: row.assignee_id, open: Number(row.n) }))
}

/** By day since; a day is a number of days of the installation's zone. O(tickets of the period). */
export async function perDay(
  db: Db,
  board: BoardOf,
  instant: 'created_at' | 'resolved_at',
  { sinceMs, offsetMs }: { sinceMs: number; offsetMs: number },
): Promise<Map<number, number>> {
  const at = sql.ref(instant)
  const day = sql`(${at} + ${sql.lit(offsetMs)}) / ${sql.lit(24 * hours)}`
  const { rows } = await sql<{ day: number; n: number }>`
    select ${day} as day, count(*) as n from tickets
    where ${at} >= ${sinceMs} and ${where(within(board))} group by ${day}`.execute(db)
  return new Map(rows.map((row) => [Number(row.day), Number(row.n)]))
}

/** What was solved since within its time, and what was not. O(solved in the period). */
export async function kept(
  db: Db,
  board: BoardOf,
  sinceMs: number,
): Promise<{ inTime: number; late: number }> {
  const { rows } = await sql<{ in_time: number; late: number }>`
    select ${sum(sql`c.breached_at is null`)} as in_time, ${sum(sql`c.breached_at is not null`)} as late
    from tickets join clocks c on c.ticket_id = tickets.id and c.kind = 'sla' and c.measure = 'resolution'
    where tickets.resolved_at >= ${sinceMs} and ${where(within(board))}`.execute(db)
  const { in_time: inTime, late } = rows[0]!
  return { inTime: Number(inTime), late: Number(late) }
}

/** What reporters gave for what was solved since. O(solved in the period). */
export async function satisfaction(
  db: Db,
  board: BoardOf,
  sinceMs: number,
): Promise<{ mean: number | null; count: number }> {
  const { rows } = await sql<{ mean: number | null; n: number }>`
    select avg(score) as mean, count(score) as n from tickets
    where resolved_at >= ${sinceMs} and ${where(within(board))}`.execute(db)
  const { mean, n } = rows[0]!
  return { mean: mean === null ? null : Number(mean), count: Number(n) }
}
