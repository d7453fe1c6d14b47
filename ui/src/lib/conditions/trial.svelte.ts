import type { ConditionTrial, ConditionTrialPart } from '@zongheng/server/api.ts'
import { api } from '../api/client.ts'

export type TrialEvent = ConditionTrialPart['events'][number]
const shownAtMost = 500

/** A rule held against history, part by part: how far it is, and what it would have told. */
export class TrialRun {
  events = $state.raw<TrialEvent[]>([])
  fired = $state(0)
  done = $state(0)
  total = $state(0)
  samples = $state(0)
  from = $state(0)
  until = $state(0)
  running = $state(false)
  problem = $state.raw<unknown>(null)
  readonly days: number
  #stopped = false

  constructor(days: number) {
    this.days = days
  }

  async run(rule: Omit<ConditionTrial, 'days' | 'cursor'>) {
    this.running = true
    try {
      let cursor: string | null = null
      do {
        const body: ConditionTrial = { ...rule, days: this.days, ...(cursor && { cursor }) }
        const part: ConditionTrialPart = await api.post<ConditionTrialPart>('/conditions/try', body)
        this.#take(part)
        cursor = part.next
      } while (cursor !== null && !this.#stopped)
    } catch (problem) {
      this.problem = problem
    } finally {
      this.running = false
    }
  }

  #take({ from, until, done, total, samples, events }: ConditionTrialPart) {
    Object.assign(this, { from: this.from || from, until, done, total })
    this.samples += samples
    this.fired += events.length
    this.events = [...this.events, ...events].sort((a, b) => a.at - b.at).slice(0, shownAtMost)
  }

  stop() {
    this.#stopped = true
  }

  get entities(): number {
    return new Set(this.events.map(({ entity }) => entity.id)).size
  }
}
