import { faultTargets, type SimulatedFault } from '@zongheng/inventory/demo/faults.ts'
import { portsOf } from '@zongheng/inventory/demo/ports.ts'
import type { DemoProvince } from '@zongheng/inventory/demo/province.ts'
import { wiresOf, type DemoWire } from '@zongheng/inventory/demo/wires.ts'
import { newId } from '@zongheng/inventory/id.ts'
import { bothLost, CircuitState } from './circuit.ts'
import { DeviceState } from './device.ts'
import { impairmentOf, nextTurnMs } from './faults.ts'
import { PortState } from './port.ts'
import { SiteState } from './site.ts'

/** From the collector and back. */
export interface Path {
  rttMs: number
  lossPercent: number
}

export type NewFault = Omit<SimulatedFault, 'id' | 'startedAt'>

/** A fault that makes no sense here; `code` is for programs. */
export class FaultError extends Error {
  override name = 'FaultError'
  readonly code: 'unknown-target' | 'no-fan' | 'too-many-faults'

  constructor(code: FaultError['code'], message: string) {
    super(message)
    this.code = code
  }
}

interface LinkState {
  upperSiteKey: string
  lowerSiteKey: string
  /** In carrying order. */
  circuits: CircuitState[]
}

const atCollector: Path = { rttMs: 0.3, lossPercent: 0 }
const maxFaults = 1000
const withFans = new Set(['huawei', 'h3c', 'cisco', 'ruijie'])

/**
 * The province at work: power, devices, circuits, and what of it the collector's site can reach. The clock is handed
 * in and only moves on; what happens by itself in between (batteries giving out, lines flapping) happens at its time.
 */
export class World {
  readonly sites: Map<string, SiteState>
  readonly devices: Map<string, DeviceState>
  readonly circuits: Map<string, CircuitState>
  readonly #links: LinkState[]
  readonly #collectorSiteKey: string
  readonly #faults = new Map<string, SimulatedFault>()
  #paths = new Map<string, Path>()
  #nowMs: number
  #nextTurnMs = Infinity

  constructor(province: DemoProvince, startMs: number) {
    this.#nowMs = startMs
    this.#collectorSiteKey = province.collectorSiteKey
    this.sites = new Map(province.sites.map((site) => [site.key, new SiteState(site, startMs)]))
    this.devices = new Map(
      province.devices.map((device) => [
        device.key,
        new DeviceState(device, this.sites.get(device.siteKey)!, startMs),
      ]),
    )
    const linkStates = province.links.map((link): LinkState => ({
      upperSiteKey: link.upperSiteKey,
      lowerSiteKey: link.lowerSiteKey,
      circuits: link.circuits.map((circuit) => {
        const ends = { a: this.devices.get(circuit.aDeviceKey)!, z: this.devices.get(circuit.zDeviceKey)! }
        return new CircuitState(circuit, link.circuits[0]!, ends, startMs)
      }),
    }))
    this.#links = linkStates
    this.circuits = new Map(
      linkStates.flatMap((link) => link.circuits.map((state) => [state.circuit.key, state])),
    )
    const portsByDevice = portsOf(province)
    for (const [key, ports] of portsByDevice) {
      const device = this.devices.get(key)!
      for (const port of ports) {
        const circuit = port.circuitKey === undefined ? null : this.circuits.get(port.circuitKey)!
        device.ports.push(new PortState(port, device, circuit, startMs))
      }
    }
    for (const wire of wiresOf(province, portsByDevice)) this.#plugIn(wire)
    for (const device of this.devices.values())
      device.cables.sort((a, b) => a.near.port.ifIndex - b.near.port.ifIndex)
    this.#renew(startMs)
  }

