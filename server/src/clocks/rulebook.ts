/** Which targets and which escalation a ticket has: of each kind the first that fits, the nearest region's before those above it. */
import { officeCalendar, withDays, type BusinessCalendar, type Hours } from '@zongheng/inventory/calendar.ts'
import type { ClockRule } from '@zongheng/inventory/service-clock.ts'
import { Timetable } from '@zongheng/inventory/timetable.ts'
import type { Db } from '../db/database.ts'
import { defaultEscalation, defaultTargets, officeCalendarId, type EscalationOf } from './defaults.ts'
import type { ClockKind, EscalationMatch, EscalationStep, Measure, TargetMatch } from './schema.ts'
import { activeEscalations, activeTargets, allCalendars, type CalendarRow } from './store.ts'

export interface TargetRule {
  id: string
  kind: ClockKind
  name: string
  match: TargetMatch
  responseMs: number | null
  resolutionMs: number | null
  /** Null: every hour of every day. */
  calendarId: string | null
  pauses: readonly string[]
}

/** A target as a clock keeps it. */
export interface KeptRule {
  sinceMs: number
  targetId: string
  name: string
  targetMs: number
  calendarId: string | null
  pauses: readonly string[]
}

/** What targets are chosen by. */
export interface Matter {
  kind: string
  priority: string
  serviceId: string | null
  category: string | null
  /** Of its region, from the root down. */
  lineage: readonly string[]
  tier: string
  carriers: readonly string[]
  accesses: readonly string[]
}

type Regional<T> = T & { regionId: string | null; position: number }

const fits = (wanted: readonly string[] | undefined, having: readonly (string | null)[]) =>
  !wanted || wanted.length === 0 || having.some((one) => one !== null && wanted.includes(one))

export const matches = (match: TargetMatch, matter: Matter): boolean =>
  fits(match.kinds, [matter.kind]) &&
  fits(match.priorities, [matter.priority]) &&
  fits(match.services, [matter.serviceId]) &&
  fits(match.tiers, [matter.tier]) &&
  fits(match.categories, [matter.category]) &&
  fits(match.carriers, matter.carriers) &&
  fits(match.accesses, matter.accesses)

/** The nearest region's first, then by position; what comes with the product last. */
function nearestFirst<T>(rules: readonly Regional<T>[], lineage: readonly string[]): Regional<T>[] {
  const depth = ({ regionId }: Regional<T>) => (regionId === null ? -1 : lineage.indexOf(regionId))
  return rules
    .filter((rule) => rule.regionId === null || lineage.includes(rule.regionId))
    .toSorted((a, b) => depth(b) - depth(a) || a.position - b.position)
}

export class Rulebook {
  readonly #targets: readonly Regional<TargetRule>[]
  readonly #escalations: readonly Regional<EscalationOf>[]
  readonly #times: Times

  constructor(
    targets: readonly Regional<TargetRule>[],
    escalations: readonly Regional<EscalationOf>[],
    times: Times,
  ) {
    this.#targets = [...targets, ...defaultTargets.map(asDefault)]
    this.#escalations = [...escalations, asDefault(defaultEscalation)]
    this.#times = times
  }

  targetOf(kind: ClockKind, matter: Matter): TargetRule | undefined {
    return nearestFirst(this.#targets, matter.lineage).find(
      (target) => target.kind === kind && matches(target.match, matter),
    )
  }

