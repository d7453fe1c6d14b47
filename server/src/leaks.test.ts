/** A secret that was told to us is told to nobody: not in an answer, a log line, an error, an audit record, or the database as it lies on disk. */
import { newSealingKeys } from '@zongheng/collector/contract.ts'
import { kindOfId } from '@zongheng/inventory/id.ts'
import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { withSmallEstate } from './estate/testing.ts'
import { roles } from './identity/roles.ts'
import { createLog } from './log.ts'
import { testApp, type TestApp } from './testing.ts'

const mark = 'S3CR3T'
const marked = (name: string) => `${mark}-${name}-Aa1!`
/** Answered once, to whoever made them; nowhere else. */
const shownOnce = new Set<string>()
let t: TestApp
let lines = ''
const answers: { from: string; body: string }[] = []
const ids: string[] = []

beforeAll(async () => {
  const log = createLog('trace', 'server', { write: (line: string) => void (lines += line) })
  t = await testApp({ demo: true, databaseUrl: `postgres://zh:${marked('database')}@db/zh` }, undefined, log)
  ids.push(...(await withSmallEstate(t)).values(), ...t.regions.values())
  await tellSecrets()
  await makeSecrets()
  await failWithSecrets()
  await askForEverything()
}, 120_000)
afterAll(() => t.close())

type Person = Awaited<ReturnType<TestApp['as']>>

/** The answer counts as one that must hold no secret, unless it is the one place that shows it. */
async function say(who: Person, method: string, url: string, body?: unknown, expected = 300) {
  const answer = await who.inject({ method, url, body })
  expect(answer.statusCode, `${method} ${url}: ${answer.body}`).toBeLessThan(expected)
  answers.push({ from: `${method} ${url}`, body: answer.body })
  return answer
}

async function show(who: Person, method: string, url: string, body?: unknown) {
  const answer = await who.inject({ method, url, body })
  expect(answer.statusCode, `${method} ${url}: ${answer.body}`).toBeLessThan(300)
  return answer.json()
}

async function tellSecrets(): Promise<void> {
  const admin = await t.as('network-admin')
  const device = (address: string, snmp: object) => ({
    address,
    role: 'server',
    regionId: t.regions.get('130000'),
    snmp,
  })
  const v2 = device('127.9.0.1', { version: '2c', community: marked('community') })
  const added = (await say(admin, 'POST', '/devices?force=true', v2)).json()
  const keys = { authKey: marked('auth'), privKey: marked('priv') }
  const v3 = { version: '3', user: 'u', authProtocol: 'sha', privProtocol: 'aes', ...keys }
  ids.push(added.id, (await say(admin, 'POST', '/devices?force=true', device('127.9.0.2', v3))).json().id)
  await say(admin, 'PATCH', `/devices/${added.id}`, { snmp: { version: '2c', community: marked('changed') } })
  const ssh = { username: 'u', password: marked('ssh'), enablePassword: marked('enable') }
  await say(admin, 'PUT', `/devices/${added.id}/ssh-credential`, ssh)
  const security = await t.as('security-admin')
  const settings = {
    issuer: 'https://id.example',
    clientId: 'zongheng',
    claims: {},
    defaultRegionId: t.regions.get('130000'),
    groups: [],
  }
  const provider = { kind: 'oidc', name: 'OIDC', enabled: false, secret: marked('client'), settings }
  ids.push((await say(security, 'POST', '/identity-providers', provider)).json().id)
}