  #plugIn({ circuitKey, ends }: DemoWire): void {
    const circuit = circuitKey === null ? null : this.circuits.get(circuitKey)!
    const [a, z] = ends.map(({ deviceKey, ifIndex }) => this.devices.get(deviceKey)!.ports[ifIndex - 1]!)
    const isUp = () => (circuit ? circuit.usable : a!.device.up && z!.device.up)
    a!.device.cables.push({ near: a!, far: z!, isUp })
    z!.device.cables.push({ near: z!, far: a!, isUp })
  }

  /** Lets time pass. An instant before the last one counts as the last one. */
  advance(toMs: number): void {
    while (this.#nextTurnMs <= toMs) this.#renew(this.#nextTurnMs)
    this.#nowMs = Math.max(this.#nowMs, toMs)
  }

  get nowMs(): number {
    return this.#nowMs
  }

  /** How a device's management address is reached now; null: it keeps silent. */
  pathToDevice(device: DeviceState): Path | null {
    return device.up ? (this.#paths.get(device.device.siteKey) ?? null) : null
  }

  /** How the far end of a circuit is reached over that circuit, and no other way. */
  pathOverCircuit(circuit: CircuitState): Path | null {
    const path = circuit.usable ? this.#paths.get(circuit.a.device.siteKey) : undefined
    return path ? over(path, circuit) : null
  }

  get faults(): SimulatedFault[] {
    return [...this.#faults.values()]
  }

  addFault(fault: NewFault): SimulatedFault {
    this.#check(fault)
    const startedAt = Math.floor(this.#nowMs)
    const added = { ...fault, id: newId('fault', startedAt), startedAt }
    this.#faults.set(added.id, added)
    this.#renew(this.#nowMs)
    return added
  }

  /** False when there is no such fault (any more). */
  removeFault(id: string): boolean {
    const removed = this.#faults.delete(id)
    if (removed) this.#renew(this.#nowMs)
    return removed
  }

  #check({ kind, target }: NewFault): void {
    if (this.#faults.size >= maxFaults)
      throw new FaultError('too-many-faults', `${maxFaults} faults are on already`)
    const targets = { circuit: this.circuits, device: this.devices, site: this.sites }[faultTargets[kind]]
    if (!targets.has(target))
      throw new FaultError(
        'unknown-target',
        `${kind} takes a ${faultTargets[kind]}; there is none named ${target}`,
      )
    if (kind === 'fan-fail' && !withFans.has(this.devices.get(target)!.model.family))
      throw new FaultError('no-fan', `${target} has no fan that it tells of`)
  }

  /** Works out anew what follows from faults, power and time, and when that will next change by itself. */
  #renew(atMs: number): void {
    this.#nowMs = atMs
    for (const circuit of this.circuits.values()) circuit.traffic.settle(atMs)
    const on = Map.groupBy(this.#faults.values(), (fault) => fault.target)
    const has = (target: string, kind: SimulatedFault['kind']) =>
      on.get(target)?.some((fault) => fault.kind === kind) ?? false
    for (const [key, site] of this.sites) {
      site.setMains(!has(key, 'site-power'), atMs)
      site.setHot(has(key, 'room-hot'), atMs)
    }
    for (const [key, device] of this.devices) {
      device.setUp(!has(key, 'device-down') && !device.site.dark, atMs)
      device.fanFailed = has(key, 'fan-fail')
    }
    for (const [key, circuit] of this.circuits) circuit.renew(impairmentOf(on.get(key) ?? [], atMs), atMs)
    this.#findPaths()
    this.#nextTurnMs = Math.min(
      ...this.#faults.values().map((fault) => nextTurnMs(fault, atMs)),
      ...this.sites.values().map((site) => site.darkAtMs),
    )
  }

  /** Links stand in order from the top, so an upper site's path is known before its lower sites'. */
  #findPaths(): void {
    this.#paths = new Map()
    if (!this.sites.get(this.#collectorSiteKey)!.dark) this.#paths.set(this.#collectorSiteKey, atCollector)
    for (const { circuits, upperSiteKey, lowerSiteKey } of this.#links) {
      const carrier = circuits.find((circuit) => circuit.usable)
      const other = circuits.find((circuit) => circuit.usable && circuit !== carrier)
      const down = carrier?.impairment.oneWay ? (other ?? carrier) : carrier
      for (const circuit of circuits) {
        circuit.carries = circuit === carrier
        circuit.carriesDown = circuit === down
      }
      const path = this.#paths.get(upperSiteKey)
      if (carrier && path) this.#paths.set(lowerSiteKey, over(path, carrier))
    }
  }
}

function over(path: Path, circuit: CircuitState): Path {
  return {
    rttMs: path.rttMs + circuit.rttMs,
    lossPercent: bothLost(path.lossPercent, circuit.lossPercent),
  }
}
