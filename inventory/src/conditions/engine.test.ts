import { describe, expect, it } from 'vitest'
import { Engine, type EngineRule } from './engine.ts'
import { noSettings, type ConditionKind, type Settings } from './spec.ts'

const minute = 60_000
const start = Date.UTC(2026, 10, 22)

function engineOf(kind: ConditionKind, settings: Partial<Settings>, scale = 1) {
  const rule: EngineRule = { condition: 'c', kind, settings: { ...noSettings, ...settings } }
  const engine = new Engine([{ rule, metric: 'cpuPercent', entity: 'e', scale }])
  const feed = (atMs: number, value: number, startMs?: number) =>
    engine.ingest('cpuPercent', {
      ids: ['other', 'e'],
      entities: [1],
      atMs: [start + atMs],
      values: [value],
      ...(startMs !== undefined && { startMs: [start + startMs] }),
    })
  const level = () => [...engine.of('e')][0]!.level
  return { engine, feed, level }
}

type Sample = [minutes: number, value: number]
/** Levels after each sample. */
function levelsOf(kind: ConditionKind, settings: Partial<Settings>, samples: Sample[]): number[] {
  const { feed, level } = engineOf(kind, settings)
  return samples.map(([at, value]) => {
    feed(at * minute, value)
    return level()
  })
}
const everyMinute = (...values: number[]): Sample[] => values.map((value, i) => [i, value])

describe('each kind', () => {
  // prettier-ignore
  it.each<[string, ConditionKind, Partial<Settings>, Sample[], number[]]>([
    ['a limit itself is well', 'threshold', { above: 90 }, everyMinute(90, 90.1), [0, 1]],
    ['a low limit', 'threshold', { below: 20 }, everyMinute(20, 19, 20.5, 21, 22), [0, 1, 1, 0, 0]],
    ['back within the band is not well yet', 'threshold', { above: 100, easePercent: 10 }, everyMinute(101, 99, 91, 90, 95), [1, 1, 1, 0, 0]],
    ['it must last', 'threshold', { above: 90, forS: 120 }, everyMinute(95, 95, 95, 10), [0, 0, 1, 0]],
    ['a dip starts it anew', 'threshold', { above: 90, forS: 120 }, everyMinute(95, 80, 95, 95, 95), [0, 0, 0, 0, 1]],
    ['well must last, too', 'threshold', { above: 90, clearForS: 120 }, everyMinute(95, 10, 10, 95, 10, 10, 10), [1, 1, 1, 1, 1, 1, 0]],
    ['a gap does not count as lasting', 'threshold', { above: 90, forS: 120 }, [[0, 95], [60, 95], [61, 95], [62, 95]], [0, 0, 0, 1]],
    ['critical, and milder again', 'threshold', { above: 30, aboveCritical: 35, easePercent: 5 }, everyMinute(31, 36, 34, 33, 29, 28), [1, 2, 2, 1, 1, 0]],
    ['from well to critical', 'threshold', { above: 30, aboveCritical: 35 }, everyMinute(40), [2]],
    ['on the way up the nearer level is told first', 'threshold', { above: 30, aboveCritical: 35, forS: 60 }, everyMinute(31, 36, 36, 36), [0, 1, 1, 2]],
    ['below zero it eases towards zero', 'threshold', { below: -25, easePercent: 10 }, everyMinute(-26, -24, -22), [1, 1, 0]],
    ['a late sample changes nothing', 'threshold', { above: 90 }, [[5, 95], [4, 10], [5, 10]], [1, 1, 1]],
    ['another value', 'change', { times: 1, withinS: 120 }, everyMinute(1, 1, 2, 2, 2, 2), [0, 0, 1, 1, 1, 0]],
    ['the first value is no change', 'change', { times: 1, withinS: 600 }, everyMinute(7, 7), [0, 0]],
    ['so often within so long', 'change', { times: 3, withinS: 240 }, everyMinute(1, 2, 1, 2, 2, 2, 2, 2), [0, 0, 0, 1, 1, 1, 0, 0]],
    ['it moves too fast', 'rate', { above: 5, overS: 240 }, everyMinute(20, 20, 20, 22, 26, 26, 26, 26, 26, 26), [0, 0, 0, 0, 1, 1, 1, 1, 0, 0]],
    ['it falls too fast', 'rate', { below: -5, overS: 240 }, everyMinute(50, 48, 46, 44, 42), [0, 0, 1, 1, 1]],
    ['days left', 'forecast', { below: 30, easePercent: 10 }, everyMinute(40, 29, 31, 34), [0, 1, 1, 0]],
  ])('%s', (_, kind, settings, samples, levels) => {
    expect(levelsOf(kind, settings, samples)).toEqual(levels)
  })

  it('silence is told once it lasted, and ends with the next sample', () => {
    const { engine, feed, level } = engineOf('absence', { afterS: 600 })
    engine.lookForAbsence(start + 9 * minute, start)
    expect(level()).toBe(0)
    engine.lookForAbsence(start + 10 * minute, start)
    expect([...engine.ill()]).toMatchObject([{ entity: 'e', level: 1, sinceMs: start }])
    feed(11 * minute, 1)
    expect(level()).toBe(0)
    engine.lookForAbsence(start + 20 * minute, start)
    expect(level()).toBe(0)
    engine.lookForAbsence(start + 21 * minute, start)
    expect([...engine.ill()]).toMatchObject([{ sinceMs: start + 11 * minute }])
  })

  it('far from the usual, once something is usual', () => {
    const { engine, feed, level } = engineOf('deviation', {})
    feed(0, 64)
    expect(level()).toBe(0)
    for (const { slot } of engine.deviations()) engine.setUsual(slot, { low: 12, high: 18 })
    feed(minute, 64)
    expect([...engine.ill()]).toMatchObject([{ level: 1, value: 64, low: 12, high: 18 }])
    feed(2 * minute, 18)
    expect(level()).toBe(0)
    feed(3 * minute, 11)
    expect(level()).toBe(1)
  })
})

