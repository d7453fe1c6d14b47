import type { MaintenanceWindow, WindowCalendar } from '@zongheng/server/api.ts'
import { api } from '../api/client.ts'
import { scope } from '../scope.svelte.ts'

/** Windows of the scope, and their occurrences within the days shown. */
export class WindowList {
  all = $state.raw<MaintenanceWindow[]>([])
  runs = $state.raw<WindowCalendar['items']>([])
  loaded = $state(false)
  problem = $state.raw<unknown>(null)
  #from = 0
  #until = 0

  running = $derived(this.all.filter(({ running }) => running))
  coming = $derived(this.all.filter(({ running, next }) => !running && next !== null))
  over = $derived(this.all.filter(({ next }) => next === null))

  show(from: number, until: number): Promise<void> {
    this.#from = from
    this.#until = until
    return this.load()
  }

  async load(): Promise<void> {
    try {
      const period = { from: this.#from, until: this.#until, ...scope.query }
      const [all, calendar] = await Promise.all([
        api.all<MaintenanceWindow>('/windows', { ...scope.query }),
        api.get<WindowCalendar>('/windows/calendar', period),
      ])
      this.all = all
      this.runs = calendar.items
      this.problem = null
    } catch (problem) {
      this.problem = problem
    }
    this.loaded = true
  }
}
