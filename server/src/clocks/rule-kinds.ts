/** Targets, calendars and escalation as kinds of rules. */
import { statutoryHolidays } from '@zongheng/inventory/calendar.ts'
import { Timetable } from '@zongheng/inventory/timetable.ts'
import { startOfDate } from '@zongheng/inventory/zone.ts'
import type { Db } from '../db/database.ts'
import { conflict, invalid, notFound } from '../http/problem.ts'
import type { IdentityService } from '../identity/service.ts'
import { covers } from '../identity/viewer.ts'
import { defaultEscalation, defaultTargets, officeCalendarId } from './defaults.ts'
import type { RuleKind } from './rule-service.ts'
import { calendarOf, type Times } from './rulebook.ts'
import { teamAbove, type Calendar, type CalendarYear, type EscalationRule, type NewCalendar, type NewEscalation, type NewTarget, type Target } from './schema.ts' // prettier-ignore
import * as store from './store.ts'
import type { CalendarRow, EscalationRow, TargetRow } from './store.ts'

type TargetInput = Omit<NewTarget, 'regionId'>
type CalendarInput = Omit<NewCalendar, 'regionId'>
type EscalationInput = Omit<NewEscalation, 'regionId'>

const fault = (path: string, message: string) => invalid([{ path, code: 'range', message }])

// ---- targets ------------------------------------------------------------------------------------

export const targetKind = (times: Times): RuleKind<TargetRow, TargetInput, Target> => ({
  type: 'target',
  word: 'target',
  builtIn: defaultTargets.map((target) => ({
    ...target,
    region: null,
    position: 0,
    pauses: [...target.pauses] as Target['pauses'],
    enabled: true,
    calendar: target.calendarId === null ? null : times.nameOf(target.calendarId),
  })),
  list: store.listTargets,
  byId: store.targetById,
  insert: store.insertTarget,
  update: store.updateTarget,
  columnsOf: ({ name, kind, position, match, responseMs, resolutionMs, calendarId, pauses, enabled }) => ({
    name: name.trim(),
    kind,
    position,
    match: JSON.stringify(match),
    response_ms: responseMs,
    resolution_ms: resolutionMs,
    calendar_id: calendarId,
    pauses: JSON.stringify(pauses),
    enabled: enabled ? 1 : 0,
  }),
  inputOf: targetInput,
  views: async (db, rows, regionOf) => {
    times.learn(await store.allCalendars(db))
    return rows.map((row) => ({
      id: row.id,
      region: regionOf(row.region_id),
      ...targetInput(row),
      calendar: row.calendar_id === null ? null : times.nameOf(row.calendar_id),
    }))
  },
  check: async (db, { responseMs, resolutionMs, calendarId, kind }) => {
    if (responseMs === null && resolutionMs === null)
      throw fault('/resolutionMs', 'a target says how soon to respond, to resolve, or both')
    if (kind === 'closing' && resolutionMs === null)
      throw fault('/resolutionMs', 'says how long until it closes')
    if (responseMs !== null && resolutionMs !== null && responseMs > resolutionMs)
      throw fault('/responseMs', 'no later than the resolution')
    const isKnown = calendarId === null || calendarId === officeCalendarId || (await store.calendarById(db, calendarId)) // prettier-ignore
    if (!isKnown) throw notFound('calendar')
  },
})

function targetInput(row: TargetRow): TargetInput {
  return {
    name: row.name,
    kind: row.kind,
    position: row.position,
    match: JSON.parse(row.match) as TargetInput['match'],
    responseMs: row.response_ms,
    resolutionMs: row.resolution_ms,
    calendarId: row.calendar_id,
    pauses: JSON.parse(row.pauses) as TargetInput['pauses'],
    enabled: row.enabled === 1,
  }
}

// ---- calendars ----------------------------------------------------------------------------------

export const calendarKind = (
  times: Times,
  refit: (tx: Db, calendarId: string) => Promise<void>,
): RuleKind<CalendarRow, CalendarInput, Calendar> => ({
  type: 'calendar',
  word: 'calendar',
  builtIn: [officeCalendarView(times)],
  list: store.listCalendars,
  byId: store.calendarById,
  insert: store.insertCalendar,
  update: store.updateCalendar,
  columnsOf: ({ name, week, off, worked, statutory }) => ({
    name: name.trim(),
    week: JSON.stringify(week),
    off: JSON.stringify(off.toSorted()),
    worked: JSON.stringify(worked.toSorted()),
    statutory: statutory ? 1 : 0,
  }),
  inputOf: calendarInput,
  views: async (db, rows, regionOf) => {
    const targets = await store.targetsByCalendar(db)
    return rows.map((row) => ({
      id: row.id,
      region: regionOf(row.region_id),
      ...calendarInput(row),
      targets: targets.get(row.id) ?? 0,
    }))
  },
  check: (_db, input) => {
    checkHours(input)
    return Promise.resolve()
  },
  mayGo: async (db, { id }) => {
    if ((await store.targetsByCalendar(db)).has(id)) throw conflict('calendar-in-use')
  },
  changed: refit,
  settled: async (db) => times.learn(await store.allCalendars(db)),
})

