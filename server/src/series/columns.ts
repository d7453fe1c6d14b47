import type { SampleColumns } from '@zongheng/collector/contract.ts'
import { isMetric, metrics, type MetricName } from '@zongheng/inventory/metric.ts'

export class MalformedSamples extends Error {
  override name = 'MalformedSamples'
}

export type KnownColumns = SampleColumns & { metric: MetricName }

const isInstant = (ms: number) => Number.isSafeInteger(ms) && ms > 0

/**
 * The columns of metrics known here, checked; those of a newer collector are left out. Throws MalformedSamples,
 * which names the column, when lengths differ or a value cannot be one.
 */
export function knownColumns(batch: SampleColumns[]): KnownColumns[] {
  return batch.filter((columns): columns is KnownColumns => {
    if (!isMetric(columns.metric)) return false
    const fault = faultOf(columns, metrics[columns.metric].kind === 'increment')
    if (fault) throw new MalformedSamples(`${columns.metric}: ${fault}`)
    return true
  })
}

function faultOf(
  { ids, entities, atMs, startMs, values }: SampleColumns,
  increments: boolean,
): string | null {
  if (entities.length !== atMs.length || values.length !== atMs.length) return 'columns differ in length'
  if (!entities.every((index) => ids[index] !== undefined)) return 'an entity is not among the ids'
  if (!atMs.every(isInstant)) return 'an instant is not epoch ms'
  if (!values.every(Number.isFinite)) return 'a value is not finite'
  if (!increments) return null
  if (startMs?.length !== atMs.length) return 'an increment has no start'
  if (!startMs.every((start, i) => isInstant(start) && start <= atMs[i]!))
    return 'an increment ends before it starts'
  return null
}
