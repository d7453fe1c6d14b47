import { createHash } from 'node:crypto'
import { spawn, spawnSync, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { sql } from 'kysely'
import { Migrator } from 'kysely/migration'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { readAnchor, writeAnchor } from '../audit/anchor.ts'
import { AuditKey } from '../audit/key.ts'
import { verifyTrail } from '../audit/verify.ts'
import { loadConfig } from '../config.ts'
import type { Db } from '../db/database.ts'
import { migrationNames } from '../db/migrate.ts'
import * as foundation from '../db/migrations/0001-foundation.ts'
import { newKey } from '../secrets/key-file.ts'
import { SecretBox } from '../secret-box.ts'
import { unpack } from './archive.ts'
import { chainProblem } from './audit-chain.ts'
import { holdingsOf, lastMigration } from './holdings.ts'
import { restoreBackup, type RestoreOptions } from './restore.ts'
import { seriesMarks } from './sqlite.ts'
import { takeBackup } from './take.ts'
import { credentialSecret, isPostgres, testInstallation, type Installation } from './testing.ts'

const timeout = 120_000
const passphrase = 'correct horse battery'
const nowMs = Date.UTC(2026, 10, 22, 4, 30)
const writer = fileURLToPath(new URL('fixtures/writer.ts', import.meta.url))

let source: Installation
beforeEach(async () => (source = await testInstallation()), timeout)
afterEach(() => source.remove())

const take = (more: Partial<Parameters<typeof takeBackup>[0]> = {}, of = source) =>
  takeBackup({ loaded: of.loaded, into: join(of.home, 'backups/'), passphrase: null, nowMs, ...more })

const target = () => join(source.home, 'restored')
async function optionsFor(file: string, more: Partial<RestoreOptions> = {}): Promise<RestoreOptions> {
  const databaseUrl = await source.emptyDatabase()
  const { config } = loadConfig({}, { dataDir: target(), databaseUrl: databaseUrl ?? undefined })
  return { file, config, databaseUrl, passphrase: null, nowMs, ...more }
}
const keyPath = () => join(source.dataDir, 'secret.key')
const keyBox = (file = keyPath()) => new SecretBox(Buffer.from(readFileSync(file, 'utf8').trim(), 'hex'))

const sealedCredential = (db: Db) => db.selectFrom('credentials').select('secret').executeTakeFirstOrThrow()
const actions = (db: Db) => db.selectFrom('audit_records').selectAll().orderBy('seq', 'desc').limit(1).executeTakeFirstOrThrow() // prettier-ignore

describe('a backup', () => {
  it('is one file for its owner alone, and is recorded', async () => {
    const { file, manifest, isRecorded } = await take()
    expect(file).toBe(join(source.home, 'backups', 'zongheng-backup-20261122T043000Z.tar.gz'))
    expect(statSync(file).mode & 0o777).toBe(0o600)
    expect(readdirSync(join(source.home, 'backups'))).toHaveLength(1)
    expect(manifest).toMatchObject({ holdsKey: false, auditProblem: null, holdings: { audit: { seq: 5 } } })
    expect(isRecorded).toBe(true)
    expect((await source.onDatabase(actions)).action).toBe('operations.backed-up')
  })

  it('holds the key only when it is encrypted, and no secret setting ever', async () => {
    const yaml = ['host: 0.0.0.0', `secretKey: ${'ab'.repeat(32)}`, 'databaseUrl: postgres://u:p@h/d', '']
    writeFileSync(join(source.dataDir, 'zongheng.yaml'), yaml.join('\n'))
    const plain = await take()
    const encrypted = await take({ passphrase })
    const names = ({ manifest }: typeof plain) => manifest.files.map(({ name }) => name)
    expect(names(plain)).toContain('zongheng.yaml')
    expect(names(plain)).not.toContain('secret.key')
    expect(names(encrypted)).toContain('secret.key')
    mkdirSync(target())
    await unpack(plain.file, null, { folder: target() })
    expect(readFileSync(join(target(), 'zongheng.yaml'), 'utf8')).toBe('host: 0.0.0.0\n')
  })

  it('is put together beside the data, where nobody else reads, and clears away what a killed one left', async () => {
    const dead = spawnSync(process.execPath, ['--version']).pid
    const left = join(source.dataDir, `.zongheng-backup-${dead}-abc`)
    mkdirSync(left)
    writeFileSync(join(left, 'secret.key'), 'x')
    let folders: string[] = []
    await take({ passphrase, onStage: (made) => void (folders = made) })
    expect(folders.map((folder) => dirname(folder))).toEqual([source.dataDir, join(source.home, 'backups')])
    const rest = [...readdirSync(source.dataDir), ...readdirSync(join(source.home, 'backups'))]
    expect(rest.filter((name) => name.startsWith('.zongheng-backup'))).toEqual([])
  })

  it('holds what was attached, under its hash, and nothing that is only on its way in', async () => {
    const sha = createHash('sha256').update('光端机.jpg').digest('hex')
    const shelf = join('files', sha.slice(0, 2))
    mkdirSync(join(source.dataDir, shelf), { recursive: true })
    mkdirSync(join(source.dataDir, 'files', 'incoming'))
    writeFileSync(join(source.dataDir, shelf, sha), '光端机.jpg')
    writeFileSync(join(source.dataDir, shelf, 'notes.txt'), 'x')
    writeFileSync(join(source.dataDir, 'files', 'incoming', 'half'), 'x')
    const { file, manifest } = await take()
    expect(manifest.files.map(({ name }) => name).filter((name) => name.startsWith('files'))).toEqual([join(shelf, sha)]) // prettier-ignore
    await restoreBackup(await optionsFor(file, { keyPath: keyPath() }))
    expect(readFileSync(join(target(), shelf, sha), 'utf8')).toBe('光端机.jpg')
    expect(readdirSync(join(target(), 'files'))).toEqual([sha.slice(0, 2)])
  })

  it('takes no name that is taken', async () => {
    await take()
    await expect(take()).rejects.toMatchObject({ code: 'exists' })
  })

  it(
    'removes its own older ones in that folder beyond those to keep',
    async () => {
      mkdirSync(join(source.home, 'backups'))
      writeFileSync(join(source.home, 'backups', 'holiday.tar.gz'), '')
      for (let day = 1; day <= 3; day++) await take({ nowMs: nowMs + day * 86_400_000 })
      const { removed } = await take({ nowMs: nowMs + 4 * 86_400_000, keep: 2 })
      expect(removed).toEqual([
        'zongheng-backup-20261123T043000Z.tar.gz',
        'zongheng-backup-20261124T043000Z.tar.gz',
      ])
      expect(readdirSync(join(source.home, 'backups')).sort()).toEqual([
        'holiday.tar.gz',
        'zongheng-backup-20261125T043000Z.tar.gz',
        'zongheng-backup-20261126T043000Z.tar.gz',
      ])
    },
    timeout,
  )

  it('of a damaged file is not taken', async () => {
    const file = join(source.dataDir, 'series.db')
    const octets = readFileSync(file)
    octets.fill(0xff, 4096, 12288)
    writeFileSync(file, octets)
    await expect(take()).rejects.toMatchObject({ code: 'damaged' })
    expect(readdirSync(join(source.home, 'backups'))).toEqual([])
  })

  it('of a broken audit chain is taken as evidence, says so, and is restored as it was', async () => {
    await source.onDatabase(async (db) => {
      await sql.raw(isPostgres ? 'drop trigger audit_records_unchanged on audit_records' : 'drop trigger audit_records_unchanged').execute(db) // prettier-ignore
      await sql`update audit_records set actor_name = 'nobody' where seq = 3`.execute(db)
    })
    const { file, manifest } = await take()
    expect(manifest.auditProblem).toContain('record 3')
    await restoreBackup(await optionsFor(file, { keyPath: keyPath() }))
  })

  it('of a folder without an installation is refused', async () => {
    const empty = await testInstallation({ bare: true })
    await expect(take({}, empty)).rejects.toThrow()
    await empty.remove()
  })
})

describe('a restore', () => {
  it('over an installation that went on leaves no witness of what came after', async () => {
    const { file } = await take({ passphrase })
    const options = await optionsFor(file, { passphrase, force: true })
    mkdirSync(target())
    await writeAnchor(target(), { seq: 999, hash: 'ab'.repeat(32), at: nowMs })
    const { movedTo } = await restoreBackup(options)
    expect(await readAnchor(movedTo!)).toMatchObject({ seq: 999 })
    expect(await readAnchor(target())).toBeUndefined()
    const { dataDir, databaseUrl } = options.config
    await source.onDatabase(async (db) => {
      const key = await new AuditKey(keyBox(join(dataDir, 'secret.key'))).get(db)
      const verdict = await verifyTrail({ db, clock: Date.now, dataDir, key })
      expect(verdict).toMatchObject({ ok: true, untilSeq: 6 })
    }, databaseUrl)
  })

  it('of an encrypted backup has everything, opens every secret, and is recorded', async () => {
    const { file, manifest } = await take({ passphrase })
    const options = await optionsFor(file, { passphrase })
    const restored = await restoreBackup(options)
    expect(restored).toMatchObject({ movedTo: null, endedSessions: 0 })
    const { config } = options
    await source.onDatabase(async (db) => {
      const { audit, ...now } = await holdingsOf(db)
      expect(now.rows).toEqual({ ...manifest.holdings.rows, audit_records: 6 })
      expect(audit!.seq).toBe(6)
      const { secret } = await sealedCredential(db)
      expect(keyBox(join(target(), 'secret.key')).open(secret, 'credential')).toEqual(credentialSecret)
      expect(await actions(db)).toMatchObject({ action: 'operations.restored', seq: 6 })
    }, config.databaseUrl)
    expect(statSync(join(target(), 'secret.key')).mode & 0o777).toBe(0o600)
  })

  it('ends every session, so that none comes alive again', async () => {
    await source.onDatabase((db) => {
      const times = { created_at: 0, seen_at: 0, expires_at: nowMs * 2, revoked_at: null }
      return db.insertInto('sessions').values({ id: 'ses_1', user_id: 'usr_1', address: '', user_agent: '', ...times }).execute() // prettier-ignore
    })
    const { file } = await take()
    const restored = await restoreBackup(await optionsFor(file, { keyPath: keyPath() }))
    expect(restored.endedSessions).toBe(1)
  })

  it('moves what was there aside, and takes its key', async () => {
    const { file } = await take()
    const options = { ...(await optionsFor(file)), config: { ...source.loaded.config }, force: true }
    const { movedTo, key } = await restoreBackup(options)
    expect(movedTo).toBe(`${source.dataDir}.before-20261122T043000Z`)
    expect(key).toBe(keyPath())
    expect(existsSync(join(movedTo!, 'series.db'))).toBe(true)
    expect(existsSync(join(source.dataDir, 'series.db'))).toBe(true)
  })

  it.runIf(!isPostgres)('of a backup from before the audit trail migrates it', async () => {
    const old = await testInstallation({ bare: true })
    await old.onDatabase(async (db) => {
      const getMigrations = async () => ({ '0001-foundation': foundation })
      await new Migrator({ db, provider: { getMigrations } }).migrateToLatest()
      await sql`insert into regions (id, code, name, tier, path, created_at, updated_at) values ('reg_1', '130000', '河北省', 'province', '/reg_1/', 0, 0)`.execute(
        db,
      )
    })
    const { file, isRecorded, manifest } = await take({}, old)
    expect(isRecorded).toBe(false)
    expect(manifest.holdings).toMatchObject({ migration: '0001-foundation', audit: null, keyId: null })
    const options = await optionsFor(file)
    await restoreBackup(options)
    await source.onDatabase(async (db) => {
      expect(await lastMigration(db)).toBe(migrationNames.at(-1))
      expect(await db.selectFrom('regions').select('name').execute()).toEqual([{ name: '河北省' }])
    }, options.config.databaseUrl)
    await old.remove()
  })

  type Case = [code: string, what: string, prepare: () => Promise<Partial<RestoreOptions>>]
  it.each<Case>([
    [
      'not-empty',
      'a folder with something in it',
      async () => {
        mkdirSync(target())
        writeFileSync(join(target(), 'mine'), '')
        return { keyPath: keyPath() }
      },
    ],
    ['key-missing', 'no key', async () => ({})],
    [
      'wrong-key',
      'another key',
      async () => {
        writeFileSync(join(source.home, 'other'), newKey())
        return { keyPath: join(source.home, 'other') }
      },
    ],
    [
      'passphrase-needed',
      'an encrypted backup without a passphrase',
      async () => ({ file: (await take({ passphrase, into: join(source.home, 'e') })).file }),
    ],
    [
      'wrong-passphrase',
      'an encrypted backup with another passphrase',
      async () => ({
        file: (await take({ passphrase, into: join(source.home, 'e') })).file,
        passphrase: 'incorrect horse',
      }),
    ],
    [
      'newer',
      'a backup of a later version',
      async () => {
        await source.onDatabase((db) =>
          sql`insert into kysely_migration (name, timestamp) values ('9999-future', '')`.execute(db),
        )
        return { file: (await take({ into: join(source.home, 'n') })).file, keyPath: keyPath() }
      },
    ],
    [
      'unsealable',
      'a secret that does not open',
      async () => {
        const secret = new SecretBox(Buffer.from(newKey(), 'hex')).seal('x', 'credential')
        await source.onDatabase((db) => db.updateTable('credentials').set({ secret }).execute())
        return { file: (await take({ into: join(source.home, 'u') })).file, keyPath: keyPath() }
      },
    ],
    [
      isPostgres ? 'database-url-needed' : 'database-url-unused',
      'the other kind of database',
      async () => ({ databaseUrl: isPostgres ? null : 'postgres://127.0.0.1:1/x', keyPath: keyPath() }),
    ],
  ])(
    'is refused (%s): %s; and nothing is left behind',
    async (code, _, prepare) => {
      // prettier-ignore
      const { file } = await take()
      const prepared = await prepare()
      const before = readdirSync(source.home).sort() // prettier-ignore
      await expect(restoreBackup(await optionsFor(prepared.file ?? file, prepared))).rejects.toMatchObject({
        code,
      })
      expect(readdirSync(source.home).sort()).toEqual(before) // prettier-ignore
    },
    timeout,
  )

  it('is refused while somebody runs on the folder', async () => {
    const { file } = await take()
    const holder = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)', 'cli/main.ts'])
    await once(holder, 'spawn')
    mkdirSync(target())
    writeFileSync(join(target(), 'zongheng.pid'), `${holder.pid}\n`)
    const options = await optionsFor(file, { keyPath: keyPath(), force: true })
    await expect(restoreBackup(options)).rejects.toMatchObject({ code: 'in-use' })
    holder.kill()
    await once(holder, 'exit')
  })

  it('without any key goes on when asked to, and says that it has none', async () => {
    const { file } = await take()
    const restored = await restoreBackup(await optionsFor(file, { withoutKey: true }))
    expect(restored.key).toBeNull()
    expect(existsSync(join(target(), 'secret.key'))).toBe(false)
  })

  it.runIf(isPostgres)('into a database with something in it is refused', async () => {
    const { file } = await take()
    const options = await optionsFor(file, { keyPath: keyPath() })
    await source.onDatabase((db) => sql`create table mine (id text)`.execute(db), options.databaseUrl!)
    await expect(restoreBackup(options)).rejects.toMatchObject({ code: 'database-not-empty' })
  })
})

