import { setTimeout as delay } from 'node:timers/promises'
import type { LegProbe } from '../contract.ts'
import type { Recorder } from '../recorder.ts'
import { Schedule } from '../schedule.ts'
import { openPing, type Ping, type PingParts } from './ping.ts'

export interface LegProberParts extends PingParts {
  recorder: Recorder
  now: () => number
  /** The far end was lost, or is back. */
  onChange: (probe: LegProbe, isUp: boolean) => void
  onError: (error: Error, about: { circuitId: string }) => void
}

/** One loss is no verdict: two more tries follow at once. */
const tries = 3
/** How much of a round trip may be work of our own. */
const bearableMs = 1.5
const bearableShare = 0.2
/** Each probe is put off by up to this, lest one leg always meets the same other work of this process. */
const scatterMs = 800

interface Leg {
  probe: LegProbe
  ping: Ping
  close?: () => void
  isUp: boolean | null
}

/** Asks the far end of every circuit's leg whether it is there. */
export class LegProber {
  readonly #parts: LegProberParts
  readonly #legs = new Map<string, Leg>()
  readonly #schedule = new Schedule()

  constructor(parts: LegProberParts) {
    this.#parts = parts
  }

  get size(): number {
    return this.#legs.size
  }

  set(probe: LegProbe): void {
    const before = this.#legs.get(probe.circuitId)
    before?.close?.()
    const isSameEnd = before?.probe.address === probe.address && before.probe.port === probe.port
    const leg: Leg = { probe, ...openPing(probe, this.#parts), isUp: isSameEnd ? before.isUp : null }
    this.#legs.set(probe.circuitId, leg)
    this.#schedule.set(probe.circuitId, probe.intervalS * 1000, () => this.#probe(leg))
  }

  delete(circuitId: string): void {
    this.#schedule.delete(circuitId)
    this.#legs.get(circuitId)?.close?.()
    this.#legs.delete(circuitId)
  }

  ids(): string[] {
    return [...this.#legs.keys()]
  }

  close(): void {
    for (const id of this.ids()) this.delete(id)
  }

  async #probe(leg: Leg): Promise<void> {
    const { recorder, now, onError, onChange } = this.#parts
    const { circuitId } = leg.probe
    await delay(scatterMs * Math.random())
    const atMs = now()
    try {
      const { rttMs, sent, lost } = await pingUntilAnswered(leg.ping)
      if (this.#legs.get(circuitId) !== leg) return
      const isUp = rttMs !== null
      recorder.sample('probeOk', circuitId, atMs, isUp ? 1 : 0)
      if (isUp) recorder.sample('probeRttMs', circuitId, atMs, Math.round(rttMs * 100) / 100)
      recorder.sample('probeSent', circuitId, atMs, sent)
      recorder.sample('probeLost', circuitId, atMs, lost)
      const before = leg.isUp
      leg.isUp = isUp
      if (before === isUp) return
      recorder.flushSoon()
      if (before !== null || !isUp) onChange(leg.probe, isUp)
    } catch (error) {
      if (this.#legs.get(circuitId) === leg) onError(error as Error, { circuitId })
    }
  }
}

interface Outcome {
  /** Of the quickest answer; null when none came. */
  rttMs: number | null
  sent: number
  lost: number
}

/** Up to three tries: after a loss, and where this process was too busy to tell the line's delay from its own. */
async function pingUntilAnswered(ping: Ping): Promise<Outcome> {
  const outcome: Outcome = { rttMs: null, sent: 0, lost: 0 }
  while (outcome.sent < tries) {
    const before = performance.eventLoopUtilization()
    const rttMs = await ping()
    const ownMs = performance.eventLoopUtilization(before).active
    outcome.sent++
    if (rttMs === null) outcome.lost++
    else {
      outcome.rttMs = Math.min(rttMs, outcome.rttMs ?? rttMs)
      if (ownMs <= Math.max(bearableMs, rttMs * bearableShare)) break
    }
  }
  return outcome
}
