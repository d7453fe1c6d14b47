import { isMetric, type MetricName } from '@zongheng/inventory/metric.ts'
import { unprocessable } from '../http/problem.ts'

/** Steps are whole seconds; a finer one would show the probing's rhythm, not the line. */
const leastStepMs = 1000
const longestMs = 400 * 24 * 3_600_000

export const stepOf = (lengthMs: number, points: number): number =>
  Math.max(leastStepMs, Math.ceil(lengthMs / points / 1000) * 1000)

export function knownMetric(name: string, i: number | null = null): MetricName {
  if (isMetric(name)) return name
  const path = `/querystring/metric${i === null ? '' : `/${i}`}`
  throw unprocessable('unknown-metric', undefined, [
    { path, code: 'enum', message: `no metric is called ${name}` },
  ])
}

export function refusePeriod(from: number, until: number): void {
  if (from < until && until - from <= longestMs) return
  const message = 'must be after from, by 400 days at most'
  throw unprocessable('bad-period', undefined, [{ path: '/querystring/until', code: 'period', message }])
}

/** 422: the answer would be longer than `most` of these. */
export function refuseMore(count: number, most: number, what: { zh: string; en: string }): void {
  if (count <= most) return
  throw unprocessable('too-many-series', {
    zh: `${what.zh} ${count} 超过上限 ${most}：请缩小范围`,
    en: `${count} ${what.en}, at most ${most}: ask for less`,
  })
}
