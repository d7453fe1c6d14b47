/** What is usual at a weekday-hour, and how long until a trend ends: worked out from roll-ups, in the background. */
import type { Engine } from '@zongheng/inventory/conditions/engine.ts'
import type { Settings } from '@zongheng/inventory/conditions/spec.ts'
import { daysUntil, quantile, usualOf, type Usual } from '@zongheng/inventory/conditions/stats.ts'
import type { MetricName } from '@zongheng/inventory/metric.ts'
import type { SeriesStore } from '../series/contract.ts'
import { metricOfForecast, type CompiledRule } from './compile.ts'

export const hourMs = 3_600_000
export const dayMs = 24 * hourMs
export const weekMs = 7 * dayMs
const together = 200
/** Of a trend. */
export const trendDays = 42
const fewestHours = 12

type Reader = Pick<SeriesStore, 'read'>
type Machines = Engine<CompiledRule>

/** Limits of the hour that holds `nowMs`, for every machine that judges by what is usual. */
export async function learnUsual(engine: Machines, series: Reader, nowMs: number): Promise<void> {
  const hour = Math.floor(nowMs / hourMs) * hourMs
  const byMetric = Map.groupBy(engine.deviations(), ({ metric }) => metric)
  for (const [metric, machines] of byMetric)
    for (let from = 0; from < machines.length; from += together) {
      const some = machines.slice(from, from + together)
      const entities = [...new Set(some.map(({ entity }) => entity))]
      const weeks = Math.max(...some.map(({ rule }) => rule.settings.weeks))
      const past = await pastOf(series, metric as MetricName, entities, hour, weeks)
      for (const { slot, entity, rule, scale } of some)
        engine.setUsual(slot, usualIn(past.get(entity) ?? [], scale, rule.settings))
    }
}

/** Means of the same hour of past weeks, last week first. */
async function pastOf(
  series: Reader,
  metric: MetricName,
  entities: string[],
  hour: number,
  weeks: number,
): Promise<Map<string, (number | null)[]>> {
  const past = new Map<string, (number | null)[]>(entities.map((entity) => [entity, []]))
  for (let week = 1; week <= weeks; week++) {
    const from = hour - week * weekMs
    const steps = await series.read({
      entities,
      metrics: [metric],
      from,
      until: from + hourMs,
      stepMs: hourMs,
    })
    const means = new Map(steps.map(({ entity, mean }) => [entity, mean[0] ?? null]))
    for (const entity of entities) past.get(entity)!.push(means.get(entity) ?? null)
  }
  return past
}

/** In the unit of the limits. */
export function usualIn(past: readonly (number | null)[], scale: number, settings: Settings): Usual | null {
  const known = past.slice(0, settings.weeks).filter((value) => value !== null)
  return usualOf(known.map((value) => value * scale), settings) // prettier-ignore
}

/** Days left of every trend that is watched, said to its machine as of `nowMs`. */
export async function lookAhead(
  watches: readonly { metric: string; entity: string; scale: number; rule: CompiledRule }[],
  series: Reader,
  nowMs: number,
  tell: (metric: string, entity: string, daysLeft: number) => void,
): Promise<void> {
  for (const [name, ofMetric] of Map.groupBy(watches, ({ metric }) => metric)) {
    const metric = metricOfForecast(name) as MetricName
    for (let from = 0; from < ofMetric.length; from += together) {
      const some = ofMetric.slice(from, from + together)
      const until = Math.floor(nowMs / hourMs) * hourMs
      const entities = [...new Set(some.map(({ entity }) => entity))]
      const period = { from: until - trendDays * dayMs, until }
      const steps = await series.read({ entities, metrics: [metric], ...period, stepMs: hourMs })
      const hours = new Map(steps.map((one) => [one.entity, one]))
      for (const { entity, scale, rule } of some) {
        const known = hours.get(entity)
        if (!known) continue
        const left = daysLeft(known, scale, rule.settings.toward, until)
        if (left !== null) tell(name, entity, Math.min(left, 10_000))
      }
    }
  }
}

/** Of each day before `until` the 95th percentile; what shrinks, as a battery's runtime, by the same: a day's outage does not count. */
export function daysLeft(
  { atMs, mean }: { atMs: number[]; mean: (number | null)[] },
  scale: number,
  toward: number,
  until: number,
): number | null {
  const days = Map.groupBy(atMs.keys(), (i) => Math.floor((atMs[i]! - until) / dayMs))
  const x: number[] = []
  const y: number[] = []
  for (const [day, hours] of days) {
    const values = hours.map((i) => mean[i]!).filter((value) => value !== null)
    if (values.length < fewestHours) continue
    x.push(day)
    y.push(quantile(values, 0.95) * scale)
  }
  return daysUntil(x, y, toward)
}
