/** Who is told of what, when: routes as data, and which of them an alarm takes. Pure. */
import { isWorkingTime, type BusinessCalendar } from '@zongheng/inventory/calendar.ts'
import type { Severity } from '@zongheng/inventory/severity.ts'

export type NotifyTarget =
  /** The console of everyone whose regions cover it. */
  | { kind: 'scope' }
  /** Whoever is on duty; null: by the roster of the region, or the nearest above it. */
  | { kind: 'duty'; rosterId: string | null }
  /** null: the region's network team. */
  | { kind: 'team'; teamId: string | null }
  | { kind: 'person'; userId: string }
  /** `address`: where the channel has none of its own. */
  | { kind: 'channel'; channelId: string; address: string }

export interface NotifyStep {
  afterMinutes: number
  to: NotifyTarget[]
}

export const routeHours = ['any', 'working', 'off'] as const

/** Empty lists mean any. */
export interface RouteMatch {
  severities: Severity[]
  /** Classes of what the alarm is about: link, device, site, … */
  classes: string[]
  conditions: string[]
  hours: (typeof routeHours)[number]
}

export interface Route {
  id: string
  name: string
  regionId: string
  regionPath: string
  position: number
  match: RouteMatch
  steps: NotifyStep[]
  enabled: boolean
}

/** What a route is chosen by. A link concerns both its ends. */
export interface Routed {
  regionPaths: string[]
  severity: Severity
  entityType: string
  condition: string
}

export const builtInRouteId = 'default'

/** Works unconfigured: everyone sees it; whoever is on duty is written to once there is a channel; half an hour later the team. */
export const builtInRoute: Route = {
  id: builtInRouteId,
  name: '默认',
  regionId: '',
  regionPath: '',
  position: Number.MAX_SAFE_INTEGER,
  match: { severities: [], classes: [], conditions: [], hours: 'any' },
  steps: [
    { afterMinutes: 0, to: [{ kind: 'scope' }, { kind: 'duty', rosterId: null }] },
    { afterMinutes: 30, to: [{ kind: 'team', teamId: null }] },
  ],
  enabled: true,
}

const isAmong = <T>(list: T[], value: T) => list.length === 0 || list.includes(value)

export function matches(
  { enabled, regionPath, match }: Route,
  alarm: Routed,
  calendar: BusinessCalendar,
  nowMs: number,
): boolean {
  return (
    enabled &&
    alarm.regionPaths.some((path) => path.startsWith(regionPath)) &&
    isAmong(match.severities, alarm.severity) &&
    isAmong(match.classes, alarm.entityType) &&
    isAmong(match.conditions, alarm.condition) &&
    (match.hours === 'any' || isWorkingTime(calendar, nowMs) === (match.hours === 'working'))
  )
}

/** Every route that matches, nearest region first, then in their order; the built-in one when none does. */
export function routesFor(
  routes: readonly Route[],
  alarm: Routed,
  calendar: BusinessCalendar,
  nowMs: number,
): Route[] {
  const found = routes.filter((route) => matches(route, alarm, calendar, nowMs))
  found.sort(
    (a, b) => b.regionPath.length - a.regionPath.length || a.position - b.position || (a.id < b.id ? -1 : 1),
  )
  return found.length > 0 ? found : [builtInRoute]
}

const minuteMs = 60_000

/** When the step comes; null after the last. */
export const stepAtMs = ({ steps }: Pick<Route, 'steps'>, index: number, openedMs: number): number | null =>
  steps[index] ? openedMs + steps[index].afterMinutes * minuteMs : null
