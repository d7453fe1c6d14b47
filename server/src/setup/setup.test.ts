import { readFileSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { buildApp, type App } from '../app.ts'
import { createServices, type Services } from '../services.ts'
import { testContext, type TestContext } from '../testing.ts'
import { demoAccounts } from './demo-accounts.ts'
import type { Setup } from './schema.ts'

let context: TestContext
let services: Services
let app: App
beforeEach(async () => {
  context = await testContext()
  services = createServices(context)
  app = await buildApp(context, services)
})
afterEach(async () => {
  await app.close()
  await context.close()
})

const account = (username: string) => ({ username, displayName: username, password: 'long enough 1' })
const setup = (changes: Partial<Setup> = {}): Setup => ({
  setupCode: services.setup.code,
  provinceCode: '130000',
  organisation: '河北省财政厅',
  systemAdmin: account('sys'),
  securityAdmin: account('sec'),
  auditAdmin: account('aud'),
  networkAdmin: account('net'),
  ...changes,
})
const post = (body: Setup) => app.inject({ method: 'POST', url: '/api/v1/setup', payload: body })
const status = async () => (await app.inject('/api/v1/setup')).json()
const signIn = async (username: string) =>
  (
    await app.inject({
      method: 'POST',
      url: '/api/v1/session',
      payload: { username, password: 'long enough 1' },
    })
  ).json()

describe('the first run', () => {
  it('offers the provinces until it is done', async () => {
    const before = await status()
    expect(before.needed).toBe(true)
    expect(before.provinces).toHaveLength(31)
    expect((await post(setup())).statusCode).toBe(204)
    expect(await status()).toEqual({ needed: false, provinces: [] })
  })

  it('makes the region tree, the teams and four people who can sign in', async () => {
    await post(setup())
    expect(await services.identity.allRegions()).toHaveLength(1 + 11 + 167)
    expect((await signIn('net')).roles).toEqual(['network-admin', 'manager'])
    expect((await signIn('sys')).roles).toEqual(['system-admin'])
    expect((await signIn('sec')).roles).toEqual(['security-admin'])
    expect((await signIn('aud')).permissions).toContain('audit.read')
    const organisations = await context.db.selectFrom('organisations').select(['name', 'kind']).execute()
    expect(organisations).toEqual([{ name: '河北省财政厅', kind: 'bureau' }])
    const county = (await services.identity.allRegions()).find((region) => region.name === '正定县')!
    expect(await services.identity.teamFor(county.id, '网络组')).toMatchObject({ name: '网络组' })
  })

  it('happens once', async () => {
    await post(setup())
    const again = await post(setup({ systemAdmin: account('other') }))
    expect(again.statusCode).toBe(409)
    expect(again.json()).toMatchObject({ code: 'setup-done' })
  })

  it('happens once, even when two try together', async () => {
    const answers = await Promise.all([post(setup()), post(setup({ networkAdmin: account('rival') }))])
    expect(answers.map((answer) => answer.statusCode).sort()).toEqual([204, 409])
    expect(await services.identity.allRegions()).toHaveLength(1 + 11 + 167)
  })

  it.each<[string, Partial<Setup>, number, string]>([
    ['a wrong code', { setupCode: 'AAAA-AAAA' }, 403, 'setup-code'],
    ['a province that does not exist', { provinceCode: '990000' }, 400, 'invalid'],
    ['one person in two offices', { auditAdmin: account('sys') }, 400, 'invalid'],
    ['a short password', { auditAdmin: { ...account('aud'), password: 'short' } }, 400, 'invalid'],
  ])('is refused with %s, and leaves nothing behind', async (_, changes, code, name) => {
    const answer = await post(setup(changes))
    expect(answer.statusCode).toBe(code)
    expect(answer.json()).toMatchObject({ code: name })
    expect((await status()).needed).toBe(true)
    expect(await services.identity.allRegions()).toEqual([])
  })
})

describe('the people of a demo', () => {
  const file = () => join(context.config.dataDir, 'demo-accounts.json')

  it('can all sign in, each in its place', async () => {
    await services.setup.foundDemo('130000')
    const accounts = await demoAccounts(services.identity, context.config.dataDir, Date.now())
    expect(accounts.map(({ role }) => role)).toEqual(['network-admin', 'system-admin', 'security-admin', 'audit-admin', 'agent', 'engineer', 'requester']) // prettier-ignore
    for (const { username, password, role } of accounts) {
      const answer = await app.inject({
        method: 'POST',
        url: '/api/v1/session',
        payload: { username, password },
      })
      expect(answer.json().roles[0]).toBe(role)
    }
  })

  it('stand in the directory with a certificate that ends soon', async () => {
    await services.setup.foundDemo('130000')
    const now = Date.parse('2026-03-01T00:00:00Z')
    await demoAccounts(services.identity, context.config.dataDir, now)
    const row = await context.db
      .selectFrom('users')
      .select(['post', 'certificates'])
      .where('username', '=', 'chenjing')
      .executeTakeFirstOrThrow()
    expect(row.post).toBe('网络运行科科长')
    expect(JSON.parse(row.certificates)[0]).toMatchObject({ issuedOn: '2023-04-06', expiresOn: '2026-04-05' })
  })

  it('keep their passwords from start to start, in a file of the owner’s alone', async () => {
    await services.setup.foundDemo('130000')
    const accounts = await demoAccounts(services.identity, context.config.dataDir, Date.now())
    expect(await demoAccounts(services.identity, context.config.dataDir, Date.now())).toEqual(accounts)
    expect(statSync(file()).mode & 0o777).toBe(0o600)
    const hash = await context.db.selectFrom('users').select('password_hash').executeTakeFirstOrThrow()
    expect(hash.password_hash).not.toContain(accounts[0]!.password)
  })

  it('get new passwords when that file is lost', async () => {
    await services.setup.foundDemo('130000')
    await demoAccounts(services.identity, context.config.dataDir, Date.now())
    rmSync(file())
    const [first] = await demoAccounts(services.identity, context.config.dataDir, Date.now())
    expect(JSON.parse(readFileSync(file(), 'utf8'))[0]).toEqual(first)
    const payload = { username: first!.username, password: first!.password }
    expect((await app.inject({ method: 'POST', url: '/api/v1/session', payload })).statusCode).toBe(201)
  })
})
