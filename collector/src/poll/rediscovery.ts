import type { DiscoveryMarks } from './discoverer.ts'
import type { Presence } from './presence.ts'

const intervalMs = 6 * 3_600_000
/** A device that only just started may lack tables still: it is looked at again. */
const young = { ticks: 60_000, intervalMs: 10 * 60_000 }
const restMs = 5 * 60_000

/** When a device is to be discovered again: now and then, and when it shows to be another than it was. */
export class Rediscovery {
  #wanted = false
  #running = false
  #triedMs = -Infinity

  /** The device is not, or may not be, what it was. */
  want(): void {
    this.#wanted = true
  }

  /** `known`: the discovery that is polled by; null before the first. */
  judge(known: DiscoveryMarks | null, { tableMark }: Presence, nowMs: number): void {
    const wasYoung = (known?.uptime?.ticks ?? Infinity) < young.ticks
    const ageMs = wasYoung ? young.intervalMs : intervalMs
    if (!known || known.atMs + ageMs < nowMs || known.tableMark !== tableMark) this.want()
  }

  /** Not while one runs, nor while the device rests from the last. */
  get isDue(): boolean {
    return this.#wanted && !this.#running && performance.now() - this.#triedMs > restMs
  }

  async run<T>(discover: () => Promise<T>): Promise<T> {
    this.#running = true
    this.#triedMs = performance.now()
    try {
      const found = await discover()
      this.#wanted = false
      return found
    } finally {
      this.#running = false
    }
  }
}
