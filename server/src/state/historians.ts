/** Late samples become history: one historian for each collector that still sends what it measured while it was away. */
import type { SampleColumns } from '@zongheng/collector/contract.ts'
import type { Clock } from '../clock.ts'
import type { Db } from '../db/database.ts'
import type { EstateModel } from '../estate/model.ts'
import type { Log } from '../log.ts'
import { Historian, spanOf, type LateStep } from './historian.ts'
import type { LatePiece } from './late-piece.ts'
import { lateScope } from './late-scope.ts'
import {
  fillHistory,
  forgetLate,
  knownAt,
  lateJudgings,
  lateStatesOf,
  saveLateAt,
  saveLateStates,
  type Backdated,
} from './late-store.ts'

/** Over a hole this short in what was measured, what was known before it goes on; a longer one ends it. */
const seamMs = 5 * 60_000
/** Nothing came for so long: that was all, or the rest is not coming soon. */
const idleMs = 10 * 60_000
const caughtUpIdleMs = 5_000
/** As near to the present as batches are apart. */
const caughtUpMs = 15_000
/** What lasts is written this often; changes at once. */
const writeEveryMs = 15 * 60_000
/** Changes are dated by their evidence, which may be as old as this when it decides. */
const decidedWithinMs = 10 * 60_000

export interface HistoriansDeps {
  db: Db
  clock: Clock
  log: Log
  estate: () => EstateModel
  /** Told once it is committed. */
  backdated: (entities: Backdated[]) => void
  /** States that have ended, within the transaction that writes them; what it answers is told once that is committed. */
  ended?: (tx: Db, pieces: readonly LatePiece[]) => Promise<() => void>
}

/** At once; the present waits meanwhile. */
const piecesAtOnce = 500

interface Active {
  historian: Historian
  heardMs: number
  writtenMs: number
  /** What lasts and is still to be written. */
  pending: LatePiece[]
  /** Nothing more is expected of it once they are. */
  isEnding: boolean
}

/** Since when a collector has been heard without a break, by its own clock. */
interface Run {
  sinceMs: number
  untilMs: number
}

/** Calls must not overlap. */
export class Historians {
  readonly #deps: HistoriansDeps
  readonly #active = new Map<string, Active>()
  readonly #runs = new Map<string, Run>()

  constructor(deps: HistoriansDeps) {
    this.#deps = deps
  }

  /** Goes on where an earlier process stopped. */
  async load(): Promise<void> {
    this.#active.clear()
    for (const { collector_id: id, at } of await lateJudgings(this.#deps.db)) {
      const states = await lateStatesOf(this.#deps.db, id)
      this.#keep(new Historian(id, this.#deps.estate(), states, at))
    }
  }

  get busy(): boolean {
    return this.#active.size > 0
  }

  /** What a collector says of the present: history has caught up once it reaches this. */
  present(collectorId: string, columns: readonly SampleColumns[]): void {
    const span = spanOf(columns)
    if (!span) return
    const run = this.#runs.get(collectorId)
    if (run && span.oldestMs - run.untilMs <= seamMs) run.untilMs = Math.max(run.untilMs, span.newestMs)
    else this.#runs.set(collectorId, { sinceMs: span.oldestMs, untilMs: span.newestMs })
  }

  /** Takes a late batch; `also` is committed with what follows from it. After a failure it is as if it had not come. */
  async take(collectorId: string, columns: SampleColumns[], also: (tx: Db) => Promise<void>): Promise<void> {
    const { db, clock, estate } = this.#deps
    const span = spanOf(columns)
    if (!span) return db.transaction().execute(also)
    try {
      const active = await this.#at(collectorId, span.oldestMs)
      const step = active.historian.take(estate(), columns)
      await this.#commit(collectorId, step, also)
      active.heardMs = clock()
      if (clock() - active.writtenMs >= writeEveryMs) this.#writeSoon(active, step.atMs - decidedWithinMs)
    } catch (error) {
      await this.load()
      throw error
    }
  }

  /** Writes some of what lasts. Ends those that have caught up, and those of which nothing more comes. */
  async tick(): Promise<void> {
    const nowMs = this.#deps.clock()
    for (const [id, active] of this.#active) {
      if (active.pending.length > 0) await this.#writeSome(active)
      if (active.isEnding && active.pending.length === 0) await this.#forget(id)
      if (active.isEnding) continue
      const run = this.#runs.get(id)
      const isCaughtUp = run !== undefined && active.historian.atMs >= run.sinceMs - caughtUpMs
      if (nowMs - active.heardMs < (isCaughtUp ? caughtUpIdleMs : idleMs)) continue
      await this.#end(
        active,
        isCaughtUp ? Math.max(run.sinceMs, active.historian.atMs) : active.historian.atMs,
      )
    }
  }

  /** The collector's historian, at this instant: the one there is, or one that starts from what is known. */
  async #at(collectorId: string, atMs: number): Promise<Active> {
    const active = this.#active.get(collectorId)
    if (active && atMs - active.historian.atMs <= seamMs) return this.#goOn(active)
    if (active) {
      await this.#end(active, atMs)
      while (active.pending.length > 0) await this.#writeSome(active)
      await this.#forget(collectorId)
    }
    return this.#start(collectorId, atMs)
  }

