import type { AvailabilityStatement, CircuitMonth, CircuitOutage } from '@zongheng/server/api.ts'
import { api } from '../api/client.ts'

export const views = ['circuits', 'outages', 'statement'] as const
export type View = (typeof views)[number]

/** What the address asks for. */
export interface Choice {
  view: View
  /** Null: the present one. */
  month: string | null
  carrierId: string | null
  circuitId: string | null
  broken: boolean
}

export function readChoice(search: Pick<URLSearchParams, 'get'>): Choice {
  const view = search.get('view') as View
  return {
    view: views.includes(view) ? view : 'circuits',
    month: search.get('month'),
    carrierId: search.get('carrier'),
    circuitId: search.get('circuit'),
    broken: search.get('broken') === '1',
  }
}

/** `search` with the choice in it; what goes without saying is left out. */
export function writeChoice(
  { view, month, carrierId, circuitId, broken }: Choice,
  search: Pick<URLSearchParams, 'toString'>,
): string {
  const next = new URLSearchParams(search.toString())
  const values = {
    view: view === 'circuits' ? null : view,
    month,
    carrier: carrierId,
    circuit: circuitId,
    broken: broken ? '1' : null,
  }
  for (const [name, value] of Object.entries(values)) {
    if (value) next.set(name, value)
    else next.delete(name)
  }
  return next.toString()
}

const pageSize = 100

/** A month of circuits; what was loaded stays until its successor is there. */
export class MonthPage {
  statement = $state.raw<AvailabilityStatement | null>(null)
  circuits = $state.raw<CircuitMonth[] | null>(null)
  outages = $state.raw<CircuitOutage[] | null>(null)
  /** Whether there are more of what is shown. */
  next = $state.raw<string | null>(null)
  problem = $state.raw<unknown>(null)
  #again: (() => void) | null = null

  /** Call the returned function to give it up. */
  load(choice: Choice, scope: { regionId?: string }): () => void {
    const abort = new AbortController()
    const { view, month, carrierId, circuitId, broken } = choice
    const all = { month, ...scope }
    const some = { ...all, carrierId }
    const { signal } = abort
    const outagesOf = { ...some, circuitId }
    const circuitsOf = { ...some, verdict: broken ? 'broken' : null }
    const list =
      view === 'statement'
        ? Promise.all([
            api.all<CircuitMonth>('/availability/circuits', some, signal),
            api.all<CircuitOutage>('/availability/outages', some, signal),
          ]).then(([circuits, outages]) => ({ circuits, outages: outages.reverse(), next: null }))
        : view === 'outages'
          ? this.#page<CircuitOutage>('/availability/outages', outagesOf, signal).then(({ items, next }) => ({ circuits: null, outages: items, next })) // prettier-ignore
          : this.#page<CircuitMonth>('/availability/circuits', circuitsOf, signal).then(({ items, next }) => ({ circuits: items, outages: null, next })) // prettier-ignore
    this.#again = () => void this.load(choice, scope)
    Promise.all([api.get<AvailabilityStatement>('/availability/statement', all, signal), list]).then(
      ([statement, shown]) => {
        if (signal.aborted) return
        Object.assign(this, { statement, ...shown, problem: null })
      },
      (problem: unknown) => {
        if (!signal.aborted) this.problem = problem
      },
    )
    return () => abort.abort()
  }

  /** The same anew: somebody decided something. */
  reload = () => this.#again?.()

  async more(choice: Choice, scope: { regionId?: string }) {
    const { month, carrierId, circuitId, broken, view } = choice
    const query = { month, carrierId, ...scope, cursor: this.next }
    try {
      if (view === 'outages') {
        const { items, next } = await this.#page<CircuitOutage>('/availability/outages', {
          ...query,
          circuitId,
        })
        this.outages = [...(this.outages ?? []), ...items]
        this.next = next
      } else {
        const verdict = broken ? 'broken' : null
        const { items, next } = await this.#page<CircuitMonth>('/availability/circuits', {
          ...query,
          verdict,
        })
        this.circuits = [...(this.circuits ?? []), ...items]
        this.next = next
      }
    } catch (problem) {
      this.problem = problem
    }
  }

  #page<T>(path: string, query: Record<string, string | null | undefined>, signal?: AbortSignal) {
    return api.get<{ items: T[]; next: string | null }>(path, { limit: pageSize, ...query }, signal)
  }
}
