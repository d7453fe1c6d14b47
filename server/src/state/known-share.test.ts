import { expect, it } from 'vitest'
import { knownShareOf, reckon, type Span } from './availability.ts'

const day = 86_400_000
const period = { fromMs: 0, untilMs: 10 * day }
const span = (state: string, fromMs: number, untilMs: number | null) =>
  ({ state, fromMs, untilMs, evidence: [] }) as unknown as Span

it.each<[name: string, spans: Span[], percent: number | null, knownPercent: number]>([
  ['nothing is known', [], null, 0],
  ['one well day of ten is a tenth known', [span('up', 9 * day, null)], 100, 10],
  ['unknown time is neither up nor known', [span('unknown', 0, 5 * day), span('up', 5 * day, null)], 100, 50],
  ['all is known, a tenth down', [span('up', 0, 9 * day), span('down', 9 * day, null)], 90, 100],
])('%s', (_, spans, percent, knownPercent) => {
  expect(knownShareOf(reckon(spans, [], period))).toEqual({ percent, knownPercent })
})

it('planned time is asked of nobody', () => {
  const planned = [{ fromMs: 0, untilMs: 5 * day }]
  expect(knownShareOf(reckon([span('up', 5 * day, null)], planned, period)).knownPercent).toBe(100)
})