  async #start(collectorId: string, atMs: number): Promise<Active> {
    const { db, estate, log } = this.#deps
    const { own } = lateScope(estate(), collectorId)
    const states = [...(await knownAt(db, [...own], atMs, seamMs)).values()]
    await db.transaction().execute(async (tx) => {
      await saveLateStates(tx, collectorId, states)
      await saveLateAt(tx, collectorId, atMs)
    })
    log.info({ collectorId, fromMs: atMs }, 'history that comes late is judged')
    return this.#keep(new Historian(collectorId, estate(), states, atMs))
  }

  #keep(historian: Historian): Active {
    const nowMs = this.#deps.clock()
    const active = { historian, heardMs: nowMs, writtenMs: nowMs, pending: [], isEnding: false }
    this.#active.set(historian.collectorId, active)
    return active
  }

  /** What is still pending will be part of what lasts later. */
  #goOn(active: Active): Active {
    if (active.isEnding) Object.assign(active, { pending: [], isEnding: false })
    return active
  }

  async #commit(
    collectorId: string,
    { pieces, changed, atMs }: LateStep,
    also?: (tx: Db) => Promise<void>,
  ): Promise<void> {
    let backdated: Backdated[] = []
    let tell: (() => void) | undefined
    await this.#deps.db.transaction().execute(async (tx) => {
      backdated = await fillHistory(tx, pieces)
      tell = await this.#deps.ended?.(tx, pieces)
      await saveLateStates(tx, collectorId, changed)
      await saveLateAt(tx, collectorId, atMs)
      await also?.(tx)
    })
    this.#deps.backdated(backdated)
    tell?.()
  }

  /** Keeps what lasts until then. Repeating it changes nothing, so that it may be cut off anywhere. */
  #writeSoon(active: Active, untilMs: number): void {
    active.pending = active.historian.lasting(untilMs)
    active.writtenMs = this.#deps.clock()
  }

  async #writeSome(active: Active): Promise<void> {
    const some = active.pending.slice(0, piecesAtOnce)
    const backdated = await this.#deps.db.transaction().execute((tx) => fillHistory(tx, some))
    active.pending = active.pending.slice(some.length)
    this.#deps.backdated(backdated)
  }

  async #end(active: Active, untilMs: number): Promise<void> {
    const { collectorId } = active.historian
    await this.#commit(collectorId, active.historian.pass(untilMs))
    this.#writeSoon(active, untilMs)
    active.isEnding = true
    this.#deps.log.info({ collectorId, untilMs }, 'history that came late is known')
  }

  async #forget(collectorId: string): Promise<void> {
    await this.#deps.db.transaction().execute((tx) => forgetLate(tx, collectorId))
    this.#active.delete(collectorId)
  }
}