function checkHours({ week, off, worked }: CalendarInput): void {
  for (const [day, hours] of week.entries())
    for (const [i, [from, until]] of hours.entries())
      if (from >= until || from < (hours[i - 1]?.[1] ?? 0))
        throw fault(`/week/${day}/${i}`, 'hours are in order, and none overlaps another')
  if (week.every((hours) => hours.length === 0)) throw fault('/week', 'there is an hour of work in a week')
  const both = off.find((date) => worked.includes(date))
  if (both) throw fault('/worked', `${both} is off and worked`)
}

const calendarInput = (row: CalendarRow): CalendarInput => ({
  name: row.name,
  week: JSON.parse(row.week) as CalendarInput['week'],
  off: JSON.parse(row.off) as string[],
  worked: JSON.parse(row.worked) as string[],
  statutory: row.statutory === 1,
})

function officeCalendarView(times: Times): Calendar {
  const { calendar } = times.of(officeCalendarId)
  const week = calendar.week.map((hours) => hours.map(([from, until]): [number, number] => [from, until]))
  return { id: officeCalendarId, region: null, name: times.nameOf(officeCalendarId), week, off: [], worked: [], statutory: true, targets: 0 } // prettier-ignore
}

/** Days of a year that are not as their weekday is, and how much is worked in each month. */
export function yearOf(row: CalendarRow | null, year: number, timeZone: string, times: Times): CalendarYear {
  const table = row ? new Timetable(calendarOf(row, timeZone)) : times.of(officeCalendarId)
  const isStatutory = row === null || row.statutory === 1
  const holidays = isStatutory ? (statutoryHolidays[year] ?? []) : []
  const days = new Map<string, CalendarYear['days'][number]>()
  for (const { name, from, until, worked = [] } of holidays) {
    for (let at = Date.parse(from); at <= Date.parse(until); at += 86_400_000)
      days.set(dateText(at), { date: dateText(at), kind: 'holiday', name })
    for (const date of worked) days.set(date, { date, kind: 'madeUp', name })
  }
  const own = (dates: string, kind: 'off' | 'worked') => {
    for (const date of JSON.parse(dates) as string[])
      if (date.startsWith(`${year}-`)) days.set(date, { date, kind, name: null })
  }
  if (row) own(row.off, 'off')
  if (row) own(row.worked, 'worked')
  const start = (month: number) => startOfDate(dateText(Date.UTC(year, month, 1)), timeZone)
  return {
    year,
    announced: !isStatutory || statutoryHolidays[year] !== undefined,
    days: [...days.values()].toSorted((a, b) => a.date.localeCompare(b.date)),
    monthHours: Array.from({ length: 12 }, (_, month) => table.between(start(month), start(month + 1)) / 3_600_000), // prettier-ignore
  }
}

const dateText = (ms: number) => new Date(ms).toISOString().slice(0, 'yyyy-mm-dd'.length)

// ---- escalation ---------------------------------------------------------------------------------

export const escalationKind = (
  identity: Pick<IdentityService, 'team' | 'teamNames'>,
): RuleKind<EscalationRow, EscalationInput, EscalationRule> => ({
  type: 'escalationRule',
  word: 'escalation-rule',
  builtIn: [{ ...defaultEscalation, region: null, position: 0, steps: [...defaultEscalation.steps], enabled: true, teams: {} }], // prettier-ignore
  list: store.listEscalations,
  byId: store.escalationById,
  insert: store.insertEscalation,
  update: store.updateEscalation,
  columnsOf: ({ name, position, match, steps, enabled }) => ({
    name: name.trim(),
    position,
    match: JSON.stringify(match),
    steps: JSON.stringify(steps.toSorted((a, b) => a.percent - b.percent)),
    enabled: enabled ? 1 : 0,
  }),
  inputOf: escalationInput,
  views: async (db, rows, regionOf) => {
    const inputs = rows.map(escalationInput)
    const names = await identity.teamNames([...new Set(inputs.flatMap(teamsIn))], db)
    return rows.map((row, i) => ({
      id: row.id,
      region: regionOf(row.region_id),
      ...inputs[i]!,
      teams: Object.fromEntries(teamsIn(inputs[i]!).map((id) => [id, names.get(id) ?? id])),
    }))
  },
  check: async (db, input, regionPath) => {
    const percents = new Set(input.steps.map(({ percent }) => percent))
    if (percents.size < input.steps.length) throw fault('/steps', 'each mark has one step')
    for (const id of teamsIn(input)) {
      const team = await identity.team(id, db)
      const serves = team && (covers({ regionPaths: [team.regionPath] }, regionPath) || covers({ regionPaths: [regionPath] }, team.regionPath)) // prettier-ignore
      if (!serves) throw notFound('team')
    }
  },
})

const teamsIn = ({ steps }: EscalationInput) =>
  steps.flatMap(({ moveTo }) => (moveTo === null || moveTo === teamAbove ? [] : moveTo))

const escalationInput = (row: EscalationRow): EscalationInput => ({
  name: row.name,
  position: row.position,
  match: JSON.parse(row.match) as EscalationInput['match'],
  steps: JSON.parse(row.steps) as EscalationInput['steps'],
  enabled: row.enabled === 1,
})
