import { existsSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs'
import { rename, rm, statfs } from 'node:fs/promises'
import { basename, dirname, join, resolve } from 'node:path'
import { AuditTrail } from '../audit/trail.ts'
import { holderOf, lockFile } from '../cli/data-lock.ts'
import type { Config } from '../config.ts'
import { openDatabase, type Db } from '../db/database.ts'
import { migrate, migrationNames } from '../db/migrate.ts'
import { endAllSessions } from '../identity/sessions/end-all.ts'
import { writeKey } from '../secrets/key-file.ts'
import { keyFile } from '../secrets/open.ts'
import { checkSecrets } from '../secrets/rotate.ts'
import { outboxFile } from '../series/stores/address.ts'
import { version } from '../version.ts'
import { unpack } from './archive.ts'
import { chainProblem } from './audit-chain.ts'
import { holdingsOf } from './holdings.ts'
import { keysIn, keysOf, matching, type FoundKey } from './key.ts'
import { manifestFormat, packedKey, type Manifest } from './manifest.ts'
import { stampOf } from './names.ts'
import { restoreDump, tablesIn } from './postgres.ts'
import { BackupProblem } from './problem.ts'
import { checkDatabase } from './sqlite.ts'

export interface RestoreOptions {
  file: string
  /** The installation's configuration as it is now: where its data go, and a key from the environment. */
  config: Config
  /** `postgres://…` of an empty database, for a backup of PostgreSQL; null: the embedded one. */
  databaseUrl: string | null
  passphrase: string | null
  /** A file with the key, kept apart from the backup. */
  keyPath?: string | undefined
  /** Goes on without a key: what is sealed stays closed, and the restore is not recorded. */
  withoutKey?: boolean
  /** Moves what is in the data folder aside. */
  force?: boolean
  nowMs: number
}

export interface Restored {
  manifest: Manifest
  /** Where the key came from; null: there is none. */
  key: string | null
  /** Where the folder's former content is now. */
  movedTo: string | null
  /** Sessions that were open in the backup: all have to sign in again. */
  endedSessions: number
}

/**
 * Puts a backup in the place of an installation. It is unpacked, checked, migrated and recorded beside the data folder, which
 * then is replaced in one step. Throws BackupProblem, with nothing changed in the data folder.
 */
export async function restoreBackup(options: RestoreOptions): Promise<Restored> {
  const dataDir = resolve(options.config.dataDir)
  assertFree(dataDir, options.force ?? false)
  const stamp = stampOf(options.nowMs)
  const stage = `${dataDir}.restoring-${stamp}`
  mkdirSync(stage, { recursive: true, mode: 0o700 })
  try {
    const check = (manifest: Manifest) => assertFitting(manifest, options, dirname(dataDir))
    const manifest = await unpack(options.file, options.passphrase, { folder: stage, check })
    const key = keyFor(manifest, options, stage)
    placeFiles(stage, key)
    const endedSessions = await revive(stage, manifest, options, key)
    const movedTo = await swap(stage, dataDir, `${dataDir}.before-${stamp}`)
    return { manifest, key: key?.place ?? null, movedTo, endedSessions }
  } finally {
    await rm(stage, { recursive: true, force: true })
  }
}

function assertFree(dataDir: string, force: boolean): void {
  const pid = holderOf(dataDir)
  if (pid !== undefined) throw new BackupProblem('in-use', { dataDir, pid })
  const isEmpty = !existsSync(dataDir) || readdirSync(dataDir).length === 0
  if (!isEmpty && !force) throw new BackupProblem('not-empty', { dataDir })
}

async function assertFitting(
  manifest: Manifest,
  { databaseUrl }: RestoreOptions,
  folder: string,
): Promise<void> {
  const { product, holdings, database, format } = manifest
  const isKnown = format <= manifestFormat && migrationNames.includes(holdings.migration)
  if (!isKnown || isNewer(product, version))
    throw new BackupProblem('newer', { theirs: product, ours: version })
  if (database === 'postgres' && databaseUrl === null) throw new BackupProblem('database-url-needed')
  if (database === 'sqlite' && databaseUrl !== null) throw new BackupProblem('database-url-unused')
  if (databaseUrl !== null) await assertEmpty(databaseUrl)
  const mebibyte = 1024 * 1024
  const needed = manifest.files.reduce((sum, { size }) => sum + size, 16 * mebibyte)
  const { bavail, bsize } = await statfs(folder)
  const free = bavail * bsize
  if (free < needed)
    throw new BackupProblem('no-space', {
      folder,
      neededMiB: Math.ceil(needed / mebibyte),
      freeMiB: Math.floor(free / mebibyte),
    })
}

/** By the numbers of `1.20.3`. */
export function isNewer(theirs: string, ours: string): boolean {
  const [a, b] = [theirs, ours].map((text) => text.split(/[.+-]/).slice(0, 3).map(Number))
  const differing = a!.findIndex((part, i) => part !== b![i])
  return differing >= 0 && a![differing]! > b![differing]!
}

async function assertEmpty(databaseUrl: string): Promise<void> {
  const db = openDatabase(databaseUrl)
  try {
    const tables = await tablesIn(db)
    if (tables > 0) throw new BackupProblem('database-not-empty', { tables })
  } finally {
    await db.destroy()
  }
}

/** The backup's own, the one that was named, the environment's, or that of the folder that is replaced: whichever fits. */
function keyFor({ holdings }: Manifest, options: RestoreOptions, stage: string): FoundKey | undefined {
  const { keyPath, withoutKey, config } = options
  if (withoutKey) return undefined
  const named = keyPath === undefined ? [] : keysIn([keyPath])
  const found = matching([...keysIn([join(stage, packedKey)]), ...named, ...keysOf(config)], holdings.keyId)
  const needsKey = holdings.keyId !== null || (holdings.rows.credentials ?? 0) > 0
  if (found || !needsKey) return found
  if (named[0]) throw new BackupProblem('wrong-key', { place: named[0].place, keyId: holdings.keyId ?? '' })
  throw new BackupProblem('key-missing')
}

/** Where the server looks for them. */
function placeFiles(stage: string, key: FoundKey | undefined): void {
  if (key) writeKey(keyFile(stage), key.hex, 'w')
  const hosts = join(stage, 'known-hosts.json')
  if (!existsSync(hosts)) return
  mkdirSync(join(stage, 'collector'), { mode: 0o700 })
  renameSync(hosts, join(stage, 'collector', 'known-hosts.json'))
}

/** Checks, migrates and records; answers how many sessions it ended. */
async function revive(stage: string, manifest: Manifest, options: RestoreOptions, key: FoundKey | undefined) {
  const embedded = join(stage, 'zongheng.db')
  for (const name of ['series.db', outboxFile])
    if (existsSync(join(stage, name))) checkDatabase(join(stage, name), name)
  if (options.databaseUrl === null) checkDatabase(embedded, 'zongheng.db')
  const url = options.databaseUrl ?? `sqlite:${embedded}`
  const db = openDatabase(url)
  try {
    if (options.databaseUrl !== null) await restoreDump(db, url, join(stage, 'zongheng.dump'))
    await assertSame(db, manifest)
    await migrate(db)
    if (key) await assertSecretsAndChain(db, key, manifest, stage)
    return await startAnew(db, key, manifest, options)
  } finally {
    await db.destroy()
    rmSync(join(stage, 'zongheng.dump'), { force: true })
  }
}

async function assertSame(db: Db, { holdings: wanted, database }: Manifest): Promise<void> {
  const { rows } = await holdingsOf(db)
  const name = database === 'sqlite' ? 'zongheng.db' : 'zongheng.dump'
  const short = Object.entries(wanted.rows).find(([table, count]) => rows[table] !== count)
  if (short)
    throw new BackupProblem('damaged', { name, reason: `${short[0]}: ${rows[short[0]] ?? 0} ≠ ${short[1]}` })
}

async function assertSecretsAndChain(
  db: Db,
  key: FoundKey,
  manifest: Manifest,
  stage: string,
): Promise<void> {
  const { values, broken } = await checkSecrets(db, key.box)
  if (broken.length > 0) throw new BackupProblem('unsealable', { failed: broken.length, total: values })
  const reason = await chainProblem(db, key.box, stage, manifest.holdings)
  // One that was broken already is restored as it was.
  if (reason && !manifest.auditProblem) throw new BackupProblem('audit-broken', { reason })
}

/** A session that was ended since must not come alive again: all end. */
async function startAnew(
  db: Db,
  key: FoundKey | undefined,
  manifest: Manifest,
  { nowMs, file }: RestoreOptions,
) {
  const { createdAt, product, holdings } = manifest
  const endedSessions = await endAllSessions(db, nowMs)
  if (key) {
    const trail = new AuditTrail({ db, clock: () => nowMs, secrets: key.box })
    const after = {
      file: basename(file),
      takenAt: createdAt,
      product,
      untilSeq: holdings.audit?.seq ?? 0,
      endedSessions,
    }
    await trail.tell({ action: 'operations.restored', entity: null, regionId: null, after })
  }
  return endedSessions
}

/** What was there goes aside first, and comes back if the new cannot take its place. */
async function swap(stage: string, dataDir: string, aside: string): Promise<string | null> {
  const isThere = existsSync(dataDir) && readdirSync(dataDir).length > 0
  try {
    if (isThere) await rename(dataDir, aside)
    await rename(stage, dataDir).catch(async (error: unknown) => {
      if (isThere) await rename(aside, dataDir)
      throw error
    })
  } catch (error) {
    const reason = (error as Error).message
    throw new BackupProblem('swap', { to: dataDir, reason }, { cause: error })
  }
  if (!isThere) return null
  rmSync(lockFile(aside), { force: true }) // of a process that is gone
  return aside
}
