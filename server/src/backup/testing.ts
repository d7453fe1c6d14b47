/** For tests: an installation on disk, on PostgreSQL when TEST_DATABASE_URL names one. */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { AuditTrail } from '../audit/trail.ts'
import { loadConfig, type LoadedConfig } from '../config.ts'
import { openDatabase, type Db } from '../db/database.ts'
import { openSecrets } from '../secrets/open.ts'
import { SeriesFile } from '../series/file.ts'
import { createPostgres, migratedCopy } from '../testing.ts'

export const isPostgres = process.env.TEST_DATABASE_URL !== undefined
export const credentialSecret = { version: '2c', community: 'S3CR3T' }

export interface Installation {
  /** Holds the data folder and whatever a test makes beside it. */
  home: string
  dataDir: string
  loaded: LoadedConfig
  /** An empty database to restore to; null: the embedded one. */
  emptyDatabase: () => Promise<string | null>
  /** Opened for the while of `work`. */
  onDatabase: <T>(work: (db: Db) => Promise<T>, url?: string) => Promise<T>
  remove: () => Promise<void>
}

/** Migrated, with a key, a sealed credential, a few audit records and series; or bare: a data folder and nothing in it. */
export async function testInstallation({ bare = false } = {}): Promise<Installation> {
  const home = mkdtempSync(join(tmpdir(), 'zongheng-backup-test-'))
  const dataDir = join(home, 'data')
  mkdirSync(dataDir, { mode: 0o700 })
  const drops: (() => Promise<void>)[] = []
  const emptyDatabase = async () => {
    if (!isPostgres) return null
    const { url, drop } = await createPostgres(process.env.TEST_DATABASE_URL!)
    drops.push(drop)
    return url
  }
  const migrated = bare ? null : await migratedCopy(join(dataDir, 'zongheng.db'))
  if (migrated) drops.push(migrated.drop)
  const databaseUrl = migrated?.url ?? (await emptyDatabase()) ?? undefined
  const loaded = loadConfig({}, { dataDir, databaseUrl })
  const onDatabase = async <T>(work: (db: Db) => Promise<T>, url = loaded.config.databaseUrl) => {
    const db = openDatabase(url)
    try {
      return await work(db)
    } finally {
      await db.destroy()
    }
  }
  const remove = async () => {
    rmSync(home, { recursive: true, force: true })
    for (const drop of drops) await drop()
  }
  if (!bare) await onDatabase((db) => furnish(db, loaded))
  return { home, dataDir, loaded, emptyDatabase, onDatabase, remove }
}

async function furnish(db: Db, { config }: LoadedConfig): Promise<void> {
  const secrets = await openSecrets(db, config)
  const secret = secrets.seal(credentialSecret, 'credential')
  const row = { id: 'crd_1', name: 'SNMP', kind: 'snmp' as const, region_id: 'reg_1', secret }
  await db.insertInto('credentials').values({ ...row, created_at: 0, updated_at: 0 }).execute() // prettier-ignore
  const trail = new AuditTrail({ db, clock: Date.now, secrets })
  for (let i = 0; i < 5; i++) await trail.tell({ action: 'estate.site-added', entity: null, regionId: null })
  new SeriesFile(join(config.dataDir, 'series.db')).close()
}