describe('a backup under full write load', () => {
  let process_: ChildProcess
  let committed = 0
  let waiting: { until: number; resolve: () => void } | undefined
  beforeEach(() => {
    committed = 0
    const args = [
      '--disable-warning=ExperimentalWarning',
      writer,
      source.loaded.config.databaseUrl,
      source.dataDir,
    ]
    process_ = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] })
    createInterface({ input: process_.stdout! }).on('line', (line) => {
      committed = Number(line)
      if (waiting && committed >= waiting.until) waiting.resolve()
    })
  })
  afterEach(async () => {
    process_.kill('SIGKILL')
    if (process_.exitCode === null && process_.signalCode === null) await once(process_, 'exit')
  })
  const reached = (until: number) => new Promise<void>((resolve) => (waiting = { until, resolve }))

  it(
    'restores to a whole, consistent state with all that was acknowledged before it',
    async () => {
      await reached(100)
      const before = committed
      const { file, manifest } = await take({ passphrase })
      const during = committed
      await reached(during + 20) // the writer goes on
      process_.kill('SIGKILL')
      const options = await optionsFor(file, { passphrase })
      await restoreBackup(options)
      const [mark] = manifest.holdings.marks
      expect(mark!.seq).toBeGreaterThanOrEqual(before)
      const [series] = seriesMarks(join(target(), 'series.db'))
      expect(series!.seq).toBeGreaterThanOrEqual(mark!.seq)
      await source.onDatabase(async (db) => {
        const holdings = await holdingsOf(db)
        expect(holdings.marks).toEqual(manifest.holdings.marks)
        expect(manifest.holdings.audit!.seq).toBe(5 + mark!.seq) // each batch left one record in its transaction
        expect(await chainProblem(db, keyBox(), target(), holdings)).toBeNull()
      }, options.config.databaseUrl)
    },
    timeout,
  )
})
