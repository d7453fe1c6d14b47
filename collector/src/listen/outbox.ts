import { logLimits, type Fact, type LogEntry } from '../contract.ts'
import type { Drops } from './drops.ts'
import { TokenBucket } from './rates.ts'

export interface OutboxOptions {
  onFact: (fact: Extract<Fact, { kind: 'log' }>) => void
  drops: Drops
  now: () => number
  /** Adds what only a look at the disk tells: which port an ifIndex is. */
  complete?: (entry: LogEntry) => Promise<LogEntry>
  perS?: number
  burst?: number
}

/** Sustained, to the server. */
const usualPerS = 50
const usualBurst = 500
/** The same of one source within this time is told once, with how often. */
const foldMs = 10_000
const maxFolds = 5_000
const maxWaiting = 5_000
const tickMs = 250
const dropsToldMs = 60_000

interface Fold {
  entry: LogEntry
  sinceMs: number
  repeated: number
}

/** What goes to the server: what repeats is folded, the rate is bounded, and the first of a kind waits for nobody. */
export class Outbox {
  readonly #options: OutboxOptions
  readonly #bucket: TokenBucket
  /** In the order in which they began. */
  readonly #folds = new Map<string, Fold>()
  #waiting: LogEntry[] = []
  #dropsToldMs: number
  #timer: NodeJS.Timeout | undefined
  #soon: NodeJS.Immediate | undefined
  #sending: Promise<void> = Promise.resolve()

  constructor(options: OutboxOptions) {
    this.#options = options
    const { now, perS = usualPerS, burst = usualBurst } = options
    this.#bucket = new TokenBucket(perS, burst, now())
    this.#dropsToldMs = now()
  }

  start(): void {
    this.#timer = setInterval(() => this.tick(), tickMs)
  }

  add(entry: LogEntry): void {
    const key = `${entry.address} ${entry.kind} ${entry.name} ${entry.text}`
    const fold = this.#folds.get(key)
    if (fold) {
      fold.repeated++
      fold.entry = entry
      return
    }
    if (this.#folds.size >= maxFolds) this.#unfoldOldest()
    this.#folds.set(key, { entry, sinceMs: entry.atMs, repeated: 0 })
    this.#wait(entry)
    this.#soon ??= setImmediate(() => {
      this.#soon = undefined
      this.#send()
    })
  }

  tick(): void {
    const nowMs = this.#options.now()
    for (const [key, fold] of this.#folds) {
      if (Math.abs(nowMs - fold.sinceMs) < foldMs) break
      this.#unfold(key, fold)
    }
    if (Math.abs(nowMs - this.#dropsToldMs) >= dropsToldMs) this.#tellDrops(nowMs)
    this.#send()
  }

  async close(): Promise<void> {
    clearInterval(this.#timer)
    clearImmediate(this.#soon)
    for (const [key, fold] of this.#folds) this.#unfold(key, fold)
    this.#tellDrops(this.#options.now())
    this.#send()
    await this.#sending
  }

  #tellDrops(nowMs: number): void {
    this.#dropsToldMs = nowMs
    this.#waiting.push(...this.#options.drops.take(nowMs))
  }

  #unfoldOldest(): void {
    for (const [key, fold] of this.#folds.entries().take(1)) this.#unfold(key, fold)
  }

  #unfold(key: string, { entry, repeated }: Fold): void {
    this.#folds.delete(key)
    if (repeated > 0) this.#wait({ ...entry, repeated })
  }

  #wait(entry: LogEntry): void {
    if (this.#waiting.length < maxWaiting) this.#waiting.push(entry)
    else this.#options.drops.count(entry.address, entry.kind, 'full')
  }

  #send(): void {
    if (this.#waiting.length === 0) return
    const count = Math.min(this.#waiting.length, this.#bucket.available(this.#options.now()))
    for (let i = 0; i < count; i++) this.#bucket.take(this.#options.now())
    const entries = this.#waiting.splice(0, count)
    for (let at = 0; at < entries.length; at += logLimits.entries)
      this.#sending = this.#sending.then(() => this.#hand(entries.slice(at, at + logLimits.entries)))
  }

  async #hand(entries: LogEntry[]): Promise<void> {
    const { complete, onFact } = this.#options
    const whole = complete ? await Promise.all(entries.map(complete)) : entries
    onFact({ kind: 'log', atMs: whole[0]!.atMs, entries: whole })
  }
}
