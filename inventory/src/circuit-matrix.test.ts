/** The table of circuit states, written down a second time, against every combination of evidence. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { accessLimits } from './access.ts'
import { FlapWatch, flapLimit } from './circuit-flap.ts'
import { judgeCircuit, type CircuitEvidence, type EndEvidence, type NeighbourEvidence, type ProbeEvidence, type ProbeWindow } from './circuit-state.ts' // prettier-ignore
import { circuitStates, type CircuitState } from './circuit.ts'
import { carryingOf, directionsOf, type CircuitFlow } from './link-flow.ts'
import { neighbourCode, neighbourSaid } from './neighbour.ts'

const now = 10_000_000_000
const s = 1000
const limits = accessLimits.mstp

const window = (rttMs: number): ProbeWindow => ({ sent: 60, lost: 0, rttMs, jitterMs: 0.5, mostRttMs: rttMs, mostJitterMs: 0.2 }) // prettier-ignore
const answering: ProbeEvidence = {
  address: '127.20.0.1', intervalMs: 10 * s, okAtMs: now - 3 * s, lostAtMs: null, lostSinceMs: null, okSinceMs: now - 3600 * s,
  recent: window(4), long: window(4), noise: { recentRttMs: 0, longRttMs: 0, jitterMs: 0 },
} // prettier-ignore
const probes = {
  none: null,
  answers: answering,
  'just back': { ...answering, okSinceMs: now - 20 * s },
  slow: { ...answering, recent: window(99) },
  lost: { ...answering, okAtMs: now - 14 * s, lostAtMs: now - s, lostSinceMs: now - 4 * s, okSinceMs: null },
  stale: { ...answering, okAtMs: now - 200 * s },
} satisfies Record<string, ProbeEvidence | null>

const end = (up: boolean, agoMs: number): EndEvidence => ({
  device: 'RT',
  ifName: 'GE1',
  up,
  shut: false,
  atMs: now - agoMs,
})
const ends = {
  none: [null, null],
  up: [end(true, 30 * s), end(true, 30 * s)],
  'one down now': [end(true, 30 * s), end(false, s)],
  'one down before the answer': [end(false, 20 * s), null],
  stale: [end(false, 300 * s), end(true, 300 * s)],
} satisfies Record<string, (EndEvidence | null)[]>

const near = {
  seen: { site: '市', seenAtMs: now - s, dark: false },
  dark: { site: '市', seenAtMs: now - 60 * s, dark: true },
  'not asked': { site: '市', seenAtMs: now - 60 * s, dark: false },
}

const neighbour = (code: number, sinceMs: number, agoMs = 5 * s): NeighbourEvidence => ({ ...neighbourSaid(code)!, atMs: now - agoMs, sinceMs: now - sinceMs }) // prettier-ignore
const neighbours = {
  none: null,
  full: neighbour(8, 3600 * s),
  'down for long': neighbour(0, 3600 * s),
  'down just now': neighbour(101, 60 * s),
  twoWay: neighbour(4, 3600 * s),
  stale: neighbour(0, 3600 * s, 300 * s),
} satisfies Record<string, NeighbourEvidence | null>

interface Case {
  probe: keyof typeof probes
  end: keyof typeof ends
  near: keyof typeof near
  neighbour: keyof typeof neighbours
  before: CircuitState
}
const keys = <T extends object>(of: T) => Object.keys(of) as (keyof T)[]
const cases: Case[] = keys(probes).flatMap((probe) =>
  keys(ends).flatMap((end) =>
    keys(near).flatMap((near) =>
      keys(neighbours).flatMap((neighbour) =>
        circuitStates.map((before) => ({ probe, end, near, neighbour, before })),
      ),
    ),
  ),
)

/** First match wins. */
const table: [(c: Case) => boolean, (c: Case) => CircuitState][] = [
  [(c) => c.end === 'one down now', () => 'down'],
  // an end that fell before the last answer is refuted by it; without a word since, it stands
  [(c) => c.end === 'one down before the answer' && !['answers', 'just back', 'slow', 'lost'].includes(c.probe), () => 'down'],
  [(c) => c.probe === 'slow', () => 'degraded'],
  [(c) => c.probe === 'answers' && c.neighbour === 'down for long', () => 'degraded'],
  [(c) => c.probe === 'answers' || c.probe === 'just back', () => 'up'],
  [(c) => c.probe === 'lost' && c.near === 'seen', () => 'down'],
  [(c) => c.probe === 'lost' && c.near === 'dark', () => 'unknown'],
  [(c) => c.probe === 'lost', (c) => c.before],
  [(c) => c.end === 'up' && c.neighbour === 'down for long', () => 'degraded'],
  [(c) => c.end === 'up', () => 'up'],
  [(c) => c.neighbour === 'full', () => 'up'],
  [() => true, () => 'unknown'],
] // prettier-ignore

