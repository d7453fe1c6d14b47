import { AuditTrail } from '../audit/trail.ts'
import type { Config } from '../config.ts'
import { openDatabase } from '../db/database.ts'
import { migrationNames } from '../db/migrate.ts'
import { lastMigration } from './holdings.ts'
import type { FoundKey } from './key.ts'

/** Records a backup where it was taken; false when that database is not of this version: a backup migrates nothing. */
export async function recordBackup(
  config: Config,
  key: FoundKey | undefined,
  after: object,
): Promise<boolean> {
  const db = openDatabase(config.databaseUrl)
  try {
    if (!key || (await lastMigration(db)) !== migrationNames.at(-1)) return false
    const trail = new AuditTrail({ db, clock: Date.now, secrets: key.box })
    await trail.tell({ action: 'operations.backed-up', entity: null, regionId: null, after })
    return true
  } finally {
    await db.destroy()
  }
}
