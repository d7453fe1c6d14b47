import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { divisionsOf } from '../identity/regions/divisions.ts'
import { hashPassword } from '../identity/passwords/password.ts'
import { testContext, type TestContext } from '../testing.ts'
import { buildApp, type App } from '../app.ts'
import { createServices, type Services } from '../services.ts'

const provinceCode = '640000' // 宁夏: 5 cities, 22 counties
const token = 'a-token-for-the-control'
const simulatorMain = fileURLToPath(new URL('../../../collector/simulator/main.ts', import.meta.url))

let folder: string
let simulator: ChildProcess
let context: TestContext
let services: Services
let app: App
let cookies: { province: string; county: string }

async function startSimulator(): Promise<{ port: number; control: string }> {
  const divisions = join(folder, 'divisions.json')
  writeFileSync(divisions, JSON.stringify(divisionsOf(provinceCode)))
  simulator = spawn(
    process.execPath,
    ['--disable-warning=ExperimentalWarning', simulatorMain, '--divisions', divisions],
    {
      stdio: ['ignore', 'pipe', 'inherit'],
      env: { ...process.env, ZONGHENG_SIMULATOR_TOKEN: token },
    },
  )
  const [line] = (await once(createInterface(simulator.stdout!), 'line')) as [string]
  return JSON.parse(line) as { port: number; control: string }
}

async function signIn(username: string, regionId: string): Promise<string> {
  const grants = [{ role: 'network-admin' as const, regionId }]
  await services.identity.createUser({
    username,
    displayName: username,
    passwordHash: await hashPassword('correct horse'),
    regionId,
    grants,
  })
  const answer = await app.inject({
    method: 'POST',
    url: '/api/v1/session',
    payload: { username, password: 'correct horse' },
  })
  return String(answer.headers['set-cookie']).split(';')[0]!
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'demo-'))
  const { port, control } = await startSimulator()
  context = await testContext({
    demo: true,
    demoProvince: provinceCode,
    simulatorUrl: control,
    simulatorToken: token,
    simulatorPort: port,
  })
  services = createServices(context)
  app = await buildApp(context, services)
  await services.setup.foundDemo(provinceCode)
  await services.demo.seed({ provinceCode, port, collectorId: null })
  const regions = await services.identity.allRegions()
  const idOf = (code: string) => regions.find((region) => region.code === code)!.id
  cookies = {
    province: await signIn('province', idOf(provinceCode)),
    county: await signIn('county', idOf('640121')),
  }
})
afterAll(async () => {
  await app.close()
  await context.close()
  simulator.kill('SIGTERM')
  await once(simulator, 'exit')
  rmSync(folder, { recursive: true })
})

async function ask(method: 'GET' | 'POST' | 'DELETE', url: string, body?: object, cookie = cookies.province) {
  const answer = await app.inject({
    method,
    url: `/api/v1${url}`,
    headers: { cookie },
    ...(body && { payload: body }),
  })
  return { status: answer.statusCode, body: answer.body ? answer.json() : undefined }
}

const model = () => services.estate.model()
const circuitId = async () => [...(await model()).circuits.keys()].at(-1)!
const deviceOf = async (role: string) =>
  [...(await model()).devices.values()].find((device) => device.role === role)!

describe('the seeded province', () => {
  it('is kept once', async () => {
    const before = (await model()).devices.size
    const site = await services.demo.seed({
      provinceCode,
      port: context.config.simulatorPort,
      collectorId: null,
    })
    services.estate.changed([])
    expect((await model()).devices.size).toBe(before)
    expect((await model()).sites.get(site)!.regionId).toBe((await services.identity.rootRegion())!.id)
  })

  it('follows its simulator to another port', async () => {
    const ports = async () => {
      const { devices, circuits } = await model()
      return new Set([
        ...devices.values().map(({ port }) => port),
        ...circuits.values().map(({ leg }) => leg?.port),
      ])
    }
    const { simulatorPort } = context.config
    await services.demo.seed({ provinceCode, port: 40_161, collectorId: null })
    expect(await ports()).toEqual(new Set([40_161]))
    await services.demo.seed({ provinceCode, port: simulatorPort, collectorId: null })
    expect(await ports()).toEqual(new Set([simulatorPort]))
  })

  it('has a link for every city and county, primary first, and a leg for every circuit', async () => {
    const { links, sites, circuits } = await model()
    expect(sites.size).toBe(1 + 5 + 22)
    expect(links.size).toBe(5 + 22)
    expect(
      [...links.values()].every((link) => link.circuits.map((c) => c.role).join() === 'primary,backup'),
    ).toBe(true)
    expect([...circuits.values()].every((circuit) => circuit.leg?.kind === 'snmp')).toBe(true)
    expect([...links.values()].map((link) => link.name)).toContain('银川–永宁')
  })
})

