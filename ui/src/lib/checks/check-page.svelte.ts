import { checkFacts } from '@zongheng/inventory/check.ts'
import type { Alarm, Check, Series, StateSpan } from '@zongheng/server/api.ts'
import { api } from '../api/client.ts'
import { jobEnd } from '../job-end.ts'
import { sharePercent } from '../link/spans.ts'
import { live } from '../live.svelte.ts'
import { session } from '../session.svelte.ts'
import { jobWords } from './words.ts'

const hourMs = 3_600_000
const dayMs = 24 * hourMs
export const ranges = { hour: hourMs, day: dayMs, week: 7 * dayMs, month: 30 * dayMs } as const
export type Range = keyof typeof ranges

/** One check with its history and what its runs measured. */
export class CheckPage {
  readonly id: string
  check = $state.raw<Check | null>(null)
  spans = $state.raw<StateSpan[]>([])
  alarms = $state.raw<Alarm[]>([])
  problem = $state.raw<unknown>(null)
  until = $state(Date.now())
  range = $state<Range>('day')
  busy = $state(false)
  /** Of the known time of 30 days, in which it was not down. */
  upPercent = $derived(sharePercent(this.spans, this.until - ranges.month, this.until, ['down']))
  #series = $state.raw<ReadonlyMap<string, Series>>(new Map())

  constructor(id: string) {
    this.id = id
  }

  /** Loads and follows; call the returned function to stop. */
  follow(): () => void {
    const stops = [
      live.on('check', ({ id }) => id === this.id && void this.load()),
      live.on('alarm', ({ entity }) => entity.id === this.id && void this.load()),
      live.on('reconnected', () => void this.load()),
    ]
    void this.load()
    return () => stops.forEach((stop) => stop())
  }

  series = (pointId: string, metric: string): Series | undefined => this.#series.get(`${pointId} ${metric}`)

  async load() {
    try {
      this.check = await api.get<Check>(`/checks/${this.id}`)
      this.until = Date.now()
      await Promise.all([this.#loadHistory(), this.#loadAlarms(), this.loadCharts(this.range)])
      this.problem = null
    } catch (problem) {
      this.problem = problem
    }
  }

  async loadCharts(range: Range) {
    const { check } = this
    if (!check || check.points.length === 0 || !session.can('series.read')) return
    const until = Date.now()
    const query = {
      entity: check.points.map((point) => point.id),
      metric: checkFacts[check.kind].metrics,
      from: until - ranges[range],
      until,
      points: 240,
    }
    const { items } = await api.get<{ items: Series[] }>('/series', query)
    this.#series = new Map(items.map((one) => [`${one.entityId} ${one.metric}`, one]))
    this.until = until
  }

  /** Runs it now; what came of it, in words. */
  async run(): Promise<string> {
    this.busy = true
    try {
      const { jobIds } = await api.post<{ jobIds: string[] }>(`/checks/${this.id}/run`)
      const jobs = await Promise.all(jobIds.map(jobEnd))
      return jobs.map((job) => jobWords(this.check!.kind, job)).join('；')
    } finally {
      this.busy = false
    }
  }

  async pause(enabled: boolean) {
    this.check = await api.patch<Check>(`/checks/${this.id}`, { enabled })
  }

  archive = () => api.del(`/checks/${this.id}`)

  async #loadHistory() {
    const month = { from: this.until - ranges.month, until: this.until }
    this.spans = (await api.get<{ items: StateSpan[] }>(`/checks/${this.id}/history`, month)).items
  }

  async #loadAlarms() {
    if (!session.can('alarms.read')) return
    this.alarms = await api.all<Alarm>('/alarms', { entityId: this.id, state: 'firing' })
  }
}
