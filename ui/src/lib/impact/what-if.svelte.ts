import type { ImpactAnswer } from '@zongheng/server/api.ts'
import { api } from '../api/client.ts'
import { fatesOf } from './assumed.ts'

/** What would follow; what was answered stays until the next answer is there. */
export class WhatIf {
  answer = $state.raw<ImpactAnswer | null>(null)
  problem = $state.raw<unknown>(null)
  fateOf = $derived(this.answer ? fatesOf(this.answer) : () => null)

  /** Call the returned function to give it up. */
  ask(ids: readonly string[]): () => void {
    const abort = new AbortController()
    if (!ids.length) {
      this.answer = this.problem = null
      return () => {}
    }
    api.get<ImpactAnswer>('/impact', { fail: ids.join(',') }, abort.signal).then(
      (answer) => {
        if (abort.signal.aborted) return
        this.answer = answer
        this.problem = null
      },
      (problem: unknown) => {
        if (!abort.signal.aborted) this.problem = problem
      },
    )
    return () => abort.abort()
  }
}
