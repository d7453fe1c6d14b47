import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Period, Span } from '../state/availability.ts'
import { account, measure, type Account } from './account.ts'
import type { Decision, Ends, OutageCause, Surroundings } from './cause.ts'

const ends: Ends = { siteIds: ['upper', 'lower'], deviceIds: ['a', 'z'], upsIds: ['ups'] }
const nothing: Surroundings = { mainsLost: new Map(), onBattery: new Map(), histories: new Map() }
const states = ['up', 'degraded', 'down', 'unknown'] as const

const chain = (turns: { state: string; atMs: number }[]): Span[] =>
  turns.map(({ state, atMs }, i) => ({ state, fromMs: atMs, untilMs: turns[i + 1]?.atMs ?? null, evidence: [] })) // prettier-ignore

/** In order, without overlaps, as windows are told. */
function merged(spans: Period[]): Period[] {
  const result: Period[] = []
  for (const span of [...spans].sort((a, b) => a.fromMs - b.fromMs)) {
    const last = result.at(-1)
    if (last && span.fromMs <= last.untilMs) last.untilMs = Math.max(last.untilMs, span.untilMs)
    else result.push({ ...span })
  }
  return result
}

const sum = ({ upMs, down, plannedMs, unknownMs }: Account) =>
  upMs + down.carrier + down.mains + down.own + down.unknown + plannedMs + unknownMs

// Short, so that boundaries meet, and every millisecond can be looked at.
const lengthMs = 60
const instant = fc.integer({ min: -20, max: lengthMs + 20 })
const someSpan = fc
  .tuple(instant, fc.integer({ min: 1, max: 40 }))
  .map(([fromMs, lasts]) => ({ fromMs, untilMs: fromMs + lasts }))
const history = fc
  .uniqueArray(instant, { maxLength: 12 })
  .chain((times) =>
    fc
      .array(fc.constantFrom(...states), { minLength: times.length, maxLength: times.length })
      .map((told) => chain(times.sort((a, b) => a - b).map((atMs, i) => ({ atMs, state: told[i]! })))),
  )
const decision = fc.tuple(someSpan, fc.constantFrom<OutageCause>('carrier', 'mains', 'own', 'unknown')).map(
  ([span, cause]): Decision => ({ id: 'otc', circuitId: 'cir', ...span, cause, note: '', decidedBy: 'u', atMs: 0 }), // prettier-ignore
)
const period = { fromMs: 0, untilMs: lengthMs }