describe('increments', () => {
  it('are judged as rates, in the unit of the limits', () => {
    const { engine, feed, level } = engineOf('threshold', { above: 60 }, 60)
    feed(minute, 60, 0)
    expect([...engine.of('e')][0]).toMatchObject({ level: 0, value: 60 })
    feed(2 * minute, 122, 0)
    expect(level()).toBe(1)
  })

  it('of no time say nothing', () => {
    const { feed, level } = engineOf('threshold', { above: 0 })
    feed(minute, 5, minute)
    expect(level()).toBe(0)
  })
})

/** A small generator of numbers, the same each time [mulberry32]. */
function random(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32
  }
}

it('never changes its mind within the hysteresis band', () => {
  for (let seed = 1; seed <= 200; seed++) {
    const next = random(seed)
    const limit = 10 + next() * 1000
    const ease = 1 + next() * 40
    const { feed, level } = engineOf('threshold', { above: limit, easePercent: ease })
    const start = next() < 0.5 ? limit * 1.5 : 0
    feed(0, start)
    const before = level()
    for (let i = 1; i < 200; i++) {
      feed(i * minute, limit * (1 - (ease / 100) * next() * 0.999))
      expect(level()).toBe(before)
    }
  }
})

it('a history judged in one piece and in pieces of any size is one', () => {
  for (let seed = 1; seed <= 50; seed++) {
    const next = random(seed)
    const settings = { above: 50, aboveCritical: 80, forS: 120, clearForS: 60 }
    const values = Array.from({ length: 300 }, () => next() * 100)
    const columns = (from: number, until: number) => ({
      ids: ['e'],
      entities: values.slice(from, until).map(() => 0),
      atMs: values.slice(from, until).map((_, i) => start + (from + i) * minute),
      values: values.slice(from, until),
    })
    const [whole, parts] = [engineOf('threshold', settings).engine, engineOf('threshold', settings).engine]
    whole.ingest('cpuPercent', columns(0, 300))
    for (let at = 0; at < 300;) {
      const until = Math.min(300, at + 1 + Math.floor(next() * 40))
      parts.ingest('cpuPercent', columns(at, until))
      at = until
    }
    expect([...parts.of('e')]).toEqual([...whole.of('e')])
  }
})

describe('a changed estate', () => {
  it('lets machines of series that stay go on', () => {
    const rule = (above: number): EngineRule => ({
      condition: 'c',
      kind: 'threshold',
      settings: { ...noSettings, above, forS: 120 },
    })
    const watch = (entity: string, above = 90) => ({
      rule: rule(above),
      metric: 'cpuPercent' as const,
      entity,
      scale: 1,
    })
    const old = new Engine([watch('a'), watch('b'), watch('c')])
    const ids = ['a', 'b', 'c', 'd']
    for (let i = 0; i < 3; i++)
      old.ingest('cpuPercent', {
        ids,
        entities: [1],
        atMs: [start + i * minute],
        values: [95],
      })
    const now = new Engine([watch('d'), watch('b'), watch('c')])
    now.adopt(old)
    expect([...now.ill()]).toMatchObject([{ entity: 'b', level: 1, value: 95, sinceMs: start }])
    now.ingest('cpuPercent', { ids, entities: [1], atMs: [start + 3 * minute], values: [10] })
    expect(now.illCount).toBe(0)
  })

  it('takes up what was told before the process ended, and knows nothing else until it hears', () => {
    const { engine, feed } = engineOf('threshold', { above: 90, forS: 300, easePercent: 10 })
    expect(engine.isWell('e', 'c')).toBe(false)
    engine.recall('e', 'c', null, 1, start)
    feed(minute, 85)
    expect([...engine.ill()]).toMatchObject([{ level: 1, sinceMs: start }])
    feed(2 * minute, 10)
    expect(engine.isWell('e', 'c')).toBe(true)
  })
})
