/** What counts where nobody has set anything: the usual targets of the province's tenders. Days are those of the office. */
import type { Priority } from '@zongheng/inventory/severity.ts'
import { reopenWithinMs } from '../desk/kinds.ts'
import type { EscalationMatch, EscalationStep } from './schema.ts'
import type { TargetRule } from './rulebook.ts'

const minute = 60_000
const hour = 60 * minute
const workday = 7 * hour

export const officeCalendarId = 'office'
/** Of the other side, or of what is asked for: a carrier's time is the reporter's all the same, and runs a clock of its own. */
const usualPauses = ['requester', 'spare', 'change', 'approval'] as const

type Usual = readonly [
  priority: Priority,
  name: string,
  responseMs: number,
  resolutionMs: number,
  calendar: string | null,
]
/** Round the clock where the hotline is; the next workday is a day later for the rest. */
const usual: readonly Usual[] = [
  ['P1', 'P1 紧急', 15 * minute, 4 * hour, null],
  ['P2', 'P2 高', 30 * minute, 8 * hour, null],
  ['P3', 'P3 中', 2 * hour, workday, officeCalendarId],
  ['P4', 'P4 低', workday, 3 * workday, officeCalendarId],
]

const promised = usual.map(([priority, name, responseMs, resolutionMs, calendarId]): TargetRule => ({
  id: `default-${priority}`,
  kind: 'sla',
  name,
  match: { kinds: ['incident', 'request'], priorities: [priority] },
  responseMs,
  resolutionMs,
  calendarId,
  pauses: usualPauses,
}))

export const defaultTargets: readonly TargetRule[] = [
  ...promised,
  { id: 'default-carrier', kind: 'uc', name: '运营商抢修', match: { kinds: ['incident'] }, responseMs: null, resolutionMs: 4 * hour, calendarId: null, pauses: [] },
  { id: 'default-closing', kind: 'closing', name: '自动关闭', match: { kinds: ['incident', 'request', 'problem'] }, responseMs: null, resolutionMs: reopenWithinMs, calendarId: null, pauses: [] },
] // prettier-ignore

export interface EscalationOf {
  id: string
  name: string
  match: EscalationMatch
  steps: readonly EscalationStep[]
}

export const defaultEscalation: EscalationOf = {
  id: 'default-escalation',
  name: '默认提醒',
  match: { clocks: ['sla', 'ola'] },
  steps: [
    { percent: 50, tell: ['assignee'], moveTo: null },
    { percent: 75, tell: ['assignee'], moveTo: null },
    { percent: 90, tell: ['assignee', 'team'], moveTo: null },
    { percent: 100, tell: ['assignee', 'team', 'manager'], moveTo: null },
    { percent: 150, tell: ['manager'], moveTo: null },
  ],
}
