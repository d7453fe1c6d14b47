import { createHash } from 'node:crypto'
import { createReadStream, existsSync, mkdirSync, readdirSync, statSync } from 'node:fs'
import { copyFile, link, open, readFile, rm, statfs, writeFile } from 'node:fs/promises'
import { basename, dirname, join, resolve } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { parseDocument } from 'yaml'
import type { Config, LoadedConfig } from '../config.ts'
import { openDatabase, type Db } from '../db/database.ts'
import { writeKey } from '../secrets/key-file.ts'
import { outboxFile } from '../series/stores/address.ts'
import { version } from '../version.ts'
import { chainProblem } from './audit-chain.ts'
import { measured, pack, unpack } from './archive.ts'
import { attachmentBytes, stageAttachments } from './attachments.ts'
import { holdingsOf } from './holdings.ts'
import { keysOf, matching, type FoundKey } from './key.ts'
import { manifestFormat, manifestName, packedKey, type Holdings, type Manifest } from './manifest.ts'
import { backupName, removeOlder } from './names.ts'
import { checkDump, dumpDatabase } from './postgres.ts'
import { BackupProblem } from './problem.ts'
import { openWorkshop } from './workshop.ts'
import { recordBackup } from './record.ts'
import { checkDatabase, checkSeriesReach, copyDatabase, seriesMarks } from './sqlite.ts'

export interface BackupOptions {
  loaded: LoadedConfig
  /** A file to be, or the folder it gets its usual name in. */
  into: string
  /** Encrypts, and takes the key in. */
  passphrase: string | null
  /** How many backups stay in that folder, this one among them. */
  keep?: number | undefined
  nowMs: number
  /** Where the work is done; must be cleared away when the process is stopped. */
  onStage?: (folders: string[]) => void
}

export interface TakenBackup {
  file: string
  size: number
  sha256: string
  manifest: Manifest
  /** Older backups that `keep` removed. */
  removed: string[]
  /** False: there was no trail to record it in, or no key to seal the record with. */
  isRecorded: boolean
}

/**
 * A verified copy of an installation in one file, while its server runs: main database first, series after it, so that the
 * series are never behind. Nothing stands at the place of the file before all of it has been read back. Throws BackupProblem.
 */
export async function takeBackup(options: BackupOptions): Promise<TakenBackup> {
  const { loaded, passphrase, nowMs, keep } = options
  const { config } = loaded
  const file = placeOf(options)
  assertInstallation(config)
  await assertSpace(config, dirname(file))
  // What is not packed yet, the key among it, stays beside the data: where backups go, others may read.
  const [stage, outside] = [await openWorkshop(config.dataDir), await openWorkshop(dirname(file))]
  options.onStage?.([stage, outside])
  try {
    const main = await copyMain(config, stage)
    for (const name of seriesFiles) await copySeries(name, config.dataDir, stage)
    await copySettings(loaded, stage)
    const attachments = await stageAttachments(config.dataDir, stage)
    const isEncrypted = passphrase !== null
    if (isEncrypted && main.key) writeKey(join(stage, packedKey), main.key.hex, 'wx')
    const manifest = await writeManifest(config, main, attachments, stage, nowMs)
    const packed = join(outside, 'packed')
    await pack(stage, manifest, packed, passphrase)
    await unpack(packed, passphrase)
    const sha256 = await digestOf(packed)
    const about = { file, sha256, isEncrypted, holdsKey: manifest.holdsKey }
    const isRecorded = await recordBackup(config, main.key, about)
    await publish(packed, file)
    const removed = keep === undefined ? [] : removeOlder(dirname(file), keep)
    return { file, size: statSync(file).size, sha256, manifest, removed, isRecorded }
  } finally {
    for (const folder of [stage, outside]) await rm(folder, { recursive: true, force: true })
  }
}

function placeOf({ into, passphrase, keep, nowMs }: BackupOptions): string {
  const path = resolve(into)
  const isFolder = into.endsWith('/') || (existsSync(path) && statSync(path).isDirectory())
  if (!isFolder && keep !== undefined) throw new BackupProblem('keep-needs-folder')
  const file = isFolder ? join(path, backupName(nowMs, passphrase !== null)) : path
  if (existsSync(file)) throw new BackupProblem('exists', { file })
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 })
  return file
}

const sqliteFile = ({ databaseUrl }: Config) =>
  databaseUrl.startsWith('sqlite:') ? databaseUrl.slice('sqlite:'.length) : undefined

/** The embedded series; or what waits for a store elsewhere, which is backed up by its own means. */
const seriesFiles = ['series.db', outboxFile]

function assertInstallation(config: Config): void {
  const main = sqliteFile(config)
  const files = main === undefined ? seriesFiles.map((name) => join(config.dataDir, name)) : [main]
  if (!files.some((file) => existsSync(file)))
    throw new BackupProblem('nothing-here', { dataDir: config.dataDir })
}

const mebibyte = 1024 * 1024

/** The copies beside the data, and what they are packed into, should nothing of it shrink. */
async function assertSpace(config: Config, folder: string): Promise<void> {
  const series = seriesFiles.map((name) => join(config.dataDir, name))
  const sources = [sqliteFile(config), ...series].filter((path) => path !== undefined)
  const sizes = sources.filter((path) => existsSync(path)).map((path) => statSync(path).size)
  const attached = await attachmentBytes(config.dataDir)
  const once = sizes.reduce((sum, size) => sum + size, 16 * mebibyte + attached)
  if (statSync(folder).dev === statSync(config.dataDir).dev) return assertFree(folder, 2 * once)
  for (const place of [config.dataDir, folder]) await assertFree(place, once)
}

