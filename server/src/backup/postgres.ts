import { execFile } from 'node:child_process'
import { existsSync, readdirSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { promisify } from 'node:util'
import { sql } from 'kysely'
import type { Db } from '../db/database.ts'
import { BackupProblem } from './problem.ts'

const run = promisify(execFile)
type Program = 'pg_dump' | 'pg_restore'

/** Dumps what the transaction `tx` sees, to a file of pg_dump's own format. Throws BackupProblem: client-missing, client-failed. */
export async function dumpDatabase(tx: Db, url: string, file: string): Promise<void> {
  const program = await clientFor('pg_dump', tx)
  const snapshot = await first<string>(tx, 'select pg_export_snapshot() as value')
  await call('pg_dump', program, url, [
    '--format=custom',
    '--no-owner',
    '--no-privileges',
    `--snapshot=${snapshot}`,
    `--file=${file}`,
  ])
}

/** Throws BackupProblem: damaged, when pg_restore cannot read it. */
export async function checkDump(db: Db, file: string, name: string): Promise<void> {
  const program = await clientFor('pg_restore', db)
  await run(program, ['--list', file], { maxBuffer: 64 * 1024 * 1024 }).catch((error: Error) => {
    throw new BackupProblem('damaged', { name, reason: error.message }, { cause: error })
  })
}

/** Into an empty database, wholly or not at all. */
export async function restoreDump(db: Db, url: string, file: string): Promise<void> {
  const program = await clientFor('pg_restore', db)
  const options = ['--no-owner', '--no-privileges', '--exit-on-error', '--single-transaction']
  await call('pg_restore', program, url, [...options, file])
}

/** How many tables stand in the way of a restore. */
export async function tablesIn(db: Db): Promise<number> {
  const query = `select count(*) as value from information_schema.tables where table_schema not in ('pg_catalog', 'information_schema')`
  return Number(await first(db, query))
}

export async function serverMajor(db: Db): Promise<number> {
  return Math.floor(Number(await first(db, `select current_setting('server_version_num') as value`)) / 10_000)
}

async function first<T>(db: Db, query: string): Promise<T> {
  const { rows } = await sql.raw<{ value: T }>(query).execute(db)
  return rows[0]!.value
}

/** A client dumps servers of its own version and older ones: the oldest that will do, on the path or where Debian keeps them. */
async function clientFor(program: Program, db: Db): Promise<string> {
  const major = await serverMajor(db)
  const debian = '/usr/lib/postgresql'
  const versions = existsSync(debian) ? readdirSync(debian).sort((a, b) => Number(a) - Number(b)) : []
  const folders = [
    ...(process.env.PATH ?? '').split(delimiter),
    ...versions.map((version) => join(debian, version, 'bin')),
  ]
  for (const path of folders.map((folder) => join(folder, program)).filter((path) => existsSync(path)))
    if ((await majorOf(path)) >= major) return path
  throw new BackupProblem('client-missing', { program, major })
}

/** 0 when it does not start. */
async function majorOf(path: string): Promise<number> {
  const { stdout } = await run(path, ['--version']).catch(() => ({ stdout: '' }))
  return Number(/ (\d+)/.exec(stdout)?.[1] ?? 0)
}

/** The password goes by the environment: arguments are seen by everybody on the machine. */
async function call(name: Program, program: string, url: string, args: string[]): Promise<void> {
  const place = new URL(url)
  const password = decodeURIComponent(place.password)
  place.password = ''
  const env = { ...process.env, ...(password ? { PGPASSWORD: password } : {}) }
  await run(program, [...args, `--dbname=${place.href}`], { env, maxBuffer: 16 * 1024 * 1024 }).catch(
    (error: Error & { stderr?: string }) => {
      const reason = error.stderr?.trim().split('\n').at(-1) || error.message
      throw new BackupProblem('client-failed', { program: name, reason }, { cause: error })
    },
  )
}
