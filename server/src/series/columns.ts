import type { SampleColumns } from '@zongheng/collector/contract.ts'
import { isMetric, metrics, type MetricName } from '@zongheng/inventory/metric.ts'

export class MalformedSamples extends Error {
  override name = 'MalformedSamples'
}

export type KnownColumns = SampleColumns & { metric: MetricName }
type Numbers = ArrayLike<number>

export const isIncrement = (metric: MetricName) => metrics[metric].kind === 'increment'

/** The columns of metrics known here; those of a newer collector are left out. Throws MalformedSamples when lengths differ. */
export function evenColumns(batch: SampleColumns[]): KnownColumns[] {
  const known = batch.filter((columns): columns is KnownColumns => isMetric(columns.metric))
  for (const { metric, entities, atMs, startMs, values } of known) {
    if (entities.length !== atMs.length || values.length !== atMs.length)
      throw new MalformedSamples(`${metric}: columns differ in length`)
    if (isIncrement(metric) && startMs?.length !== atMs.length)
      throw new MalformedSamples(`${metric}: an increment has no start`)
  }
  return known
}

/** The same, and what they hold is checked. Throws MalformedSamples, which names the column, when a value cannot be one. */
export function knownColumns(batch: SampleColumns[]): KnownColumns[] {
  const known = evenColumns(batch)
  for (const { metric, ids, entities, atMs, startMs, values } of known) {
    for (let i = 0; i < entities.length; i++)
      if (ids[entities[i]!] === undefined)
        throw new MalformedSamples(`${metric}: an entity is not among the ids`)
    refuseImpossible(metric, atMs, isIncrement(metric) ? startMs! : null, values)
  }
  return known
}

/** Throws MalformedSamples when an instant or a value cannot be one. */
export function refuseImpossible(
  metric: MetricName,
  at: Numbers,
  start: Numbers | null,
  values: Numbers,
): void {
  const fault = faultOf(at, start, values)
  if (fault) throw new MalformedSamples(`${metric}: ${fault}`)
}

/** Instants have 48 bits: until the year 10889. */
const isInstant = (ms: number) => ms > 0 && ms < 2 ** 48 && Math.floor(ms) === ms

function faultOf(at: Numbers, start: Numbers | null, values: Numbers): string | null {
  for (let i = 0; i < at.length; i++) {
    if (!isInstant(at[i]!)) return 'an instant is not epoch ms'
    if (!Number.isFinite(values[i]!)) return 'a value is not finite'
    if (start && !(isInstant(start[i]!) && start[i]! <= at[i]!)) return 'an increment ends before it starts'
  }
  return null
}
