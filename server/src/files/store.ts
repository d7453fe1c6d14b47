import type { Insertable, Selectable, Updateable } from 'kysely'
import type { Db } from '../db/database.ts'
import type { Tables } from '../db/tables.ts'

export type FileRow = Selectable<Tables['files']>

export const fileById = (db: Db, id: string): Promise<FileRow | undefined> =>
  db.selectFrom('files').selectAll().where('id', '=', id).where('archived_at', 'is', null).executeTakeFirst()

/** What hangs on one owner, oldest first; bounded by `filesAtMost`. */
export const filesOf = (db: Db, ownerType: string, ownerId: string): Promise<FileRow[]> =>
  db
    .selectFrom('files')
    .selectAll()
    .where('owner_id', '=', ownerId)
    .where('owner_type', '=', ownerType)
    .where('archived_at', 'is', null)
    .orderBy('created_at')
    .orderBy('id')
    .limit(1000)
    .execute()

export async function insertFiles(db: Db, rows: Insertable<Tables['files']>[]): Promise<void> {
  await db.insertInto('files').values(rows).execute()
}

export async function updateFile(db: Db, id: string, set: Updateable<Tables['files']>): Promise<void> {
  await db.updateTable('files').set(set).where('id', '=', id).execute()
}

/** What still waits for a verdict and is due to be asked about, longest first. */
export const unscannedFiles = (db: Db, nowMs: number, limit: number): Promise<FileRow[]> =>
  db
    .selectFrom('files')
    .selectAll()
    .where('scan', '=', 'unscanned')
    .where((eb) => eb.or([eb('scan_due_at', 'is', null), eb('scan_due_at', '<=', nowMs)]))
    .where('archived_at', 'is', null)
    .orderBy('created_at')
    .limit(limit)
    .execute()

/** Which of these hashes a row names, archived or not. */
export async function namedHashes(db: Db, hashes: string[]): Promise<Set<string>> {
  if (hashes.length === 0) return new Set()
  const rows = await db
    .selectFrom('files')
    .select('sha256')
    .distinct()
    .where('sha256', 'in', hashes)
    .execute()
  return new Set(rows.map(({ sha256 }) => sha256))
}

/** As the audit trail names it. */
export const told = ({ id, name, region_id: regionId }: FileRow) => ({
  entity: { type: 'file', id, name },
  regionId,
})
