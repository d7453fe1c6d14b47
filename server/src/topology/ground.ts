/** What a drawing stands on: what devices told, their ports, and the circuits that are recorded, each found by what it is asked by. */
import { circuitWords, type CircuitWords } from '@zongheng/inventory/circuit-words.ts'
import type { AdjacencyEnd, StandingDevice, Surroundings } from '@zongheng/inventory/surroundings.ts'
import type { CircuitModel, DeviceModel, EstateModel, LinkModel, SiteModel } from '../estate/model.ts'
import type { ConnectionEnd } from './schema.ts'

export interface ToldDevice {
  id: string
  sysName: string
  /** Null: it was never asked. */
  surroundings: Surroundings | null
  atMs: number | null
}

export interface Port {
  id: string
  deviceId: string
  ifIndex: number | null
  ifName: string
  ifDescr: string
  ifAlias: string
  ifPhysAddress: string
}

export type CircuitEnd = CircuitModel['a']

/** GE0/0/1.100 is a part of GE0/0/1: what ends on the one ends on the other. */
const lineOf = (deviceId: string, ifName: string) => `${deviceId} ${ifName.split('.', 1)[0]}`

export class Ground {
  readonly devices: DeviceModel[]
  readonly told: ToldDevice[]
  readonly ports: readonly Port[]
  readonly model: EstateModel
  /** Those that end at a device drawn. */
  readonly circuits: CircuitModel[]
  readonly #devices: ReadonlyMap<string, DeviceModel>
  readonly #told: ReadonlyMap<string, ToldDevice>
  readonly #ports: ReadonlyMap<string, Port>
  readonly #byLine: Map<string, { circuit: CircuitModel }[]>
  readonly #byNumber: Map<string, CircuitModel[]>
  readonly #links: Map<string, LinkModel>
  readonly #words = new Map<string, CircuitWords>()

  constructor(model: EstateModel, told: readonly ToldDevice[], ports: readonly Port[]) {
    this.model = model
    this.told = told.filter(({ id }) => model.devices.has(id))
    this.#told = new Map(this.told.map((one) => [one.id, one]))
    this.devices = this.told.map(({ id }) => model.devices.get(id)!)
    this.#devices = new Map(this.devices.map((device) => [device.id, device]))
    this.ports = ports
    this.#ports = new Map(ports.map((port) => [keyOf(port.deviceId, port.ifName), port]))
    this.circuits = [...model.circuits.values()].filter(({ a, z }) => [a, z].some((end) => this.#devices.has(end.deviceId))) // prettier-ignore
    const ends = this.circuits.flatMap((circuit) => [circuit.a, circuit.z].map((end) => ({ circuit, line: lineOf(end.deviceId, end.ifName) }))) // prettier-ignore
    this.#byLine = Map.groupBy(ends, ({ line }) => line)
    this.#links = new Map([...model.links.values()].flatMap((link) => [[`${link.upperSiteId} ${link.lowerSiteId}`, link], [`${link.lowerSiteId} ${link.upperSiteId}`, link]])) // prettier-ignore
    this.#byNumber = Map.groupBy(this.circuits, ({ number }) => number.toUpperCase())
  }

  isDrawn = (deviceId: string) => this.#devices.has(deviceId)
  siteOf = (deviceId: string): SiteModel => this.model.sites.get(this.#devices.get(deviceId)!.siteId)!
  portAt = ({ deviceId, ifName }: AdjacencyEnd) => this.#ports.get(keyOf(deviceId, ifName ?? ''))

  linkBetween = (one: string, other: string): string | null =>
    this.#links.get(`${this.siteOf(one).id} ${this.siteOf(other).id}`)?.id ?? null

  /** The address of a port, where its device tells. */
  addressOf(end: AdjacencyEnd): string | null {
    const ifIndex = this.portAt(end)?.ifIndex
    const addresses = this.#told.get(end.deviceId)?.surroundings?.addresses ?? []
    return addresses.find((one) => one.ifIndex === ifIndex)?.address ?? null
  }

  end({ deviceId, ifName }: AdjacencyEnd): ConnectionEnd {
    const port = this.portAt({ deviceId, ifName })
    const { placeId: _, ...says } = this.wordsOf(port?.ifAlias ?? '')
    return { deviceId, interfaceId: port?.id ?? null, ifName, ifAlias: port?.ifAlias ?? '', says }
  }

  wordsOf = (ifAlias: string): CircuitWords => {
    let words = this.#words.get(ifAlias)
    if (!words) this.#words.set(ifAlias, (words = circuitWords(ifAlias)))
    return words
  }

  circuitsOn = ({ deviceId, ifName }: AdjacencyEnd): readonly CircuitModel[] =>
    ifName === null ? [] : (this.#byLine.get(lineOf(deviceId, ifName))?.map(({ circuit }) => circuit) ?? [])
  circuitsNumbered = (number: string | null): readonly CircuitModel[] =>
    number === null ? [] : (this.#byNumber.get(number.toUpperCase()) ?? [])

  /** For who stands opposite whom. */
  standing(): StandingDevice[] {
    const byDevice = Map.groupBy(this.ports, ({ deviceId }) => deviceId)
    return this.told.flatMap(({ id, sysName, surroundings }) => {
      const interfaces = (byDevice.get(id) ?? []).flatMap((port) => port.ifIndex === null ? [] : [{ ...port, ifIndex: port.ifIndex }]) // prettier-ignore
      return surroundings ? [{ ...surroundings, id, sysName, interfaces }] : []
    })
  }
}

const keyOf = (deviceId: string, ifName: string) => `${deviceId} ${ifName}`

/** On this port or a part of it; where nobody knows the port, on that device. */
export const endsAt = (end: CircuitEnd, { deviceId, ifName }: AdjacencyEnd): boolean =>
  end.deviceId === deviceId && (ifName === null || lineOf(deviceId, end.ifName) === lineOf(deviceId, ifName))

/** The circuit joins these two, either way round. */
export const joins = ({ a, z }: CircuitModel, one: AdjacencyEnd, other: AdjacencyEnd): boolean =>
  (endsAt(a, one) && endsAt(z, other)) || (endsAt(a, other) && endsAt(z, one))
