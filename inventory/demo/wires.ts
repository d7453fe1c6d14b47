/** Which port is cabled to which: inside a site, and over every circuit that hands over Ethernet. */
import { ifTypes, modelOf } from './models.ts'
import type { DemoPort } from './ports.ts'
import type { DemoDevice, DemoProvince } from './province.ts'

export interface WireEnd {
  deviceKey: string
  ifIndex: number
}

/** `circuitKey`: null inside a site. */
export interface DemoWire {
  circuitKey: string | null
  ends: readonly [WireEnd, WireEnd]
}

const hubs = ['core-switch', 'access-switch']
/** Power and climate report by SNMP alone, and speak no LLDP. */
const isSilent = ({ model }: DemoDevice) => ['ups', 'environment'].includes(modelOf(model).family)

export function wiresOf(province: DemoProvince, ports: ReadonlyMap<string, DemoPort[]>): DemoWire[] {
  const bySite = Map.groupBy(province.devices, ({ siteKey }) => siteKey)
  return [...[...bySite.values()].flatMap((devices) => inSite(devices, ports)), ...overCircuits(ports)]
}

/** A star around the first switch. */
function inSite(devices: DemoDevice[], ports: ReadonlyMap<string, DemoPort[]>): DemoWire[] {
  const hub = devices.find(({ role }) => hubs.includes(role))
  if (!hub) return []
  const free = lanPorts(ports.get(hub.key))
  return devices
    .filter((device) => device !== hub && !isSilent(device))
    .flatMap((device, n) => {
      const [there, here] = [free[n], lanPorts(ports.get(device.key))[0]]
      if (!there || !here) return []
      return [{ circuitKey: null, ends: [endOf(hub.key, there), endOf(device.key, here)] }]
    })
}

function overCircuits(ports: ReadonlyMap<string, DemoPort[]>): DemoWire[] {
  const ended = [...ports].flatMap(([deviceKey, list]) => list.filter(isHandover).map((port) => ({ deviceKey, port }))) // prettier-ignore
  return [...Map.groupBy(ended, ({ port }) => port.circuitKey!)].flatMap(([circuitKey, [a, z]]) =>
    a && z ? [{ circuitKey, ends: [endOf(a.deviceKey, a.port), endOf(z.deviceKey, z.port)] as const }] : [],
  )
}

const endOf = (deviceKey: string, { ifIndex }: DemoPort): WireEnd => ({ deviceKey, ifIndex })
const isHandover = ({ ifType, circuitKey }: DemoPort) =>
  ifType === ifTypes.ethernet && circuitKey !== undefined
const lanPorts = (list: DemoPort[] = []) =>
  list.filter((port) => port.ifType === ifTypes.ethernet && port.circuitKey === undefined && port.enabled && port.connected) // prettier-ignore
