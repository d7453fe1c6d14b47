/** What rules are about: everything of the estate that carries series, with what it is, where it is and whose part it is. */
import type { Subject } from '@zongheng/inventory/conditions/resolve.ts'
import type { Reading, Settings } from '@zongheng/inventory/conditions/spec.ts'
import { metrics, type MetricName } from '@zongheng/inventory/metric.ts'
import { upsKeys } from '@zongheng/inventory/sensor.ts'
import type {
  CheckModel,
  CheckPointModel,
  CircuitModel,
  DeviceModel,
  EstateModel,
  SensorModel,
} from '../estate/model.ts'
import type { Finding } from '../state/finding.ts'

export type SubjectKind = (typeof metrics)[MetricName]['entity']

/** One thing with series of its own; `id` is the series'. */
export interface SeriesSubject extends Subject {
  kind: SubjectKind
  /** Whose finding it is: a check's rather than that of its point. */
  entityType: Finding['entityType']
  entityId: string
  name: string
  /** Of its name: the device, and what of it this is; null for the whole. */
  deviceName: string
  part: string | null
  regionId: string
  siteId: string | null
  deviceId: string | null
  unit: string
  /** Limits that the thing names itself. */
  own: Partial<Settings> | null
  /** bit/s; of what carries a line. */
  rentedBps: number | null
}

const knownKeys: ReadonlySet<string> = new Set(Object.values(upsKeys))

/** Finds and makes subjects of an estate; they are made when they are asked for, since there are very many. */
export class Subjects {
  readonly model: EstateModel
  readonly #interfaces = new Map<string, { device: DeviceModel; ifName: string }>()
  readonly #sensors = new Map<string, { device: DeviceModel; sensor: SensorModel }>()
  readonly #points = new Map<string, { check: CheckModel; point: CheckPointModel }>()
  readonly #lines = new Map<string, { circuit: CircuitModel; isLower: boolean }>()

  /** O(estate). */
  constructor(model: EstateModel) {
    this.model = model
    for (const device of model.devices.values()) {
      for (const { id, ifName } of device.interfaces) this.#interfaces.set(id, { device, ifName })
      for (const sensor of device.sensors) this.#sensors.set(sensor.id, { device, sensor })
    }
    for (const check of model.checks.values())
      for (const point of check.points) this.#points.set(point.id, { check, point })
    for (const circuit of model.circuits.values()) {
      this.#lines.set(circuit.a.interfaceId, { circuit, isLower: false })
      this.#lines.set(circuit.z.interfaceId, { circuit, isLower: true })
    }
  }

  *all(kind: SubjectKind): Generator<SeriesSubject> {
    for (const id of this.#ids(kind)) {
      const subject = this.get(kind, id)
      if (subject) yield subject
    }
  }

