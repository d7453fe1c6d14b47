import { rangeOf } from '@zongheng/inventory/address-range.ts'
import { adjacencies } from '@zongheng/inventory/adjacency.ts'
import type { StandingDevice } from '@zongheng/inventory/surroundings.ts'
import { buildProvince, sysNameOf } from '@zongheng/inventory/demo/build.ts'
import { portsOf } from '@zongheng/inventory/demo/ports.ts'
import type { Division } from '@zongheng/inventory/demo/province.ts'
import { wiresOf, type WireEnd } from '@zongheng/inventory/demo/wires.ts'
import { loadProfiles } from '@zongheng/inventory/profile-library.ts'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { surroundingsOf } from '../src/discover/surroundings.ts'
import { SnmpEngine } from '../src/snmp/engine.ts'
import { Sweep, type Found } from '../src/sweep/sweep.ts'
import { Agents, community } from './agents.ts'
import { mondayTen } from './testing.ts'
import { World } from './world/world.ts'

const county = (code: string, name: string): Division => ({
  code,
  name,
  tier: 'county',
  parentCode: '130100',
})
const province = buildProvince([
  { code: '130000', name: '河北省', tier: 'province', parentCode: null },
  { code: '130100', name: '石家庄市', tier: 'city', parentCode: '130000' },
  ...[county('130121', '井陉县'), county('130123', '正定县'), county('130125', '行唐县')],
  ...[county('130126', '灵寿县'), county('130127', '高邑县')],
])
const ports = portsOf(province)
const wires = wiresOf(province, ports)

const world = new World(province, mondayTen)
const engine = new SnmpEngine({ sockets: 1 })
let agents: Agents

beforeAll(async () => {
  agents = await Agents.start(
    world,
    0,
    () => mondayTen,
    () => 1,
  )
})
afterAll(() => {
  agents.close()
  engine.close()
})

/** Nothing is recorded: one router of a city, and whom each knows in turn. */
async function walk(): Promise<StandingDevice[]> {
  const seed = province.devices.find(({ key }) => key === '130100-core-router')!.address
  const found: Found[] = []
  const order = { ranges: [], seeds: [seed], within: [rangeOf('127.0.0.0/8')!], without: [], mostSteps: 9, port: agents.port, perSecond: 1000, credentials: [{ id: 'c', snmp: { version: '2c', community } as const }], patience: { timeoutMs: 1000, retries: 2 }, isSilentAsked: true, done: [], next: [] } // prettier-ignore
  const sweep = new Sweep(order, {
    icmp: { round: async (hosts) => Float64Array.from(hosts, () => 1) },
    engine,
    profiles: loadProfiles(),
    signal: new AbortController().signal,
    onFound: (one) => found.push(one),
    onCount: () => {},
  })
  await sweep.run()
  return found.flatMap(({ address, device }) => {
    const discovery = device?.discovery
    return discovery ? [{ id: address, sysName: discovery.identity.sysName, interfaces: discovery.interfaces, ...surroundingsOf(discovery) }] : [] // prettier-ignore
  })
}

const nameOf = new Map(province.devices.map((device) => [device.key, sysNameOf(device)]))
const endText = ({ deviceKey, ifIndex }: WireEnd) =>
  `${nameOf.get(deviceKey)} ${ports.get(deviceKey)![ifIndex - 1]!.ifName}`
const pairText = (ends: string[]) => ends.sort().join(' – ')

it('draws what is cabled, from one seed and nothing recorded', async () => {
  const devices = await walk()
  const byId = new Map(devices.map((device) => [device.id, device.sysName]))
  const { found, strangers } = adjacencies(devices)
  const cabled = new Set(wires.flatMap(({ ends }) => ends.map(({ deviceKey }) => nameOf.get(deviceKey))))
  expect(devices.length).toBeGreaterThanOrEqual(20)
  expect(new Set(byId.values())).toEqual(cabled)
  expect(strangers).toEqual([])
  expect(found.map(({ a, z }) => pairText([a, z].map((end) => `${byId.get(end.deviceId)} ${end.ifName}`))).sort()).toEqual(wires.map(({ ends }) => pairText(ends.map(endText))).sort()) // prettier-ignore
  expect(found.every(({ layer, agreement }) => layer === 2 && agreement === 'both')).toBe(true)
}, 60_000)
