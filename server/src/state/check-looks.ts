import type { CheckModel } from '../estate/model.ts'
import { lookAtCheck, type CheckLook } from './check-judge.ts'
import { KeptLook } from './check-kept.ts'
import type { CollectorJudge } from './collector-judge.ts'
import type { Ground, Pass } from './pass.ts'

/** Looks at every check, and keeps how it was seen for as long as that holds. */
export class CheckLooks {
  readonly #ground: Ground
  readonly #collectors: Pick<CollectorJudge, 'isAway' | 'awayChanges'>
  /** Checks of which some collector has said something in time. */
  readonly #heard = new Set<string>()
  #kept = new WeakMap<CheckModel, KeptLook>()

  constructor(ground: Ground, collectors: Pick<CollectorJudge, 'isAway' | 'awayChanges'>) {
    this.#ground = ground
    this.#collectors = collectors
  }

  /** Takes a changed estate. */
  rebuild(): void {
    this.#kept = new WeakMap()
  }

  /** Whether some collector has said something in time; of a check that is not run there is nothing to be said. */
  isKnown(checkId: string): boolean {
    return !this.#ground.model.checks.get(checkId)?.isEnabled || this.#heard.has(checkId)
  }

  /** How each of its collectors sees it now. */
  look(check: CheckModel, nowMs: number): CheckLook {
    const { model, observations, book } = this.#ground
    const isAway = (id: string) => this.#collectors.isAway(id)
    return lookAtCheck(check, { model, observations, isAway }, book.stateOf(check.id), nowMs)
  }

  judge(pass: Pass): void {
    for (const check of this.#ground.model.checks.values()) if (check.isEnabled) this.#judgeCheck(check, pass)
  }

  #judgeCheck(check: CheckModel, { nowMs, findings }: Pass): void {
    const { book, observations } = this.#ground
    const { awayChanges } = this.#collectors
    const before = book.get(check.id)
    const kept = this.#kept.get(check)
    if (before && kept?.holds(before, observations, awayChanges, nowMs))
      return findings.addCheck(check, before.state, kept.look)
    const stateBefore = book.stateOf(check.id)
    const look = this.look(check, nowMs)
    if (look.verdict.state === 'unknown') this.#heard.delete(check.id)
    else this.#heard.add(check.id)
    const held = book.hold(look.verdict, nowMs)
    findings.addCheck(check, held.state, look)
    if (held.state === stateBefore && held.state === look.verdict.state)
      this.#kept.set(check, new KeptLook(check, look, held, awayChanges))
    else this.#kept.delete(check)
  }
}
