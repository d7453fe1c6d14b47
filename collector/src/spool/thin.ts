import { isMetric, type MetricName } from '@zongheng/inventory/metric.ts'
import type { SampleColumns } from '../contract.ts'

/** What availability and causes are computed from: kept whatever else has to go. */
const verdicts: ReadonlySet<MetricName> = new Set([
  'reachable',
  'ifAdminStatus',
  'ifOperStatus',
  'probeOk',
  'probeSent',
  'probeLost',
])
/** Of these only the changes are needed. */
const codes: ReadonlySet<MetricName> = new Set(['reachable', 'ifAdminStatus', 'ifOperStatus', 'probeOk'])

/** The latest code of each (metric, entity), carried from batch to batch in the order of time. */
export type LastCodes = Map<string, number>

/**
 * What is kept of a batch when the disk's share is used up. First everything but verdicts goes; `changesOnly` also drops
 * codes that say what the one before them said.
 */
export function thin(batch: SampleColumns[], changesOnly: LastCodes | null): SampleColumns[] {
  return batch.flatMap((columns) => {
    const { metric } = columns
    if (!isMetric(metric) || !verdicts.has(metric)) return []
    if (!changesOnly) return [columns]
    return codes.has(metric) ? [changesOf(columns, changesOnly)] : []
  })
}

function changesOf(columns: SampleColumns, last: LastCodes): SampleColumns {
  const entities: number[] = []
  const atMs: number[] = []
  const values: number[] = []
  for (const [i, entity] of columns.entities.entries()) {
    const value = columns.values[i] ?? 0
    const key = `${columns.metric} ${columns.ids[entity]}`
    if (last.get(key) === value) continue
    last.set(key, value)
    entities.push(entity)
    atMs.push(columns.atMs[i] ?? 0)
    values.push(value)
  }
  return { metric: columns.metric, ids: columns.ids, entities, atMs, values }
}
