/**
 * A service clock: how long something was worked on, against a target. It is a fold over facts in order of time, so that what is kept
 * between two facts is the same as what all of them from the beginning give.
 *
 * What was counted under one rule stays counted when another takes its place: a ticket that becomes P1 on Monday has not been P1 over
 * the weekend. A breach is for ever. What is exactly met is met.
 */
import type { Timetable } from './timetable.ts'

/** `time`: working time; null: every hour of every day. `pauses`: reasons for waiting that stop it. */
export interface ClockRule {
  targetMs: number
  time: Timetable | null
  pauses: readonly string[]
}

/** `still`: a stretch that was declared not to count, whatever else went on; its end has `false`. */
export type ClockFact =
  | { atMs: number; is: 'rule'; rule: ClockRule }
  | { atMs: number; is: 'running' | 'stopped' }
  | { atMs: number; is: 'waiting'; reason: string }
  | { atMs: number; is: 'still'; on: boolean }

export interface Clock {
  rule: ClockRule
  phase: 'running' | 'waiting' | 'stopped'
  /** Of waiting. */
  reason: string | null
  /** Stretches that do not count and that have not ended. */
  stills: number
  startedMs: number
  /** As of `asOfMs`, the instant of the last fact. */
  elapsedMs: number
  asOfMs: number
  breachedMs: number | null
}

export type ClockState = 'running' | 'paused' | 'stopped'

/** In percent of the target: the first three warn, 100 is the breach, the rest are for those above. */
export const clockMarks = [50, 75, 90, 100, 150, 200] as const
export type ClockMark = (typeof clockMarks)[number]

export interface ClockView {
  state: ClockState
  /** At the instant asked for. */
  elapsedMs: number
  /** When the target is, or was, used up; null unless it runs. */
  dueMs: number | null
  breachedMs: number | null
  /** How many of `clockMarks` are passed. */
  passed: number
  /** When the next mark comes; null unless it runs, or when all are passed. */
  nextMs: number | null
  /** Its end lies in a year whose holidays are not announced. */
  isUncertain: boolean
}

export const startClock = (rule: ClockRule, atMs: number): Clock => ({
  rule,
  phase: 'running',
  reason: null,
  stills: 0,
  startedMs: atMs,
  elapsedMs: 0,
  asOfMs: atMs,
  breachedMs: null,
})

export function stateOfClock({ phase, reason, stills, rule }: Clock): ClockState {
  if (phase === 'stopped') return 'stopped'
  const waits = phase === 'waiting' && rule.pauses.includes(reason ?? '')
  return waits || stills > 0 ? 'paused' : 'running'
}

const between = ({ time }: ClockRule, fromMs: number, untilMs: number) =>
  time ? time.between(fromMs, untilMs) : Math.max(0, untilMs - fromMs)
const add = ({ time }: ClockRule, fromMs: number, ms: number) => (time ? time.add(fromMs, ms) : fromMs + ms)

const elapsedAt = (clock: Clock, atMs: number) =>
  clock.elapsedMs + (stateOfClock(clock) === 'running' ? between(clock.rule, clock.asOfMs, atMs) : 0)

/** When so much of the target is used up, if it goes on as it does; the instant of the last fact where it was before. */
const reachedAt = ({ rule, asOfMs, elapsedMs }: Clock, usedMs: number) =>
  add(rule, asOfMs, Math.max(0, usedMs - elapsedMs))

function breachBy(clock: Clock, atMs: number, elapsedMs: number): number | null {
  if (clock.breachedMs !== null || stateOfClock(clock) !== 'running') return clock.breachedMs
  return elapsedMs > clock.rule.targetMs ? reachedAt(clock, clock.rule.targetMs) : null
}

/** Facts come in order of time; one that is told late counts from when the last was. */
export function advance(clock: Clock, fact: ClockFact): Clock {
  const atMs = Math.max(fact.atMs, clock.asOfMs)
  const elapsedMs = elapsedAt(clock, atMs)
  const counted: Clock = { ...clock, elapsedMs, asOfMs: atMs, breachedMs: breachBy(clock, atMs, elapsedMs) }
  switch (fact.is) {
    case 'rule':
      return { ...counted, rule: fact.rule }
    case 'still':
      return { ...counted, stills: Math.max(0, counted.stills + (fact.on ? 1 : -1)) }
    case 'waiting':
      return { ...counted, phase: 'waiting', reason: fact.reason }
    default:
      return { ...counted, phase: fact.is, reason: null }
  }
}

/** The first fact is its rule, at its start. */
export function clockOf(facts: readonly ClockFact[]): Clock {
  const [first, ...rest] = inOrder(facts)
  if (first?.is !== 'rule') throw new Error('a clock starts with its rule')
  return rest.reduce(advance, startClock(first.rule, first.atMs))
}

const inOrder = (facts: readonly ClockFact[]) => [...facts].sort((a, b) => a.atMs - b.atMs)

/** What it shows at an instant after its last fact. */
export function readClock(clock: Clock, atMs: number): ClockView {
  const state = stateOfClock(clock)
  const elapsedMs = elapsedAt(clock, atMs)
  const passed = passedBy(clock.rule.targetMs, elapsedMs)
  const mark = clockMarks[passed]
  const breachedMs = breachBy(clock, atMs, elapsedMs)
  const isRunning = state === 'running'
  const dueMs = isRunning ? dueOf(clock) : null
  return {
    state,
    elapsedMs,
    dueMs,
    breachedMs,
    passed,
    nextMs: isRunning && mark !== undefined ? firstPast(clock, mark) : null,
    isUncertain: dueMs !== null && clock.rule.time !== null && !clock.rule.time.isCertain(dueMs),
  }
}

/** Of one that was over its target before it was last touched: when that was. */
const dueOf = (clock: Clock) =>
  clock.elapsedMs > clock.rule.targetMs
    ? (clock.breachedMs ?? clock.asOfMs)
    : reachedAt(clock, clock.rule.targetMs)

const usedAt = (targetMs: number, mark: ClockMark) => Math.ceil((targetMs * mark) / 100)

/** Warnings come when so much is used, a breach only beyond. */
const isPast = (targetMs: number, elapsedMs: number, mark: ClockMark) =>
  mark < 100 ? elapsedMs >= usedAt(targetMs, mark) : elapsedMs > usedAt(targetMs, mark)

const passedBy = (targetMs: number, elapsedMs: number) =>
  clockMarks.filter((mark) => isPast(targetMs, elapsedMs, mark)).length

function firstPast(clock: Clock, mark: ClockMark): number {
  return reachedAt(clock, usedAt(clock.rule.targetMs, mark) + (mark < 100 ? 0 : 1))
}

/** Stretches that did not count, as facts. */
export const stillFacts = (stretches: readonly { fromMs: number; untilMs: number }[]): ClockFact[] =>
  stretches.flatMap(({ fromMs, untilMs }) => [
    { atMs: fromMs, is: 'still', on: true },
    { atMs: untilMs, is: 'still', on: false },
  ])
