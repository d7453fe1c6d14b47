import { DueQueue } from './due-queue.ts'
import { fractionOf } from './hash.ts'
import { Punctuality, type PunctualityCounts } from './punctuality.ts'

interface Entry {
  id: string
  periodMs: number
  run: () => Promise<void>
  dueMs: number
  running: boolean
  /** The latest run began late, or was left out. */
  isLate: boolean
  isGone: boolean
}

/** How the schedule is kept. `lastMinute`: the runs that were due in it. */
export interface ScheduleHealth {
  lastMinute: PunctualityCounts
  total: PunctualityCounts
  /** Of those whose latest run was late or left out, up to twenty. */
  late: string[]
  lateCount: number
}

export interface ScheduleOptions {
  /** Milliseconds that only go forwards, at the pace of time. */
  monotonic: () => number
  /** UTC epoch ms; read once: clocks that are set do not move anybody's place. */
  wall: () => number
  /** Runs that are due within so long begin together, at its end: what they wait for is waited for once. Default: none. */
  gatherMs: number
  /** New entries run once within this, spread out, and then keep their place; of many, a few hundred a second. */
  firstWithinMs: number
  /** A run is left out: the one before is not over. */
  onSkipped: (id: string) => void
}

/** Of first runs. */
const spacingMs = 4
/** A run that begins later than this is told as late. */
const lateMs = 1_000
/** After a pause, what is overdue begins in steps, at twice the usual pace and these more: nothing stampedes. */
const step = { ms: 100, runs: 20 }
const shownLate = 20

/**
 * Runs things periodically. Each id has its own place within the period, so that a thousand devices are not asked in one
 * instant, and holds it whatever the runs take, across restarts too. A run that is not over when the next is due costs that
 * next one; one overdue by more than half its period waits for its next place.
 */
export class Schedule {
  readonly #monotonic: () => number
  readonly #gatherMs: number
  readonly #firstWithinMs: number
  readonly #onSkipped: (id: string) => void
  /** Wall time less monotonic time, at the start. */
  readonly #offsetMs: number
  readonly #entries = new Map<string, Entry>()
  readonly #queue = new DueQueue<Entry>()
  readonly #punctuality = new Punctuality()
  /** Of all entries together. */
  #runsPerMs = 0
  #lagMs = 0
  #lateCount = 0
  #timer: NodeJS.Timeout | undefined
  #timerMs = Infinity

  constructor({
    monotonic = () => performance.now(),
    wall = Date.now,
    gatherMs = 0,
    firstWithinMs = 5_000,
    onSkipped = () => {},
  }: Partial<ScheduleOptions> = {}) {
    this.#monotonic = monotonic
    this.#gatherMs = gatherMs
    this.#firstWithinMs = firstWithinMs
    this.#onSkipped = onSkipped
    this.#offsetMs = wall() - monotonic()
  }

  /** How far behind its schedule the latest run began. */
  get lagMs(): number {
    return this.#lagMs
  }

  get size(): number {
    return this.#entries.size
  }

  health(): ScheduleHealth {
    const late: string[] = []
    for (const { id, isLate } of this.#lateCount > 0 ? this.#entries.values() : []) {
      if (isLate) late.push(id)
      if (late.length >= shownLate) break
    }
    const { total } = this.#punctuality
    return { lastMinute: this.#punctuality.lastMinute(this.#now()), total, late, lateCount: this.#lateCount }
  }

  /** Adds an entry, or changes its period. `run` deals with its own errors. */
  set(id: string, periodMs: number, run: () => Promise<void>): void {
    const known = this.#entries.get(id)
    if (known?.periodMs === periodMs) {
      known.run = run
      return
    }
    this.delete(id)
    const spreadMs = Math.min(periodMs, Math.max(this.#firstWithinMs, this.#entries.size * spacingMs))
    const dueMs = this.#now() + fractionOf(id) * spreadMs
    const entry: Entry = { id, periodMs, run, dueMs, running: false, isLate: false, isGone: false }
    this.#entries.set(id, entry)
    this.#runsPerMs += 1 / periodMs
    this.#queue.push(entry)
    this.#arm()
  }

  delete(id: string): void {
    const entry = this.#entries.get(id)
    if (!entry) return
    entry.isGone = true // it leaves the queue when it is due
    this.#judge(entry, false)
    this.#entries.delete(id)
    this.#runsPerMs -= 1 / entry.periodMs
  }

  clear(): void {
    clearTimeout(this.#timer)
    this.#timerMs = Infinity
    this.#queue.clear()
    this.#entries.clear()
    this.#runsPerMs = 0
    this.#lateCount = 0
  }

  #now(): number {
    return this.#monotonic() + this.#offsetMs
  }

  #arm(notBeforeMs = -Infinity): void {
    const dueMs = Math.max(this.#gathered(this.#queue.first?.dueMs ?? Infinity), notBeforeMs)
    if (dueMs >= this.#timerMs) return
    clearTimeout(this.#timer)
    this.#timerMs = dueMs
    this.#timer = setTimeout(() => this.#turn(), Math.max(0, Math.ceil(dueMs - this.#now())))
  }

  #gathered(dueMs: number): number {
    return this.#gatherMs > 0 ? Math.ceil(dueMs / this.#gatherMs) * this.#gatherMs : dueMs
  }

  #turn(): void {
    this.#timerMs = Infinity
    const now = this.#now()
    let left = step.runs + 2 * step.ms * this.#runsPerMs
    for (let entry = this.#queue.first; entry && entry.dueMs <= now && left > 0; entry = this.#queue.first) {
      this.#queue.shift()
      if (!entry.isGone && this.#begin(entry, now)) left--
    }
    this.#arm(left > 0 ? -Infinity : now + step.ms)
  }

  /** Whether it ran. */
  #begin(entry: Entry, now: number): boolean {
    const lagMs = Math.max(0, now - this.#gathered(entry.dueMs))
    const isMissed = lagMs > entry.periodMs / 2
    entry.dueMs = nextDue(entry.id, entry.periodMs, isMissed ? now - entry.periodMs / 2 : now)
    this.#queue.push(entry)
    this.#lagMs = lagMs
    const isSkipped = entry.running || isMissed
    this.#punctuality.add(isSkipped ? 'skipped' : lagMs > lateMs ? 'late' : 'onTime', now)
    this.#judge(entry, isSkipped || lagMs > lateMs)
    if (entry.running) this.#onSkipped(entry.id)
    if (isSkipped) return false
    entry.running = true
    void entry.run().finally(() => (entry.running = false))
    return true
  }

  #judge(entry: Entry, isLate: boolean): void {
    if (entry.isLate === isLate) return
    entry.isLate = isLate
    this.#lateCount += isLate ? 1 : -1
  }
}

/** The next instant of the grid that this id has in its period, at least half a period away. */
export function nextDue(id: string, periodMs: number, nowMs: number): number {
  const phase = fractionOf(id) * periodMs
  const earliest = nowMs + periodMs / 2
  return Math.ceil((earliest - phase) / periodMs) * periodMs + phase
}
