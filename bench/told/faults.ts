/** What is struck, who tells of it by a trap, and whose alarm it is. */
import { execFile } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { Device, Fault, Link, LinkDetail } from '../../server/src/api.ts'
import type { DemoProcess } from '../../server/src/cli/loop-testing.ts'

export const caseNames = ['primary and backup cut', 'primary cut', 'router off', 'device off'] as const
export type CaseName = (typeof caseNames)[number]

/** Of these somebody tells by a trap; nobody does of a device behind the router. */
export const hasTrap = (name: CaseName) => name !== 'device off'

/** The ports at the upper ends of a link's circuits, as the devices there know them. */
interface Port {
  address: string
  ifIndex: number
}

export interface Strike {
  name: string
  /** What is struck, together. */
  faults: { kind: 'circuit-cut' | 'device-down'; target: string }[]
  /** Told of by linkDown. */
  ports: Port[]
  /** Its alarm is of one of these. */
  entityIds: string[]
}

const linkDown = '1.3.6.1.6.3.1.1.5.3'
const ifIndexOid = '1.3.6.1.2.1.2.2.1.1'
const run = promisify(execFile)

export async function planStrike(demo: DemoProcess, name: CaseName, link: Link): Promise<Strike> {
  const { circuitDetails } = await demo.api.get<LinkDetail>(`/links/${link.id}`)
  const routerId = circuitDetails[0]!.z.device.id
  if (name === 'device off') return deviceOff(demo, link, routerId)
  const details = name === 'primary cut' ? circuitDetails.slice(0, 1) : circuitDetails
  const faults =
    name === 'router off'
      ? [{ kind: 'device-down' as const, target: routerId }]
      : details.map(({ id }) => ({ kind: 'circuit-cut' as const, target: id }))
  const ports = await Promise.all(details.map(({ a }) => portAt(demo, a.device.id, a.ifName)))
  return { name: link.name, faults, ports, entityIds: [link.id, routerId, link.lowerSite.id] }
}

async function deviceOff({ api }: DemoProcess, { lowerSite }: Link, routerId: string): Promise<Strike> {
  const devices = await api.all<Device>(`/devices?siteId=${lowerSite.id}`)
  const { id, name } = devices.find((device) => device.id !== routerId)!
  return { name, faults: [{ kind: 'device-down', target: id }], ports: [], entityIds: [id] }
}

/** Strikes; answers what takes it back. */
export async function strike({ api }: DemoProcess, { faults }: Strike): Promise<() => Promise<void>> {
  const struck = await Promise.all(faults.map((fault) => api.post<Fault>('/demo/faults', fault)))
  return async () => void (await Promise.all(struck.map(({ id }) => api.delete(`/demo/faults/${id}`))))
}

/** As the devices at the near ends would say it. */
export async function sendTraps({ ports }: Strike, trapPort: number): Promise<void> {
  await Promise.all(ports.map(({ address, ifIndex }) =>
    run('snmptrap', ['-v2c', '-c', 'public', `--clientaddr=${address}`, `127.0.0.1:${trapPort}`, '', linkDown, `${ifIndexOid}.${ifIndex}`, 'i', String(ifIndex)]),
  )) // prettier-ignore
}

export const isDiscovered = (demo: DemoProcess, deviceId: string) => existsSync(discoveryOf(demo, deviceId))

const discoveryOf = ({ dataDir }: DemoProcess, deviceId: string) =>
  join(dataDir, 'collector', 'discoveries', `${deviceId}.json`)

async function portAt(demo: DemoProcess, deviceId: string, ifName: string): Promise<Port> {
  const { address } = await demo.api.get<Device>(`/devices/${deviceId}`)
  const found = JSON.parse(readFileSync(discoveryOf(demo, deviceId), 'utf8')) as unknown
  return { address, ifIndex: indexIn(found, ifName)! }
}

/** What a collector keeps of a discovery is its own: a port is known by its name wherever it lies. */
function indexIn(value: unknown, ifName: string): number | undefined {
  if (typeof value !== 'object' || value === null) return undefined
  const port = value as { ifName?: string; ifIndex?: number }
  if (port.ifName === ifName && typeof port.ifIndex === 'number') return port.ifIndex
  for (const part of Object.values(value)) {
    const ifIndex = indexIn(part, ifName)
    if (ifIndex !== undefined) return ifIndex
  }
  return undefined
}
