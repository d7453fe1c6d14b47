import { describe, expect, it } from 'vitest'
import { checkStateOf, freshMs, judgePoint, type CheckRun } from './check-state.ts'
import type { CheckLimit, CheckState } from './check.ts'

const rhythm = { intervalS: 60, timeoutMs: 5000 }
const limits: CheckLimit[] = [
  { metric: 'checkMs', warning: 100, critical: 1000 },
  { metric: 'checkDaysLeft', warning: 30, critical: 7 },
]
const now = 1_000_000
const run = (atMs: number, ok: boolean, metrics: CheckRun['metrics'] = {}): CheckRun => ({
  atMs,
  ok,
  metrics,
})
const good = run(now - 60_000, true, { checkMs: 20 })

describe('how one collector sees a check', () => {
  it.each<[string, CheckRun[], boolean, CheckState | 'unknown', boolean]>([
    ['never run: unknown', [], false, 'unknown', false],
    ['good: up', [run(now, true, { checkMs: 20 })], false, 'up', false],
    ['slow: degraded', [run(now, true, { checkMs: 200 }), good], false, 'degraded', false],
    ['a first failure is to be confirmed', [run(now, false), good], false, 'degraded', true],
    ['a second failure: down', [run(now, false), run(now - 60_000, false)], false, 'down', false],
    [
      'far too slow after a failure: down',
      [run(now, true, { checkMs: 2000 }), run(now - 60_000, false)],
      false,
      'down',
      false,
    ],
    ['days left need no confirmation', [run(now, true, { checkDaysLeft: 3 })], false, 'down', false],
    ['still failing after a restart: down', [run(now, false)], true, 'down', false],
    ['good again: up at once', [run(now, true), run(now - 60_000, false)], true, 'up', false],
    ['too long ago: unknown', [run(now - freshMs(rhythm) - 1, true)], false, 'unknown', false],
  ])('%s', (_, runs, wasDown, state, isFirst) => {
    const seen = judgePoint({ runs, isAway: false }, { ...rhythm, limits }, wasDown, now)
    expect(seen).toMatchObject({ state, isFirst })
  })

  it('is unknown while its collector is away, however it was', () => {
    expect(judgePoint({ runs: [good], isAway: true }, { ...rhythm, limits }, false, now).state).toBe(
      'unknown',
    )
  })

  it('is down since the first of its failures', () => {
    const runs = [run(now, false), run(now - 60_000, false)]
    expect(judgePoint({ runs, isAway: false }, { ...rhythm, limits }, false, now).atMs).toBe(now - 60_000)
  })
})

describe('how several collectors see a check together', () => {
  it.each<[string, (CheckState | 'unknown')[], CheckState | 'unknown']>([
    ['none', [], 'unknown'],
    ['none was heard', ['unknown', 'unknown'], 'unknown'],
    ['all who were heard say down', ['down', 'unknown', 'down'], 'down'],
    ['some say down', ['down', 'up'], 'degraded'],
    ['some say degraded', ['degraded', 'up'], 'degraded'],
    ['all who were heard say up', ['up', 'unknown'], 'up'],
  ])('%s', (_, points, state) => expect(checkStateOf(points)).toBe(state))
})
