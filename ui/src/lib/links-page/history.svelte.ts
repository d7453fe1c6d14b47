import { sharePercent } from '#lib/link/spans.ts'
import { api } from '#lib/api/client.ts'
import { oncePerFrame } from '#lib/frame.ts'
import { live } from '#lib/live.svelte.ts'
import type { Bands } from '@zongheng/server/api.ts'

const dayMs = 24 * 3_600_000
type Spans = Bands['items'][number]['spans']

/** States of all links over 30 days: for the bands of the list, and the share of the time that each was carried. */
export class LinkHistory {
  until = $state(Date.now())
  from = $derived(this.until - 30 * dayMs)
  dayFrom = $derived(this.until - dayMs)
  problem = $state.raw<unknown>(null)
  #spans = $state.raw<ReadonlyMap<string, Spans>>(new Map())
  #percent = $derived(
    new Map(
      [...this.#spans].map(([id, spans]) => [id, sharePercent(spans, this.from, this.until, ['down'])]),
    ),
  )

  /** Loads, and lays each change over it; call the returned function to stop. */
  follow(): () => void {
    const stops = [
      live.on('link', (link) => link.since !== null && this.#changed(link.id, link.state, link.since)),
      live.on('reconnected', () => void this.load()),
    ]
    void this.load()
    return () => stops.forEach((stop) => stop())
  }

  async load() {
    const until = Date.now()
    try {
      const { items } = await api.get<Bands>('/links/bands', { from: until - 30 * dayMs, until })
      this.#spans = new Map(items.map((item) => [item.linkId, item.spans]))
      this.until = until
      this.problem = null
    } catch (problem) {
      this.problem = problem
    }
  }

  spansOf = (id: string): Spans => this.#spans.get(id) ?? []
  /** Percent of the known time of 30 days; null when nothing is known. */
  percentOf = (id: string): number | null => this.#percent.get(id) ?? null

  #changed(id: string, state: string, fromAt: number) {
    this.#changes.push({ id, state, fromAt })
    this.#show()
  }

  #changes: { id: string; state: string; fromAt: number }[] = []
  #show = oncePerFrame(() => {
    const next = new Map(this.#spans)
    for (const { id, state, fromAt } of this.#changes)
      next.set(id, continued(next.get(id) ?? [], state, fromAt))
    this.#changes = []
    this.#spans = next
    this.until = Date.now()
  })
}

/** The spans with a new one from `fromAt` on; as they are when it is the state that lasts already. */
function continued(spans: Spans, state: string, fromAt: number): Spans {
  const last = spans.at(-1)
  if (last?.state === state && last.untilAt === null) return spans
  const closed = spans.map((span) => (span.untilAt === null ? { ...span, untilAt: fromAt } : span))
  return [...closed, { state, fromAt, untilAt: null }]
}
