/** What a ticket's life means to its clocks, and a clock as a row. Pure. */
import {
  readClock,
  stillFacts,
  type Clock,
  type ClockFact,
  type ClockRule,
  type ClockView,
} from '@zongheng/inventory/service-clock.ts'
import { phaseOf, tableOf, type TicketKind } from '../desk/kinds.ts'
import type { KeptRule } from './rulebook.ts'
import type { ClockKind, Measure } from './schema.ts'
import type { ClockRow } from './store.ts'

export interface Standing {
  kind: string
  state: string
  pending_reason: string | null
  responded_at: number | null
}

/** What a standing makes of a clock; `holds`: of an `ola`, whether the team that owes it has the ticket. */
export function factOf(
  { kind, measure }: { kind: ClockKind; measure: Measure },
  ticket: Standing,
  atMs: number,
  holds = true,
): ClockFact {
  const phase = phaseOf(ticket.kind as TicketKind, ticket.state)
  const runs = (does: boolean): ClockFact => ({ atMs, is: does ? 'running' : 'stopped' })
  if (kind === 'uc') return runs(phase === 'waiting' && ticket.pending_reason === 'carrier')
  if (kind === 'closing') return runs(phase === 'done')
  if (!holds || (measure === 'response' && ticket.responded_at !== null)) return runs(false)
  if (phase === 'waiting') return { atMs, is: 'waiting', reason: ticket.pending_reason ?? 'approval' }
  return runs(phase !== 'done' && phase !== 'over')
}

// ---- rows ---------------------------------------------------------------------------------------

export const rulesOf = (row: Pick<ClockRow, 'rule'>): KeptRule[] => JSON.parse(row.rule) as KeptRule[]
export const ruleNow = (row: Pick<ClockRow, 'rule'>): KeptRule => rulesOf(row).at(-1)!

/** As it was when last written: a paused one waits for a reason that its rule excuses. */
export function clockOfRow(row: ClockRow, rule: ClockRule): Clock {
  const phase = row.state === 'paused' ? 'waiting' : row.state
  const reason = row.state === 'paused' ? excused : null
  return {
    rule: row.state === 'paused' ? { ...rule, pauses: [...rule.pauses, excused] } : rule,
    phase,
    reason,
    stills: 0,
    startedMs: row.started_at,
    elapsedMs: row.elapsed_ms,
    asOfMs: row.as_of,
    breachedMs: row.breached_at,
  }
}
const excused = 'as before'

/** Columns of a clock at an instant. What was told of and is not passed any more may come again. */
export function columnsOf(clock: Clock, measure: Measure, told: number, nowMs: number) {
  const view = readClock(clock, nowMs)
  const warned = Math.min(told, view.passed)
  return {
    state: view.state,
    started_at: clock.startedMs,
    elapsed_ms: clock.elapsedMs,
    as_of: clock.asOfMs,
    target_ms: clock.rule.targetMs,
    due_at: view.dueMs,
    breached_at: clock.breachedMs,
    stopped_at: view.state === 'stopped' ? clock.asOfMs : null,
    warned,
    next_at: nextOf(view, measure, warned, nowMs),
    updated_at: nowMs,
  }
}

/** At once where a mark is passed that nobody was told of. Closing has one: its end. */
function nextOf(view: ClockView, measure: Measure, warned: number, nowMs: number): number | null {
  if (view.state !== 'running') return null
  if (measure === 'closing') return view.dueMs
  return view.passed > warned ? nowMs : view.nextMs
}

// ---- from the timeline --------------------------------------------------------------------------

/** A line of the timeline that clocks understand. */
export interface Line {
  at: number
  kind: string
  values: Record<string, string | number | null>
}

/** The facts of a clock from the first line on: what is kept of it follows from these alone. */
export function factsOf(
  clock: { id: string; kind: ClockKind; measure: Measure; startedMs: number },
  ticket: { kind: string; createdMs: number; respondedMs: number | null },
  rules: readonly { sinceMs: number; rule: ClockRule }[],
  lines: readonly Line[],
): ClockFact[] {
  const standing: Standing = { kind: ticket.kind, state: tableOf(ticket.kind as TicketKind).first, pending_reason: null, responded_at: null } // prettier-ignore
  let holds = clock.kind !== 'ola'
  const facts: ClockFact[] = []
  const say = (atMs: number) => facts.push(factOf(clock, standing, atMs, holds))
  const happened = [...lines, ...responseAt(ticket.respondedMs)].toSorted((a, b) => a.at - b.at)
  for (const { at, kind, values } of happened) {
    if (kind === 'state') {
      const to = String(values.to)
      standing.state = to
      standing.pending_reason = to === 'pending' ? (values.reason as string | null) : null
    } else if (kind === 'response') standing.responded_at = at
    else if (values.clockId === clock.id && values.event === 'held') holds = true
    else if (values.clockId === clock.id && values.event === 'left') holds = false
    else continue
    say(at)
  }
  const ruled = rules.map(({ sinceMs, rule }): ClockFact => ({ atMs: sinceMs, is: 'rule', rule }))
  const stretches = stillsIn(lines).filter(({ untilMs }) => untilMs > clock.startedMs)
  const stills = stillFacts(stretches.map(({ fromMs, untilMs }) => ({ fromMs: Math.max(fromMs, clock.startedMs), untilMs }))) // prettier-ignore
  const first = { ...ruled[0]!, atMs: clock.startedMs }
  const since = [...ruled.slice(1), ...facts, ...stills].filter(({ atMs }) => atMs >= clock.startedMs)
  return [first, ...since]
}

const responseAt = (atMs: number | null): Line[] =>
  atMs === null ? [] : [{ at: atMs, kind: 'response', values: {} }]

/** What was declared not to count. */
export const stillsIn = (lines: readonly Line[]) =>
  lines
    .filter(({ kind, values }) => kind === 'clock' && values.event === 'pause')
    .map(({ values }) => ({ fromMs: Number(values.from), untilMs: Number(values.until) }))