  #ids(kind: SubjectKind): Iterable<string> {
    const { devices, circuits } = this.model
    if (kind === 'collector') return []
    return {
      device: devices,
      circuit: circuits,
      interface: this.#interfaces,
      sensor: this.#sensors,
      check: this.#points,
    }[kind].keys()
  }

  get(kind: SubjectKind, id: string): SeriesSubject | null {
    switch (kind) {
      case 'device':
        return this.#device(id)
      case 'interface':
        return this.#interface(id)
      case 'sensor':
        return this.#sensor(id)
      case 'circuit':
        return this.#circuit(id)
      case 'check':
        return this.#check(id)
      case 'collector':
        return null
    }
  }

  /** Of any kind; what a page shows. */
  find(id: string): SeriesSubject[] {
    const kinds = ['device', 'interface', 'sensor', 'circuit'] as const
    const check = this.model.checks.get(id)
    const points = (check?.points ?? []).map((point) => this.#check(point.id))
    return [...kinds.map((kind) => this.get(kind, id)), ...points].filter((one) => one !== null)
  }

  /** A device's parts. */
  partsOf(deviceId: string): SeriesSubject[] {
    const device = this.model.devices.get(deviceId)
    if (!device) return []
    const parts = [
      ...device.sensors.map(({ id }) => this.#sensor(id)),
      ...device.interfaces.map(({ id }) => this.#interface(id)),
    ]
    return parts.filter((one) => one !== null)
  }

  pathOf = (regionId: string): string => this.model.regions.get(regionId)?.path ?? ''

  #on(device: DeviceModel) {
    return {
      regionId: device.regionId,
      regionPath: this.pathOf(device.regionId),
      siteId: device.siteId,
      deviceId: device.id,
      deviceName: device.name,
      part: null,
      own: null,
      rentedBps: null,
      unit: '',
    }
  }

  #device(id: string): SeriesSubject | null {
    const device = this.model.devices.get(id)
    if (!device) return null
    const { name, role } = device
    const is = { kind: 'device', entityType: 'device', entityId: id } as const
    return { ...this.#on(device), ...is, id, name, partOf: null, classes: [role] }
  }

  #interface(id: string): SeriesSubject | null {
    const found = this.#interfaces.get(id)
    if (!found) return null
    const { device, ifName } = found
    const line = this.#lines.get(id)
    const classes = line
      ? [line.isLower ? 'line' : 'line-upper', line.circuit.access, line.circuit.role, `on:${device.role}`]
      : ['port', `on:${device.role}`]
    return {
      ...this.#on(device),
      kind: 'interface',
      entityType: 'interface',
      entityId: id,
      id,
      name: `${device.name} ${ifName}`,
      part: ifName,
      partOf: device.id,
      classes,
      rentedBps: line?.circuit.bandwidthBps ?? null,
    }
  }

  #sensor(id: string): SeriesSubject | null {
    const found = this.#sensors.get(id)
    if (!found || found.sensor.class === 'state') return null
    const { device, sensor } = found
    const key = knownKeys.has(sensor.key) ? [sensor.key] : []
    const own = { below: sensor.lowWarn, above: sensor.highWarn, aboveCritical: sensor.highCritical }
    const names = Object.values(own).some((limit) => limit !== null)
    return {
      ...this.#on(device),
      kind: 'sensor',
      entityType: 'sensor',
      entityId: id,
      id,
      name: `${device.name} ${sensor.descr}`,
      part: sensor.descr,
      partOf: device.id,
      classes: [sensor.class, `on:${device.role}`, ...key],
      unit: sensor.unit,
      own: names ? { ...own, belowCritical: null } : null,
    }
  }

  #circuit(id: string): SeriesSubject | null {
    const circuit = this.model.circuits.get(id)
    const link = circuit && this.model.links.get(circuit.linkId)
    if (!link) return null
    return {
      kind: 'circuit',
      entityType: 'circuit',
      entityId: id,
      id,
      name: `${link.name} ${circuit.number}`,
      deviceName: '',
      part: null,
      partOf: link.id,
      regionId: link.regionId,
      regionPath: this.pathOf(link.regionId),
      siteId: link.lowerSiteId,
      deviceId: circuit.z.deviceId,
      classes: [circuit.access, circuit.role],
      unit: '',
      own: null,
      rentedBps: circuit.bandwidthBps,
    }
  }

  #check(pointId: string): SeriesSubject | null {
    const check = this.#points.get(pointId)?.check
    if (!check) return null
    const site = check.siteId ?? this.model.devices.get(check.deviceId ?? '')?.siteId ?? null
    return {
      kind: 'check',
      entityType: 'check',
      entityId: check.id,
      id: pointId,
      name: check.name,
      deviceName: '',
      part: null,
      partOf: check.id,
      regionId: check.regionId,
      regionPath: this.pathOf(check.regionId),
      siteId: site,
      deviceId: check.deviceId,
      classes: [check.spec.kind],
      unit: '',
      own: null,
      rentedBps: null,
    }
  }
}

/** What a value is multiplied by to be read so; null where that cannot be said. Increments come as rates per second. */
export function scaleFor(as: Reading, { rentedBps }: Pick<SeriesSubject, 'rentedBps'>): number | null {
  if (as === 'value') return 1
  if (as === 'perMinute') return 60
  if (as === 'bits') return 8
  return rentedBps ? 800 / rentedBps : null
}

const metricUnits: Partial<Record<(typeof metrics)[MetricName]['unit'], string>> = {
  percent: '%',
  ms: 'ms',
  s: 's',
  octets: 'B',
}

/** What values and limits are told in. */
export function unitOf(as: Reading, metric: MetricName | null, unit: string): string {
  if (as === 'rented') return '%'
  if (as === 'bits') return 'bit/s'
  if (as === 'perMinute') return '/min'
  return unit || (metric === null ? '%' : (metricUnits[metrics[metric].unit] ?? ''))
}
