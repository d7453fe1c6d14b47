import { checkKinds, type CheckKind } from '@zongheng/inventory/check.ts'
import type { Check, Series } from '@zongheng/server/api.ts'
import type { BandSpan } from '../components/band.ts'

export type CheckState = Check['state']

export const worstFirst = ['down', 'degraded', 'unknown', 'up', 'paused'] as const satisfies CheckState[]
export const abnormalStates: CheckState[] = ['down', 'degraded', 'unknown']

export const sortKeys = ['state', 'name', 'kind', 'target', 'ran'] as const
export type SortKey = (typeof sortKeys)[number]

/** What the list shows, as its address says: `?state=down,degraded&kind=http&q=…&sort=-name`. */
export interface CheckFilter {
  /** Null: every state. */
  states: CheckState[] | null
  kind: CheckKind | null
  q: string
  sort: { key: SortKey; descending: boolean }
}

type Search = Pick<URLSearchParams, 'get' | 'toString'>

export function readFilter(search: Search): CheckFilter {
  const states = worstFirst.filter((state) => search.get('state')?.split(',').includes(state))
  const sorted = search.get('sort') ?? ''
  const key = sortKeys.find((k) => k === sorted.replace(/^-/, ''))
  return {
    states: states.length > 0 ? states : null,
    kind: checkKinds.find((kind) => kind === search.get('kind')) ?? null,
    q: search.get('q') ?? '',
    sort: key ? { key, descending: sorted.startsWith('-') } : { key: 'state', descending: false },
  }
}

/** Only what differs from the default stands in the address; what else is there (the region) stays. */
export function writeFilter(filter: CheckFilter, search: Search): URLSearchParams {
  const next = new URLSearchParams(search.toString())
  const put = (name: string, value: string | null) => (value ? next.set(name, value) : next.delete(name))
  const { key, descending } = filter.sort
  put('state', filter.states?.join(',') ?? null)
  put('kind', filter.kind)
  put('q', filter.q)
  put('sort', key === 'state' && !descending ? null : `${descending ? '-' : ''}${key}`)
  return next
}

export function matches(check: Check, { states, kind, q }: CheckFilter): boolean {
  if (states && !states.includes(check.state)) return false
  if (kind && check.kind !== kind) return false
  const text = q.trim().toLowerCase()
  return text === '' || `${check.name} ${check.target}`.toLowerCase().includes(text)
}

export const ranAt = ({ points }: Check): number | null =>
  points.reduce<number | null>(
    (latest, { ranAt: at }) => (at === null ? latest : Math.max(latest ?? 0, at)),
    null,
  )

const words = new Intl.Collator('zh', { numeric: true })
const values: Record<SortKey, (check: Check) => number | string> = {
  state: (check) => worstFirst.indexOf(check.state),
  name: (check) => check.name,
  kind: (check) => checkKinds.indexOf(check.kind),
  target: (check) => check.target,
  ran: (check) => ranAt(check) ?? 0,
}

/** Equals keep their names' order. */
export function sortChecks(checks: readonly Check[], { key, descending }: CheckFilter['sort']): Check[] {
  const sign = descending ? -1 : 1
  return [...checks].sort((a, b) => {
    const [x, y] = [values[key](a), values[key](b)]
    const order = typeof x === 'string' ? words.compare(x, String(y)) : x - Number(y)
    return sign * order || words.compare(a.name, b.name)
  })
}

/** Which point speaks for the check: the one that sees it worst. */
export const worstPoint = ({ points }: Check) =>
  [...points].sort((a, b) => worstFirst.indexOf(a.state) - worstFirst.indexOf(b.state))[0]

/** A day as runs went: all good, some bad, all bad, none. Of several points the mean of a step counts. */
export function daySpans(series: readonly Series[], untilMs: number): BandSpan[] {
  const [first] = series
  if (!first) return []
  return first.atMs.map((fromAt, i) => {
    const seen = series.flatMap(({ mean }) => mean[i] ?? [])
    const good = seen.length === 0 ? null : seen.reduce((sum, share) => sum + share, 0) / seen.length
    const state = good === null ? 'unknown' : good >= 1 ? 'up' : good > 0 ? 'degraded' : 'down'
    return { state, fromAt, untilAt: Math.min(fromAt + first.stepMs, untilMs) }
  })
}
