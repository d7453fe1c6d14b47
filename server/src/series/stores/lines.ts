import { escape } from '@influxdata/influxdb-client'
import { metrics } from '@zongheng/inventory/metric.ts'
import type { KnownColumns } from '../columns.ts'
import { measurementOf } from './backend.ts'

/**
 * Columns as InfluxDB line protocol, timestamps in ms: `zongheng_ifHCInOctets,entity=ifc_1 value=4711,span=60000 1790000060000`.
 * Every number is a float there, exact up to 2^53.
 */
export function linesOf(batch: KnownColumns[]): string[] {
  const lines: string[] = []
  for (const { metric, ids, entities, atMs, startMs, values } of batch) {
    const name = measurementOf(metric)
    const heads = new Map<number, string>()
    const spans = metrics[metric].kind === 'increment' ? startMs! : null
    for (let i = 0; i < atMs.length; i++) {
      const index = entities[i]!
      let head = heads.get(index)
      if (head === undefined) heads.set(index, (head = `${name},entity=${escape.tag(ids[index]!)} value=`))
      const span = spans ? `,span=${atMs[i]! - spans[i]!}` : ''
      lines.push(`${head}${values[i]!}${span} ${atMs[i]!}`)
    }
  }
  return lines
}
