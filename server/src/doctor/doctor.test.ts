import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import {
  chmodSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { createServer, type AddressInfo } from 'node:net'
import { join } from 'node:path'
import { sql } from 'kysely'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { isPostgres, testInstallation, type Installation } from '../backup/testing.ts'
import { loadConfig } from '../config.ts'
import { newKey } from '../secrets/key-file.ts'
import { SecretBox } from '../secret-box.ts'
import { address } from './address.ts'
import { checks, examine } from './examine.ts'
import type { Level } from './finding.ts'
import { node } from './machine.ts'

const dayMs = 86_400_000

let place: Installation
beforeEach(async () => (place = await testInstallation()))
afterEach(() => place.remove())

const env = () => (isPostgres ? { DATABASE_URL: place.loaded.config.databaseUrl } : {})
const look = (more: Parameters<typeof examine>[0] = {}) =>
  examine({ data: place.dataDir, env: env(), ...more })
const file = (name: string) => join(place.dataDir, name)
const spoil = (name: string, from: number, until: number) => {
  const octets = readFileSync(file(name))
  octets.fill(0xff, from, until)
  writeFileSync(file(name), octets)
}
const onDatabase = (statement: string) => place.onDatabase((db) => sql.raw(statement).execute(db))

async function levelOf(check: string, more?: Parameters<typeof examine>[0]): Promise<Level | undefined> {
  const sights = (await look(more)).filter((finding) => finding.check === check)
  const levels: Level[] = ['error', 'warn', 'ok']
  return levels.find((level) => sights.some((sight) => sight.level === level))
}

const user = (id: string, more = {}) => ({
  id, username: id, display_name: id, password_hash: '', phone: null, region_id: 'reg_1', disabled_at: null,
  created_at: 0, updated_at: 0, email: null, post: null, provider_id: null, external_id: null,
  password_changed_at: null, totp_secret: null, totp_confirmed_at: null, totp_step: null, locked_until: null, signed_in_at: null, ...more,
}) // prettier-ignore
const grant = (userId: string, role: string, more = {}) => ({
  id: `grt_${userId}_${role}`, user_id: userId, team_id: null, role, region_id: 'reg_1', provider_id: null, expires_at: null,
  created_at: 0, updated_at: 0, ...more,
}) // prettier-ignore
const people = (grants: ReturnType<typeof grant>[], more = {}) =>
  place.onDatabase(async (db) => {
    const ids = [...new Set(grants.map(({ user_id }) => user_id))]
    await db.insertInto('users').values(ids.map((id) => user(id, more))).execute() // prettier-ignore
    await db.insertInto('grants').values(grants).execute()
  })
const officers = () => [grant('a', 'system-admin'), grant('b', 'security-admin'), grant('c', 'audit-admin')]

describe('a sound installation', () => {
  it('has no errors', async () => {
    const findings = await look({ full: true })
    expect(findings.filter(({ level }) => level === 'error')).toEqual([])
    expect(findings.length).toBeGreaterThan(15)
  })

  it('is not changed by looking at it', async () => {
    const state = () =>
      readdirSync(place.dataDir).map((name) => {
        const sha256 = createHash('sha256').update(readFileSync(file(name))).digest('hex') // prettier-ignore
        return { name, sha256, mtime: statSync(file(name)).mtimeMs }
      })
    const before = state()
    await look({ full: true })
    expect(state()).toEqual(before)
  })

  it('has three officers, first passwords changed, grants in force', async () => {
    await people(officers())
    for (const check of ['officers', 'first-passwords', 'grants']) expect(await levelOf(check)).toBe('ok')
  })
})

type Case = [
  check: string,
  level: Level,
  what: string,
  prepare: () => unknown,
  more?: Parameters<typeof examine>[0],
]

/** Which database the installation has, is nothing to these. */
const ofFiles: Case[] = [
  ['config', 'error', 'an unknown setting', () => writeFileSync(file('zongheng.yaml'), 'hosts: x\n')],
  ['config', 'error', 'a file that is no YAML', () => writeFileSync(file('zongheng.yaml'), '{')],
  ['timezone', 'error', 'a time zone that is none', () => writeFileSync(file('zongheng.yaml'), 'timezone: Mars\n')],
  ['data-folder', 'warn', 'a folder open to others', () => chmodSync(place.dataDir, 0o755)],
  ['data-folder', 'error', 'no folder', () => rmSync(place.dataDir, { recursive: true })],
  ['clock', 'error', 'a file of tomorrow', () => utimesSync(file('series.db'), Date.now() / 1000 + 86_400, Date.now() / 1000 + 86_400)],
  ['crash', 'warn', 'a lock of a process that is gone', () => writeFileSync(file('zongheng.pid'), '999999999\n')],
  ['leftovers', 'warn', 'what a restore moved aside', () => mkdirSync(`${place.dataDir}.before-20261122T043000Z`)],
  ['series', 'error', 'no series', () => rmSync(file('series.db'))],
  ['series', 'error', 'series with a damaged page', () => spoil('series.db', 4096, 12_288)],
  ['series', 'error', 'series that are something else', () => writeFileSync(file('series.db'), 'hello')],
  ['series-store', 'error', 'a store elsewhere that is away', () => writeFileSync(file('zongheng.yaml'), 'seriesUrl: victoriametrics+http://127.0.0.1:9\n')],
  ['key-file', 'error', 'no key', () => rmSync(file('secret.key'))],
  ['key-file', 'error', 'a key others can read', () => chmodSync(file('secret.key'), 0o644)],
  ['key-file', 'error', 'a key that is none', () => writeFileSync(file('secret.key'), 'hello')],
  ['secrets', 'error', 'another key', () => writeFileSync(file('secret.key'), newKey())],
  ['backup', 'warn', 'no backup ever', () => {}],
  ['certificate', 'error', 'a certificate that is not there', () => writeFileSync(file('zongheng.yaml'), `tlsCert: ${file('no.pem')}\ntlsKey: ${file('no.key')}\n`)],
] // prettier-ignore
const ofDatabase: Case[] = [
  ['secrets', 'error', 'a secret under another key', () => {
    const secret = new SecretBox(Buffer.from(newKey(), 'hex')).seal('x', 'credential')
    return place.onDatabase((db) => db.updateTable('credentials').set({ secret }).execute())
  }],
  ['migration', 'error', 'a newer database', () => onDatabase(`insert into kysely_migration (name, timestamp) values ('9999-future', '')`)],
  ['audit', 'error', 'an audit head that was set back', () => onDatabase('update audit_head set seq = 4')],
  ['audit', 'error', 'a last record that was cut off', () => onDatabase(`update audit_head set seq = 6`)],
  ['officers', 'warn', 'nobody yet', () => {}],
  ['officers', 'error', 'one officer disabled', async () => {
    await people(officers())
    await onDatabase(`update users set disabled_at = 1 where id = 'b'`)
  }],
  ['officers', 'error', 'one officer whose grant has run out', () => people([...officers().slice(1), grant('a', 'system-admin', { expires_at: 1 })])],
  ['grants', 'warn', 'a grant that has run out', () => people([grant('d', 'agent', { expires_at: 1 })])],
  ['first-passwords', 'warn', 'a first password of long ago', () => people([grant('d', 'agent')], { must_change_password: 1 })],
] // prettier-ignore
const embedded: Case[] = [
  ['database', 'error', 'no database', () => rmSync(file('zongheng.db'))],
  ['database', 'error', 'a database that is something else', () => writeFileSync(file('zongheng.db'), 'hello'.repeat(1000))],
  ['database', 'error', 'a database that is empty', () => writeFileSync(file('zongheng.db'), '')],
  ['database', 'error', 'a damaged first page', () => spoil('zongheng.db', 0, 4096)],
  ['database', 'error', 'damaged pages', () => spoil('zongheng.db', 40_960, 122_880)],
  ['audit', 'error', 'a record that was changed', async () => {
    await onDatabase('drop trigger audit_records_unchanged')
    await onDatabase(`update audit_records set actor_name = 'nobody' where seq = 3`)
  }],
] // prettier-ignore

describe('a broken installation', () => {
  it.each([...ofDatabase, ...(isPostgres ? [] : [...ofFiles, ...embedded])])(
    '%s (%s): %s',
    async (check, level, _, prepare, more) => {
      await prepare()
      expect(await levelOf(check, more)).toBe(level)
    },
  )

  it.runIf(isPostgres)('has a PostgreSQL that is away', async () => {
    expect(await levelOf('database', { env: { DATABASE_URL: 'postgres://127.0.0.1:1/x' } })).toBe('error')
  })

  it('says what to do about everything that is not in order, in both languages', async () => {
    rmSync(place.dataDir, { recursive: true })
    const wrong = (await look()).filter(({ level }) => level !== 'ok')
    expect(wrong.length).toBeGreaterThan(3)
    for (const { remedy } of wrong) expect(remedy).toMatchObject({ zh: /./, en: /./ })
  })

  it('had its last backup long ago', async () => {
    const { takeBackup } = await import('../backup/take.ts')
    const loaded = loadConfig(env(), { dataDir: place.dataDir })
    await takeBackup({ loaded, into: `${place.home}/`, passphrase: null, nowMs: Date.now() })
    expect(await levelOf('backup')).toBe('ok')
    expect(await levelOf('backup', { nowMs: Date.now() + 9 * dayMs })).toBe('warn')
  })
})

describe('a server', () => {
  it('that runs and does not answer is an error', async () => {
    const silent = createServer((socket) => socket.destroy()).listen(0, '127.0.0.1')
    await once(silent, 'listening')
    const { port } = silent.address() as AddressInfo
    const args = ['-e', 'setInterval(() => {}, 1000)', 'cli/main.ts', '--port', `${port}`]
    const holder = spawn(process.execPath, args)
    await once(holder, 'spawn')
    writeFileSync(file('zongheng.pid'), `${holder.pid}\n`)
    expect(await levelOf('server')).toBe('error')
    holder.kill()
    await once(holder, 'exit')
    silent.close()
    expect(await levelOf('server')).toBe('warn')
  })
})

const config = (more: object) => ({ config: { ...place.loaded.config, ...more } })
it.each([
  ['on loopback', {}, 'ok'],
  ['in the open without TLS', { host: '0.0.0.0' }, 'warn'],
  ['behind a proxy that can be gone round', { host: '0.0.0.0', trustProxy: true }, 'warn'],
  ['behind a proxy that is not trusted', { publicOrigin: 'https://z.example' }, 'warn'],
  ['behind a proxy', { publicOrigin: 'https://z.example', trustProxy: true }, 'ok'],
  ['behind a plain proxy', { publicOrigin: 'http://z.example', trustProxy: true }, 'warn'],
])('an address %s', (_, settings, level) => {
  expect(address(config(settings)).at(-1)!.level).toBe(level)
})

it('an old Node is an error', () => expect(node(undefined, '22.4.0').level).toBe('error'))
it('every check has a name of its own', () => {
  expect(new Set(checks.map(({ id }) => id)).size).toBe(checks.length)
})
