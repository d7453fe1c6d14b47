import { checkFacts } from '@zongheng/inventory/check.ts'
import type { Alarm, Check, StateSpan } from '@zongheng/server/api.ts'
import { api } from '../api/client.ts'
import type { Ask } from '../charts/series-loader.svelte.ts'
import { jobEnd } from '../job-end.ts'
import { sharePercent } from '../link/spans.ts'
import { live } from '../live.svelte.ts'
import { session } from '../session.svelte.ts'
import { jobWords } from './words.ts'

export const dayMs = 24 * 3_600_000
const monthMs = 30 * dayMs

/** One check with its history and what its runs measured. */
export class CheckPage {
  readonly id: string
  check = $state.raw<Check | null>(null)
  spans = $state.raw<StateSpan[]>([])
  alarms = $state.raw<Alarm[]>([])
  problem = $state.raw<unknown>(null)
  until = $state(Date.now())
  busy = $state(false)
  /** Of the known time of 30 days, in which it was not down. */
  upPercent = $derived(sharePercent(this.spans, this.until - monthMs, this.until, ['down']))
  /** Changes seldom, though the check itself does with every run. */
  #parts = $derived(
    this.check && JSON.stringify([this.check.kind, this.check.points.map((point) => point.id)]),
  )
  /** What its charts draw. */
  asks = $derived.by((): Ask[] => {
    if (!this.#parts || !session.can('series.read')) return []
    const [kind, points] = JSON.parse(this.#parts) as [Check['kind'], string[]]
    return points.length > 0 ? [{ entity: points, metric: [...checkFacts[kind].metrics] }] : []
  })

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

  async load() {
    try {
      this.check = await api.get<Check>(`/checks/${this.id}`)
      this.until = Date.now()
      await Promise.all([this.#loadHistory(), this.#loadAlarms()])
      this.problem = null
    } catch (problem) {
      this.problem = problem
    }
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
    const month = { from: this.until - monthMs, until: this.until }
    this.spans = (await api.get<{ items: StateSpan[] }>(`/checks/${this.id}/history`, month)).items
  }

  async #loadAlarms() {
    if (!session.can('alarms.read')) return
    this.alarms = await api.all<Alarm>('/alarms', { entityId: this.id, state: 'firing' })
  }
}
