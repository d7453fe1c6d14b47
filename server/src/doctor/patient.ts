import { existsSync } from 'node:fs'
import { keysOf, type FoundKey } from '../backup/key.ts'
import { lastMigration } from '../backup/holdings.ts'
import { loadConfig, type Config } from '../config.ts'
import { openReadOnly, type Db } from '../db/database.ts'
import { migrationNames } from '../db/migrate.ts'
import { SecretError } from '../secret-box.ts'

/** An installation as it is found, running or not, whole or not. Nothing of it is changed. */
export interface Patient {
  config: Config
  /** Why the configuration could not be read; `config` holds the defaults then. */
  configProblem: string | null
  keys: FoundKey[]
  /** Why a key file could not be read. */
  keyProblem: string | null
  /** Read-only. Null when it is not there, or does not open. */
  db: Db | null
  dbProblem: string | null
  /** The database's last migration; null when it cannot be read. */
  migration: string | null
  nowMs: number
  /** Looks at every page and every record, however long that takes. */
  full: boolean
}

export interface PatientOptions {
  data?: string | undefined
  config?: string | undefined
  full?: boolean
  nowMs?: number
  env?: NodeJS.ProcessEnv
}

export async function admit({
  data,
  config: file,
  full,
  nowMs,
  env = process.env,
}: PatientOptions): Promise<Patient> {
  // Anything may be wrong with a file that people write: its rights, its YAML, what it says.
  const read = attempt(() => loadConfig(env, { dataDir: data }, file).config, Error)
  const config = read.value ?? loadConfig({}, { dataDir: data ?? env.ZONGHENG_DATA_DIR }, emptyFile).config
  const keys = attempt(() => keysOf(config), SecretError)
  const { db, dbProblem, migration } = await openMain(config)
  return {
    config,
    configProblem: read.problem,
    keys: keys.value ?? [],
    keyProblem: keys.problem,
    db,
    dbProblem,
    migration,
    nowMs: nowMs ?? Date.now(),
    full: full ?? false,
  }
}

const emptyFile = '/dev/null'

export const discharge = async ({ db }: Patient): Promise<void> => db?.destroy()

/** Whether what this version asks of the database can be asked. */
export const isCurrent = ({ db, migration }: Patient): boolean =>
  db !== null && migration === migrationNames.at(-1)

/** The embedded database's file; undefined on PostgreSQL. */
export const sqliteFile = ({ databaseUrl }: Config): string | undefined =>
  databaseUrl.startsWith('sqlite:') ? databaseUrl.slice('sqlite:'.length) : undefined

async function openMain(config: Config): Promise<Pick<Patient, 'db' | 'dbProblem' | 'migration'>> {
  const file = sqliteFile(config)
  if (file !== undefined && !existsSync(file)) return { db: null, dbProblem: null, migration: null }
  let db: Db | null = null
  try {
    db = openReadOnly(config.databaseUrl)
    return { db, dbProblem: null, migration: await lastMigration(db) }
  } catch (error) {
    await db?.destroy()
    return { db: null, dbProblem: (error as Error).message, migration: null }
  }
}

function attempt<T>(work: () => T, expected: new (...args: never[]) => Error) {
  try {
    return { value: work(), problem: null }
  } catch (error) {
    if (error instanceof expected) return { value: undefined, problem: error.message }
    throw error
  }
}
