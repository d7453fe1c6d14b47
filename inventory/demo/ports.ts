import type { Access } from '../src/access.ts'
import { fraction, whole } from './hash.ts'
import { ifTypes, modelOf, type DemoModel, type Numbering } from './models.ts'
import { shortName } from '../src/short-name.ts'
import type { DemoCircuit, DemoDevice, DemoProvince } from './province.ts'

/** An interface of a demo device. `circuitKey` and `end`: the circuit that terminates on it. */
export interface DemoPort {
  ifIndex: number
  ifName: string
  ifDescr: string
  ifAlias: string
  ifType: number
  ifMtu: number
  ifSpeedBps: number
  /** 12 hex digits; empty where the interface has none. */
  ifPhysAddress: string
  /** ifAdminStatus up. */
  enabled: boolean
  /** Something answers at the far end of the wire. */
  connected: boolean
  circuitKey?: string
  end?: 'a' | 'z'
}

export interface PortName {
  ifName: string
  ifDescr: string
}

type WanKind = 'ethernet' | 'serial' | 'tunnel'

const wanKinds: Record<Access, WanKind> = {
  sdh: 'serial',
  mstp: 'ethernet',
  fibre: 'ethernet',
  pon: 'ethernet',
  'mpls-vpn': 'tunnel',
  'ipsec-vpn': 'tunnel',
  'adsl-vpn': 'tunnel',
  '4g': 'tunnel',
  '5g': 'tunnel',
}

function nthName(model: DemoModel, numbering: Numbering, n: number): PortName {
  const { firstSlot = 0, firstPort = 0, perSlot = Infinity } = numbering
  const slot = firstSlot + Math.floor(n / perSlot)
  const port = firstPort + (perSlot === Infinity ? n : n % perSlot)
  const ifDescr = numbering.ifDescr.replace('{slot}', String(slot)).replace('{port}', String(port))
  return { ifDescr, ifName: ifNameOf(model, ifDescr) }
}

function ifNameOf(model: DemoModel, ifDescr: string): string {
  const type = /^[A-Za-z-]+/.exec(ifDescr)?.[0] ?? ''
  const short = model.abbreviations?.[type]
  return short ? short + ifDescr.slice(type.length).trimStart() : ifDescr
}

/** Hands out the interfaces on which circuits end: per device and kind, in the order asked for. */
export class TerminationNames {
  readonly #given = new Map<string, number>()

  next(device: Pick<DemoDevice, 'key' | 'model'>, access: Access): PortName & { numbering: Numbering } {
    const model = modelOf(device.model)
    const kind = wanKinds[access]
    const numbering = model.wan?.[kind]
    if (!numbering) throw new Error(`${device.model} has no ${kind} interface for a circuit`)
    const counter = `${device.key} ${kind}`
    const n = this.#given.get(counter) ?? 0
    this.#given.set(counter, n + 1)
    return { ...nthName(model, numbering, n), numbering }
  }
}

const maxAliasOctets = 64 // RFC 2863

/** ifAlias of a circuit's interface, `To_石家庄_MSTP10M_<电路代号>_主`; a name too long for it is cut. */
function circuitAlias(circuit: DemoCircuit, farName: string): string {
  const kind = circuit.access.replace('ipsec-', '').toUpperCase()
  const role = circuit.role === 'primary' ? '主' : '备'
  const rest = `_${kind}${circuit.bandwidthBps / 1e6}M_${circuit.number}_${role}`
  let name = shortName(farName)
  while (Buffer.byteLength(`To_${name}${rest}`) > maxAliasOctets) name = name.slice(0, -1)
  return `To_${name}${rest}`
}

function lanPorts(device: DemoDevice, model: DemoModel): Omit<DemoPort, 'ifIndex' | 'ifPhysAddress'>[] {
  const busy = device.role.endsWith('switch') ? 0.7 : 0.4
  return Array.from({ length: model.lan.count }, (_, n) => {
    const connected = n === 0 || fraction(`wire ${device.key} ${n}`) < busy
    return {
      ...nthName(model, model.lan, n),
      ifAlias: n === 0 && model.wan ? 'To_LAN' : '',
      ifType: model.lan.ifType,
      ifMtu: 1500,
      ifSpeedBps: model.lan.ifSpeedBps,
      enabled: connected || fraction(`shut ${device.key} ${n}`) < 0.6,
      connected,
    }
  })
}

function virtualPorts(model: DemoModel): Omit<DemoPort, 'ifIndex' | 'ifPhysAddress'>[] {
  return model.virtual.map(({ ifDescr, ifType }) => ({
    ifDescr,
    ifName: ifNameOf(model, ifDescr),
    ifAlias: '',
    ifType,
    ifMtu: ifType === ifTypes.vlan ? 1500 : 65535,
    ifSpeedBps: ifType === ifTypes.vlan ? 1_000_000_000 : 0,
    enabled: true,
    connected: true,
  }))
}

const hasMac = (ifType: number) => ifType === ifTypes.ethernet || ifType === ifTypes.vlan

function macAddress(device: DemoDevice, ifIndex: number): string {
  const base = whole(`mac ${device.key}`, 0, 0xffff) * 0x100 + ifIndex
  return '4c1fcc' + base.toString(16).padStart(6, '0').slice(-6)
}

/** Every interface of every device, in ifIndex order: virtual ones, the local network's, the circuits'. */
export function portsOf(province: DemoProvince): Map<string, DemoPort[]> {
  const ports = new Map<string, DemoPort[]>()
  const devices = new Map(province.devices.map((device) => [device.key, device]))
  const add = (device: DemoDevice, port: Omit<DemoPort, 'ifIndex' | 'ifPhysAddress'>) => {
    const list = ports.get(device.key)!
    const ifIndex = list.length + 1
    list.push({ ...port, ifIndex, ifPhysAddress: hasMac(port.ifType) ? macAddress(device, ifIndex) : '' })
  }
  for (const device of province.devices) {
    ports.set(device.key, [])
    const model = modelOf(device.model)
    for (const port of [...virtualPorts(model), ...lanPorts(device, model)]) add(device, port)
  }

  const names = new TerminationNames()
  const regionNames = new Map(province.divisions.map((division) => [division.code, division.name]))
  const nameAt = new Map(
    province.sites.map((site) => [site.key, regionNames.get(site.regionCode) ?? site.name]),
  )
  for (const link of province.links) {
    for (const circuit of link.circuits) {
      const ends = [
        { end: 'a', deviceKey: circuit.aDeviceKey, farSiteKey: link.lowerSiteKey },
        { end: 'z', deviceKey: circuit.zDeviceKey, farSiteKey: link.upperSiteKey },
      ] as const
      for (const { end, deviceKey, farSiteKey } of ends) {
        const device = devices.get(deviceKey)!
        const { ifName, ifDescr, numbering } = names.next(device, circuit.access)
        add(device, {
          ifName,
          ifDescr,
          ifAlias: circuitAlias(circuit, nameAt.get(farSiteKey)!),
          ifType: numbering.ifType,
          ifMtu: numbering.ifType === ifTypes.tunnel ? 1400 : 1500,
          ifSpeedBps: numbering.ifSpeedBps,
          enabled: true,
          connected: true,
          circuitKey: circuit.key,
          end,
        })
      }
    }
  }
  return ports
}
