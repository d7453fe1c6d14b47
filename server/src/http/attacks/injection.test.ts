/**
 * The attacker is signed in, and writes statements, line breaks and paths where a request takes a text.
 * Wants the database, a header or a file name to take them for more than text.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { requests } from '../access-requests-testing.ts'
import { accessWorld, placeNames, type Person, type World } from '../access-world-testing.ts'
import { permissionsOf, roles, type Permission, type Role } from '../../identity/roles.ts'

let w: World
let people: Map<Role, Person>
let before: string
beforeAll(async () => {
  w = await accessWorld()
  people = new Map()
  for (const role of roles) people.set(role, await w.person(role))
  before = await contents()
})
afterAll(() => w.close())

const statements = [
  "' or 1=1 --",
  "'; drop table devices; --",
  '" or ""="',
  "') union select id, password_hash from users --",
  '%',
  '_%',
  '\\',
  '$1',
  '?',
  ':regionId',
  "1) or (select 1 from pg_sleep(30)) is not null or ('' = '",
  '𝕏\ud800',
  '\u0000',
]

/** What must be as it was, whatever was asked. */
async function contents(): Promise<string> {
  const { db } = w.context
  const [devices, users] = await Promise.all([
    db.selectFrom('devices').select(['id', 'name', 'region_id']).orderBy('id').execute(),
    db.selectFrom('users').select(['id', 'username', 'password_hash']).orderBy('id').execute(),
  ])
  return JSON.stringify([devices, users])
}

interface Texts {
  properties?: Record<string, { type?: string; anyOf?: unknown[]; enum?: unknown[] }>
}
const textsOf = (schema: unknown) =>
  Object.entries((schema as Texts | undefined)?.properties ?? {}).filter(([, { type }]) => type === 'string' || type === undefined).map(([name]) => name) // prettier-ignore

const holderOf = (permission: Permission): Person =>
  people.get([...roles].reverse().find((role) => permissionsOf[role].includes(permission)) ?? 'viewer')!

const looks = () => w.app.apiRoutes.filter(({ method, config }) => method === 'GET' && config?.permission)

/** Of places that are not the asker's. */
const foreign = () =>
  placeNames
    .filter((place) => !['own', 'child'].includes(place))
    .flatMap((place) => [w.at[place].router, w.at[place].ticket, w.at[place].alarm])

describe('a statement', () => {
  it.each(statements)('is a text in every filter and id: %j', async (statement) => {
    let asked = 0
    for (const { url, schema, config } of looks()) {
      const path = url.replace('/api/v1', '')
      const who = holderOf(config!.permission!)
      const text = encodeURIComponent(statement.toWellFormed())
      const queries = textsOf(schema?.querystring).map((name) => `${path}?${name}=${text}`)
      for (const ask of [...queries, ...(path.includes(':') ? [path.replace(/:\w+/g, text)] : [])]) {
        const answer = await who.ask('GET', { url: ask.replace(/:\w+/g, text) })
        asked++
        expect(answer.statusCode, `${ask}: ${answer.body}`).toBeLessThan(500)
        expect(answer.body).not.toMatch(/argon2|syntax error|SQLITE|relation "/)
        for (const id of foreign()) expect(answer.body, ask).not.toContain(id)
      }
    }
    expect(asked).toBeGreaterThan(80)
  })

  it.each(statements)('is a text in a cursor: %j', async (statement) => {
    const network = people.get('network-admin')!
    for (const list of ['/devices', '/sites', '/links', '/alarms', '/tickets', '/teams', '/users', '/regions', '/changes', '/interfaces'])
      for (const width of [1, 2, 3]) {
        const cursor = Buffer.from(JSON.stringify(Array(width).fill(statement))).toString('base64url')
        const answer = await network.ask('GET', { url: `${list}?limit=200&cursor=${cursor}` })
        expect([200, 400], answer.body).toContain(answer.statusCode)
        for (const id of foreign()) expect(answer.body, list).not.toContain(id)
      }
  }) // prettier-ignore

  it('left everything as it was', async () => expect(await contents()).toBe(before))

  const bodied = Object.keys(requests).filter((route) => /^(POST|PUT|PATCH)/.test(route) && requests[route]!.about === 'place') // prettier-ignore
  it.each(bodied)('is a text in every field of %s', async (route) => {
    const request = requests[route]!
    if (request.about !== 'place') return
    const [method] = route.split(' ') as [string]
    const { permission } = w.app.apiRoutes.find(({ method: m, url }) => `${String(m)} ${url.replace('/api/v1', '')}` === route)!.config! // prettier-ignore
    for (const statement of statements) {
      const { url, body, headers } = await request.ask(w, 'own')
      if (headers || !body) return
      for (const [name, value] of Object.entries(body as object)) {
        if (typeof value !== 'string') continue
        const answer = await holderOf(permission!).ask(method, { url, body: { ...body, [name]: statement } })
        expect(answer.statusCode, `${name}: ${answer.body}`).toBeLessThan(500)
      }
    }
  })
})

describe('a line break', () => {
  const breaks = ['%0d%0aset-cookie:%20zongheng=forged', '%0aset-cookie:x=1', '%E5%98%8A%E5%98%8Dset-cookie:x=1', '\\r\\nset-cookie:x=1'] // prettier-ignore
  it.each(breaks)('begins no header: %s', async (text) => {
    const urls = [`/session/oidc/${text}`, `/session/oidc/callback?state=${text}&error=${text}`, `/devices/import/template?x=${text}`, `/audit/export?q=${text}`, `/jobs/${text}`] // prettier-ignore
    for (const url of urls)
      for (const who of [people.get('network-admin')!, people.get('audit-admin')!]) {
        const { headers } = await who.ask('GET', { url, headers: { 'x-reason': text, 'accept-language': 'zh' } }) // prettier-ignore
        expect(String(headers['set-cookie'] ?? ''), url).not.toMatch(/forged|x=1/)
        for (const value of Object.values(headers)) expect(String(value)).not.toMatch(/[\r\n]/)
      }
  })

  it('in a reason is kept as text, and in a record’s export stays on its line', async () => {
    const network = people.get('network-admin')!
    const headers = { 'x-reason': encodeURIComponent('a\r\n{"seq":0}') }
    const body = { title: 'x', description: '' }
    expect((await network.ask('POST', { url: '/tickets', body, headers })).statusCode).toBe(201)
    const lines = (await people.get('audit-admin')!.ask('GET', { url: '/audit/export?action=desk' })).body.trim().split('\n') // prettier-ignore
    for (const line of lines) expect(JSON.parse(line)).toMatchObject({ seq: expect.any(Number) })
  })

  it('of a request’s own number is not ours: it is made here', async () => {
    const headers = { 'x-request-id': 'forged', 'request-id': 'forged' }
    await people.get('network-admin')!.ask('POST', { url: '/tickets', body: { title: 'x', description: '' }, headers }) // prettier-ignore
    const rows = await w.context.db.selectFrom('audit_records').select('request_id').execute()
    expect(rows.map((row) => row.request_id)).not.toContain('forged')
  })
})
