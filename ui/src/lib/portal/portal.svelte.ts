import type { PortalHome, Ticket } from '@zongheng/server/api.ts'
import { api } from '../api/client.ts'
import { live } from '../live.svelte.ts'

/** What the portal shows of one's site and one's tickets; kept between its pages, and told of changes. */
class Portal {
  home = $state.raw<PortalHome | null>(null)
  tickets = $state.raw<Ticket[]>([])
  problem = $state.raw<unknown>(null)

  async load() {
    try {
      const [home, mine] = await Promise.all([
        api.get<PortalHome>('/portal/home'),
        api.get<{ items: Ticket[] }>('/portal/tickets', { limit: 50 }),
      ])
      this.home = home
      this.tickets = mine.items
      this.problem = null
    } catch (failure) {
      this.problem = failure
    }
  }

  async choose(siteId: string) {
    this.home = await api.put<PortalHome>('/portal/site', { siteId })
  }

  async meToo(ticketId: string) {
    this.home = await api.post<PortalHome>(`/portal/outages/${ticketId}/me-too`, {
      siteId: this.home?.site?.id,
    })
  }

  /** Until the returned function is called: the site's state and one's tickets, as they change. */
  follow(): () => void {
    const again = () => void this.load()
    const stops = [live.on('ticket', again), live.on('site', again), live.on('reconnected', again)]
    const timer = setInterval(again, 60_000)
    return () => {
      clearInterval(timer)
      for (const stop of stops) stop()
    }
  }
}

export const portal = new Portal()
