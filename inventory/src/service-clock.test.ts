import { describe, expect, it } from 'vitest'
import { addWorkingMs, officeCalendar, withDays, workingMsBetween } from './calendar.ts'
import { advance, clockOf, readClock, startClock, stillFacts, type ClockFact, type ClockRule } from './service-clock.ts' // prettier-ignore
import { Timetable } from './timetable.ts'

const zone = 'Asia/Shanghai'
const china = (text: string) => Date.parse(`${text.replace(' ', 'T')}:00+08:00`)
const shown = (ms: number | null) =>
  ms === null ? null : new Date(ms + 8 * 3_600_000).toISOString().slice(0, 16).replace('T', ' ')
const minutes = (n: number) => n * 60_000
const office = new Timetable(officeCalendar(zone))
const pauses = ['requester', 'spare']
const rule = (targetMinutes: number, time: Timetable | null = office): ClockRule => ({
  targetMs: minutes(targetMinutes),
  time,
  pauses,
})

type Told =
  | [at: string, is: 'running' | 'stopped']
  | [at: string, is: 'waiting', reason: string]
  | [at: string, is: 'rule', rule: ClockRule]
interface Case {
  name: string
  rule: ClockRule
  start: string
  facts?: Told[]
  stills?: [from: string, until: string][]
  at: string
  is: { state: string; elapsed: number; due: string | null; breached?: string | null; next?: string | null }
}
const hour = 60
/** Office hours are 8:30–12:00 and 14:00–17:30, seven hours a day. Elapsed time in minutes. */
const byHand: Case[] = [
  { name: 'within a morning', rule: rule(2 * hour), start: '2026-11-23 09:00', at: '2026-11-23 10:00', is: { state: 'running', elapsed: 60, due: '2026-11-23 11:00', next: '2026-11-23 10:30' } },
  { name: 'over noon', rule: rule(4 * hour), start: '2026-11-23 11:00', at: '2026-11-23 13:00', is: { state: 'running', elapsed: 60, due: '2026-11-23 17:00', next: '2026-11-23 15:00' } },
  { name: 'reported at night', rule: rule(hour), start: '2026-11-22 23:10', at: '2026-11-23 08:00', is: { state: 'running', elapsed: 0, due: '2026-11-23 09:30' } },
  { name: 'over a weekend', rule: rule(7 * hour), start: '2026-11-20 15:30', at: '2026-11-22 12:00', is: { state: 'running', elapsed: 120, due: '2026-11-23 15:30' } },
  { name: 'over National Day, and its make-up Saturday', rule: rule(21 * hour), start: '2026-09-30 14:00', at: '2026-10-07 12:00', is: { state: 'running', elapsed: 210, due: '2026-10-10 12:00' } },
  { name: 'a make-up Saturday is worked', rule: rule(7 * hour), start: '2026-10-09 14:00', at: '2026-10-10 12:00', is: { state: 'running', elapsed: 420, due: '2026-10-10 12:00', next: '2026-10-10 14:00' } },
  { name: 'the Sunday after it is not', rule: rule(8 * hour), start: '2026-10-10 08:30', at: '2026-10-11 12:00', is: { state: 'running', elapsed: 420, due: '2026-10-12 09:30' } },
  { name: 'over the Spring Festival', rule: rule(7 * hour), start: '2026-02-14 14:00', at: '2026-02-20 12:00', is: { state: 'running', elapsed: 210, due: '2026-02-24 12:00' } },
  { name: 'over the end of a year', rule: rule(7 * hour), start: '2025-12-31 14:00', at: '2026-01-03 12:00', is: { state: 'running', elapsed: 210, due: '2026-01-04 12:00' } },
  { name: 'from the first minute of a year', rule: rule(hour), start: '2026-01-01 00:00', at: '2026-01-01 00:00', is: { state: 'running', elapsed: 0, due: '2026-01-04 09:30' } },
  { name: 'up to the last minute of a year', rule: rule(7 * hour), start: '2024-12-31 08:30', at: '2024-12-31 23:59', is: { state: 'running', elapsed: 420, due: '2024-12-31 17:30' } },
  { name: 'over 29 February', rule: rule(14 * hour), start: '2024-02-28 08:30', at: '2024-02-29 17:30', is: { state: 'running', elapsed: 840, due: '2024-02-29 17:30' } },
  { name: 'round the clock', rule: rule(4 * hour, null), start: '2026-10-01 22:00', at: '2026-10-01 23:00', is: { state: 'running', elapsed: 60, due: '2026-10-02 02:00', next: '2026-10-02 00:00' } },
  { name: 'paused over midnight', rule: rule(4 * hour, null), start: '2026-11-22 22:00', facts: [['2026-11-22 23:00', 'waiting', 'requester'], ['2026-11-23 01:00', 'running']], at: '2026-11-23 02:00', is: { state: 'running', elapsed: 120, due: '2026-11-23 04:00' } },
  { name: 'while paused nothing is due', rule: rule(4 * hour), start: '2026-11-23 09:00', facts: [['2026-11-23 10:00', 'waiting', 'spare']], at: '2026-11-24 10:00', is: { state: 'paused', elapsed: 60, due: null, next: null } },
  { name: 'waiting for what the target does not excuse', rule: rule(4 * hour), start: '2026-11-23 09:00', facts: [['2026-11-23 10:00', 'waiting', 'carrier']], at: '2026-11-23 11:00', is: { state: 'running', elapsed: 120, due: '2026-11-23 15:00' } },
  { name: 'breached', rule: rule(2 * hour), start: '2026-11-23 09:00', at: '2026-11-23 11:30', is: { state: 'running', elapsed: 150, due: '2026-11-23 11:00', breached: '2026-11-23 11:00', next: '2026-11-23 14:00' } },
  { name: 'met to the minute', rule: rule(2 * hour), start: '2026-11-23 09:00', facts: [['2026-11-23 11:00', 'stopped']], at: '2026-11-24 11:00', is: { state: 'stopped', elapsed: 120, due: null, breached: null } },
  { name: 'stopped late stays breached', rule: rule(2 * hour), start: '2026-11-23 09:00', facts: [['2026-11-23 11:01', 'stopped']], at: '2026-11-24 11:00', is: { state: 'stopped', elapsed: 121, due: null, breached: '2026-11-23 11:00' } },
  { name: 'reopened: it goes on with what it had', rule: rule(4 * hour), start: '2026-11-23 09:00', facts: [['2026-11-23 10:00', 'stopped'], ['2026-11-24 09:00', 'running']], at: '2026-11-24 10:00', is: { state: 'running', elapsed: 120, due: '2026-11-24 12:00' } },
  { name: 'breached before the pause, still due then', rule: rule(hour), start: '2026-11-23 09:00', facts: [['2026-11-23 11:00', 'waiting', 'spare'], ['2026-11-23 15:00', 'running']], at: '2026-11-23 15:30', is: { state: 'running', elapsed: 150, due: '2026-11-23 10:00', breached: '2026-11-23 10:00' } },
  { name: 'graver: what was counted stays, the rest is shorter', rule: rule(14 * hour), start: '2026-11-23 09:00', facts: [['2026-11-23 10:00', 'rule', rule(4 * hour, null)]], at: '2026-11-23 13:00', is: { state: 'running', elapsed: 240, due: '2026-11-23 13:00', next: '2026-11-23 13:00' } },
  { name: 'graver than what is used up: breached that moment', rule: rule(14 * hour), start: '2026-11-23 09:00', facts: [['2026-11-23 11:00', 'rule', rule(hour, null)]], at: '2026-11-23 11:01', is: { state: 'running', elapsed: 121, due: '2026-11-23 11:00', breached: '2026-11-23 11:00' } },
  { name: 'milder after a breach: due later, but breached', rule: rule(hour), start: '2026-11-23 09:00', facts: [['2026-11-23 11:00', 'rule', rule(7 * hour)]], at: '2026-11-23 12:00', is: { state: 'running', elapsed: 180, due: '2026-11-24 09:00', breached: '2026-11-23 10:00' } },
  { name: 'a pause told afterwards lifts a breach', rule: rule(2 * hour), start: '2026-11-23 09:00', stills: [['2026-11-23 09:30', '2026-11-23 11:00']], at: '2026-11-23 11:30', is: { state: 'running', elapsed: 60, due: '2026-11-23 14:30', breached: null } },
  { name: 'pauses told twice count once', rule: rule(2 * hour), start: '2026-11-23 09:00', stills: [['2026-11-23 09:30', '2026-11-23 10:30'], ['2026-11-23 10:00', '2026-11-23 11:00']], at: '2026-11-23 11:30', is: { state: 'running', elapsed: 60, due: '2026-11-23 14:30', breached: null } },
  { name: 'a day off of the region’s own', rule: rule(7 * hour, new Timetable(withDays(officeCalendar(zone), { off: ['2026-11-24'], worked: ['2026-11-28'] }))), start: '2026-11-23 15:30', at: '2026-11-24 12:00', is: { state: 'running', elapsed: 120, due: '2026-11-25 15:30' } },
] // prettier-ignore

