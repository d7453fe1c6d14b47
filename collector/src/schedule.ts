import { fractionOf } from './hash.ts'

interface Entry {
  periodMs: number
  run: () => Promise<void>
  dueMs: number
  timer: NodeJS.Timeout | undefined
  running: boolean
}

/** New entries run once within this, spread out, and then keep their place in the period. */
const firstWithinMs = 5_000

/**
 * Runs things periodically. Each id has its own place within the period, so that a thousand devices are not asked in one
 * instant, and holds it whatever the runs take. A run that is not over when the next is due costs that next one.
 */
export class Schedule {
  readonly #entries = new Map<string, Entry>()
  #lagMs = 0
  #skipped = 0

  /** How far behind its schedule the latest run began. */
  get lagMs(): number {
    return this.#lagMs
  }

  /** Runs left out since the one before took too long. */
  get skipped(): number {
    return this.#skipped
  }

  get size(): number {
    return this.#entries.size
  }

  /** Adds an entry, or changes its period. `run` deals with its own errors. */
  set(id: string, periodMs: number, run: () => Promise<void>): void {
    const known = this.#entries.get(id)
    if (known?.periodMs === periodMs) {
      known.run = run
      return
    }
    this.delete(id)
    const entry: Entry = { periodMs, run, dueMs: 0, timer: undefined, running: false }
    this.#entries.set(id, entry)
    this.#arm(id, entry, Date.now() + fractionOf(id) * Math.min(periodMs, firstWithinMs))
  }

  delete(id: string): void {
    clearTimeout(this.#entries.get(id)?.timer)
    this.#entries.delete(id)
  }

  clear(): void {
    for (const id of [...this.#entries.keys()]) this.delete(id)
  }

  #arm(id: string, entry: Entry, dueMs: number): void {
    entry.dueMs = dueMs
    entry.timer = setTimeout(() => void this.#run(id, entry), dueMs - Date.now())
  }

  async #run(id: string, entry: Entry): Promise<void> {
    const now = Date.now()
    this.#lagMs = Math.max(0, now - entry.dueMs)
    this.#arm(id, entry, nextDue(id, entry.periodMs, now))
    if (entry.running) {
      this.#skipped++
      return
    }
    entry.running = true
    await entry.run().finally(() => (entry.running = false))
  }
}

/** The next instant of the grid that this id has in its period, at least half a period away. */
export function nextDue(id: string, periodMs: number, nowMs: number): number {
  const phase = fractionOf(id) * periodMs
  const earliest = nowMs + periodMs / 2
  return Math.ceil((earliest - phase) / periodMs) * periodMs + phase
}
