import fc from 'fast-check'
import { expect, it } from 'vitest'
import { differences, fillUnknown, type Turn } from './late-history.ts'

const chainOf = (...turns: [atMs: number, to: string][]): Turn[] =>
  turns.map(([atMs, to], i) => ({
    id: `sch_${i}`,
    from: turns[i - 1]?.[1] ?? null,
    to,
    atMs,
    evidence: '[]',
  }))
const plain = (chain: Turn[]) => chain.map(({ atMs, to }) => [atMs, to])
const piece = (state: string, fromMs: number, untilMs: number) => ({ state, fromMs, untilMs, evidence: '[]' })

const away = chainOf([0, 'up'], [100, 'unknown'], [200, 'up'])
it.each<[string, Turn[], ReturnType<typeof piece>, [number, string][]]>([
  ['the middle', away, piece('down', 120, 150), [[0, 'up'], [100, 'unknown'], [120, 'down'], [150, 'unknown'], [200, 'up']]],
  ['the beginning, as it was before', away, piece('up', 0, 150), [[0, 'up'], [150, 'unknown'], [200, 'up']]],
  ['all of it, as it was before and is after', away, piece('up', 0, 300), [[0, 'up']]],
  ['all of it, otherwise than before', away, piece('down', 0, 300), [[0, 'up'], [100, 'down'], [200, 'up']]],
  ['none, where it was known', away, piece('down', 0, 100), [[0, 'up'], [100, 'unknown'], [200, 'up']]],
  ['none, where it is still open', chainOf([0, 'up'], [100, 'unknown']), piece('down', 100, 300), [[0, 'up'], [100, 'unknown']]],
  ['the first that is known of it', chainOf([100, 'unknown'], [200, 'up']), piece('up', 120, 200), [[100, 'unknown'], [120, 'up']]],
  ['two stretches at once', chainOf([0, 'unknown'], [50, 'up'], [100, 'unknown'], [200, 'down']), piece('up', 0, 150), [[0, 'up'], [150, 'unknown'], [200, 'down']]],
])('fills %s', (_, chain, late, wanted) => expect(plain(fillUnknown(chain, late))).toEqual(wanted)) // prettier-ignore

const states = ['up', 'down', 'degraded', 'unknown']
const chains = fc
  .array(fc.record({ lasted: fc.integer({ min: 1, max: 50 }), state: fc.constantFrom(...states) }), { minLength: 1, maxLength: 12 })
  .map((parts) => {
    let atMs = 0
    const turns: [number, string][] = []
    for (const { lasted, state } of parts) {
      if (turns.at(-1)?.[1] !== state) turns.push([atMs, state])
      atMs += lasted
    }
    return chainOf(...turns)
  }) // prettier-ignore
const pieces = fc
  .record({
    state: fc.constantFrom('up', 'down', 'degraded'),
    fromMs: fc.integer({ min: -10, max: 500 }),
    lasted: fc.integer({ min: 0, max: 400 }),
  })
  .map(({ state, fromMs, lasted }) => piece(state, fromMs, fromMs + lasted))
const stateAt = (chain: Turn[], atMs: number) => chain.findLast((turn) => turn.atMs <= atMs)?.to

it('leaves a gapless chain that says at each instant what was known, else what the evidence says', () =>
  fc.assert(
    fc.property(chains, fc.array(pieces, { maxLength: 5 }), (chain, several) => {
      let after = chain
      for (const late of several) {
        const before = after
        after = fillUnknown(before, late)
        const openMs = before.at(-1)!.atMs
        for (let atMs = 0; atMs < 600; atMs++) {
          const known = stateAt(before, atMs)
          const isFilled = known === 'unknown' && atMs >= late.fromMs && atMs < late.untilMs && atMs < openMs
          expect(stateAt(after, atMs)).toBe(isFilled ? late.state : known)
        }
        expect(fillUnknown(after, late)).toEqual(after)
      }
      for (const [i, turn] of after.entries()) {
        expect(turn.from).toBe(after[i - 1]?.to ?? null)
        expect(turn.to).not.toBe(turn.from)
        expect(turn.atMs).toBeGreaterThan(after[i - 1]?.atMs ?? -1)
      }
      expect(after.at(-1)!.to).toBe(chain.at(-1)!.to)
    }),
    { numRuns: 60 },
  ))

it('writes only rows that are not as they were', () => {
  const after = fillUnknown(away, piece('up', 0, 150))
  expect(differences(away, after)).toEqual({ gone: ['sch_1'], kept: [after[1]] })
  expect(differences(away, away)).toEqual({ gone: [], kept: [] })
})
