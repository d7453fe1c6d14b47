/** Who is meant by what a neighbour calls itself, and which of its ports. */
import type { AdjacencyEnd, CableSeen, StandingDevice, StandingInterface } from './surroundings.ts'

export const isBefore = (a: AdjacencyEnd, z: AdjacencyEnd): boolean =>
  a.deviceId < z.deviceId || (a.deviceId === z.deviceId && (a.ifName ?? '') < (z.ifName ?? ''))

/** A name that two have is nobody's. */
class Names<T> {
  readonly #by = new Map<string, T | null>()

  add(name: string, one: T): void {
    const key = name.trim().toLowerCase()
    if (key) this.#by.set(key, this.#by.has(key) && this.#by.get(key) !== one ? null : one)
  }

  find(name: string): T | null {
    return this.#by.get(name.trim().toLowerCase()) ?? null
  }
}

/** `sw1.example.cn` and `sw1`; an address has no first label. */
const hostOf = (sysName: string) => (/^[\d.]+$/.test(sysName) ? '' : (sysName.split('.')[0] ?? ''))

export class Directory {
  readonly #chassis = new Names<StandingDevice>()
  readonly #macs = new Names<StandingDevice>()
  readonly #names = new Names<StandingDevice>()
  readonly #hosts = new Names<StandingDevice>()
  readonly #ports = new Map<string, PortNames>()

  constructor(devices: readonly StandingDevice[]) {
    for (const device of devices) {
      this.#chassis.add(device.chassisId, device)
      for (const { ifPhysAddress } of device.interfaces) this.#macs.add(ifPhysAddress, device)
      this.#names.add(device.sysName, device)
      this.#hosts.add(hostOf(device.sysName), device)
    }
  }

  /** By chassis, then by a MAC of an interface, then by name: a CDP device id is a name. */
  deviceOf({ chassisId, portId, sysName }: CableSeen): StandingDevice | null {
    return (
      this.#chassis.find(chassisId) ??
      this.#macs.find(chassisId) ??
      this.#macs.find(portId) ??
      this.#names.find(sysName) ??
      this.#hosts.find(hostOf(sysName))
    )
  }

  portOf(device: StandingDevice, { portId, portDescr }: CableSeen): string | null {
    let ports = this.#ports.get(device.id)
    if (!ports) this.#ports.set(device.id, (ports = new PortNames(device.interfaces)))
    return ports.find(portId) ?? ports.find(portDescr) ?? ports.numbered(portId)
  }
}

const columns = ['ifName', 'ifDescr', 'ifPhysAddress', 'ifAlias'] as const

class PortNames {
  readonly #by = columns.map(() => new Names<StandingInterface>())
  readonly #byIndex: Map<string, StandingInterface>

  constructor(interfaces: readonly StandingInterface[]) {
    for (const port of interfaces)
      for (const [at, column] of columns.entries()) this.#by[at]!.add(port[column], port)
    this.#byIndex = new Map(interfaces.map((port) => [String(port.ifIndex), port]))
  }

  find(name: string): string | null {
    for (const names of this.#by) {
      const port = names.find(name)
      if (port) return port.ifName
    }
    return null
  }

  /** Some makers say no more than their ifIndex [IEEE 802.1AB: a locally assigned id]. */
  numbered(id: string): string | null {
    return this.#byIndex.get(id)?.ifName ?? null
  }
}