async function assertFree(folder: string, needed: number): Promise<void> {
  const { bavail, bsize } = await statfs(folder)
  if (bavail * bsize < needed)
    throw new BackupProblem('no-space', {
      folder,
      neededMiB: Math.ceil(needed / mebibyte),
      freeMiB: Math.floor((bavail * bsize) / mebibyte),
    })
}

/** The main database as it was copied. */
interface CopiedMain {
  holdings: Holdings
  /** The key it is sealed under; undefined when it is not to be found. */
  key: FoundKey | undefined
  auditProblem: string | null
}

async function copyMain(config: Config, stage: string): Promise<CopiedMain> {
  const live = sqliteFile(config)
  return live === undefined ? copyPostgres(config, stage) : copySqlite(config, live, stage)
}

async function copySqlite(config: Config, live: string, stage: string): Promise<CopiedMain> {
  const copy = join(stage, 'zongheng.db')
  await copyDatabase(live, copy)
  checkDatabase(copy, 'zongheng.db')
  const db = openDatabase(`sqlite:${copy}`)
  try {
    return await lookThrough(db, await holdingsOf(db), config, stage)
  } finally {
    await db.destroy()
  }
}

/** Dump, counts and the look at the audit chain share one snapshot. */
async function copyPostgres(config: Config, stage: string): Promise<CopiedMain> {
  const file = join(stage, 'zongheng.dump')
  const db = openDatabase(config.databaseUrl)
  try {
    return await db
      .transaction()
      .setIsolationLevel('repeatable read')
      .execute(async (tx) => {
        const holdings = await holdingsOf(tx)
        await dumpDatabase(tx, config.databaseUrl, file)
        await checkDump(tx, file, 'zongheng.dump')
        return lookThrough(tx, holdings, config, stage)
      })
  } finally {
    await db.destroy()
  }
}

/** A broken audit chain is kept as evidence: it does not stop the backup. */
async function lookThrough(db: Db, holdings: Holdings, config: Config, stage: string): Promise<CopiedMain> {
  await copyArchives(config.dataDir, stage)
  const key = matching(keysOf(config), holdings.keyId)
  return { holdings, key, auditProblem: key ? await chainProblem(db, key.box, stage, holdings) : null }
}

async function copySeries(name: string, dataDir: string, stage: string): Promise<void> {
  const [live, copy] = [join(dataDir, name), join(stage, name)]
  if (!existsSync(live)) return
  const before = seriesMarks(live)
  await copyDatabase(live, copy)
  checkDatabase(copy, name)
  checkSeriesReach(before, seriesMarks(copy))
}

/** Written once and never changed: they are copied as they are. */
async function copyArchives(dataDir: string, stage: string): Promise<void> {
  const folder = join(dataDir, 'audit')
  if (!existsSync(folder)) return
  mkdirSync(join(stage, 'audit'))
  for (const name of readdirSync(folder).filter((name) => name.endsWith('.gz')))
    await copyFile(join(folder, name), join(stage, 'audit', name))
}

/** The local collector's trust in its devices, and the configuration without its secrets: those are given anew. */
async function copySettings({ config, entries }: LoadedConfig, stage: string): Promise<void> {
  const hosts = join(config.dataDir, 'collector', 'known-hosts.json')
  if (existsSync(hosts)) await copyFile(hosts, join(stage, 'known-hosts.json'))
  const yaml = join(config.dataDir, 'zongheng.yaml')
  if (!existsSync(yaml)) return
  const document = parseDocument(await readFile(yaml, 'utf8'))
  for (const { name, secret } of entries) if (secret && document.has(name)) document.delete(name)
  await writeFile(join(stage, 'zongheng.yaml'), String(document), { mode: 0o600 })
}

async function writeManifest(
  config: Config,
  main: CopiedMain,
  attachments: string[],
  stage: string,
  nowMs: number,
): Promise<Manifest> {
  const archives = existsSync(join(stage, 'audit')) ? readdirSync(join(stage, 'audit')).sort() : []
  const plain = readdirSync(stage).filter((name) => name !== 'audit' && name !== 'files').sort() // prettier-ignore
  const files = []
  for (const name of [...plain, ...archives.map((name) => `audit/${name}`), ...attachments])
    files.push(await measured(stage, name))
  const manifest: Manifest = {
    format: manifestFormat,
    product: version,
    createdAt: nowMs,
    database: sqliteFile(config) === undefined ? 'postgres' : 'sqlite',
    holdsKey: plain.includes(packedKey),
    auditProblem: main.auditProblem,
    files,
    holdings: main.holdings,
  }
  await writeFile(join(stage, manifestName), JSON.stringify(manifest, null, 1), { mode: 0o600 })
  return manifest
}

async function digestOf(file: string): Promise<string> {
  const hash = createHash('sha256')
  await pipeline(createReadStream(file), hash)
  return hash.digest('hex')
}

/** A link refuses a name that is taken; a rename would not. */
async function publish(packed: string, file: string): Promise<void> {
  await link(packed, file).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'EEXIST') throw new BackupProblem('exists', { file: basename(file) })
    throw error
  })
  const folder = await open(dirname(file))
  try {
    await folder.sync()
  } finally {
    await folder.close()
  }
}
