import { evidence, type EvidenceItem } from '@zongheng/inventory/evidence.ts'
import type { StatefulType } from '../events.ts'
import type { Change, Held } from './held.ts'

/** Evidence needs a poll or two to come in after a start: until then what was known stands. */
export const startGraceMs = 150_000

export interface Verdict {
  type: StatefulType
  id: string
  regionId: string
  state: string
  /** When the evidence that decides was seen. */
  atMs: number | null
  evidence: EvidenceItem[]
}

/** The state everything is in, since when and why; and what changed since it was last asked. */
export class StateBook {
  readonly #held: Map<string, Held>
  readonly #startedMs: number
  readonly #onState: (id: string, held: Held) => void
  #changes: Change[] = []

  /** `onState` is told of every state that is another one. */
  constructor(
    held: Iterable<[string, Held]>,
    startedMs: number,
    onState: (id: string, held: Held) => void = () => {},
  ) {
    this.#held = new Map(held)
    this.#startedMs = startedMs
    this.#onState = onState
  }

  get(id: string): Held | undefined {
    return this.#held.get(id)
  }

  stateOf<S extends string>(id: string): S | 'unknown' {
    return (this.#held.get(id)?.state ?? 'unknown') as S | 'unknown'
  }

  /** Everything has had time to be asked since this process started. */
  isSettled(nowMs: number): boolean {
    return nowMs - this.#startedMs >= startGraceMs
  }

  /** Keeps a state and its evidence; a change is dated by its evidence, never before the state it ends. */
  hold(verdict: Verdict, nowMs: number): Held {
    const { type, id, regionId, atMs, evidence } = verdict
    const held = this.#held.get(id)
    const state = held && verdict.state === 'unknown' && !this.isSettled(nowMs) ? held.state : verdict.state
    if (held?.state === state) {
      held.evidence = evidence
      return held
    }
    const sinceMs = Math.max(held ? held.sinceMs + 1 : 0, Math.min(atMs || nowMs, nowMs))
    const next: Held = { type, regionId, state, sinceMs, evidence }
    this.#set(id, next)
    const from = held?.state ?? null
    this.#changes.push({ entityId: id, entityType: type, regionId, from, to: state, atMs: sinceMs, evidence })
    return next
  }

  /** All that is known of becomes unknown. */
  forget(sinceMs: number): Change[] {
    const why = [evidence('no-evidence', 'neutral', null)]
    for (const [id, { type, regionId, state, sinceMs: heldSinceMs }] of this.#held) {
      if (state === 'unknown') continue
      const atMs = Math.max(sinceMs, heldSinceMs) + 1
      this.#set(id, { type, regionId, state: 'unknown', sinceMs: atMs, evidence: why })
      this.#changes.push({ entityId: id, entityType: type, regionId, from: state, to: 'unknown', atMs, evidence: why }) // prettier-ignore
    }
    return this.takeChanges()
  }

  #set(id: string, held: Held): void {
    this.#held.set(id, held)
    this.#onState(id, held)
  }

  /** What changed since it was last asked, not taken yet. */
  get changes(): readonly Change[] {
    return this.#changes
  }

  takeChanges(): Change[] {
    const changes = this.#changes
    this.#changes = []
    return changes
  }
}
