import type { AuditRecord } from '@zongheng/server/api.ts'
import type { Query } from '../api/client.ts'

export type ActorKind = AuditRecord['actor']['kind']
export const actorKinds = [
  'person',
  'token',
  'playbook',
  'collector',
  'command',
  'system',
] as const satisfies readonly ActorKind[]

const hourMs = 3_600_000
const dayMs = 24 * hourMs
export const periods = { '24h': dayMs, '7d': 7 * dayMs, '30d': 30 * dayMs } as const
export type Period = keyof typeof periods

/** What the list shows, as its address says; the region is the scope's. */
export interface AuditFilter {
  /** Up to now; null: all, or between two days. */
  period: Period | null
  /** Calendar days, `2026-11-22`, both included; empty: open. */
  from: string
  until: string
  kind: ActorKind | null
  /** An action or a module. */
  action: string
  actorId: string
  entityId: string
  q: string
}

type Search = Pick<URLSearchParams, 'get' | 'toString'>
const texts = { action: 'action', actorId: 'actor', entityId: 'entity', q: 'q' } as const
const day = /^\d{4}-\d{2}-\d{2}$/

export function readFilter(search: Search): AuditFilter {
  const one = <T extends string>(of: readonly T[], name: string) =>
    of.find((value) => value === search.get(name)) ?? null
  const dayOf = (name: string) => day.exec(search.get(name) ?? '')?.[0] ?? ''
  const textOf = (name: string) => search.get(name) ?? ''
  return {
    period: one(Object.keys(periods) as Period[], 'period'),
    from: dayOf('from'),
    until: dayOf('until'),
    kind: one(actorKinds, 'kind'),
    action: textOf('action'),
    actorId: textOf('actor'),
    entityId: textOf('entity'),
    q: textOf('q'),
  }
}

/** Only what differs from the default stands in the address; what else is there (the region) stays. */
export function writeFilter(filter: AuditFilter, search: Search): URLSearchParams {
  const next = new URLSearchParams(search.toString())
  const put = (name: string, value: string | null) => (value ? next.set(name, value) : next.delete(name))
  put('period', filter.period)
  put('from', filter.period ? '' : filter.from)
  put('until', filter.period ? '' : filter.until)
  put('kind', filter.kind)
  for (const [field, name] of Object.entries(texts)) put(name, filter[field as keyof typeof texts].trim())
  return next
}

/** Days are those of the installation's clock, UTC+8. */
const startOf = (text: string) => Date.parse(`${text}T00:00:00+08:00`)

/** For the API, at `now`. */
export function queryOf(filter: AuditFilter, now: number): Query {
  const { period, from, until, kind, action, actorId, entityId, q } = filter
  const between = period
    ? { from: now - periods[period] }
    : { from: from && startOf(from), until: until && startOf(until) + dayMs - 1 }
  return { ...between, actorKind: kind, action: action.trim(), actorId, entityId, q: q.trim() }
}
