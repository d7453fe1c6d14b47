import type { Access } from '@zongheng/inventory/access.ts'
import { between, fraction } from '@zongheng/inventory/demo/hash.ts'
import type { DemoCircuit } from '@zongheng/inventory/demo/province.ts'
import type { DeviceState } from './device.ts'
import { officeLoad, ripple } from './load.ts'
import { Traffic, type Flow } from './traffic.ts'

const keepaliveBps = 1000
/** A line that carries another's traffic is not filled further than this. */
const headroom = 0.55
const saturation = { forward: 0.97, backward: 0.6, latencyMs: 60, lossPercent: 3 }

/** Round trip of a circuit in good health, ms. VPN between cities stays on the carriers' backbone. */
const roundTrips: Record<Access, [low: number, high: number]> = {
  sdh: [2, 5],
  mstp: [2, 6],
  fibre: [0.8, 2.5],
  'mpls-vpn': [4, 10],
  'ipsec-vpn': [15, 32],
  'adsl-vpn': [20, 40],
  pon: [8, 20],
  '4g': [34, 48],
  '5g': [20, 30],
}
const backboneVpn: [number, number] = [4.5, 6]

/** Whose interface falls when the device at the far end falls silent. MSTP hands over Ethernet: its box keeps the port up. */
const farEndShows: Record<Access, boolean> = {
  sdh: true,
  mstp: false,
  fibre: true,
  'mpls-vpn': true,
  'ipsec-vpn': true,
  'adsl-vpn': true,
  pon: false,
  '4g': true,
  '5g': true,
}

/** What faults do to a circuit. */
export interface Impairment {
  cut: boolean
  saturated: boolean
  /** What comes down takes another circuit of the link; what goes up stays. */
  oneWay: boolean
  lossPercent: number
  latencyMs: number
  errorsPerS: number
}
export const unimpaired: Impairment = {
  cut: false,
  saturated: false,
  oneWay: false,
  lossPercent: 0,
  latencyMs: 0,
  errorsPerS: 0,
}

/** Chances of loss that follow one another: percent in, percent out. */
export function bothLost(a: number, b: number): number {
  return 100 - ((100 - a) * (100 - b)) / 100
}

export class CircuitState {
  readonly circuit: DemoCircuit
  readonly a: DeviceState
  readonly z: DeviceState
  readonly traffic: Traffic
  /** Of the traffic it carries in good days; none for a circuit that waits. */
  readonly peakBps: number
  /** ifOperStatus up, at each end, and when that last changed. */
  readonly running = { a: true, z: true }
  readonly changedMs: { a: number; z: number }
  impairment: Impairment = unimpaired
  /** It is whole and both its ends run. */
  usable = true
  carries: boolean
  /** The way down, from A to Z; the same circuit unless routing is asymmetric. */
  carriesDown: boolean
  readonly #linkPeakBps: number
  readonly #roundTripMs: number
  readonly #phase: number

  /** `linkPrimary`: the circuit whose bandwidth the link's traffic was planned for. */
  constructor(
    circuit: DemoCircuit,
    linkPrimary: DemoCircuit,
    ends: { a: DeviceState; z: DeviceState },
    startMs: number,
  ) {
    this.circuit = circuit
    this.a = ends.a
    this.z = ends.z
    this.carries = this.carriesDown = circuit === linkPrimary
    this.changedMs = { a: 0, z: 0 }
    this.#phase = fraction(linkPrimary.key)
    this.#linkPeakBps = linkPrimary.bandwidthBps * between(`share ${linkPrimary.key}`, 0.2, 0.44)
    this.peakBps = this.carries ? this.#linkPeakBps : 0
    const [low, high] = ends.z.device.role === 'vpn-gateway' ? backboneVpn : roundTrips[circuit.access]
    this.#roundTripMs = between(`rtt ${circuit.key}`, low, high)
    this.traffic = new Traffic(startMs, (atMs) => this.flowAt(atMs))
  }

  flowAt(atMs: number): Flow {
    const { bandwidthBps } = this.circuit
    const { saturated, errorsPerS } = this.impairment
    if (!this.usable) return { forwardBps: 0, backwardBps: 0, errorsPerS: 0 }
    if (saturated)
      return {
        forwardBps: bandwidthBps * saturation.forward,
        backwardBps: bandwidthBps * saturation.backward,
        errorsPerS,
      }
    const wanted = this.#linkPeakBps * officeLoad(atMs) * ripple(this.#phase, atMs)
    const downBps = Math.min(wanted + keepaliveBps, bandwidthBps * headroom)
    return {
      forwardBps: this.carriesDown ? downBps : keepaliveBps,
      backwardBps: this.carries ? downBps * (0.3 + 0.3 * this.#phase) : keepaliveBps,
      errorsPerS,
    }
  }

  get rttMs(): number {
    const { latencyMs, saturated } = this.impairment
    return this.#roundTripMs + latencyMs + (saturated ? saturation.latencyMs : 0)
  }

  get lossPercent(): number {
    const { lossPercent, saturated } = this.impairment
    return bothLost(lossPercent, saturated ? saturation.lossPercent : 0)
  }

  /** Takes up a new state of things; the traffic so far must be settled. */
  renew(impairment: Impairment, atMs: number): void {
    this.impairment = impairment
    const whole = !impairment.cut
    this.usable = whole && this.a.up && this.z.up
    const shows = farEndShows[this.circuit.access]
    this.#setRunning('a', whole && (this.z.up || !shows), atMs)
    this.#setRunning('z', whole && (this.a.up || !shows), atMs)
  }

  #setRunning(end: 'a' | 'z', running: boolean, atMs: number): void {
    if (this.running[end] === running) return
    this.running[end] = running
    this.changedMs[end] = atMs
  }
}
