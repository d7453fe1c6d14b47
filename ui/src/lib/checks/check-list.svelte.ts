import type { Check, Series } from '@zongheng/server/api.ts'
import { api } from '../api/client.ts'
import type { BandSpan } from '../components/band.ts'
import { oncePerFrame } from '../frame.ts'
import { live } from '../live.svelte.ts'
import { scope } from '../scope.svelte.ts'
import { session } from '../session.svelte.ts'
import { daySpans } from './list.ts'

export const dayMs = 24 * 3_600_000
const entitiesAtMost = 64
/** Half an hour a step. */
const points = 48
/** Days of so many checks are drawn; beyond, a list is for searching. */
const daysAtMost = 320

/** Every check one may see, states kept current by the live connection, results as of the last load. */
export class CheckList {
  all = $state.raw<Check[]>([])
  days = $state.raw<ReadonlyMap<string, BandSpan[]>>(new Map())
  until = $state(Date.now())
  loaded = $state(false)
  problem = $state.raw<unknown>(null)
  inScope = $derived(scope.narrowed ? this.all.filter((check) => scope.covers(check.region.id)) : this.all)

  #changed = new Map<string, Pick<Check, 'state' | 'since'>>()
  #show = oncePerFrame(() => {
    const changed = this.#changed
    this.#changed = new Map()
    this.all = this.all.map((check) => ({ ...check, ...changed.get(check.id) }))
  })

  /** Follows changes of state; call the returned function to stop. */
  follow(): () => void {
    const stops = [
      live.on('check', ({ id, state, since }) => {
        this.#changed.set(id, { state: state as Check['state'], since })
        this.#show()
      }),
      live.on('reconnected', () => void this.load()),
    ]
    return () => stops.forEach((stop) => stop())
  }

  async load() {
    try {
      this.all = await api.all<Check>('/checks')
      this.loaded = true
      if (session.can('series.read')) await this.#loadDays()
      this.problem = null
    } catch (problem) {
      this.problem = problem
    }
  }

  async #loadDays() {
    const until = Date.now()
    const ids = this.all.slice(0, daysAtMost).flatMap((check) => check.points.map((point) => point.id))
    const series = new Map<string, Series>()
    for (let i = 0; i < ids.length; i += entitiesAtMost) {
      const query = {
        entity: ids.slice(i, i + entitiesAtMost),
        metric: ['checkOk'],
        from: until - dayMs,
        until,
        points,
      }
      const { items } = await api.get<{ items: Series[] }>('/series', query)
      for (const item of items) series.set(item.entityId, item)
    }
    this.until = until
    this.days = new Map(
      this.all.map((check) => [
        check.id,
        daySpans(
          check.points.flatMap(({ id }) => series.get(id) ?? []),
          until,
        ),
      ]),
    )
  }
}
