import { sql, type ExpressionBuilder, type Insertable, type Selectable, type SqlBool } from 'kysely'
import { inChunks } from '../db/chunks.ts'
import type { Db } from '../db/database.ts'
import type { Tables } from '../db/tables.ts'
import { keysetPage, type PageOf, type Paging } from '../http/paging.ts'
import { inScope, inSubtree } from '../identity/scope.ts'
import type { Viewer } from '../identity/viewer.ts'
import { genesis } from './chain.ts'
import type { AuditFilter } from './schema.ts'

export type AuditRow = Selectable<Tables['audit_records']>
export type ArchiveRow = Selectable<Tables['audit_archives']>

// ---- the chain ------------------------------------------------------------------------------

/** The last link of the chain, held until the transaction ends: records of two transactions never share a place. */
export async function lockHead(tx: Db): Promise<{ seq: number; hash: string }> {
  return tx
    .updateTable('audit_head')
    .set((eb) => ({ seq: eb.ref('seq') }))
    .returning(['seq', 'hash'])
    .executeTakeFirstOrThrow()
}

export const setHead = (tx: Db, seq: number, hash: string) =>
  tx.updateTable('audit_head').set({ seq, hash }).execute()

export async function insertRecords(tx: Db, rows: Insertable<Tables['audit_records']>[]): Promise<void> {
  for (const chunk of inChunks(rows)) await tx.insertInto('audit_records').values(chunk).execute()
}

/** The head, and the last record that stands in the table, as of one instant. */
export const bounds = (db: Db) =>
  db
    .selectFrom('audit_head')
    .select((eb) => [
      'audit_head.seq',
      'audit_head.hash',
      eb
        .selectFrom('audit_records')
        .select((records) => records.fn.max('audit_records.seq').as('last'))
        .as('last'),
    ])
    .executeTakeFirstOrThrow()

export const recordsAfter = (db: Db, seq: number, limit: number): Promise<AuditRow[]> =>
  db.selectFrom('audit_records').selectAll().where('seq', '>', seq).orderBy('seq').limit(limit).execute()

export async function hashAt(db: Db, seq: number): Promise<string | undefined> {
  const row = await db.selectFrom('audit_records').select('hash').where('seq', '=', seq).executeTakeFirst()
  return row?.hash
}

// ---- archives -------------------------------------------------------------------------------

export const archivesAfter = (db: Db, seq: number): Promise<ArchiveRow[]> =>
  db.selectFrom('audit_archives').selectAll().where('last_seq', '>', seq).orderBy('first_seq').execute()

export const lastArchive = (db: Db): Promise<ArchiveRow | undefined> =>
  db.selectFrom('audit_archives').selectAll().orderBy('last_seq', 'desc').limit(1).executeTakeFirst()

/** The first record that is not older than this; undefined when all are. */
export async function firstSince(db: Db, at: number): Promise<number | undefined> {
  const since = db.selectFrom('audit_records').select('seq').where('at', '>=', at)
  return (await since.orderBy('seq').limit(1).executeTakeFirst())?.seq
}

/** The database lets go only of what an archive holds. */
export async function moveToArchive(tx: Db, archive: ArchiveRow): Promise<void> {
  await tx.insertInto('audit_archives').values(archive).execute()
  await tx.deleteFrom('audit_records').where('seq', '<=', archive.last_seq).execute()
}

// ---- reading --------------------------------------------------------------------------------

type Records = ExpressionBuilder<Tables, 'audit_records'>

/** Records of the viewer's regions; those of the installation as a whole are for whom the root is in scope. */
function visible(eb: Records, viewer: Viewer, db: Db) {
  const root = inScope(viewer, db).where('regions.parent_id', 'is', null)
  return eb.or([
    eb('audit_records.region_id', 'in', inScope(viewer, db)),
    eb.and([eb('audit_records.region_id', 'is', null), eb.exists(root)]),
  ])
}

