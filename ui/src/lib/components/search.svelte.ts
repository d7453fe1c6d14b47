import type { Device, Found, FoundStation, Link, Point, User } from '@zongheng/server/api.ts'
import { api } from '#lib/api/client.ts'
import { joined, t, tOr } from '#lib/i18n/index.svelte.ts'
import { links } from '#lib/links.svelte.ts'
import { scope } from '#lib/scope.svelte.ts'
import { session } from '#lib/session.svelte.ts'
import { macText } from '../devices/mac.ts'
import { shortPort } from '../devices/port-name.ts'
import type { IconName } from './icons.ts'

export interface Hit {
  id: string
  group: 'regions' | 'links' | 'devices' | 'stations' | 'points' | 'tickets' | 'articles' | 'users'
  title: string
  aside: string
  href: string
  icon: IconName
  /** Shown as its mark in place of the icon. */
  state?: string
}

interface Page<T> {
  items: T[]
}

const most = 6
const has = (text: string, needle: string) => text.toLowerCase().includes(needle)

const regionHits = (needle: string): Hit[] =>
  scope.regions
    .filter((region) => has(region.name, needle) || region.code.startsWith(needle))
    .slice(0, most)
    .map((region) => ({
      id: region.id,
      group: 'regions',
      title: region.name,
      aside: region.code,
      href: `/?region=${region.id}`,
      icon: 'region',
    }))

const linkMatches = (link: Link, needle: string) =>
  has(link.name, needle) || link.circuits.some((circuit) => has(circuit.number, needle))

const linkHits = (needle: string): Hit[] =>
  links.inScope
    .filter((link) => linkMatches(link, needle))
    .slice(0, most)
    .map((link) => ({
      id: link.id,
      group: 'links',
      title: link.name,
      aside:
        link.circuits.find((c) => has(c.number, needle))?.number ?? tOr(`link.${link.state}`, link.state),
      href: scope.href(`/links/${link.id}`),
      icon: 'links',
      state: link.state,
    }))

const deviceHit = (device: Device): Hit => ({
  id: device.id,
  group: 'devices',
  title: device.name,
  aside: device.address,
  href: scope.href(`/devices/${device.id}`),
  icon: 'devices',
  state: device.state,
})

const pointHit = (point: Point): Hit => ({
  id: point.id,
  group: 'points',
  title: point.code,
  aside: [point.site.name, point.place, point.usedBy].filter(Boolean).join(' · '),
  href: scope.href('/points', { siteId: point.site.id, q: point.code }),
  icon: 'table',
})

const stationHit = ({ mac, addresses, device, ...at }: FoundStation): Hit => ({
  id: `${mac} ${at.switch.id} ${at.ifName}`,
  group: 'stations',
  title: [device?.name, addresses[0], macText(mac)].filter(Boolean).join(' · '),
  aside: `${at.switch.name} ${shortPort(at.ifName)}`,
  href: scope.href(`/devices/${at.switch.id}`, { port: at.ifName }),
  icon: 'table',
})

const foundPlaces = {
  ticket: { group: 'tickets', path: '/tickets', icon: 'desk' },
  article: { group: 'articles', path: '/knowledge', icon: 'book' },
} as const

const foundHit = ({ kind, id, title, number }: Found['items'][number]): Hit => {
  const { group, path, icon } = foundPlaces[kind]
  return { id, group, title, aside: number, href: scope.href(`${path}/${id}`), icon }
}

const userHit = (user: User): Hit => ({
  id: user.id,
  group: 'users',
  title: user.displayName,
  aside: [user.region.name, user.phone].filter(Boolean).join(' · '),
  href: scope.href(`/users/${user.id}`),
  icon: 'person',
})

/** What may be looked for, of what one may see; null: nothing. */
export function searchHint(): string | null {
  const kinds = [
    ['identity.read', 'search.regions'],
    ['estate.read', 'search.links'],
    ['estate.read', 'search.devices'],
    ['estate.read', 'search.points'],
    ['desk.read', 'search.tickets'],
    ['knowledge.read', 'search.articles'],
    ['identity.read', 'search.users'],
  ] as const
  const seen = kinds.filter(([permission]) => session.can(permission)).map(([, key]) => t(key))
  return seen.length === 0 ? null : t('search.hint', { what: joined(seen).toLowerCase() })
}

/** What the palette finds: regions and links from what is loaded, devices, tickets, articles and people from the server, also by initials. */
export class Search {
  query = $state('')
  #remote = $state.raw<Hit[]>([])
  needle = $derived(this.query.trim().toLowerCase())
  hits = $derived(this.needle ? [...regionHits(this.needle), ...linkHits(this.needle), ...this.#remote] : [])

  /** Asks the server a moment after the last key; call the returned function when the query changed. */
  ask(): () => void {
    const { needle } = this
    if (!needle) {
      this.#remote = []
      return () => undefined
    }
    const abort = new AbortController()
    const timer = setTimeout(() => void this.#fetch(needle, abort.signal), 120)
    return () => {
      clearTimeout(timer)
      abort.abort()
    }
  }

  async #fetch(q: string, signal: AbortSignal) {
    const query = { q, limit: most, ...scope.query }
    // A list one may not read, or that does not answer, finds nothing.
    const find = async <T>(permission: string, path: string, hit: (item: T) => Hit) =>
      session.can(permission) ? (await api.get<Page<T>>(path, query, signal)).items.map(hit) : []
    const findWords = async () =>
      session.can('desk.read') || session.can('knowledge.read')
        ? (await api.get<Found>('/search', { q, limit: most }, signal)).items.map(foundHit)
        : []
    const results = await Promise.allSettled([
      find('estate.read', '/devices', deviceHit),
      find('estate.read', '/stations', stationHit),
      find('estate.read', '/points', pointHit),
      findWords(),
      find('identity.read', '/users', userHit),
    ])
    if (signal.aborted) return
    this.#remote = results.flatMap((result) => (result.status === 'fulfilled' ? result.value : []))
  }
}