const judge = (c: Case) => {
  const [a, z] = ends[c.end]
  const known: CircuitEvidence = { probe: probes[c.probe], a: a!, z: z!, near: near[c.near], utilisation: null, errors: null, neighbour: neighbours[c.neighbour] } // prettier-ignore
  return judgeCircuit(known, limits, c.before, now)
}

it(`judges each of ${cases.length} combinations as the table does`, () => {
  const expected = (c: Case) => table.find(([when]) => when(c))![1](c)
  const wrong = cases.filter((c) => judge(c).state !== expected(c))
  expect(wrong.slice(0, 3)).toEqual([])
})

it('can go from every state to every other', () => {
  for (const before of circuitStates)
    for (const after of circuitStates)
      expect(
        cases.some((c) => c.before === before && judge(c).state === after),
        `${before} → ${after}`,
      ).toBe(true)
})

it('says for every verdict what it stands on', () => {
  for (const c of cases) {
    const { state, evidence } = judge(c)
    expect(evidence.length, JSON.stringify(c)).toBeGreaterThan(0)
    if (state === 'down') expect(evidence.some(({ verdict }) => verdict === 'bad')).toBe(true)
    const isAsBefore = evidence.some(({ code }) => code === 'near-site-unsure')
    if (state === 'up' && !isAsBefore) expect(evidence.some(({ verdict }) => verdict === 'good')).toBe(true)
  }
})

const ago = (most: number) => fc.integer({ min: 0, max: most }).map((ms) => now - ms)
const anyEnd = fc.option(fc.record({ device: fc.constant('RT'), ifName: fc.constant('GE1'), up: fc.boolean(), shut: fc.boolean(), atMs: ago(900 * s) })) // prettier-ignore
const anyEvidence: fc.Arbitrary<CircuitEvidence> = fc.record({
  probe: fc.option(fc.record({ okAtMs: ago(900 * s), lostSinceMs: fc.option(ago(60 * s)) }).map((part) => ({ ...answering, ...part, lostAtMs: part.lostSinceMs }))), // prettier-ignore
  a: anyEnd,
  z: anyEnd,
  near: fc.record({ site: fc.constant('市'), seenAtMs: fc.option(ago(900 * s)), dark: fc.boolean() }),
  utilisation: fc.constant(null),
  errors: fc.constant(null),
  neighbour: fc.option(fc.record({ code: fc.integer({ min: 0, max: 8 }), atMs: ago(900 * s), sinceMs: ago(900 * s) }).map(({ code, ...at }) => ({ ...neighbourSaid(code)!, ...at }))), // prettier-ignore
})

it('is never up without a fresh good word, whatever it was before', () => {
  fc.assert(
    fc.property(anyEvidence, fc.constantFrom(...circuitStates), (known, before) => {
      const { state, evidence } = judgeCircuit(known, limits, before, now)
      const isAsBefore = evidence.some(({ code }) => code === 'near-site-unsure')
      if ((state !== 'up' && state !== 'degraded') || isAsBefore) return
      const words = evidence.filter(
        ({ verdict, at }) => verdict !== 'bad' && at !== null && now - at <= 150 * s,
      )
      expect(words.length).toBeGreaterThan(0)
    }),
  )
})

