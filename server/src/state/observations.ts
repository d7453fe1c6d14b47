import type { SampleColumns } from '@zongheng/collector/contract.ts'
import type { CheckMetric } from '@zongheng/inventory/check.ts'
import { isMetric, type MetricName } from '@zongheng/inventory/metric.ts'
import { CheckTrack } from './check-track.ts'
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

/** Latest status and rates of an interface. Rates per second over the last poll. */
export interface InterfaceSeen {
  ifAdminStatus: number | null
  ifOperStatus: number | null
  statusAtMs: number
  operSinceMs: number | null
  perS: Partial<Record<MetricName, number>>
  /** Errored packets of the last poll, both ways. */
  errors: number
  packets: number
  ratesAtMs: number
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

const newInterface = (): InterfaceSeen => ({
  ifAdminStatus: null,
  ifOperStatus: null,
  statusAtMs: 0,
  operSinceMs: null,
  perS: {},
  errors: 0,
  packets: 0,
  ratesAtMs: 0,
})

/** The newest word on everything, in memory. Older samples than those known change nothing: histories are the series'. */
export class Observations {
  readonly devices = new Map<string, DeviceSeen>()
  readonly legs = new Map<string, ProbeTrack>()
  readonly interfaces = new Map<string, InterfaceSeen>()
  readonly sensors = new Map<string, { value: number; atMs: number }>()
  /** By the check's point: how one collector sees it. */
  readonly checks = new Map<string, CheckTrack>()
  /** By the ids of a connection, as `interfaces`. */
  readonly #seenOf = new WeakMap<readonly string[], InterfaceSeen[]>()
  /** The newest sample's instant. */
  newestMs = 0

  ingest(batch: SampleColumns[]): void {
    for (const columns of batch) {
      if (!isMetric(columns.metric)) continue
      const takeInterface = interfaceTakers[columns.metric]
      if (takeInterface) {
        this.#ingestInterfaces(columns, takeInterface)
        continue
      }
      const take = takers[columns.metric]
      if (!take) continue
      for (const [i, atMs] of columns.atMs.entries()) {
        const id = columns.ids[columns.entities[i]!]!
        take(this, id, columns.values[i]!, atMs, columns.startMs?.[i] ?? atMs)
        if (atMs > this.newestMs) this.newestMs = atMs
      }
    }
  }

  /** Nearly all there is to take: each port is looked up once a connection, not once a sample. */
  #ingestInterfaces({ ids, entities, atMs, startMs, values }: SampleColumns, take: InterfaceTaker): void {
    let seenOf = this.#seenOf.get(ids)
    if (!seenOf) this.#seenOf.set(ids, (seenOf = []))
    for (let i = 0; i < atMs.length; i++) {
      const entity = entities[i]!
      const at = atMs[i]!
      const seen = (seenOf[entity] ??= this.interface(ids[entity]!))
      take(seen, values[i]!, at, startMs ? startMs[i]! : at)
      if (at > this.newestMs) this.newestMs = at
    }
  }

  device = (id: string) => entry(this.devices, id, newDevice)
  interface = (id: string) => entry(this.interfaces, id, newInterface)
  leg = (id: string) => entry(this.legs, id, () => new ProbeTrack())
  check = (id: string) => entry(this.checks, id, () => new CheckTrack())
}

function entry<T>(map: Map<string, T>, id: string, make: () => T): T {
  let value = map.get(id)
  if (!value) map.set(id, (value = make()))
  return value
}

type InterfaceTaker = (seen: InterfaceSeen, value: number, atMs: number, startMs: number) => void
type Taker = (o: Observations, id: string, value: number, atMs: number, startMs: number) => void

function reachable(o: Observations, id: string, value: number, atMs: number): void {
  const device = o.device(id)
  if (atMs < Math.max(device.answeredAtMs ?? 0, device.silentAtMs ?? 0)) return
  if (value) Object.assign(device, { answeredAtMs: atMs, silentSinceMs: null })
  else Object.assign(device, { silentAtMs: atMs, silentSinceMs: device.silentSinceMs ?? atMs })
}

function status(field: 'ifAdminStatus' | 'ifOperStatus'): InterfaceTaker {
  return (seen, value, atMs) => {
    if (atMs < seen.statusAtMs) return
    if (field === 'ifOperStatus' && seen.ifOperStatus !== value) seen.operSinceMs = atMs
    seen[field] = value
    seen.statusAtMs = atMs
  }
}

/** Errors and packets of one poll share their instant: a newer instant starts their sums anew. */
function increment(metric: MetricName, tally?: 'errors' | 'packets'): InterfaceTaker {
  return (seen, value, atMs, startMs) => {
    if (atMs < seen.ratesAtMs || atMs <= startMs) return
    if (atMs > seen.ratesAtMs) Object.assign(seen, { ratesAtMs: atMs, errors: 0, packets: 0 })
    seen.perS[metric] = (value * 1000) / (atMs - startMs)
    if (tally) seen[tally] += value
  }
}

const gauge =
  (field: 'cpuPercent' | 'memoryPercent' | 'uptimeS' | 'responseMs'): Taker =>
  (o, id, value) => {
    o.device(id)[field] = value
  }

const ofCheck =
  (metric: CheckMetric): Taker =>
  (o, id, value, atMs) =>
    o.check(id).measured(atMs, metric, value)

const interfaceTakers: Partial<Record<MetricName, InterfaceTaker>> = {
  ifHCInOctets: increment('ifHCInOctets'),
  ifHCOutOctets: increment('ifHCOutOctets'),
  ifHCInUcastPkts: increment('ifHCInUcastPkts', 'packets'),
  ifHCOutUcastPkts: increment('ifHCOutUcastPkts', 'packets'),
  ifInErrors: increment('ifInErrors', 'errors'),
  ifOutErrors: increment('ifOutErrors', 'errors'),
  ifInDiscards: increment('ifInDiscards'),
  ifOutDiscards: increment('ifOutDiscards'),
  ifAdminStatus: status('ifAdminStatus'),
  ifOperStatus: status('ifOperStatus'),
}

/** Metrics that no state is judged by are not here. */
const takers: Partial<Record<MetricName, Taker>> = {
  reachable,
  responseMs: gauge('responseMs'),
  uptimeS: gauge('uptimeS'),
  cpuPercent: gauge('cpuPercent'),
  memoryPercent: gauge('memoryPercent'),
  value: (o, id, value, atMs) => {
    if (atMs >= (o.sensors.get(id)?.atMs ?? 0)) o.sensors.set(id, { value, atMs })
  },
  probeOk: (o, id, value, atMs) => o.leg(id).verdict(atMs, value === 1),
  probeRttMs: (o, id, value, atMs) => o.leg(id).measured(atMs, { rttMs: value }),
  probeSent: (o, id, value, atMs) => o.leg(id).measured(atMs, { sent: value }),
  probeLost: (o, id, value, atMs) => o.leg(id).measured(atMs, { lost: value }),
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
