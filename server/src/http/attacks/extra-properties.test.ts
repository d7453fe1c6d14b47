/**
 * The attacker may write what a route takes, and adds what it does not: columns, rights, another's id.
 * Wants any of it to be kept. Every route that takes a body is tried; then every table is searched.
 */
import { sql } from 'kysely'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { requests } from '../access-requests-testing.ts'
import { accessWorld, type Ask, type Person, type World } from '../access-world-testing.ts'
import { permissionsOf, roles, type Permission } from '../../identity/roles.ts'

let w: World
const people = new Map<string, Person>()
beforeAll(async () => {
  w = await accessWorld()
  for (const role of roles) people.set(role, await w.person(role, '130000'))
})
afterAll(() => w.close())

const mark = 'forged-4711'
const number = 47_114_711
const forged = {
  id: mark, _id: mark, userId: mark, user_id: mark, password: mark, passwordHash: mark, password_hash: mark, isAdmin: true, role: mark,
  roles: [mark], permissions: [mark], grants: [{ role: mark }], createdAt: number, created_at: number, updated_at: number, secret: mark,
  number: mark, requester_id: mark, requesterId: mark, started_by: mark, startedBy: mark, path: `/${mark}/`, key_hash: mark, is_local: 1,
  provider_id: mark, externalId: mark, totp_secret: mark, disabledAt: number, archived_at: number, hash: mark, seal: mark, actor: mark,
} // prettier-ignore

/** What the route does not take: of the rest, what it is about stays as it was. */
function withForged(body: object, schema: unknown) {
  const { properties = {} } = (schema ?? {}) as { properties?: object }
  return { ...Object.fromEntries(Object.entries(forged).filter(([name]) => !(name in properties))), ...body }
}

/** Refused to all but one person, before anything of the body is looked at. */
const onesAlone = new Set(['POST /tickets/:id/rating'])

const bodied = Object.keys(requests).filter((route) => {
  const { about } = requests[route]!
  return !route.startsWith('GET') && about !== 'public' && about !== 'list'
})

async function askOf(route: string, who: Person): Promise<Ask & { as?: Person['ask'] }> {
  const request = requests[route]!
  if (request.about === 'place') return request.ask(w, 'own')
  if (request.about === 'self') return request.ask(w, who)
  if (request.about === 'whole') return request.ask(w)
  throw new Error(`${route} takes no body`)
}

it.each(bodied)('%s', async (route) => {
  const [method] = route.split(' ') as [string]
  const { config, schema } = w.app.apiRoutes.find(({ method: m, url }) => `${String(m)} ${url.replace('/api/v1', '')}` === route)! // prettier-ignore
  const permission = config!.permission as Permission
  const role = [...roles].reverse().find((each) => permissionsOf[each].includes(permission)) ?? 'viewer'
  const who = permission === 'identity.self' || route.includes('view-as') ? await w.person(role, '130000') : people.get(role)! // prettier-ignore
  const { as = who.ask, ...ask } = await askOf(route, who)
  if (ask.headers) return // a file, not JSON
  const body = withForged((ask.body ?? {}) as object, schema?.body)
  const answer = await as(method, { ...ask, body: ask.body === undefined && method === 'DELETE' ? undefined : body }) // prettier-ignore
  expect(answer.statusCode, answer.body).toBeLessThan(500)
  // no collector is connected here: what needs one is refused for that
  const isAway = answer.body.includes('"code":"collector-away"')
  const isAnothers = onesAlone.has(route) && answer.statusCode === 403
  expect(answer.statusCode === 400 || answer.statusCode < 300 || isAway || isAnothers, answer.body).toBe(true)
  if (answer.statusCode < 300) expect(answer.body).not.toContain(mark)
})

it('nothing of it is in any table', async () => {
  const { db } = w.context
  // The full-text index is made of numbers of its own, larger than JavaScript's; what it holds is in search_docs.
  const tables = (await db.introspection.getTables()).filter(
    ({ isView, name }) => !isView && !/^search_(heads|words)/.test(name),
  )
  expect(tables.length).toBeGreaterThan(20)
  for (const { name } of tables) {
    const { rows } = await sql<object>`select * from ${sql.table(name)}`.execute(db)
    const hit = rows.find((row) => JSON.stringify(row).includes(mark) || Object.values(row).includes(number))
    expect(hit, name).toBeUndefined()
  }
})
