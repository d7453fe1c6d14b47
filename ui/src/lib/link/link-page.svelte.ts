import type {
  Availability,
  Link,
  LinkDetail,
  ServiceClock,
  StateSpan,
  TicketDetail,
} from '@zongheng/server/api.ts'
import { api } from '#lib/api/client.ts'
import { withReadings } from '#lib/links.svelte.ts'
import type { Ask } from '#lib/charts/series-loader.svelte.ts'
import type { Period } from '#lib/charts/look.ts'
import { live } from '#lib/live.svelte.ts'
import { session } from '#lib/session.svelte.ts'

export const dayMs = 24 * 3_600_000

const probeMetrics = ['probeRttMs', 'probeSent', 'probeLost', 'probeJitterMs', 'probeBurst']
export const trafficMetrics = ['ifHCInOctets', 'ifHCOutOctets']

/** One link with its histories and series, kept current while the page is open. */
export class LinkPage {
  readonly id: string
  link = $state.raw<LinkDetail | null>(null)
  problem = $state.raw<unknown>(null)
  /** 30 days of states, or what the charts show, of the link and of each circuit. */
  spans = $state.raw<ReadonlyMap<string, StateSpan[]>>(new Map())
  bandPeriod = $state.raw<Period>({ from: Date.now() - 30 * dayMs, until: Date.now() })
  availability = $state.raw<{
    day: Availability
    month: Availability
    primaryDay: Availability | null
  } | null>(null)
  ticket = $state.raw<TicketDetail | null>(null)
  /** Of that ticket: what was promised, by us and by the carrier. */
  clocks = $state.raw<ServiceClock[]>([])
  /** Which these are seldom changes, though the link itself does with every reading. */
  #parts = $derived(
    this.link &&
      JSON.stringify({
        circuits: this.link.circuits.map((c) => c.id),
        ends: this.link.circuitDetails.map((c) => c.a.interfaceId),
      }),
  )
  /** What its charts draw. */
  asks = $derived.by((): Ask[] => {
    if (!this.#parts) return []
    const { circuits, ends } = JSON.parse(this.#parts) as { circuits: string[]; ends: string[] }
    return [
      { entity: circuits, metric: probeMetrics },
      { entity: ends, metric: trafficMetrics },
    ]
  })
  #historyFrom = Infinity
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

  /** States are known from there on. */
  async reach(from: number) {
    if (from >= Math.min(this.#historyFrom, this.bandPeriod.from)) return
    this.#historyFrom = from
    if (this.link) await this.#loadSpans(this.link)
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
      this.clocks = ticket ? (await api.get<{ items: ServiceClock[] }>(`/tickets/${ticket.id}/clocks`)).items : [] // prettier-ignore
      this.ticket = ticket
      this.problem = null
    } catch (problem) {
      this.problem = problem
    }
  }

  async #loadSpans(link: Link) {
    const until = Date.now()
    const period = { from: until - 30 * dayMs, until }
    const reached = { from: Math.min(this.#historyFrom, period.from), until }
    const histories = await Promise.all([
      this.#history('links', link.id, reached),
      ...link.circuits.map((c) => this.#history('circuits', c.id, reached)),
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
}
