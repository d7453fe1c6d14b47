import type { Booking, Freeze, PlanCalendar } from '@zongheng/server/api.ts'
import { api } from '../api/client.ts'

/** What is planned within the days shown; conferences and freezes that come. */
export class PlannedList {
  items = $state.raw<PlanCalendar['items']>([])
  bookings = $state.raw<Booking[]>([])
  freezes = $state.raw<Freeze[]>([])
  loaded = $state(false)
  problem = $state.raw<unknown>(null)
  #from = 0
  #until = 0

  show(from: number, until: number): Promise<void> {
    this.#from = from
    this.#until = until
    return this.load()
  }

  async load(): Promise<void> {
    try {
      const period = { from: this.#from, until: this.#until }
      const [calendar, bookings, freezes] = await Promise.all([
        api.get<PlanCalendar>('/changes/calendar', period),
        api.all<Booking>('/bookings', {}),
        api.all<Freeze>('/changes/freezes', {}),
      ])
      this.items = calendar.items
      this.bookings = bookings
      this.freezes = freezes
      this.problem = null
    } catch (problem) {
      this.problem = problem
    }
    this.loaded = true
  }
}
