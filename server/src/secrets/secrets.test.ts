import { existsSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs'
import { randomBytes } from 'node:crypto'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { contractVersion, newSealingKeys } from '@zongheng/collector/contract.ts'
import { newId } from '@zongheng/inventory/id.ts'
import { AuditTrail } from '../audit/trail.ts'
import { SecretBox, SecretError } from '../secret-box.ts'
import { testApp, testContext, type TestContext } from '../testing.ts'
import { newKey, readKey, replaceKey, writeKey } from './key-file.ts'
import { keyFile, newKeyFile, openSecrets } from './open.ts'
import { checkSecrets, reseal } from './rotate.ts'
import { sealedColumns } from './sealed-columns.ts'

let context: TestContext
beforeEach(async () => (context = await testContext()))
afterEach(() => context.close())

const open = (secretKey = '') => openSecrets(context.db, { secretKey, dataDir: context.config.dataDir })
const file = () => keyFile(context.config.dataDir)
const newFile = () => newKeyFile(context.config.dataDir)
const community = { version: '2c', community: 'S3CR3T' }

async function keepCredential(box: SecretBox): Promise<string> {
  const id = newId('credential')
  const row = { id, name: 'SNMP', kind: 'snmp' as const, region_id: 'reg_1', created_at: 0, updated_at: 0 }
  await context.db
    .insertInto('credentials')
    .values({ ...row, secret: box.seal(community, 'credential') })
    .execute()
  return id
}

const sealedOf = async (id: string) =>
  (await context.db.selectFrom('credentials').select('secret').where('id', '=', id).executeTakeFirstOrThrow())
    .secret

describe('the key of a database', () => {
  it('is made at the first start, in a file of its owner’s alone, and found at the next', async () => {
    const first = await open()
    expect(statSync(file()).mode & 0o777).toBe(0o600)
    expect((await open()).keyId).toBe(first.keyId)
  })

  it('may come from outside, and leaves no file then', async () => {
    const key = newKey()
    await open(key)
    expect(existsSync(file())).toBe(false)
    expect((await open(key)).keyId).toMatch(/^[0-9a-f]{8}$/)
  })

  it.each<[string, () => void, string]>([
    ['another file', () => writeFileSync(file(), newKey()), ''],
    ['no file', () => renameSync(file(), `${file()}.away`), ''],
    ['another key from outside', () => undefined, newKey()],
  ])('is not made anew for a database that has one: %s', async (_, spoil, secretKey) => {
    const { keyId } = await open()
    spoil()
    await expect(open(secretKey)).rejects.toThrow(SecretError)
    await expect(open(secretKey)).rejects.toThrow(`sealed under key ${keyId}`)
  })
})

describe('a rotation', () => {
  async function rotated() {
    const from = await open()
    const id = await keepCredential(from)
    await new AuditTrail({ ...context, secrets: from }).tell({ action: 'x.y', entity: null, regionId: null })
    const key = newKey()
    const to = new SecretBox(Buffer.from(key, 'hex'))
    return { from, to, id, key }
  }

  it('seals everything anew, and records that it did', async () => {
    const { from, to, id } = await rotated()
    expect(await reseal(context, from, to)).toBe(3)
    expect(to.open(await sealedOf(id), 'credential')).toEqual(community)
    expect(await checkSecrets(context.db, to)).toEqual({ keyId: to.keyId, values: 3, broken: [] })
    expect((await checkSecrets(context.db, from)).broken).toHaveLength(3)
    const records = await context.db.selectFrom('audit_records').select(['action', 'after']).execute()
    expect(records.at(-1)).toEqual({
      action: 'secrets.rotated',
      after: JSON.stringify({ keyId: to.keyId, values: 3 }),
    })
    await new AuditTrail({ ...context, secrets: to }).tell({ action: 'x.z', entity: null, regionId: null })
  })

  it('changes nothing when one value does not open', async () => {
    const { from, to, id } = await rotated()
    const before = await sealedOf(id)
    await keepCredential(new SecretBox(randomBytes(32)))
    await expect(reseal(context, from, to)).rejects.toThrow(SecretError)
    expect(await sealedOf(id)).toBe(before)
    expect((await checkSecrets(context.db, from)).broken).toMatchObject([{ place: 'credentials.secret' }])
  })

  it('that was cut off before the database was changed leaves the old key in force', async () => {
    const { from, key } = await rotated()
    writeKey(newFile(), key, 'w')
    expect((await open()).keyId).toBe(from.keyId)
    expect(readKey(newFile())).toBeDefined() // another process may still be at it
  })

  it('that was cut off after the database was changed puts the new key in force', async () => {
    const { from, to, key } = await rotated()
    writeKey(newFile(), key, 'w')
    await reseal(context, from, to)
    expect((await open()).keyId).toBe(to.keyId)
    expect(readFileSync(file(), 'utf8').trim()).toBe(key)
    expect(existsSync(newFile())).toBe(false)
    replaceKey(file(), newFile()) // and whoever began it finds it done
    expect(readKey(file())!.keyId).toBe(to.keyId)
  })
})

it('every column that sounds sealed is among those that are sealed anew', async () => {
  const listed = new Set(sealedColumns.map(({ table, column }) => `${table}.${column}`))
  const tables = await context.db.introspection.getTables()
  const named = tables.flatMap(({ name, columns }) => columns.map((column) => `${name}.${column.name}`))
  expect(named.length).toBeGreaterThan(100)
  const sounds = named.filter((place) =>
    /secret|sealed|private_key|\.(password|community|token)$/.test(place),
  )
  expect(sounds.filter((place) => !place.endsWith('_hash') && !listed.has(place))).toEqual([])
})

it('with a new key collectors go on: the local one is given another, further ones keep theirs', async () => {
  const t = await testApp()
  const { enrolment } = t.services.uplink
  const auth = { ...newSealingKeys(), epoch: 'e', contractVersion }
  const local = (box: SecretBox) =>
    enrolment.local('here', null, box.derive('local collector').toString('hex'))
  const before = await local(t.context.secrets)
  const admin = await t.as('network-admin')
  const { token } = (
    await admin.inject({ method: 'POST', url: '/collectors', body: { name: 'edge' } })
  ).json()
  const { publicKey } = auth
  const further = await enrolment.enrol({ token, name: 'edge', publicKey })
  const to = new SecretBox(randomBytes(32))
  await reseal(t.context, t.context.secrets, to)
  const after = await local(to)
  const opens = async ({ id, key }: { id: string; key: string }) =>
    !((await enrolment.authenticate({ ...auth, collectorId: id, key })) instanceof Error)
  expect(after.id).toBe(before.id)
  expect([await opens(before), await opens(after)]).toEqual([false, true])
  expect(await opens({ id: further.collectorId, key: further.key })).toBe(true)
  await t.close()
})