const factsOf = ({ rule: own, start, facts = [], stills = [] }: Case): ClockFact[] => [
  { atMs: china(start), is: 'rule', rule: own },
  ...facts.map(([at, is, more]): ClockFact => {
    if (is === 'rule') return { atMs: china(at), is, rule: more }
    return is === 'waiting' ? { atMs: china(at), is, reason: more } : { atMs: china(at), is }
  }),
  ...stillFacts(stills.map(([from, until]) => ({ fromMs: china(from), untilMs: china(until) }))),
]

describe('a service clock', () => {
  it.each(byHand)('$name', (one) => {
    const view = readClock(clockOf(factsOf(one)), china(one.at))
    const { state, elapsed, due, breached, next } = one.is
    expect([view.state, view.elapsedMs / 60_000, shown(view.dueMs)]).toEqual([state, elapsed, due])
    if (breached !== undefined) expect(shown(view.breachedMs)).toBe(breached)
    if (next !== undefined) expect(shown(view.nextMs)).toBe(next)
  })

  it('says that the holidays of a year are not announced', () => {
    const at = china('2026-12-31 17:00')
    expect(readClock(startClock(rule(20), at), at).isUncertain).toBe(false)
    expect(readClock(startClock(rule(40), at), at).isUncertain).toBe(true)
    expect(readClock(startClock(rule(40, null), at), at).isUncertain).toBe(false)
  })

  it('passes each mark when it says it would', () => {
    const clock = startClock(rule(3 * hour), china('2026-11-23 11:00'))
    const passed: number[] = []
    for (let at: number | null = clock.startedMs; at !== null;) {
      const { nextMs } = readClock(clock, at)
      if (nextMs !== null) passed.push(readClock(clock, nextMs - 1).passed, readClock(clock, nextMs).passed)
      at = nextMs
    }
    expect(passed).toEqual([0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6])
  })
})

