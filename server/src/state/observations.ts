import type { SampleColumns } from '@zongheng/collector/contract.ts'
import type { CheckMetric } from '@zongheng/inventory/check.ts'
import { isMetric, type MetricName } from '@zongheng/inventory/metric.ts'
import { CheckTrack } from './check-track.ts'
import { Ports } from './ports.ts'
import { ProbeTrack } from './probe-track.ts'

/** What the latest samples say of a device. */
export interface DeviceSeen {
  answeredAtMs: number | null
  silentAtMs: number | null
  silentSinceMs: number | null
  cpuPercent: number | null
  memoryPercent: number | null
  uptimeS: number | null
  responseMs: number | null
}

const newDevice = (): DeviceSeen => ({
  answeredAtMs: null,
  silentAtMs: null,
  silentSinceMs: null,
  cpuPercent: null,
  memoryPercent: null,
  uptimeS: null,
  responseMs: null,
})

/** A routing neighbour as it was last read; since when it is in this state. */
export interface NeighbourSeen {
  code: number
  atMs: number
  sinceMs: number
}

/** The newest word on everything, in memory. Older samples than those known change nothing: histories are the series'. */
export class Observations {
  readonly devices = new Map<string, DeviceSeen>()
  readonly legs = new Map<string, ProbeTrack>()
  /** By circuit. */
  readonly neighbours = new Map<string, NeighbourSeen>()
  readonly interfaces = new Ports()
  readonly sensors = new Map<string, { value: number; atMs: number }>()
  /** By the check's point: how one collector sees it. */
  readonly checks = new Map<string, CheckTrack>()
  /** The newest sample's instant. */
  newestMs = 0
  #touched = untouched()

  ingest(batch: SampleColumns[]): void {
    for (const columns of batch) {
      if (!isMetric(columns.metric)) continue
      this.newestMs = newestOf(columns, this.newestMs)
      if (Ports.takes(columns.metric)) {
        this.interfaces.ingest(columns.metric, columns)
        continue
      }
      const take = takers[columns.metric]
      if (!take) continue
      for (const [i, atMs] of columns.atMs.entries()) {
        const id = columns.ids[columns.entities[i]!]!
        take(this, id, columns.values[i]!, atMs, columns.startMs?.[i] ?? atMs)
      }
    }
  }

  /** What something was said of since this was last asked. One judge asks. */
  takeTouched(): Touched {
    const touched = { ...this.#touched, ports: this.interfaces.takeTouched() }
    this.#touched = untouched()
    return touched
  }

  sensor(id: string, seen: { value: number; atMs: number }): void {
    this.sensors.set(id, seen)
    this.#touched.sensors.add(id)
  }

  touchedNeighbour = (circuitId: string) => this.#touched.neighbours.add(circuitId)

  touchedDevice = (id: string) => this.#touched.devices.add(id)

  device = (id: string) => entry(this.devices, id, newDevice)
  leg = (id: string) => {
    this.#touched.legs.add(id)
    return this.#leg(id)
  }
  #leg = (id: string) => entry(this.legs, id, () => new ProbeTrack())
  check = (id: string) => entry(this.checks, id, () => new CheckTrack())
}

/** Ids, by what they are of. */
export interface Touched {
  devices: Set<string>
  legs: Set<string>
  sensors: Set<string>
  /** Circuits whose routing neighbours were read. */
  neighbours: Set<string>
  /** Of the interfaces that are watched. */
  ports: Set<string>
}

const untouched = (): Omit<Touched, 'ports'> => ({
  devices: new Set(),
  legs: new Set(),
  sensors: new Set(),
  neighbours: new Set(),
})

function newestOf({ atMs }: SampleColumns, known: number): number {
  let newest = known
  for (let i = 0; i < atMs.length; i++) if (atMs[i]! > newest) newest = atMs[i]!
  return newest
}

function entry<T>(map: Map<string, T>, id: string, make: () => T): T {
  let value = map.get(id)
  if (!value) map.set(id, (value = make()))
  return value
}

/** A device that was not asked for so long may have answered in between. */
const unaskedMs = 10 * 60_000

type Taker = (o: Observations, id: string, value: number, atMs: number, startMs: number) => void

function reachable(o: Observations, id: string, value: number, atMs: number): void {
  const device = o.device(id)
  o.touchedDevice(id)
  if (atMs < Math.max(device.answeredAtMs ?? 0, device.silentAtMs ?? 0)) return
  if (value) Object.assign(device, { answeredAtMs: atMs, silentSinceMs: null })
  else {
    const isOneSilence = atMs - (device.silentAtMs ?? atMs) <= unaskedMs
    const silentSinceMs = isOneSilence ? (device.silentSinceMs ?? atMs) : atMs
    Object.assign(device, { silentAtMs: atMs, silentSinceMs })
  }
}

const gauge =
  (field: 'cpuPercent' | 'memoryPercent' | 'uptimeS' | 'responseMs'): Taker =>
  (o, id, value) => {
    o.device(id)[field] = value
    o.touchedDevice(id)
  }

const ofCheck =
  (metric: CheckMetric): Taker =>
  (o, id, value, atMs) =>
    o.check(id).measured(atMs, metric, value)

function neighbour(o: Observations, id: string, code: number, atMs: number): void {
  const known = o.neighbours.get(id)
  if (known && atMs < known.atMs) return
  o.touchedNeighbour(id)
  o.neighbours.set(id, { code, atMs, sinceMs: known?.code === code ? known.sinceMs : atMs })
}

/** Metrics that no state is judged by are not here. */
const takers: Partial<Record<MetricName, Taker>> = {
  reachable,
  responseMs: gauge('responseMs'),
  uptimeS: gauge('uptimeS'),
  cpuPercent: gauge('cpuPercent'),
  memoryPercent: gauge('memoryPercent'),
  value: (o, id, value, atMs) => {
    if (atMs >= (o.sensors.get(id)?.atMs ?? 0)) o.sensor(id, { value, atMs })
  },
  probeOk: (o, id, value, atMs) => o.leg(id).verdict(atMs, value === 1),
  probeRttMs: (o, id, value, atMs) => o.leg(id).measured(atMs, { rttMs: value }),
  probeSent: (o, id, value, atMs) => o.leg(id).measured(atMs, { sent: value }),
  probeLost: (o, id, value, atMs) => o.leg(id).measured(atMs, { lost: value }),
  neighbourState: neighbour,
  checkOk: (o, id, value, atMs) => o.check(id).verdict(atMs, value === 1),
  checkMs: ofCheck('checkMs'),
  checkDaysLeft: ofCheck('checkDaysLeft'),
  checkOffsetMs: ofCheck('checkOffsetMs'),
  checkAgeS: ofCheck('checkAgeS'),
  checkBytes: ofCheck('checkBytes'),
  checkValue: ofCheck('checkValue'),
  checkDnsMs: ofCheck('checkDnsMs'),
  checkConnectMs: ofCheck('checkConnectMs'),
  checkTlsMs: ofCheck('checkTlsMs'),
  checkFirstByteMs: ofCheck('checkFirstByteMs'),
}