  escalationOf(
    clock: { kind: ClockKind; measure: Measure },
    matter: Pick<Matter, 'kind' | 'priority' | 'lineage'>,
  ): EscalationOf | undefined {
    const isFor = ({ kinds, priorities, clocks, measures }: EscalationMatch) =>
      fits(kinds, [matter.kind]) &&
      fits(priorities, [matter.priority]) &&
      fits(clocks, [clock.kind]) &&
      fits(measures, [clock.measure])
    return nearestFirst(this.#escalations, matter.lineage).find(({ match }) => isFor(match))
  }

  ruleOf({ targetMs, calendarId, pauses }: KeptRule): ClockRule {
    return { targetMs, pauses, time: calendarId === null ? null : this.#times.of(calendarId) }
  }

  calendarName(id: string | null): string | null {
    return id === null ? null : this.#times.nameOf(id)
  }
}

const asDefault = <T>(rule: T): Regional<T> => ({ ...rule, regionId: null, position: 0 })

/** Timetables of calendars, laid out once and again when one is changed. */
export class Times {
  readonly #timezone: string
  readonly #laid = new Map<
    string,
    { stamp: string; name: string; table: Timetable; regionId: string | null }
  >()

  constructor(timezone: string) {
    this.#timezone = timezone
    const table = new Timetable(officeCalendar(timezone))
    this.#laid.set(officeCalendarId, { stamp: '', name: '工作时间', table, regionId: null })
  }

  /** Takes over what is kept. */
  learn(rows: readonly CalendarRow[]): void {
    for (const row of rows) {
      const stamp = `${row.updated_at} ${row.archived_at}`
      if (this.#laid.get(row.id)?.stamp === stamp) continue
      const table = new Timetable(calendarOf(row, this.#timezone))
      const regionId = row.archived_at === null ? row.region_id : null
      this.#laid.set(row.id, { stamp, name: row.name, table, regionId })
    }
  }

  /** One that is gone is the office's. */
  of(id: string): Timetable {
    return (this.#laid.get(id) ?? this.#laid.get(officeCalendarId)!).table
  }

  /** Of the nearest region that has one of its own, or the office's. */
  near(regionPath: string): BusinessCalendar {
    const lineage = regionPath.split('/').filter(Boolean)
    const own = [...this.#laid.values()].filter(({ regionId }) => regionId !== null && lineage.includes(regionId)) // prettier-ignore
    const nearest = own.toSorted((a, b) => lineage.indexOf(b.regionId!) - lineage.indexOf(a.regionId!))[0]
    return (nearest?.table ?? this.of(officeCalendarId)).calendar
  }

  nameOf(id: string): string {
    return this.#laid.get(id)?.name ?? id
  }
}

export function calendarOf(
  row: Pick<CalendarRow, 'week' | 'off' | 'worked' | 'statutory'>,
  timeZone: string,
): BusinessCalendar {
  const week = JSON.parse(row.week) as Hours[][]
  const statutory = officeCalendar(timeZone)
  const { announcedUntil: _announced, ...bare } = { ...statutory, off: new Set<string>(), worked: new Set<string>() } // prettier-ignore
  // a weekend that is worked has the hours of a Monday, or of the first day that has any
  const madeUp = [...week.slice(1), ...week.slice(0, 1)].find((hours) => hours.length > 0) ?? []
  const base = row.statutory === 1 ? statutory : bare
  return withDays(
    { ...base, week, madeUp },
    { off: JSON.parse(row.off) as string[], worked: JSON.parse(row.worked) as string[] },
  )
}

/** As it is within this transaction; O(rules). */
export async function loadRulebook(db: Db, times: Times): Promise<Rulebook> {
  times.learn(await allCalendars(db))
  const targets = (await activeTargets(db)).map((row) => ({
    id: row.id,
    regionId: row.region_id,
    position: row.position,
    kind: row.kind,
    name: row.name,
    match: JSON.parse(row.match) as TargetMatch,
    responseMs: row.response_ms,
    resolutionMs: row.resolution_ms,
    calendarId: row.calendar_id,
    pauses: JSON.parse(row.pauses) as string[],
  }))
  const escalations = (await activeEscalations(db)).map((row) => ({
    id: row.id,
    regionId: row.region_id,
    position: row.position,
    name: row.name,
    match: JSON.parse(row.match) as EscalationMatch,
    steps: JSON.parse(row.steps) as EscalationStep[],
  }))
  return new Rulebook(targets, escalations, times)
}
