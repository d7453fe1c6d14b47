import type { MetricName } from '@zongheng/inventory/metric.ts'
import { lost } from '../icmp/icmp.ts'
import { EchoTally, type EchoFigures } from '../icmp/tally.ts'
import type { EntityRows } from '../recorder.ts'
import { SnmpError } from '../snmp/error.ts'
import type { DevicePingerParts } from './device-pings.ts'
import { isMinuteOver, roundMs } from './minute.ts'
import type { Ping } from './ping.ts'

/** `ping` null: by ICMP, all in one. */
export interface PingedDevice {
  deviceId: string
  address: string
  ping: Ping | null
}

const told: Record<keyof EchoFigures, MetricName> = {
  sent: 'pingSent',
  lost: 'pingLost',
  minMs: 'pingRttMinMs',
  meanMs: 'pingRttMeanMs',
  maxMs: 'pingRttMaxMs',
  jitterMs: 'pingJitterMs',
  burst: 'pingBurst',
}
const figureNames = Object.keys(told) as (keyof EchoFigures)[]

/** A device is looked at after so many losses in a row. */
const silentAfter = 2

interface Members extends EntityRows {
  readonly devices: readonly PingedDevice[]
  readonly addresses: readonly string[]
}

/** Devices that are asked together, and told of together once a minute. */
export class PingRound {
  readonly key: string
  readonly #intervalMs: number
  readonly #parts: DevicePingerParts
  readonly #tallies = new Map<PingedDevice, EchoTally>()
  #members: Members | null = null
  #minuteStartMs: number

  constructor(key: string, intervalMs: number, parts: DevicePingerParts) {
    this.key = key
    this.#intervalMs = intervalMs
    this.#parts = parts
    this.#minuteStartMs = parts.now()
  }

  get size(): number {
    return this.#tallies.size
  }

  add(device: PingedDevice): void {
    this.#tallies.set(device, new EchoTally())
    this.#members = null
  }

  delete(device: PingedDevice): void {
    this.#tallies.delete(device)
    this.#members = null
  }

  /** Rejects with an IcmpError where this host cannot ask. */
  async run(): Promise<void> {
    const { now, minuteMs } = this.#parts
    const atMs = now()
    const { devices, addresses } = this.#now()
    const answers = devices[0]?.ping
      ? await askEach(devices, this.#parts.onError)
      : await this.#parts.icmp.round(addresses)
    devices.forEach((device, i) => this.#take(device, answers[i]!))
    if (isMinuteOver(this.#minuteStartMs, atMs, this.#intervalMs, minuteMs)) this.#tell(atMs)
  }

  /** The same object until a device comes or goes. */
  #now(): Members {
    const devices = [...this.#tallies.keys()]
    return (this.#members ??= {
      ids: devices.map(({ deviceId }) => deviceId),
      devices,
      addresses: devices.map(({ address }) => address),
    })
  }

  #take(device: PingedDevice, rttMs: number): void {
    const tally = this.#tallies.get(device)
    if (!tally || Number.isNaN(rttMs)) return
    tally.take(rttMs === lost ? null : rttMs)
    if (tally.silence === silentAfter && tally.hasAnswered) this.#parts.onSilence(device.deviceId)
  }

  #tell(atMs: number): void {
    this.#minuteStartMs = atMs
    const rows = this.#now()
    const figures = rows.devices.map((device) => this.#tallies.get(device)!.read())
    for (const name of figureNames) {
      const values = Float64Array.from(figures, (one) => (one.sent ? roundMs(one[name] ?? NaN) : NaN))
      this.#parts.recorder.sampleRows(told[name], rows, atMs, values)
    }
  }
}

/** Those that cannot be asked are unknown, and cost the others nothing. */
async function askEach(
  devices: readonly PingedDevice[],
  onError: (error: Error) => void,
): Promise<ArrayLike<number>> {
  const answers = await Promise.allSettled(devices.map(({ ping }) => ping!.ask()))
  return answers.map((answer) => {
    if (answer.status === 'fulfilled') return answer.value ?? lost
    if (!(answer.reason instanceof SnmpError && answer.reason.code === 'closed'))
      onError(answer.reason as Error)
    return NaN
  })
}
