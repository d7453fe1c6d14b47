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
/** Where somebody said that a line is lost, an answer is missed that takes so much longer than the slowest of late. */
const missed = { leastMs: 250, times: 4 }
/** The slowest of late fades to half within some six minutes. */
const fading = 0.98
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
  /** The slowest answer of late; null before the first. */
  slowMs: number | null
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
      slowMs: same?.slowMs ?? null,
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
    const isLost = (await this.#probe(leg, patienceOf(leg))) === false
    this.#parts.recorder.flushSoon()
    if (isLost) await this.#probe(leg) // one that has only become slow is put right at once
  }

  async #probeInTurn(leg: Leg): Promise<void> {
    await delay(this.#scatterMs * Math.random())
    await this.#probe(leg)
  }

  /** Whether it answered; null when that cannot be said. */
  async #probe(leg: Leg, patienceMs?: number): Promise<boolean | null> {
    const { now, onError } = this.#parts
    const { circuitId } = leg.probe
    const atMs = now()
    try {
      const outcome = await pingUntilAnswered(leg, patienceMs)
      if (this.#legs.get(circuitId) !== leg) return null
      this.#tell(leg, atMs, outcome)
      return outcome.rttMs !== null
    } catch (error) {
      // a host that forbids ICMP is told once by the one who asks for all
      if (this.#legs.get(circuitId) === leg && !(error instanceof IcmpError))
        onError(error as Error, { circuitId })
      return null
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
async function pingUntilAnswered(leg: Leg, patienceMs = Infinity): Promise<Outcome> {
  const { ping, tally } = leg
  const outcome: Outcome = { rttMs: null, sent: 0, lost: 0 }
  while (outcome.sent < tries) {
    const before = performance.eventLoopUtilization()
    const isUrgent = outcome.sent > 0 || patienceMs < Infinity
    const rttMs = await within(patienceMs, ping.ask({ isUrgent }))
    const ownMs = performance.eventLoopUtilization(before).active
    outcome.sent++
    if (rttMs === null) {
      outcome.lost++
      tally.take(null)
      continue
    }
    outcome.rttMs = Math.min(rttMs, outcome.rttMs ?? rttMs)
    if (ping.isExact || ownMs <= Math.max(bearableMs, rttMs * bearableShare)) break
  }
  if (outcome.rttMs !== null) {
    tally.take(outcome.rttMs)
    leg.slowMs = Math.max(outcome.rttMs, (leg.slowMs ?? 0) * fading)
  }
  return outcome
}

/** Before the first answer nobody knows what is slow. */
const patienceOf = ({ slowMs }: Leg): number =>
  slowMs === null ? Infinity : Math.max(missed.leastMs, missed.times * slowMs)

/** Null when it takes longer. */
async function within<T>(ms: number, answer: Promise<T>): Promise<T | null> {
  if (ms === Infinity) return answer
  const late = Promise.withResolvers<null>()
  const timer = setTimeout(() => late.resolve(null), ms)
  try {
    return await Promise.race([answer, late.promise])
  } finally {
    clearTimeout(timer)
  }
}