/** Seeded: the same lives in each run. */
function randomBy(seed: number) {
  let state = seed
  return (below: number) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return Math.floor((state / 2 ** 32) * below)
  }
}
const calendars = [null, office, new Timetable(officeCalendar('America/New_York'))]

function lifeBy(seed: number): ClockFact[] {
  const random = randomBy(seed)
  const newRule = () => rule(1 + random(3000), calendars[random(3)]!)
  let atMs = china('2025-12-20 00:00') + random(40 * 86_400_000)
  const facts: ClockFact[] = [{ atMs, is: 'rule', rule: newRule() }]
  for (let i = random(9); i > 0; i--) {
    atMs += random(3 * 86_400_000)
    const is = random(5)
    if (is === 0) facts.push({ atMs, is: 'rule', rule: newRule() })
    else if (is === 1) facts.push({ atMs, is: 'stopped' })
    else if (is === 2) facts.push({ atMs, is: 'waiting', reason: ['spare', 'carrier'][random(2)]! })
    else facts.push({ atMs, is: 'running' })
  }
  return facts
}
const lives = Array.from({ length: 400 }, (_, seed) => lifeBy(seed + 1))

describe('whatever befalls it', () => {
  it('is the same whether it was looked at between or not, and whether it is kept or told anew', () => {
    for (const facts of lives) {
      let kept = clockOf(facts.slice(0, 1))
      for (const fact of facts.slice(1)) {
        readClock(kept, fact.atMs)
        kept = advance({ ...kept }, fact)
      }
      expect(kept).toEqual(clockOf(facts.toReversed().toSorted((a, b) => a.atMs - b.atMs || facts.indexOf(a) - facts.indexOf(b)))) // prettier-ignore
    }
  })

  it('what has elapsed and what is left make up the target', () => {
    for (const facts of lives) {
      const clock = clockOf(facts)
      const { state, dueMs, elapsedMs } = readClock(clock, clock.asOfMs)
      if (state !== 'running' || elapsedMs > clock.rule.targetMs) continue
      const left = clock.rule.time?.between(clock.asOfMs, dueMs!) ?? dueMs! - clock.asOfMs
      expect(elapsedMs + left).toBe(clock.rule.targetMs)
    }
  })

  it('a pause takes exactly the working time that it lasts', () => {
    for (const [seed, facts] of lives.entries()) {
      const random = randomBy(seed + 7)
      const [{ atMs: startMs }] = facts as [ClockFact]
      const endMs = Math.max(...facts.map(({ atMs }) => atMs)) + 86_400_000
      const fromMs = startMs + random(endMs - startMs)
      const untilMs = fromMs + random(endMs - fromMs)
      const at = (also: ClockFact[]) => readClock(clockOf([...facts, ...also]), endMs).elapsedMs
      const upTo = (ms: number) => readClock(clockOf(facts.filter(({ atMs }) => atMs <= ms)), ms).elapsedMs
      expect(at(stillFacts([{ fromMs, untilMs }]))).toBe(at([]) - (upTo(untilMs) - upTo(fromMs)))
    }
  })

  it('looks up what counting days gives, in every zone', () => {
    const random = randomBy(11)
    for (const table of calendars) {
      if (!table) continue
      for (let i = 0; i < 60; i++) {
        const fromMs = china('2023-11-01 00:00') + random(3 * 365) * 86_400_000 + random(86_400_000)
        const untilMs = fromMs + random(90 * 86_400_000)
        const workedMs = workingMsBetween(table.calendar, fromMs, untilMs)
        expect(table.between(fromMs, untilMs)).toBe(workedMs)
        expect(table.add(fromMs, workedMs)).toBe(addWorkingMs(table.calendar, fromMs, workedMs))
      }
    }
  })

  it('refuses a calendar without an hour of work', () => {
    const none = new Timetable({ ...officeCalendar(zone), week: [], worked: new Set() })
    expect(() => none.add(china('2026-01-01 00:00'), 1)).toThrow(RangeError)
  })
})
