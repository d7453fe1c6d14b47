import type { Clock } from '../clock.ts'
import type { Db } from '../db/database.ts'
import type { Log } from '../log.ts'
import { countRecords, deleteBefore } from './store.ts'

export interface KeeperDeps {
  db: Db
  clock: Clock
  log: Log
  keepDays: number
  /** Whatever their age, no more are kept. */
  maxRecords: number
}

const everyMs = 600_000
const dayMs = 24 * 3_600_000
/** So that nobody waits for the database. */
const perStep = 2_000
/** Days are given up one after the other while there are too many. */
const leastDays = 1

/** Gives up records by age, and the oldest of too many. */
export class LogKeeper {
  readonly #deps: KeeperDeps
  #timer: NodeJS.Timeout | undefined
  #underWay: Promise<void> = Promise.resolve()
  #stopped = false

  constructor(deps: KeeperDeps) {
    this.#deps = deps
  }

  start(): void {
    const { log } = this.#deps
    const run = () =>
      (this.#underWay = this.prune().catch((err: unknown) =>
        log.error({ err }, 'old log records not deleted'),
      ))
    this.#timer = setInterval(run, everyMs)
    this.#timer.unref()
  }

  async stop(): Promise<void> {
    this.#stopped = true
    clearInterval(this.#timer)
    await this.#underWay
  }

  async prune(): Promise<void> {
    const { db, clock, keepDays, maxRecords } = this.#deps
    await this.#deleteBefore(clock() - keepDays * dayMs)
    let count = await countRecords(db)
    for (let days = keepDays - 1; count > maxRecords && days >= leastDays; days--)
      count -= await this.#deleteBefore(clock() - days * dayMs)
  }

  async #deleteBefore(beforeMs: number): Promise<number> {
    let all = 0
    for (let deleted = perStep; deleted === perStep && !this.#stopped; all += deleted)
      deleted = await deleteBefore(this.#deps.db, beforeMs, perStep)
    return all
  }
}
