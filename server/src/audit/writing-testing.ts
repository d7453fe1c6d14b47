/** An installation in which every route that writes has something to write about. */
import { createServer, type Server } from 'node:http'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { newId } from '@zongheng/inventory/id.ts'
import { deviceFact, interfaceFacts, withSmallEstate } from '../estate/testing.ts'
import { hashPassword } from '../identity/passwords/password.ts'
import type { Role } from '../identity/roles.ts'
import { testApp, type TestApp } from '../testing.ts'

export type Someone = Pick<Awaited<ReturnType<TestApp['as']>>, 'inject'> & {
  userId: string
  password?: string
}
type Answer = Awaited<ReturnType<Someone['inject']>>
export type Ask = { url: string; body?: unknown; headers?: Record<string, string> }

export interface World extends TestApp {
  ids: Map<string, string>
  network: Someone
  system: Someone
  security: Someone
  auditor: Someone
  /** Somebody new, signed in, whose password is known. */
  person: (role?: Role) => Promise<Someone & { password: string; username: string }>
  /** What a route answered on the way to the one in question. */
  done: (who: Someone, method: string, ask: Ask) => Promise<Answer>
  simulator: Server
}

export async function writtenWorld(): Promise<World> {
  const simulator = simulatedControl()
  await once(simulator.listen(0, '127.0.0.1'), 'listening')
  const { port } = simulator.address() as AddressInfo
  const app = await testApp({ demo: true, simulatorUrl: `http://127.0.0.1:${port}` })
  const ids = await withSmallEstate(app)
  const { collectorId } = await invited(app)
  const interfaces = [interfaceFacts('GE9', { ifIndex: 9 })]
  for (const key of ['市-RT', '正定-RT', '唐山-RT'])
    await app.services.estate.applyFact(app.context.db, deviceFact(ids.get(key)!, { interfaces }))
  await app.context.db.updateTable('devices').set({ collector_id: collectorId }).execute()
  const keys = ids.get('正定-主')!
  await app.context.db.insertInto('demo_keys').values({ entity_id: keys, key: 'key' }).execute()
  app.services.estate.changed(ids.values())
  const [network, system, security, auditor] = await Promise.all(
    (['network-admin', 'system-admin', 'security-admin', 'audit-admin'] as const).map((role) => app.as(role)),
  )
  const done: World['done'] = async (who, method, ask) => {
    const answer = await who.inject({ method, ...ask })
    if (answer.statusCode >= 300) throw new Error(`${method} ${ask.url}: ${answer.body}`)
    return answer
  }
  const world = { ...app, ids, network: network!, system: system!, security: security!, auditor: auditor!, done, simulator } // prettier-ignore
  return { ...world, person: (role = 'network-admin') => newPerson(world, role) }
}

const invited = async ({ context }: TestApp) => {
  const collectorId = newId('collector')
  const stamps = { created_at: context.now, updated_at: context.now }
  const none = { site_id: null, region_id: null, token_hash: null, token_expires_at: null, public_key: null, enrolled_at: null, seen_at: null, revoked_at: null } // prettier-ignore
  const row = { id: collectorId, name: 'here', key_hash: 'x', ...none, ...stamps }
  await context.db.insertInto('collectors').values(row).execute()
  return { collectorId }
}

async function newPerson(
  { app, services, regions }: Pick<World, 'app' | 'services' | 'regions'>,
  role: Role,
) {
  const [username, password] = [newId('user').replace('_', '-'), 'Correct-horse-7']
  const regionId = regions.get('130000')!
  const passwordHash = await hashPassword(password)
  const account = { username, displayName: username, passwordHash, regionId, grants: [{ role, regionId }] }
  const userId = await services.identity.createUser(account)
  const session = { method: 'POST', url: '/api/v1/session', payload: { username, password } } as const
  const cookie = String((await app.inject(session)).headers['set-cookie']).split(';')[0]!
  const inject: Someone['inject'] = async ({ method = 'GET', url, body, headers }) =>
    app.inject({
      method: method as 'GET',
      url: `/api/v1${url}`,
      headers: { cookie, ...headers },
      ...(body === undefined ? {} : { payload: body as object }),
    })
  return { userId, username, password, inject }
}

/** The simulator's control, with one fault. */
const simulatedControl = () =>
  createServer((request, response) => {
    const fault = { id: 'flt_1', kind: 'circuit-cut', target: 'key', startedAt: 1 }
    if (request.method === 'DELETE') return void response.writeHead(204).end()
    response.setHeader('content-type', 'application/json')
    response.end(JSON.stringify(request.method === 'POST' ? fault : { items: [fault] }))
  })