describe('routing neighbours', () => {
  it.each<[number, string, boolean | null]>([
    [8, 'full', true],
    [4, 'twoWay', null],
    [7, 'loading', false],
    [1, 'down', false],
    [0, 'gone', false],
    [106, 'established', true],
    [105, 'openconfirm', false],
    [100, 'gone', false],
  ])('%i is %s', (code, state, isUp) => {
    const said = neighbourSaid(code)!
    expect(said).toMatchObject({ state, isUp })
    expect(neighbourCode(said.protocol, code % 100)).toBe(code)
  })

  it.each([9, 107, -1, 1.5, NaN])('%d means nothing', (code) => expect(neighbourSaid(code)).toBe(null))

  it.each<[string, [traffic: boolean | null, neighbourUp: boolean | null][], (boolean | null)[]]>([
    ['counters say what is', [[true, false], [false, true]], [true, false]],
    ['all neighbours are known', [[null, false], [null, true]], [false, true]],
    ['both are up: the first carries', [[null, true], [null, true]], [true, true]],
    ['one that is up says nothing where the other is not known', [[null, null], [null, true]], [null, null]],
    ['one that is away says so anyway', [[null, null], [null, false]], [null, false]],
    ['nothing is known', [[null, null], [null, null]], [null, null]],
  ])('show what carries: %s', (_, shown, carries) => {
    expect(carryingOf(shown.map(([traffic, neighbourUp]) => ({ traffic, neighbourUp })))).toEqual(carries)
  }) // prettier-ignore
})

describe('directions', () => {
  const flow = (id: string, inKbps: number, outKbps: number): CircuitFlow => ({ id, inBps: inKbps * 1000, outBps: outKbps * 1000, leastBps: 20_000 }) // prettier-ignore
  it.each<[string, CircuitFlow[], string | undefined, string | undefined, boolean]>([
    ['all on the primary', [flow('p', 4000, 900), flow('b', 1, 1)], 'p', 'p', false],
    ['out over the primary, back over the backup', [flow('p', 1, 900), flow('b', 4000, 1)], 'b', 'p', true],
    ['in over the primary, out over the backup', [flow('p', 4000, 2), flow('b', 3, 900)], 'p', 'b', true],
    ['shared one way', [flow('p', 2000, 900), flow('b', 2000, 1)], undefined, 'p', false],
    ['mostly one way', [flow('p', 3300, 900), flow('b', 700, 1)], 'p', 'p', false],
    ['all on the backup', [flow('p', 0, 0), flow('b', 4000, 900)], 'b', 'b', false],
    ['asleep', [flow('p', 1, 1), flow('b', 1, 1)], undefined, undefined, false],
    ['one way asleep', [flow('p', 300, 4), flow('b', 1, 9)], 'p', undefined, false],
    ['three ways', [flow('p', 0, 900), flow('b', 10, 1), flow('c', 4000, 0)], 'c', 'p', true],
    ['of nothing', [], undefined, undefined, false],
  ])('%s', (_, flows, inward, outward, isAsymmetric) => {
    const found = directionsOf(flows)
    expect([found.in?.circuitId, found.out?.circuitId, found.isAsymmetric]).toEqual([
      inward,
      outward,
      isAsymmetric,
    ])
  })
})

describe('flapping', () => {
  it('is three losses within half an hour, until they are older', () => {
    const watch = new FlapWatch()
    watch.lost('p', now)
    watch.lost('p', now + 60 * s)
    expect(watch.of('p', now + 60 * s)).toBe(null)
    watch.lost('p', now + 120 * s)
    const flapping = watch.of('p', now + 120 * s)!
    expect(flapping).toMatchObject({
      losses: 3,
      sinceMs: now,
      lostAtMs: now + 120 * s,
      untilMs: now + flapLimit.withinMs + 1,
    })
    expect(watch.of('p', flapping.untilMs - 1)).not.toBe(null)
    expect(watch.of('p', flapping.untilMs)).toBe(null)
    expect(watch.of('q', now)).toBe(null)
  })
})
