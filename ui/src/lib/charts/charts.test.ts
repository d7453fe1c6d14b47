import { describe, expect, it } from 'vitest'
import { csv } from './csv.ts'
import { areaPath, gaps, linePath, ribbonPath, runs } from './line.ts'
import { linear, niceCeil, timeTicks } from './scale.ts'
import { lossPercent, nearest, percentile95 } from './series.ts'

const hourMs = 3_600_000
const series = (mean: (number | null)[], stepMs = 300_000) => ({
  entityId: 'ifc_1',
  metric: 'ifHCInOctets',
  unit: 'bps',
  stepMs,
  atMs: mean.map((_, i) => i * stepMs),
  mean,
  min: mean,
  max: mean,
})
const identity = (n: number) => n

describe('scale', () => {
  it.each([
    [0, 1],
    [0.003, 0.005],
    [1, 1],
    [1.2, 2],
    [2.3, 2.5],
    [6.9, 10],
    [99.9, 100],
    [230, 250],
  ])('rounds the top of an axis from %d to %d', (value, expected) => {
    expect(niceCeil(value)).toBeCloseTo(expected, 10)
  })

  it('maps an empty domain to the middle', () => {
    expect(linear([5, 5], [0, 10])(5)).toBe(5)
    expect(linear([0, 10], [100, 0])(2.5)).toBe(75)
  })

  it('puts day ticks on midnight in Shanghai', () => {
    const ticks = timeTicks(Date.UTC(2026, 10, 1, 3), Date.UTC(2026, 10, 4, 3), 4)
    expect(ticks).toEqual([1, 2, 3].map((day) => Date.UTC(2026, 10, day, 16)))
  })

  it('keeps to the number of ticks asked for', () => {
    expect(timeTicks(0, 24 * hourMs, 6)).toHaveLength(7)
    expect(timeTicks(0, 30 * 24 * hourMs, 6).length).toBeLessThanOrEqual(6)
    expect(timeTicks(10, 10, 6)).toEqual([])
  })
})

describe('line', () => {
  const points = [1, null, 3, 4, null].map((value, at) => ({ at, value }))

  it('never bridges a gap', () => {
    expect(linePath(points, identity, identity)).toBe('M0 1h1M2 3 3 4')
    expect(areaPath(points, identity, identity)).toBe('M0 0L0 1 0 0zM2 0L2 3 3 4 3 0z')
  })

  it('tells where nothing was measured', () => {
    expect(gaps(points, 9)).toEqual([
      { from: 0, until: 2 },
      { from: 3, until: 9 },
    ])
    expect(gaps([], 9)).toEqual([])
  })

  it('cuts a ribbon off at the top of the plot', () => {
    const spread = [
      { at: 0, low: 1, high: 9 },
      { at: 1, low: 7, high: 8 },
    ]
    expect(ribbonPath(spread, identity, identity, 5)).toBe('M0 5 1 5 1 5 0 1z')
  })

  it('parts into runs', () => {
    expect(runs([1, 0, 0, 2, 3], (n) => n === 0)).toEqual([[1], [2, 3]])
  })
})

describe('series', () => {
  it('counts lost probes against sent ones, and knows nothing where none was sent', () => {
    const loss = lossPercent(series([4, 4, null, 0]), series([0, 1, null, 0]))
    expect(loss.map((p) => p.value)).toEqual([0, 25, null, null])
  })

  it.each([
    [-1, undefined],
    [0, 0],
    [14, 10],
    [16, 20],
    [31, undefined],
  ])('finds the point nearest to %d', (at, expected) => {
    const points = [{ at: 0 }, { at: 10 }, { at: 20 }]
    expect(nearest(points, at, at < 0 || at > 30 ? 0 : 10)?.at).toBe(expected)
  })

  it('takes the 95th percentile from five-minute means only', () => {
    const hundred = Array.from({ length: 100 }, (_, i) => i + 1)
    expect(percentile95(series(hundred), series(hundred.map(() => 0)))).toBe(95)
    expect(percentile95(series(hundred, 60_000), series(hundred, 60_000))).toBeNull()
    expect(percentile95(series([]), series([]))).toBeNull()
  })
})

it('writes CSV that no spreadsheet runs', () => {
  expect(
    csv(
      ['时间', 'a,b'],
      [
        ['=1+1', 2.5],
        ['说"好"', null],
      ],
    ),
  ).toBe('\ufeff时间,"a,b"\r\n\'=1+1,2.5\r\n"说""好""",\r\n')
})