describe('faults', () => {
  const cases: [string, string, () => Promise<string>, string][] = [
    ['cut a circuit', 'circuit-cut', circuitId, 'circuit'],
    ['degrade one', 'circuit-degrade', circuitId, 'circuit'],
    ['silence a device', 'device-down', async () => (await deviceOf('access-router')).id, 'device'],
    ['stop a fan', 'fan-fail', async () => (await deviceOf('core-router')).id, 'device'],
    ['cut the power of a site', 'site-power', async () => (await deviceOf('ups')).siteId, 'site'],
    ['cut it by its UPS', 'site-power', async () => (await deviceOf('ups')).id, 'site'],
    [
      'heat a room by its environment device',
      'room-hot',
      async () => (await deviceOf('environment')).id,
      'site',
    ],
  ]
  it.each(cases)('%s, until they are switched off', async (_name, kind, target, type) => {
    const added = await ask('POST', '/demo/faults', { kind, target: await target() })
    expect(added).toMatchObject({
      status: 201,
      body: { kind, target: { type, name: expect.stringMatching(/./) } },
    })
    const listed = await ask('GET', '/demo/faults')
    expect(listed.body.items).toEqual([added.body])
    expect((await ask('DELETE', `/demo/faults/${added.body.id}`)).status).toBe(204)
    expect((await ask('GET', '/demo/faults')).body.items).toEqual([])
  })

  it.each<[string, string, () => Promise<string>, number, string]>([
    ['a device for a circuit', 'circuit-cut', async () => (await deviceOf('ups')).id, 422, 'wrong-target'],
    ['a circuit for a device', 'device-down', circuitId, 422, 'wrong-target'],
    ['a router for a room', 'room-hot', async () => (await deviceOf('core-router')).id, 422, 'wrong-target'],
    ['what does not exist', 'circuit-cut', async () => 'cir_0', 404, 'not-found'],
    ['an unknown kind', 'meteor', circuitId, 400, 'invalid'],
  ])('are refused with %s', async (_name, kind, target, status, code) => {
    expect(await ask('POST', '/demo/faults', { kind, target: await target() })).toMatchObject({
      status,
      body: { code },
    })
  })

  it('are refused outside the scope', async () => {
    const target = [...(await model()).links.values()].find((link) => link.name.endsWith('–平罗'))!
      .circuits[0]!.id
    expect((await ask('POST', '/demo/faults', { kind: 'circuit-cut', target }, cookies.county)).status).toBe(
      404,
    )
    const { body } = await ask('POST', '/demo/faults', { kind: 'circuit-cut', target })
    expect((await ask('GET', '/demo/faults', undefined, cookies.county)).body.items).toEqual([])
    expect((await ask('DELETE', `/demo/faults/${body.id}`, undefined, cookies.county)).status).toBe(404)
    expect((await ask('DELETE', `/demo/faults/${body.id}`)).status).toBe(204)
    expect((await ask('DELETE', `/demo/faults/${body.id}`)).status).toBe(404)
  })
})

it('says so when the simulator is gone', async () => {
  const lonely = createServices({
    ...context,
    config: { ...context.config, simulatorUrl: 'http://127.0.0.1:9' },
  })
  await expect(lonely.demo.faults({ regionPaths: ['/'] })).rejects.toMatchObject({
    status: 503,
    code: 'unavailable',
  })
})
