import { severities, type Severity } from '@zongheng/inventory/severity.ts'
import type { Alarm } from '@zongheng/server/api.ts'

export const views = ['roots', 'unclaimed', 'muted', 'all', 'cleared'] as const
export type View = (typeof views)[number]

/** What the list shows, as its address says: `?view=all&severity=critical,major&q=…`. */
export interface AlarmFilter {
  view: View
  /** Null: all of them. */
  severities: Severity[] | null
  q: string
}

/** The part of URLSearchParams that reading needs. */
type Search = Pick<URLSearchParams, 'get' | 'toString'>

export function readFilter(search: Search): AlarmFilter {
  const named = search.get('severity')?.split(',') ?? []
  const chosen = severities.filter((severity) => named.includes(severity))
  return {
    view: views.find((view) => view === search.get('view')) ?? 'roots',
    severities: chosen.length > 0 && chosen.length < severities.length ? chosen : null,
    q: search.get('q') ?? '',
  }
}

/** Only what differs from the default stands in the address; what else is there (the region) stays. */
export function writeFilter(filter: AlarmFilter, search: Search): URLSearchParams {
  const next = new URLSearchParams(search.toString())
  const put = (name: string, value: string) => (value ? next.set(name, value) : next.delete(name))
  put('view', filter.view === 'roots' ? '' : filter.view)
  put('severity', filter.severities?.join(',') ?? '')
  put('q', filter.q)
  return next
}

/** Severity and words; `words` is the alarm's title as the reader sees it. */
export function matches(alarm: Alarm, filter: AlarmFilter, words: string): boolean {
  if (filter.severities && !filter.severities.includes(alarm.severity)) return false
  const q = filter.q.trim().toLowerCase()
  if (!q) return true
  const texts = [words, alarm.region.name, alarm.site?.name, alarm.ticket?.number, alarm.ticket?.assignee]
  const measured = Object.values(alarm.values).map(String)
  return [...texts, ...measured].some((text) => text?.toLowerCase().includes(q))
}
