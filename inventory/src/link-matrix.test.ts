/** The whole of the model's table of link states, written down a second time, against all that can be. */
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { circuitStates } from './circuit.ts'
import { activeCircuit, backupTrustMs, judgeLink, type CarriedCircuit, type LinkState } from './link.ts'

const now = 10_000_000_000
const long = now - backupTrustMs - 60_000
const short = now - 60_000

/** A circuit that is well is usable now; one that is not was usable until it changed, or never. */
interface Kind {
  state: CarriedCircuit['state']
  carries: boolean | null
  since: 'long' | 'short'
  wasUsable: boolean
}
const kinds: Kind[] = circuitStates.flatMap((state) =>
  ([true, false, null] as const).flatMap((carries) =>
    (['long', 'short'] as const).flatMap(
      (since) =>
      (state === 'up' || state === 'degraded' ? [true] : [true, false]).map((wasUsable) => ({ state, carries, since, wasUsable })), // prettier-ignore
    ),
  ),
)
const isWell = (kind: Kind) => kind.state === 'up' || kind.state === 'degraded'

function circuit(kind: Kind, at: number): CarriedCircuit {
  const sinceMs = kind.since === 'long' ? long : short
  return { id: `${at}`, state: kind.state, sinceMs, usableAt: isWell(kind) ? now : kind.wasUsable ? sinceMs : null, carries: kind.carries } // prettier-ignore
}

/** By position; none: -1. */
function active(all: Kind[]): number {
  const shown = all.findIndex((kind) => isWell(kind) && kind.carries === true)
  return shown >= 0 ? shown : all.findIndex(isWell)
}

/** First match wins. */
const table: [LinkState, (all: Kind[], active: number) => boolean][] = [
  ['down', (all) => all.every(({ state }) => state === 'down')],
  // a backup that merely could carry says nothing while nobody knows of the primary
  ['on-backup', (all, at) => at > 0 && (all[0]!.state !== 'unknown' || all[at]!.carries === true)],
  ['degraded', (all, at) => at === 0 && all[0]!.state === 'degraded'],
  ['unprotected', (all, at) => at === 0 && all.slice(1).some((one) => one.state === 'down' || (one.state === 'unknown' && one.since === 'long'))],
  ['normal', (all, at) => at === 0 && all.slice(1).every((one) => isWell(one) || (one.wasUsable && one.since === 'short'))],
  ['unknown', () => true],
] // prettier-ignore

const expected = (all: Kind[]) => table.find(([, when]) => when(all, active(all)))![0]

it.each([0, 1, 2])('judges every combination as the model’s table does, with %i backups', (backups) => {
  let combinations: Kind[][] = [[]]
  for (let i = 0; i <= backups; i++) combinations = combinations.flatMap((one) => kinds.map((kind) => [...one, kind])) // prettier-ignore
  const wrong = combinations.filter((all) => judgeLink(all.map(circuit), now).state !== expected(all))
  expect(wrong.slice(0, 3)).toEqual([])
  expect(new Set(combinations.map(expected)).size).toBe(backups === 0 ? 4 : 6)
})

it('tells from every state to every other within one judgement: none is a trap', () => {
  const byState = Map.groupBy(
    kinds.flatMap((p) => kinds.map((b) => [p, b])),
    expected,
  )
  expect([...byState.keys()].sort()).toEqual([
    'degraded',
    'down',
    'normal',
    'on-backup',
    'unknown',
    'unprotected',
  ])
  for (const from of byState.values())
    for (const [to, all] of byState) {
      judgeLink(from[0]!.map(circuit), now)
      expect(judgeLink(all[0]!.map(circuit), now).state).toBe(to)
    }
})

const anyCircuit = fc.record({
  id: fc.uuid(),
  state: fc.constantFrom(...circuitStates),
  sinceMs: fc.integer({ min: now - 10 * backupTrustMs, max: now }),
  usableAt: fc.option(fc.integer({ min: now - 10 * backupTrustMs, max: now })),
  carries: fc.option(fc.boolean()),
})
const anyLink = fc.array(anyCircuit, { maxLength: 5 })

it('never shows what is unknown as normal', () => {
  fc.assert(
    fc.property(anyLink, (circuits) => {
      const { state, activeCircuitId } = judgeLink(circuits, now)
      if (state !== 'normal') return
      const [primary, ...backups] = circuits
      expect(primary!.state).toBe('up')
      expect(activeCircuitId).toBe(primary!.id)
      for (const { state, usableAt } of backups)
        expect(state === 'up' || state === 'degraded' || (usableAt !== null && now - usableAt <= backupTrustMs && state === 'unknown')).toBe(true) // prettier-ignore
    }),
  )
})

it('names as active only a circuit that could carry, and none that another is shown to carry instead of', () => {
  fc.assert(
    fc.property(anyLink, (circuits) => {
      const chosen = activeCircuit(circuits)
      const able = circuits.filter(({ state }) => state === 'up' || state === 'degraded')
      if (!chosen) return able.length === 0
      expect(able).toContain(chosen)
      return chosen.carries === true || able.every(({ carries }) => carries !== true)
    }),
  )
})
