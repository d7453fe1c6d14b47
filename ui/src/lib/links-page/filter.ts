import { linkStates, type LinkState } from '@zongheng/inventory/link.ts'
import { tiers, type Tier } from '@zongheng/inventory/region.ts'
import type { Link } from '@zongheng/server/api.ts'
import { sortKeys, type Sort } from './columns.ts'

/** What the list shows, as its address says: `?state=down,on-backup&tier=county&q=…&sort=-rtt`. */
export interface LinkFilter {
  /** Null: all of them. The default is all but normal. */
  states: LinkState[] | null
  tier: Tier | null
  q: string
  sort: Sort
}

export const abnormalStates = linkStates.filter((state) => state !== 'normal')
export const firstSort: Sort = { key: 'state', descending: false }

/** The part of URLSearchParams that reading needs. */
type Search = Pick<URLSearchParams, 'get' | 'toString'>

export function readFilter(search: Search): LinkFilter {
  const named = search.get('state')?.split(',').filter(isState) ?? []
  const tier = tiers.find((t) => t === search.get('tier')) ?? null
  const sorted = search.get('sort') ?? ''
  const key = sortKeys.find((k) => k === sorted.replace(/^-/, ''))
  return {
    states: search.get('state') === 'all' ? null : named.length > 0 ? named : abnormalStates,
    tier,
    q: search.get('q') ?? '',
    sort: key ? { key, descending: sorted.startsWith('-') } : firstSort,
  }
}

const isState = (text: string): text is LinkState => (linkStates as readonly string[]).includes(text)

/** Only what differs from the default stands in the address; what else is there (the region) stays. */
export function writeFilter(filter: LinkFilter, search: Search): URLSearchParams {
  const next = new URLSearchParams(search.toString())
  const put = (name: string, value: string) => (value ? next.set(name, value) : next.delete(name))
  const usual =
    filter.states?.length === abnormalStates.length && abnormalStates.every((s) => filter.states?.includes(s))
  put('state', filter.states === null ? 'all' : usual ? '' : filter.states.join(','))
  put('tier', filter.tier ?? '')
  put('q', filter.q)
  const { key, descending } = filter.sort
  put('sort', key === firstSort.key && !descending ? '' : `${descending ? '-' : ''}${key}`)
  return next
}

export function matches(link: Link, filter: LinkFilter): boolean {
  if (filter.states && !filter.states.includes(link.state)) return false
  if (filter.tier && link.tier !== filter.tier) return false
  const q = filter.q.trim().toLowerCase()
  if (!q) return true
  const texts = [link.name, link.openTicket?.number, ...link.circuits.flatMap((c) => [c.number, c.carrier])]
  return texts.some((text) => text?.toLowerCase().includes(q))
}
