import type { DiscoveryMarks } from './discoverer.ts'
import type { Presence } from './presence.ts'

const hourMs = 3_600_000
/** At the latest after so long all tables are read: seldom where the device itself tells what changed. */
const wholeMs = { telling: 24 * hourMs, mute: 6 * hourMs }
/** So often it is asked what changed. */
const lookMs = hourMs
/** A device that only just started may lack tables still: it is looked at again. */
const young = { ticks: 60_000, intervalMs: 10 * 60_000 }
const restMs = 5 * 60_000

/** When a device is to be discovered again: now and then, and when it shows to be another than it was. */
export class Rediscovery {
  /** Its place among all others, 0 to 1: those discovered at once are not all due at once again. */
  readonly #place: number
  readonly #monotonicMs: () => number
  #wanted = false
  #running = false
  #triedMs = -Infinity
  #lookedMs = -Infinity

  constructor(place: number, monotonicMs = () => performance.now()) {
    this.#place = place
    this.#monotonicMs = monotonicMs
  }

  /** The device is not, or may not be, what it was. */
  want(): void {
    this.#wanted = true
  }

  /** `known`: the discovery that is polled by; null before the first. */
  judge(known: DiscoveryMarks | null, { tableMark }: Presence, nowMs: number): void {
    const wasYoung = (known?.uptime?.ticks ?? Infinity) < young.ticks
    const usualMs = this.#spread(known && known.changeMark !== null ? wholeMs.telling : wholeMs.mute)
    const ageMs = wasYoung ? young.intervalMs : usualMs
    if (!known || known.atMs + ageMs < nowMs || known.tableMark !== tableMark) this.want()
  }

  /** It is to be asked what changed, as it tells. */
  isLookDue(known: DiscoveryMarks, nowMs: number): boolean {
    if (known.changeMark === null || this.#wanted) return false
    return nowMs - Math.max(known.atMs, this.#lookedMs) > this.#spread(lookMs)
  }

  looked(known: DiscoveryMarks, changeMark: string | null, nowMs: number): void {
    this.#lookedMs = nowMs
    if (changeMark !== known.changeMark) this.want()
  }

  /** Not while one runs, nor while the device rests from the last. */
  get isDue(): boolean {
    return this.#wanted && !this.#running && this.#monotonicMs() - this.#triedMs > restMs
  }

  async run<T>(discover: () => Promise<T>): Promise<T> {
    this.#running = true
    this.#triedMs = this.#monotonicMs()
    try {
      const found = await discover()
      this.#wanted = false
      return found
    } finally {
      this.#running = false
    }
  }

  /** Three quarters of it to the whole. */
  #spread = (ms: number) => ms * (0.75 + this.#place / 4)
}
