import { between, fraction } from '@zongheng/inventory/demo/hash.ts'
import { ifTypes } from '@zongheng/inventory/demo/models.ts'
import type { DemoPort } from '@zongheng/inventory/demo/ports.ts'
import type { CircuitState } from './circuit.ts'
import type { DeviceState } from './device.ts'
import { officeLoad, ripple } from './load.ts'
import { Traffic } from './traffic.ts'

const typicalLoad = 0.4 // of the peak, over a week

/** Counted since the device started. */
export interface Counts {
  inOctets: number
  outOctets: number
  inPackets: number
  outPackets: number
  inErrors: number
}

/** An interface at work: what its counters say. A circuit's two ends count the same traffic. */
export class PortState {
  readonly port: DemoPort
  readonly index: readonly number[]
  readonly device: DeviceState
  readonly circuit: CircuitState | null
  readonly #traffic: Traffic
  readonly #octetsPerPacket: number
  /** What is counted on top of the traffic, in octets and errors: the time before the world began, less what a restart forgot. */
  #offset: { in: number; out: number; errors: number }

  constructor(port: DemoPort, device: DeviceState, circuit: CircuitState | null, startMs: number) {
    this.port = port
    this.index = [port.ifIndex]
    this.device = device
    this.circuit = circuit
    const phase = fraction(`${device.device.key} ${port.ifIndex}`)
    const peakBps = circuit ? circuit.peakBps : localPeakBps(port, phase)
    const localFlow = (atMs: number) => {
      const forwardBps = peakBps * officeLoad(atMs) * ripple(phase, atMs)
      return { forwardBps, backwardBps: forwardBps * (0.3 + phase), errorsPerS: 0 }
    }
    this.#traffic = circuit?.traffic ?? new Traffic(startMs, localFlow)
    this.#octetsPerPacket = Math.round(between(`packet ${device.device.key} ${port.ifIndex}`, 380, 820))
    const before = Math.round((peakBps / 8) * typicalLoad * ((startMs - device.bootedMs) / 1000))
    this.#offset = { in: before, out: Math.round(before * 0.45), errors: 0 }
  }

  counts(atMs: number): Counts {
    const { inOctets, outOctets, errors } = this.#seen(atMs)
    const total = {
      in: Math.floor(inOctets + this.#offset.in),
      out: Math.floor(outOctets + this.#offset.out),
    }
    return {
      inOctets: total.in,
      outOctets: total.out,
      inPackets: Math.floor(total.in / this.#octetsPerPacket),
      outPackets: Math.floor(total.out / this.#octetsPerPacket),
      inErrors: Math.floor(errors + this.#offset.errors),
    }
  }

  restart(atMs: number): void {
    const { inOctets, outOctets, errors } = this.#seen(atMs)
    this.#offset = { in: -inOctets, out: -outOctets, errors: -errors }
  }

  /** ifOperStatus is up. */
  get running(): boolean {
    const { enabled, connected, end } = this.port
    return enabled && connected && (!this.circuit || this.circuit.running[end ?? 'a'])
  }

  /** When `running` last changed; the device's start, if not since. */
  get changedMs(): number {
    return Math.max(this.device.bootedMs, this.circuit?.changedMs[this.port.end ?? 'a'] ?? 0)
  }

  /** Forward runs from the A end to the Z end; for the local network, into the device. */
  #seen(atMs: number): { inOctets: number; outOctets: number; errors: number } {
    const traffic = this.#traffic
    traffic.settle(atMs)
    const { forwardOctets, backwardOctets, errors } = traffic
    return this.port.end === 'a'
      ? { inOctets: backwardOctets, outOctets: forwardOctets, errors }
      : { inOctets: forwardOctets, outOctets: backwardOctets, errors }
  }
}

function localPeakBps(port: DemoPort, phase: number): number {
  if (!port.enabled || !port.connected) return 0
  if (port.ifType === ifTypes.loopback || port.ifType === ifTypes.other) return 0
  return Math.min(port.ifSpeedBps, 1_000_000_000) * (0.001 + 0.03 * phase * phase)
}
