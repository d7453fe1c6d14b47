import type { Alarm, AlarmDetail, LinkDetail, TicketDetail } from '@zongheng/server/api.ts'
import { api } from '../api/client.ts'
import { live } from '../live.svelte.ts'

/** One alarm with its reasons, kept current while the page is open. */
export class AlarmPage {
  readonly id: string
  alarm = $state.raw<AlarmDetail | null>(null)
  /** Of a link's alarm: whom to call for which circuit. */
  link = $state.raw<LinkDetail | null>(null)
  problem = $state.raw<unknown>(null)
  #loading: Promise<void> | null = null
  #again = false

  constructor(id: string) {
    this.id = id
  }

  /** Loads, and loads again at each change; call the returned function to stop. */
  follow(): () => void {
    const stops = [
      live.on('alarm', (alarm) => this.#concerns(alarm) && void this.refresh()),
      live.on('link', (link) => link.id === this.link?.id && void this.refresh()),
      live.on('reconnected', () => void this.refresh()),
    ]
    void this.refresh()
    return () => stops.forEach((stop) => stop())
  }

  /** Calls while one is under way make one more, not many. */
  refresh(): Promise<void> {
    if (this.#loading) {
      this.#again = true
      return this.#loading
    }
    this.#loading = this.#load().finally(() => {
      this.#loading = null
      if (!this.#again) return
      this.#again = false
      void this.refresh()
    })
    return this.#loading
  }

  /** An incident for this alarm; the one it has already where there is one. */
  openTicket(title: string, description: string): Promise<TicketDetail> {
    return api.post<TicketDetail>('/tickets', { title, description, alarmId: this.id })
  }

  #concerns = (alarm: Alarm) =>
    alarm.id === this.id || alarm.causeId === this.id || alarm.id === this.alarm?.causeId

  async #load() {
    try {
      const alarm = await api.get<AlarmDetail>(`/alarms/${this.id}`)
      const { type, id } = alarm.entity
      this.link = type === 'link' ? await api.get<LinkDetail>(`/links/${id}`) : null
      this.alarm = alarm
      this.problem = null
    } catch (problem) {
      this.problem = problem
    }
  }
}
