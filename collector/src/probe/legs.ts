import { setTimeout as delay } from 'node:timers/promises'
import type { LegProbe } from '../contract.ts'
import { IcmpError } from '../icmp/icmp.ts'
import { EchoTally } from '../icmp/tally.ts'
import type { Recorder } from '../recorder.ts'
import { Schedule } from '../schedule.ts'
import { isMinuteOver, roundMs } from './minute.ts'
import { openPing, type Ping, type PingParts } from './ping.ts'

export interface LegProberParts extends PingParts {
  recorder: Recorder
  now: () => number
  /** The far end was lost, or is back. */
  onChange: (probe: LegProbe, isUp: boolean) => void
  onError: (error: Error, about: { circuitId: string }) => void
  /** How often jitter and bursts are told; a minute unless told. */
  minuteMs?: number
  timing?: LegTiming
}

export interface LegTiming {
  /** The first time. */
  firstWithinMs: number
  /** Each probe is put off by up to this, lest one leg always meets the same other work of this process. */
  scatterMs: number
}
const usualTiming: LegTiming = { firstWithinMs: 5_000, scatterMs: 800 }

/** One loss is no verdict: two more tries follow at once. */
const tries = 3
/** So often a leg is probed for what somebody says of it. */
const lookEveryMs = 5_000
/** How much of a round trip may be work of our own. */
const bearableMs = 1.5
const bearableShare = 0.2

interface Leg {
  probe: LegProbe
  ping: Ping
  isUp: boolean | null
  tally: EchoTally
  minuteStartMs: number
  /** When it was looked at out of its turn. */
  lookedMs: number
}

/** Asks the far end of every circuit's leg whether it is there. */
export class LegProber {
  readonly #parts: LegProberParts
  readonly #legs = new Map<string, Leg>()
  readonly #schedule: Schedule
  readonly #scatterMs: number

  constructor(parts: LegProberParts) {
    this.#parts = parts
    const { firstWithinMs, scatterMs } = parts.timing ?? usualTiming
    this.#schedule = new Schedule({ firstWithinMs })
    this.#scatterMs = scatterMs
  }

  get size(): number {
    return this.#legs.size
  }

  set(probe: LegProbe): void {
    const before = this.#legs.get(probe.circuitId)
    before?.ping.close()
    const same = before?.probe.address === probe.address && before.probe.port === probe.port ? before : null
    const leg: Leg = {
      probe,
      ping: openPing(probe, this.#parts),
      isUp: same?.isUp ?? null,
      tally: same?.tally ?? new EchoTally(),
      minuteStartMs: same?.minuteStartMs ?? this.#parts.now(),
      lookedMs: same?.lookedMs ?? -Infinity,
    }
    this.#legs.set(probe.circuitId, leg)
    this.#schedule.set(probe.circuitId, probe.intervalS * 1000, () => this.#probeInTurn(leg))
  }

  /** Something was said of this port: probes the legs that end there at once. Answers the devices at their other ends. */
  lookFrom(interfaceId: string): string[] {
    const legs = [...this.#legs.values()].filter(({ probe: { ends = [] } }) =>
      ends.some((end) => end.interfaceId === interfaceId),
    )
    for (const leg of legs) void this.#look(leg)
    const ends = legs.flatMap(({ probe }) => probe.ends!)
    return ends.filter((end) => end.interfaceId !== interfaceId).map(({ deviceId }) => deviceId)
  }

  delete(circuitId: string): void {
    this.#schedule.delete(circuitId)
    this.#legs.get(circuitId)?.ping.close()
    this.#legs.delete(circuitId)
  }

  ids(): string[] {
    return [...this.#legs.keys()]
  }

  close(): void {
    for (const id of this.ids()) this.delete(id)
  }

  async #look(leg: Leg): Promise<void> {
    const nowMs = performance.now()
    if (nowMs - leg.lookedMs < lookEveryMs) return
    leg.lookedMs = nowMs
    await this.#probe(leg)
    this.#parts.recorder.flushSoon()
  }

  async #probeInTurn(leg: Leg): Promise<void> {
    await delay(this.#scatterMs * Math.random())
    await this.#probe(leg)
  }

  async #probe(leg: Leg): Promise<void> {
    const { now, onError } = this.#parts
    const { circuitId } = leg.probe
    const atMs = now()
    try {
      const outcome = await pingUntilAnswered(leg.ping, leg.tally)
      if (this.#legs.get(circuitId) === leg) this.#tell(leg, atMs, outcome)
    } catch (error) {
      // a host that forbids ICMP is told once by the one who asks for all
      if (this.#legs.get(circuitId) === leg && !(error instanceof IcmpError))
        onError(error as Error, { circuitId })
    }
  }

  #tell(leg: Leg, atMs: number, { rttMs, sent, lost }: Outcome): void {
    const { recorder, onChange } = this.#parts
    const { circuitId } = leg.probe
    const isUp = rttMs !== null
    recorder.sample('probeOk', circuitId, atMs, isUp ? 1 : 0)
    if (isUp) recorder.sample('probeRttMs', circuitId, atMs, roundMs(rttMs))
    recorder.sample('probeSent', circuitId, atMs, sent)
    recorder.sample('probeLost', circuitId, atMs, lost)
    this.#tellMinute(leg, atMs)
    const before = leg.isUp
    leg.isUp = isUp
    if (before === isUp) return
    recorder.flushSoon()
    if (before !== null || !isUp) onChange(leg.probe, isUp)
  }

  #tellMinute(leg: Leg, atMs: number): void {
    const { recorder, minuteMs } = this.#parts
    const { circuitId, intervalS } = leg.probe
    if (!isMinuteOver(leg.minuteStartMs, atMs, intervalS * 1000, minuteMs)) return
    leg.minuteStartMs = atMs
    const { jitterMs, burst } = leg.tally.read()
    if (jitterMs !== null) recorder.sample('probeJitterMs', circuitId, atMs, roundMs(jitterMs))
    recorder.sample('probeBurst', circuitId, atMs, burst)
  }
}

interface Outcome {
  /** Of the quickest answer; null when none came. */
  rttMs: number | null
  sent: number
  lost: number
}

/** Up to three tries: after a loss, and where this process was too busy to tell the line's delay from its own. */
async function pingUntilAnswered({ ask, isExact }: Ping, tally: EchoTally): Promise<Outcome> {
  const outcome: Outcome = { rttMs: null, sent: 0, lost: 0 }
  while (outcome.sent < tries) {
    const before = performance.eventLoopUtilization()
    const rttMs = await ask({ isUrgent: outcome.sent > 0 })
    const ownMs = performance.eventLoopUtilization(before).active
    outcome.sent++
    if (rttMs === null) {
      outcome.lost++
      tally.take(null)
      continue
    }
    outcome.rttMs = Math.min(rttMs, outcome.rttMs ?? rttMs)
    if (isExact || ownMs <= Math.max(bearableMs, rttMs * bearableShare)) break
  }
  if (outcome.rttMs !== null) tally.take(outcome.rttMs)
  return outcome
}