const escaped = (text: string) => text.replace(/[\\%_]/g, (c) => `\\${c}`)

function matching(eb: Records, filter: AuditFilter, db: Db) {
  const { from, until, actorId, actorKind, action, entityId, regionId, q } = filter
  const contains = (column: 'actor_name' | 'entity_name' | 'address' | 'reason') =>
    eb(`audit_records.${column}`, 'like', sql<string>`${`%${escaped(q!)}%`} escape '\\'`)
  return eb.and([
    ...(from === undefined ? [] : [eb('audit_records.at', '>=', from)]),
    ...(until === undefined ? [] : [eb('audit_records.at', '<', until)]),
    ...(actorId === undefined ? [] : [eb('audit_records.actor_id', '=', actorId)]),
    ...(actorKind === undefined ? [] : [eb('audit_records.actor_kind', '=', actorKind)]),
    ...(action === undefined ? [] : [ofAction(eb, action)]),
    ...(entityId === undefined ? [] : [eb('audit_records.entity_id', '=', entityId)]),
    ...(regionId === undefined ? [] : [eb('audit_records.region_id', 'in', inSubtree(regionId, db))]),
    ...(q ? [eb.or([contains('actor_name'), contains('entity_name'), contains('address'), contains('reason')])] : []), // prettier-ignore
  ])
}

const ofAction = (eb: Records, action: string) =>
  action.includes('.')
    ? eb('audit_records.action', '=', action)
    : eb('audit_records.action', 'like', `${action}.%`)

const found = (db: Db, viewer: Viewer, filter: AuditFilter) =>
  db
    .selectFrom('audit_records')
    .where((eb) => visible(eb, viewer, db))
    .where((eb) => matching(eb, filter, db))

const withRegion = (db: Db, viewer: Viewer, filter: AuditFilter) =>
  found(db, viewer, filter)
    .leftJoin('regions as region', 'region.id', 'audit_records.region_id')
    .selectAll('audit_records')
    .select('region.name as region_name')

export type FoundRow = AuditRow & { region_name: string | null }

export const listRecords = (
  db: Db,
  viewer: Viewer,
  { limit, cursor, ...filter }: AuditFilter & Paging,
): Promise<PageOf<FoundRow>> =>
  keysetPage(withRegion(db, viewer, filter), { ...(limit && { limit }), ...(cursor && { cursor }) }, [
    { column: 'audit_records.seq', direction: 'desc', isInteger: true },
  ])

export const recordBySeq = (db: Db, viewer: Viewer, seq: number): Promise<FoundRow | undefined> =>
  withRegion(db, viewer, {}).where('audit_records.seq', '=', seq).executeTakeFirst()

/** How many there are, and the last of them. */
export async function countRecords(db: Db, viewer: Viewer, filter: AuditFilter) {
  const { n, last } = await found(db, viewer, filter)
    .select((eb) => [eb.fn.countAll<number>().as('n'), eb.fn.max('audit_records.seq').as('last')])
    .executeTakeFirstOrThrow()
  return { count: Number(n), last: last ?? 0 }
}

/** The next records of an export, in order, each with the hash before it. */
export const exportRecords = (
  db: Db,
  viewer: Viewer,
  filter: AuditFilter,
  { after, until, limit }: { after: number; until: number; limit: number },
) =>
  found(db, viewer, filter)
    .leftJoin('audit_records as p', (join) => join.on(sql<SqlBool>`p.seq = audit_records.seq - 1`))
    .leftJoin('audit_archives as a', (join) => join.on(sql<SqlBool>`a.last_seq = audit_records.seq - 1`))
    .selectAll('audit_records')
    .select(sql<string>`coalesce(p.hash, a.last_hash, ${sql.lit(genesis)})`.as('previous'))
    .where('audit_records.seq', '>', after)
    .where('audit_records.seq', '<=', until)
    .orderBy('audit_records.seq')
    .limit(limit)
    .execute()