async function makeSecrets(): Promise<void> {
  const [admin, system] = [await t.as('network-admin'), await t.as('system-admin')]
  const { collectorId, token } = await show(admin, 'POST', '/collectors', { name: 'edge' })
  const enrolment = { token, name: 'edge', publicKey: newSealingKeys().publicKey }
  const { key } = (await t.anyone({ method: 'POST', url: '/collectors/enrol', body: enrolment })).json()
  const api = await show(admin, 'POST', '/me/tokens', {
    name: 'script',
    permissions: ['estate.read'],
    regionId: t.regions.get('130000'),
    expiresAt: t.context.now + 86_400_000,
  })
  const person = { username: 'someone', displayName: '某人', regionId: t.regions.get('130000') }
  const user = await show(system, 'POST', '/users', person)
  ids.push(collectorId, api.id, user.user.id)
  for (const secret of [token, key, api.token, user.password]) shownOnce.add(secret)
  const opened = { authorization: `Bearer ${api.token}` }
  expect((await t.anyone({ url: '/devices', headers: opened })).statusCode).toBe(200)
}

/** What is refused is not repeated. */
async function failWithSecrets(): Promise<void> {
  const admin = await t.as('network-admin')
  const wrong: [string, string, unknown][] = [
    ['POST', '/session', { username: 'nobody', password: marked('wrong') }],
    ['POST', '/session', { username: 5, password: { deep: marked('typed') } }],
    ['POST', '/devices', { snmp: { version: marked('version'), community: [marked('list')] } }],
    ['PUT', `/devices/dev_x/ssh-credential`, { username: 'u', password: marked('nowhere') }],
    ['POST', '/collectors/enrol', { token: marked('enrolment-token'), name: 'x', publicKey: marked('key') }],
    ['POST', '/setup', { setupCode: marked('setup') }],
    ['PUT', '/me/password', { current: marked('current'), next: marked('next') }],
  ]
  for (const [method, url, body] of wrong) {
    const answer = await admin.inject({ method, url, body })
    expect(answer.statusCode, `${method} ${url}`).toBeGreaterThanOrEqual(400)
    answers.push({ from: `${method} ${url}`, body: answer.body })
  }
  const headers = { authorization: `Bearer ${marked('bearer')}`, cookie: `zongheng=${marked('cookie')}` }
  answers.push({ from: 'a wrong token', body: (await t.anyone({ url: '/devices', headers })).body })
}

/** Every GET of the API as every role, with two ids of each kind. */
async function askForEverything(): Promise<void> {
  const some = [...Map.groupBy(ids, kindOfId).values()].flatMap((ofKind) => ofKind.slice(-2))
  const urls = t.app.apiRoutes
    .filter(({ method, url }) => method === 'GET' && url.startsWith('/api/'))
    .flatMap(({ url }) => (url.includes(':') ? some.map((id) => url.replace(/:\w+/g, id)) : [url]))
  expect(urls.length).toBeGreaterThan(100)
  for (const role of roles) {
    const someone = await t.as(role)
    for (const url of urls)
      answers.push({ from: `${role} GET ${url}`, body: (await someone.inject({ url })).body })
  }
}

async function wholeDatabase(): Promise<[table: string, rows: string][]> {
  const tables = await t.context.db.introspection.getTables()
  return Promise.all(
    tables.map(async ({ name }): Promise<[string, string]> => {
      const { rows } = await sql`select * from ${sql.table(name)}`.execute(t.context.db)
      return [name, JSON.stringify(rows)]
    }),
  )
}

const secretsIn = (text: string) => [
  ...(text.match(new RegExp(`${mark}-\\w+`, 'g')) ?? []),
  ...[...shownOnce].filter((secret) => text.includes(secret)),
]

describe('no secret is found', () => {
  it('in any answer of the API, nor in a refusal', () => {
    expect(answers.length).toBeGreaterThan(1000)
    expect(answers.filter(({ body }) => secretsIn(body).length > 0).map(({ from }) => from)).toEqual([])
  })

  it('in the log', () => {
    expect(secretsIn(lines)).toEqual([])
  })

  it('in the database: audit records, jobs and timelines among it', async () => {
    const tables = await wholeDatabase()
    const rows = Object.fromEntries(tables)
    expect(rows.audit_records).toContain('estate.')
    expect(rows.credentials!.length).toBeGreaterThan(100)
    expect(tables.flatMap(([name, text]) => secretsIn(text).map((secret) => `${name}: ${secret}`))).toEqual(
      [],
    )
  })
})
