/**
 * What a collector hears of switches: per port octets and packets that wander about a level of its own, hardly any errors, two
 * statuses; per device its answer, load and uptime. The same seed gives the same samples.
 */
import { newId } from '@zongheng/inventory/id.ts'
import type { MetricName } from '@zongheng/inventory/metric.ts'
import type { EntityRows } from '../../collector/src/recorder.ts'
import type { SamplesWriter } from '../../collector/src/wire/samples-writer.ts'

const octets = ['ifHCInOctets', 'ifHCOutOctets'] as const
const packets = ['ifHCInUcastPkts', 'ifHCOutUcastPkts'] as const
const errors = ['ifInErrors', 'ifOutErrors', 'ifInDiscards', 'ifOutDiscards'] as const
export const counters: readonly MetricName[] = [...octets, ...packets, ...errors]
const gaugesOfDevice: readonly MetricName[] = [
  'reachable',
  'responseMs',
  'uptimeS',
  'cpuPercent',
  'memoryPercent',
]
const meanPacketOctets = 700
const idleShare = 0.35

export class Switch {
  readonly ports: EntityRows
  readonly device: EntityRows = { ids: [newId('device')] }
  readonly #random: () => number
  readonly #octetsPerS: Float64Array
  readonly #status: Float64Array
  readonly #admin: Float64Array
  readonly #values: Float64Array
  readonly #one = new Float64Array(1)
  #lastMs: number

  constructor(ports: number, startMs: number, random: () => number) {
    this.ports = { ids: Array.from({ length: ports }, () => newId('interface')) }
    this.#random = random
    this.#octetsPerS = Float64Array.from({ length: ports }, () =>
      random() < idleShare ? 0 : Math.exp(6 + 10 * random()),
    )
    this.#status = this.#octetsPerS.map((level) => (level ? 1 : 2))
    this.#admin = new Float64Array(ports).fill(1)
    this.#values = new Float64Array(ports)
    this.#lastMs = startMs
  }

  /** All that one poll says; `total` is told what each counter grew by. Returns the number of samples. */
  poll(
    writer: SamplesWriter,
    atMs: number,
    total?: (metric: MetricName, port: number, value: number) => void,
  ): number {
    const [startMs, values] = [this.#lastMs, this.#values]
    for (const metric of counters) {
      this.#grow(metric, (atMs - startMs) / 1000)
      writer.add(metric, this.ports, startMs, atMs, values)
      if (total) for (let port = 0; port < values.length; port++) total(metric, port, values[port]!)
    }
    writer.add('ifAdminStatus', this.ports, NaN, atMs, this.#admin)
    writer.add('ifOperStatus', this.ports, NaN, atMs, this.#status)
    for (const metric of gaugesOfDevice) {
      this.#one[0] = this.#gauge(metric, atMs)
      writer.add(metric, this.device, NaN, atMs, this.#one)
    }
    this.#lastMs = atMs
    return (counters.length + 2) * values.length + gaugesOfDevice.length
  }

  #grow(metric: MetricName, seconds: number): void {
    const [random, values] = [this.#random, this.#values]
    const isOctets = octets.some((one) => one === metric)
    const isErrors = errors.some((one) => one === metric)
    for (let port = 0; port < values.length; port++) {
      const grown = this.#octetsPerS[port]! * seconds * (0.5 + random())
      values[port] = isErrors
        ? random() < 0.002
          ? 1
          : 0
        : Math.round(isOctets ? grown : grown / meanPacketOctets)
    }
  }

  #gauge(metric: MetricName, atMs: number): number {
    if (metric === 'reachable') return 1
    if (metric === 'responseMs') return Math.round(1000 * (2 + 20 * this.#random())) / 1000
    if (metric === 'uptimeS') return Math.floor(atMs / 1000) % 10_000_000
    return Math.round(20 + 30 * this.#random())
  }
}

/** Legs of circuits that are probed every ten seconds. */
export class Leg {
  readonly #rows: EntityRows = { ids: [newId('circuit')] }
  readonly #one = new Float64Array(1)
  readonly #random: () => number

  constructor(random: () => number) {
    this.#random = random
  }

  probe(writer: SamplesWriter, atMs: number): number {
    const rttMs = Math.round(1000 * (8 + 4 * this.#random())) / 1000
    const probe = { probeOk: 1, probeRttMs: rttMs, probeSent: 3, probeLost: this.#random() < 0.01 ? 1 : 0 }
    for (const [metric, value] of Object.entries(probe)) {
      this.#one[0] = value
      writer.add(metric, this.#rows, NaN, atMs, this.#one)
    }
    return Object.keys(probe).length
  }
}

/** mulberry32: small, even, and the same everywhere. */
export function seeded(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32
  }
}