describe('an account', () => {
  it('adds up to the period, whatever happened, with each millisecond where it belongs', () => {
    fc.assert(
      fc.property(history, fc.array(someSpan, { maxLength: 5 }), fc.array(decision, { maxLength: 3 }), (past, windows, decisions) => {
        const one = account({ history: past, planned: merged(windows), decisions, ends }, nothing, period)
        expect(sum(one)).toBe(lengthMs)
        const slow = { up: 0, down: 0, planned: 0, unknown: 0 }
        for (let ms = 0; ms < lengthMs; ms++) {
          const state = past.findLast((span) => span.fromMs <= ms)?.state ?? 'unknown'
          if (windows.some((span) => span.fromMs <= ms && ms < span.untilMs)) slow.planned++
          else slow[state === 'degraded' ? 'up' : (state as 'up')]++
        }
        const { carrier, mains, own, unknown } = one.down
        expect({ up: one.upMs, down: carrier + mains + own + unknown, planned: one.plannedMs, unknown: one.unknownMs }).toEqual(slow)
      }),
      { numRuns: 2000 },
    ) // prettier-ignore
  })

  it('is that of its halves added up, wherever it is cut', () => {
    fc.assert(
      fc.property(history, fc.array(someSpan, { maxLength: 4 }), fc.integer({ min: 0, max: lengthMs }), (past, windows, cut) => {
        const of = (fromMs: number, untilMs: number) =>
          account({ history: past, planned: merged(windows), decisions: [], ends }, nothing, { fromMs, untilMs })
        const [whole, first, second] = [of(0, lengthMs), of(0, cut), of(cut, lengthMs)]
        for (const key of ['upMs', 'plannedMs', 'unknownMs'] as const) expect(first[key] + second[key]).toBe(whole[key])
        expect(first.down.carrier + second.down.carrier).toBe(whole.down.carrier)
      }),
      { numRuns: 1000 },
    ) // prettier-ignore
  })

  it('moves time between two neighbours only when the boundary between them moves', () => {
    fc.assert(
      fc.property(fc.integer({ min: 10, max: 30 }), fc.integer({ min: -9, max: 9 }), (at, by) => {
        const of = (edge: number) => {
          const turns = [{ state: 'up', atMs: 0 }, { state: 'down', atMs: edge }, { state: 'unknown', atMs: 40 }]
          return account({ history: chain(turns), planned: [{ fromMs: 50, untilMs: 55 }], decisions: [], ends }, nothing, period)
        }
        const [before, after] = [of(at), of(at + by)]
        expect(after.upMs - before.upMs).toBe(by)
        expect(before.down.carrier - after.down.carrier).toBe(by)
        expect([after.plannedMs, after.unknownMs]).toEqual([before.plannedMs, before.unknownMs])
      }),
    ) // prettier-ignore
  })

  it('takes what a person calls planned out of the reckoning, overlapping windows once', () => {
    const past = chain([{ state: 'up', atMs: 0 }, { state: 'down', atMs: 10 }, { state: 'up', atMs: 30 }]) // prettier-ignore
    const decisions = [{ id: 'otc', circuitId: 'cir', fromMs: 10, untilMs: 30, cause: 'planned' as const, note: '', decidedBy: 'u', atMs: 0 }] // prettier-ignore
    const one = account({ history: past, planned: [{ fromMs: 20, untilMs: 40 }], decisions, ends }, nothing, period) // prettier-ignore
    expect(one).toMatchObject({ upMs: 30, plannedMs: 30, unknownMs: 0, outages: [{ cause: 'planned', sign: 'person', downMs: 0, plannedMs: 20 }] }) // prettier-ignore
    expect(measure(one, 99.9)).toMatchObject({ downMs: 0, outages: 0, percent: 100, verdict: 'kept' })
  })

  it('does not know what nobody saw', () => {
    const one = account({ history: [], planned: [], decisions: [], ends }, nothing, period)
    expect(one).toMatchObject({ upMs: 0, unknownMs: lengthMs })
    expect(measure(one, 99.9)).toMatchObject({ percent: null, carrierPercent: null, verdict: 'none' })
  })
})

describe('against the promise', () => {
  const hour = 3_600_000
  const of = (carrier: number, carrierErrorBoundMs: number): Account => ({
    upMs: 1000 * hour - carrier,
    down: { carrier, mains: 0, own: 0, unknown: 0 },
    plannedMs: 0,
    unknownMs: 0,
    errorBoundMs: carrierErrorBoundMs,
    carrierErrorBoundMs,
    outages: [],
  })
  it.each([
    ['kept', 0, 0, 'kept', 0],
    ['kept, if only just', hour, 0, 'kept', 0],
    ['broken', hour + 60_000, 20_000, 'broken', 60_000],
    ['not known for sure, since looking can be off by more', hour + 10_000, 20_000, 'unsure', 10_000],
    ['not known for sure on this side either', hour - 10_000, 20_000, 'unsure', 0],
  ])('99.9 % of 1000 h is %s', (_name, carrier, bound, verdict, beyondMs) => {
    expect(measure(of(carrier, bound), 99.9)).toMatchObject({ verdict, beyondMs, allowedMs: hour })
  })

  it('tells how long repairs took, and how long it held in between', () => {
    const past = chain([{ state: 'up', atMs: 0 }, { state: 'down', atMs: 10 }, { state: 'up', atMs: 14 }, { state: 'down', atMs: 30 }, { state: 'up', atMs: 40 }]) // prettier-ignore
    const one = account({ history: past, planned: [], decisions: [], ends }, nothing, period)
    expect(measure(one, 99)).toMatchObject({ carrierOutages: 2, mttrMs: 7, mtbfMs: 23 })
  })
})
