/** Telling people never stands in the way of deciding: what fails is undone by itself, logged, counted, and tried again. */
import { newStep, type AlarmStep, type OpenAlarm } from '../alarms/open-alarm.ts'
import { isMuted } from '../alarms/muted.ts'
import type { Db } from '../db/database.ts'
import { inSavepoint } from '../db/savepoint.ts'
import type { Log } from '../log.ts'

type Take = (tx: Db, steps: readonly AlarmStep[], nowMs: number) => Promise<boolean>

export interface CarefulDeps {
  db: Db
  log: Log
  take: Take
  openAlarms: () => Iterable<OpenAlarm>
}

export class CarefulTaking {
  readonly #deps: CarefulDeps
  /** What is still to be told, by alarm. */
  readonly #untold = new Map<string, AlarmStep>()
  #hasSwept = false
  /** How often it failed since the start. */
  failures = 0

  constructor(deps: CarefulDeps) {
    this.#deps = deps
  }

  /** All at once; where that fails each for itself, so that one does not keep the others from being told. */
  async take(tx: Db, steps: readonly AlarmStep[], nowMs: number): Promise<boolean> {
    if (steps.length === 0) return false
    try {
      return await inSavepoint(tx, () => this.#deps.take(tx, steps, nowMs))
    } catch (err) {
      this.#failed(err, steps)
    }
    let any = false
    for (const step of steps) any = (await this.#takeOne(tx, step, nowMs)) || any
    return any
  }

  /** What failed earlier; after a start also every root that fires and that nobody was told of. */
  async retry(nowMs: number): Promise<void> {
    const steps = [...(this.#hasSwept ? [] : this.#speaking()), ...this.#untold.values()]
    this.#hasSwept = true
    for (const step of steps)
      await this.#deps.db.transaction().execute((tx) => this.#takeOne(tx, step, nowMs))
  }

  /** Told already, they are told nothing anew. */
  *#speaking(): Iterable<AlarmStep> {
    for (const alarm of this.#deps.openAlarms())
      if (alarm.state === 'firing' && !isMuted(alarm)) yield { ...newStep(alarm), surfaced: true }
  }

  async #takeOne(tx: Db, step: AlarmStep, nowMs: number): Promise<boolean> {
    try {
      const any = await inSavepoint(tx, () => this.#deps.take(tx, [step], nowMs))
      this.#untold.delete(step.alarm.id)
      return any
    } catch (err) {
      this.#failed(err, [step])
      this.#untold.set(step.alarm.id, step)
      return false
    }
  }

  #failed(err: unknown, steps: readonly AlarmStep[]): void {
    this.failures++
    this.#deps.log.error({ err, alarms: steps.slice(0, 10).map(({ alarm }) => alarm.id), failures: this.failures }, 'people are not told yet') // prettier-ignore
  }
}
