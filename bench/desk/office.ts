import { randomBytes } from 'node:crypto'
import { hash } from '@node-rs/argon2'
import { buildApp } from '../../server/src/app.ts'
import { loadConfig } from '../../server/src/config.ts'
import { openDatabase, type Db } from '../../server/src/db/database.ts'
import { migrate } from '../../server/src/db/migrate.ts'
import { EventBus } from '../../server/src/events.ts'
import type { Role } from '../../server/src/identity/roles.ts'
import { silentLog } from '../../server/src/log.ts'
import { SecretBox } from '../../server/src/secret-box.ts'
import { memorySeries } from '../../server/src/series/memory.ts'
import { startServices, stopServices } from '../../server/src/lifecycle.ts'
import { createServices } from '../../server/src/services.ts'
import type { Ask } from './agents.ts'
import { seed } from './seed.ts'

export interface Agent {
  name: string
  ask(ask: Ask): Promise<{ status: number; body: string }>
}

export interface Office {
  db: Db
  agents: Agent[]
  close(): Promise<void>
}

const [cities, countiesEach, users, signedIn] = [11, 17, 400, 40]

/** The server over a database of so many tickets, with a province of 199 regions and its agents at work. */
export async function openOffice(url: string, dataDir: string, tickets: number): Promise<Office> {
  const db = openDatabase(url)
  await migrate(db)
  const { config } = loadConfig({}, { dataDir })
  const context = { config: { ...config, databaseUrl: url, requestsPerMinute: 1_000_000 }, db, log: silentLog(), bus: new EventBus(), secrets: new SecretBox(randomBytes(32)), series: memorySeries(), clock: Date.now } // prettier-ignore
  const services = createServices(context)
  const app = await buildApp(context, services)
  const regions = [...(await services.identity.createRegions(province())).entries()]
  const teams = await services.identity.teamsAt(regions.map(([, id]) => id))
  const password = randomBytes(12).toString('hex')
  const passwordHash = await hash(password, { memoryCost: 8, timeCost: 1, parallelism: 1 })
  const people = []
  for (let n = 0; n < users; n++) {
    const [code, regionId] = n % 20 === 0 ? regions[0]! : n % 4 === 0 ? regions[1 + ((n / 4) % cities) * (countiesEach + 1)]! : regions[(n * 7) % regions.length]! // prettier-ignore
    const role: Role = n % 20 === 0 ? 'agent' : 'engineer'
    const username = `agent-${n}`
    const id = await services.identity.createUser({ username, displayName: username, passwordHash, regionId, grants: [{ role, regionId }] }) // prettier-ignore
    people.push({ id, username, name: code.endsWith('0000') ? 'province' : code.endsWith('00') ? 'city' : 'county' }) // prettier-ignore
  }
  const places = regions.map(([, regionId]) => ({
    regionId,
    teamId: teams.find((team) => team.region_id === regionId)!.id,
  }))
  await seed(db, tickets, { places, userIds: people.map(({ id }) => id), nowMs: Date.now() })
  await startServices(services)
  const agents: Agent[] = []
  for (const { username, name } of people.slice(0, signedIn)) {
    const session = await app.inject({
      method: 'POST',
      url: '/api/v1/session',
      payload: { username, password },
    })
    const cookie = String(session.headers['set-cookie']).split(';')[0]!
    agents.push({
      name,
      ask: async ({ method, url: path, body }) => {
        const answer = await app.inject({ method, url: `/api/v1${path}`, headers: { cookie }, ...(body === undefined ? {} : { payload: body as object }) }) // prettier-ignore
        return { status: answer.statusCode, body: answer.body }
      },
    })
  }
  const close = async () => {
    await app.close()
    await stopServices(services)
    await db.destroy()
  }
  return { db, agents, close }
}

function province() {
  const root = { code: '130000', name: '省', tier: 'province', parentCode: null } as const
  const below = Array.from({ length: cities }, (_, c) => {
    const code = `13${String(c + 1).padStart(2, '0')}`
    const city = { code: `${code}00`, name: `市${c}`, tier: 'city', parentCode: root.code } as const
    const counties = Array.from({ length: countiesEach }, (_, k) => ({ code: `${code}${String(k + 1).padStart(2, '0')}`, name: `县${c}-${k}`, tier: 'county', parentCode: city.code }) as const) // prettier-ignore
    return [city, ...counties]
  })
  return [root, ...below.flat()]
}
