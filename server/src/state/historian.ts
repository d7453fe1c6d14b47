import type { SampleColumns } from '@zongheng/collector/contract.ts'
import type { EstateModel } from '../estate/model.ts'
import type { Change, Held } from './held.ts'
import { Judge } from './judge.ts'
import { lateScope, type LateScope } from './late-scope.ts'
import type { LatePiece, LateState } from './late-piece.ts'

/** Samples of one batch that lie further apart than this are judged one after another. */
const sliceMs = 10_000
/** While nothing comes, what is known becomes stale bit by bit. */
const stepMs = 15_000
const stepShare = 0.1

export interface LateStep {
  /** What is known of the past by this. */
  pieces: LatePiece[]
  /** States that are other ones now. */
  changed: LateState[]
  atMs: number
}

/**
 * Judges what one collector sent late, by its own time and its word alone, as the judge of the present would have. It knows
 * nothing of the present and raises no alarm.
 */
export class Historian {
  readonly collectorId: string
  readonly #judge: Judge
  readonly #states = new Map<string, LateState>()
  #estate: EstateModel
  #scope: LateScope
  #atMs: number

  /** `states`: what was known at that instant. */
  constructor(collectorId: string, estate: EstateModel, states: Iterable<LateState>, atMs: number) {
    this.collectorId = collectorId
    this.#estate = estate
    this.#scope = lateScope(estate, collectorId)
    this.#atMs = atMs
    for (const state of states)
      if (this.#scope.own.has(state.entityId)) this.#states.set(state.entityId, state)
    const held = [...this.#states].map(([id, state]) => [id, asHeld(state)] as [string, Held])
    this.#judge = new Judge(this.#scope.model, held, atMs)
  }

  get atMs(): number {
    return this.#atMs
  }

  /** Takes samples, in order of time. */
  take(estate: EstateModel, columns: SampleColumns[]): LateStep {
    this.#follow(estate)
    const changes: Change[] = []
    for (const slice of slices(columns)) {
      changes.push(...this.#pass(slice.oldestMs))
      this.#judge.observations.ingest(slice.columns)
      changes.push(...this.#evaluate(Math.max(slice.newestMs, this.#atMs)))
    }
    return this.#step(changes)
  }

  /** Lets time pass without a sample. */
  pass(untilMs: number): LateStep {
    const changes = this.#pass(untilMs)
    if (untilMs > this.#atMs) changes.push(...this.#evaluate(untilMs))
    return this.#step(changes)
  }

  /** All that is known and lasts until now, or until that instant. */
  lasting(untilMs = this.#atMs): LatePiece[] {
    return [...this.#states.values()].flatMap((state) => pieceOf(state, untilMs))
  }

  #follow(estate: EstateModel): void {
    if (estate === this.#estate) return
    this.#estate = estate
    this.#scope = lateScope(estate, this.collectorId)
    this.#judge.rebuild(this.#scope.model)
  }

  #pass(untilMs: number): Change[] {
    const changes: Change[] = []
    const fromMs = this.#atMs
    for (;;) {
      const next = this.#atMs + Math.max(stepMs, stepShare * (this.#atMs - fromMs))
      if (next >= untilMs) return changes
      changes.push(...this.#evaluate(Math.round(next)))
    }
  }

  #evaluate(nowMs: number): Change[] {
    this.#atMs = nowMs
    return this.#judge.evaluate(nowMs).changes.filter((change) => this.#scope.own.has(change.entityId))
  }

  #step(changes: Change[]): LateStep {
    const pieces: LatePiece[] = []
    const changed = new Map<string, LateState>()
    for (const { entityId, entityType, regionId, to, atMs, evidence } of changes) {
      const before = this.#states.get(entityId)
      if (before) pieces.push(...pieceOf(before, atMs))
      const state = { entityId, entityType, regionId, state: to, sinceMs: atMs, evidence }
      this.#states.set(entityId, state)
      changed.set(entityId, state)
    }
    return { pieces, changed: [...changed.values()], atMs: this.#atMs }
  }
}

const pieceOf = ({ sinceMs, ...state }: LateState, untilMs: number): LatePiece[] =>
  state.state === 'unknown' || untilMs <= sinceMs ? [] : [{ ...state, fromMs: sinceMs, untilMs }]

const asHeld = ({ entityType, regionId, state, sinceMs, evidence }: LateState): Held => ({
  type: entityType,
  regionId,
  state,
  sinceMs,
  evidence,
})

export interface Span {
  oldestMs: number
  newestMs: number
}

/** Null when there is no sample. */
export function spanOf(columns: readonly SampleColumns[]): Span | null {
  let [oldestMs, newestMs] = [Infinity, -Infinity]
  for (const { atMs } of columns)
    for (let i = 0; i < atMs.length; i++) {
      const at = atMs[i]!
      if (at < oldestMs) oldestMs = at
      if (at > newestMs) newestMs = at
    }
  return oldestMs <= newestMs ? { oldestMs, newestMs } : null
}

/** Samples of a few seconds at a time, oldest first. */
function slices(columns: SampleColumns[]): (Span & { columns: SampleColumns[] })[] {
  const span = spanOf(columns)
  if (!span) return []
  if (span.newestMs - span.oldestMs <= sliceMs) return [{ ...span, columns }]
  const bySlice = new Map<number, SampleColumns[]>()
  for (const one of columns) {
    const rows = Map.groupBy(one.atMs.keys(), (row) => Math.floor((one.atMs[row]! - span.oldestMs) / sliceMs))
    for (const [slice, own] of rows) bySlice.set(slice, [...(bySlice.get(slice) ?? []), rowsOf(one, own)])
  }
  return [...bySlice].sort(([a], [b]) => a - b).map(([, own]) => ({ ...spanOf(own)!, columns: own }))
}

function rowsOf(
  { metric, ids, entities, atMs, startMs, values }: SampleColumns,
  rows: number[],
): SampleColumns {
  const of = (column: ArrayLike<number>) => rows.map((row) => column[row]!)
  return {
    metric,
    ids,
    entities: of(entities),
    atMs: of(atMs),
    ...(startMs ? { startMs: of(startMs) } : {}),
    values: of(values),
  }
}
