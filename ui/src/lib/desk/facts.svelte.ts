import type {
  Alarm,
  Device,
  LinkDetail,
  Site,
  StateSpan,
  Team,
  TicketDetail,
  User,
} from '@zongheng/server/api.ts'
import { api } from '../api/client.ts'
import { links } from '../links.svelte.ts'
import { live } from '../live.svelte.ts'
import { session } from '../session.svelte.ts'

const dayMs = 86_400_000
/** Links beside a ticket: more would not be read. */
const linksAtMost = 3

/** What is known of a ticket's site, lines, alarm and people. What the reader may not see stays away. */
export class TicketFacts {
  site = $state.raw<Site | null>(null)
  devices = $state.raw<Device[]>([])
  links = $state.raw<LinkDetail[]>([])
  /** Of each link, for a month. */
  spans = $state.raw<ReadonlyMap<string, StateSpan[]>>(new Map())
  /** The last day. */
  period = $state.raw({ from: 0, until: 1 })
  alarm = $state.raw<Alarm | null>(null)
  users = $state.raw<User[]>([])
  teams = $state.raw<Team[]>([])

  /** Loads for this ticket and follows its links, devices and alarm; call the returned function to stop. */
  follow(ticket: TicketDetail): () => void {
    const again = () => void this.#load(ticket)
    const stops = [
      live.on('link', (link) => this.links.some(({ id }) => id === link.id) && again()),
      live.on('device', (device) => this.devices.some(({ id }) => id === device.id) && again()),
      live.on('alarm', (alarm) => alarm.id === ticket.alarmId && (this.alarm = alarm)),
      live.on('reconnected', again),
    ]
    again()
    return () => stops.forEach((stop) => stop())
  }

  /** Whom a ticket can be given to. */
  async loadPeople() {
    if (!session.can('identity.read')) return
    const [users, teams] = await Promise.all([api.all<User>('/users'), api.all<Team>('/teams')])
    this.users = users
    this.teams = teams
  }

  async #load(ticket: TicketDetail) {
    const siteId = ticket.site?.id
    const linkIds = linksOf(ticket)
    const [site, devices, alarm, details] = await Promise.all([
      siteId ? seen(api.get<Site>(`/sites/${siteId}`)) : null,
      siteId ? seen(api.all<Device>('/devices', { siteId })) : null,
      ticket.alarmId ? seen(api.get<Alarm>(`/alarms/${ticket.alarmId}`)) : null,
      Promise.all(linkIds.map((id) => seen(api.get<LinkDetail>(`/links/${id}`)))),
    ])
    Object.assign(this, { site, devices: devices ?? [], alarm })
    this.links = details.flatMap((link) => link ?? [])
    await this.#loadSpans()
  }

  async #loadSpans() {
    const until = Date.now()
    const month = { from: until - 30 * dayMs, until }
    const spans = await Promise.all(
      this.links.map(async ({ id }): Promise<[string, StateSpan[]]> => {
        const history = await seen(api.get<{ items: StateSpan[] }>(`/links/${id}/history`, month))
        return [id, history?.items ?? []]
      }),
    )
    this.period = { from: until - dayMs, until }
    this.spans = new Map(spans)
  }
}

/** The links that are in trouble, then those that lead to the site. */
function linksOf(ticket: TicketDetail): string[] {
  const causes = ticket.entities.filter(({ type, role }) => type === 'link' && role === 'cause')
  const upward = links.all.filter((link) => ticket.site !== null && link.lowerSite.id === ticket.site.id)
  return [...new Set([...causes, ...upward].map(({ id }) => id))].slice(0, linksAtMost)
}

/** What was asked for, or null: a fact beside a ticket is missed, not an error of the page. */
const seen = <T>(asked: Promise<T>): Promise<T | null> => asked.catch(() => null)
