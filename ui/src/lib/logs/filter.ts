import type { LogRecord } from '@zongheng/server/api.ts'

export const logKinds = ['trap', 'inform', 'syslog'] as const satisfies LogRecord['kind'][]
export const levels = [0, 1, 2, 3, 4, 5, 6, 7] as const
export type Level = (typeof levels)[number]
/** Hours. */
export const spans = [1, 24, 168] as const
export type Span = (typeof spans)[number]

/** What the list shows, as its address says: `?kind=trap&severity=4&q=…&name=…&device=…&since=24`. */
export interface LogFilter {
  kind: LogRecord['kind'] | null
  /** As grave, or graver. */
  severity: Level | null
  q: string
  name: string
  device: string | null
  since: Span | null
}

type Search = Pick<URLSearchParams, 'get' | 'toString'>

export function readFilter(search: Search): LogFilter {
  return {
    kind: logKinds.find((kind) => kind === search.get('kind')) ?? null,
    severity: levels.find((level) => String(level) === search.get('severity')) ?? null,
    q: search.get('q') ?? '',
    name: search.get('name') ?? '',
    device: search.get('device'),
    since: spans.find((span) => String(span) === search.get('since')) ?? null,
  }
}

/** Only what differs from the default stands in the address; what else is there (the region) stays. */
export function writeFilter(filter: LogFilter, search: Search): URLSearchParams {
  const next = new URLSearchParams(search.toString())
  for (const [name, value] of Object.entries(filter)) {
    if (value === null || value === '') next.delete(name)
    else next.set(name, String(value))
  }
  return next
}

/** The same as the server's list is asked. */
export const queryOf = ({ kind, severity, q, name, device, since }: LogFilter, nowMs: number) => ({
  ...(kind && { kind }),
  ...(severity !== null && { severity }),
  ...(q.trim() && { q: q.trim() }),
  ...(name.trim() && { name: name.trim() }),
  ...(device && { deviceId: device }),
  ...(since && { from: nowMs - since * 3_600_000 }),
})
