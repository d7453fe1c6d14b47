/**
 * Traffic as a province's switches show it: noisy octets that follow the day and wander, packets that follow the octets, errors
 * that are mostly none, a status that hardly ever changes. Every device is polled once an interval, a few milliseconds off its
 * time, all its interfaces at once. The same seed gives the same samples to every store.
 */
import type { SampleColumns } from '@zongheng/collector/contract.ts'
import type { MetricName } from '@zongheng/inventory/metric.ts'

const portsPerDevice = 20
const dayMs = 86_400_000
/** Some ten thousand samples: what a collector with many devices sends at once. */
const seriesPerBatch = 10_000

const octets = ['ifHCInOctets', 'ifHCOutOctets'] as const
const packets = ['ifHCInUcastPkts', 'ifHCOutUcastPkts'] as const
const faults = ['ifInErrors', 'ifOutErrors', 'ifInDiscards', 'ifOutDiscards'] as const
const codes = ['ifAdminStatus', 'ifOperStatus'] as const
export const metricsPerPort = octets.length + packets.length + faults.length + codes.length

export interface Extent {
  series: number
  points: number
  fromMs: number
  intervalMs: number
}

/** What a batch holds, and how many samples that is. */
export interface TrafficBatch {
  columns: SampleColumns[]
  samples: number
}

export const interfaceId = (port: number) => `ifc_01jd${port.toString(36).padStart(22, '0')}`

export const portsOf = ({ series }: Extent) => Math.max(1, Math.round(series / metricsPerPort))

/** Batch by batch, in the order of time. */
export function* traffic(extent: Extent): Generator<TrafficBatch> {
  const { points, fromMs, intervalMs } = extent
  const ports = new Ports(portsOf(extent))
  const slots = Math.ceil(extent.series / seriesPerBatch)
  for (let point = 0; point < points; point++) {
    for (let slot = 0; slot < slots; slot++) {
      const batch = ports.poll(slot, slots, fromMs + point * intervalMs, intervalMs)
      if (batch.samples > 0) yield batch
    }
  }
}

class Ports {
  readonly #ids: string[]
  readonly #lastAt: Float64Array
  readonly #level: Float64Array
  readonly #wander: Float64Array
  readonly #random = new Random(20260101)

  constructor(count: number) {
    this.#ids = Array.from({ length: count }, (_, port) => interfaceId(port))
    this.#lastAt = new Float64Array(count)
    // From a township's ADSL line to a busy uplink: bits a second, some ports without any traffic.
    this.#level = Float64Array.from({ length: count }, () => this.#random.next() < 0.15 ? 0 : Math.exp(13 + 2.5 * this.#random.normal())) // prettier-ignore
    this.#wander = new Float64Array(count * octets.length)
  }

  /** The devices whose place in the interval lies in this slot. */
  poll(slot: number, slots: number, roundMs: number, intervalMs: number): TrafficBatch {
    const ports: number[] = []
    const at: number[] = []
    const start: number[] = []
    for (let first = 0, device = 0; first < this.#ids.length; first += portsPerDevice, device++) {
      if (device % slots !== slot) continue
      const phase = ((slot + (device % 97) / 97) * intervalMs) / slots
      const polledMs = Math.round(roundMs + phase + 12 * Math.abs(this.#random.normal()))
      for (let port = first; port < Math.min(first + portsPerDevice, this.#ids.length); port++) {
        ports.push(port)
        at.push(polledMs)
        start.push(this.#lastAt[port]! || polledMs - intervalMs)
        this.#lastAt[port] = polledMs
      }
    }
    return { columns: this.#columns(ports, at, start), samples: ports.length * metricsPerPort }
  }

  #columns(ports: number[], at: number[], start: number[]): SampleColumns[] {
    const shared = { ids: this.#ids, entities: Uint32Array.from(ports), atMs: Float64Array.from(at) }
    const startMs = Float64Array.from(start)
    const column = (metric: MetricName, values: Float64Array, increments = true): SampleColumns =>
      increments ? { metric, ...shared, startMs, values } : { metric, ...shared, values }
    const volumes = octets.map((_, way) =>
      Float64Array.from(ports, (port, i) => this.#volume(port, way, at[i]!, start[i]!)),
    )
    const perPacket = (sum: number) => Math.round(sum / (650 + 20 * this.#random.normal()))
    return [
      ...octets.map((metric, way) => column(metric, volumes[way]!)),
      ...packets.map((metric, way) => column(metric, volumes[way]!.map(perPacket))),
      ...faults.map((metric) => column(metric, shared.atMs.map(() => this.#random.next() < 0.002 ? Math.ceil(8 * this.#random.next()) : 0))),
      ...codes.map((metric) => column(metric, shared.atMs.map(() => 1), false)),
    ] // prettier-ignore
  }

  #volume(port: number, way: number, at: number, start: number): number {
    const i = port * octets.length + way
    this.#wander[i] = 0.95 * this.#wander[i]! + 0.1 * this.#random.normal()
    const daily = 1.2 + Math.sin((2 * Math.PI * at) / dayMs)
    return Math.round(((this.#level[port]! * daily * Math.exp(this.#wander[i]!)) / 8) * ((at - start) / 1000))
  }
}

/** Marsaglia's xorshift32: quick, and the same everywhere. */
class Random {
  #state: number

  constructor(seed: number) {
    this.#state = seed
  }

  next(): number {
    let x = this.#state
    x ^= x << 13
    x ^= x >>> 17
    x ^= x << 5
    this.#state = x
    return (x >>> 0) / 2 ** 32
  }

  /** Irwin–Hall: near enough to a normal one, without a logarithm. */
  normal(): number {
    return (this.next() + this.next() + this.next() + this.next() - 2) * Math.sqrt(3)
  }
}
