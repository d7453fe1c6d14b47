import type { Availability, Link, LinkDetail, Series, StateSpan, TicketDetail } from '@zongheng/server/api.ts'
import { api } from '#lib/api/client.ts'
import { withReadings } from '#lib/links.svelte.ts'
import { live } from '#lib/live.svelte.ts'
import { session } from '#lib/session.svelte.ts'

export const ranges = ['1h', '24h', '7d', '30d'] as const
export type Range = (typeof ranges)[number]

const hourMs = 3_600_000
export const dayMs = 24 * hourMs
const rangeMs: Record<Range, number> = { '1h': hourMs, '24h': dayMs, '7d': 7 * dayMs, '30d': 30 * dayMs }
/** Steps a chart gets: a minute, five minutes, half an hour, two hours. */
const points: Record<Range, number> = { '1h': 60, '24h': 288, '7d': 336, '30d': 360 }

const probeMetrics = ['probeRttMs', 'probeSent', 'probeLost']
const trafficMetrics = ['ifHCInOctets', 'ifHCOutOctets']

export interface Period {
  from: number
  until: number
}

/** One link with its histories and series, kept current while the page is open. */
export class LinkPage {
  readonly id: string
  link = $state.raw<LinkDetail | null>(null)
  problem = $state.raw<unknown>(null)
  /** 30 days of states, of the link and of each circuit. */
  spans = $state.raw<ReadonlyMap<string, StateSpan[]>>(new Map())
  bandPeriod = $state.raw<Period>({ from: Date.now() - 30 * dayMs, until: Date.now() })
  availability = $state.raw<{
    day: Availability
    month: Availability
    primaryDay: Availability | null
  } | null>(null)
  ticket = $state.raw<TicketDetail | null>(null)
  chartPeriod = $state.raw<Period>({ from: 0, until: 1 })
  #series = $state.raw<ReadonlyMap<string, Series>>(new Map())
  #loading: Promise<void> | null = null
  #again = false

  constructor(id: string) {
    this.id = id
  }

  /** Loads, and loads again at each change; call the returned function to stop. */
  follow(): () => void {
    const stops = [
      live.on('link', (link) => link.id === this.id && this.#changed(link)),
      live.on('readings', (readings) => {
        const mine = readings.filter((r) => r.linkId === this.id)
        if (this.link && mine.length > 0) this.link = { ...this.link, ...withReadings(this.link, mine) }
      }),
      live.on('ticket', (ticket) => ticket.id === this.link?.openTicket?.id && void this.refresh()),
      live.on('reconnected', () => void this.refresh()),
    ]
    void this.refresh()
    return () => stops.forEach((stop) => stop())
  }

  series(entityId: string, metric: string): Series | undefined {
    return this.#series.get(`${entityId} ${metric}`)
  }

  /** Everything but the charts. Calls while one is under way make one more, not many. */
  refresh(): Promise<void> {
    if (this.#loading) {
      this.#again = true
      return this.#loading
    }
    this.#loading = this.#load().finally(() => {
      this.#loading = null
      if (this.#again) {
        this.#again = false
        void this.refresh()
      }
    })
    return this.#loading
  }

  async loadCharts(range: Range, until: number) {
    if (!this.link) return
    const from = until - rangeMs[range]
    const query = { from, until, points: points[range] }
    const ends = this.link.circuitDetails.map((c) => c.a.interfaceId)
    const [probes, traffic] = await Promise.all([
      this.#read({ ...query, entity: this.link.circuits.map((c) => c.id), metric: probeMetrics }),
      this.#read({ ...query, entity: ends, metric: trafficMetrics }),
    ])
    this.#series = new Map([...probes, ...traffic].map((s) => [`${s.entityId} ${s.metric}`, s]))
    this.chartPeriod = { from, until }
  }

  #changed(link: Link) {
    if (this.link) this.link = { ...this.link, ...link }
    void this.refresh()
  }

  async #load() {
    try {
      this.link = await api.get<LinkDetail>(`/links/${this.id}`)
      const { openTicket } = this.link
      const [, , ticket] = await Promise.all([
        this.#loadSpans(this.link),
        this.#loadAvailability(this.link),
        openTicket && session.can('desk.read') ? api.get<TicketDetail>(`/tickets/${openTicket.id}`) : null,
      ])
      this.ticket = ticket
      this.problem = null
    } catch (problem) {
      this.problem = problem
    }
  }

  async #loadSpans(link: Link) {
    const until = Date.now()
    const period = { from: until - 30 * dayMs, until }
    const histories = await Promise.all([
      this.#history('links', link.id, period),
      ...link.circuits.map((c) => this.#history('circuits', c.id, period)),
    ])
    this.bandPeriod = period
    this.spans = new Map(histories)
  }

  async #history(kind: string, id: string, period: Period): Promise<[string, StateSpan[]]> {
    const { items } = await api.get<{ items: StateSpan[] }>(`/${kind}/${id}/history`, { ...period })
    return [id, items]
  }

  async #loadAvailability(link: Link) {
    const until = Date.now()
    const day = { from: until - dayMs, until }
    const month = { from: until - 30 * dayMs, until }
    const primary = link.circuits[0]
    const [ofDay, ofMonth, primaryDay] = await Promise.all([
      api.get<Availability>(`/links/${link.id}/availability`, day),
      api.get<Availability>(`/links/${link.id}/availability`, month),
      primary ? api.get<Availability>(`/circuits/${primary.id}/availability`, day) : null,
    ])
    this.availability = { day: ofDay, month: ofMonth, primaryDay }
  }

  async #read(query: { entity: string[]; metric: string[]; from: number; until: number; points: number }) {
    if (query.entity.length === 0) return []
    return (await api.get<{ items: Series[] }>('/series', query)).items
  }
}
