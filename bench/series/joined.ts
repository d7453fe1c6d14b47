import type { SampleColumns } from '@zongheng/collector/contract.ts'
import type { TrafficBatch } from './traffic.ts'

/** Several batches as one, each metric's columns put together, as a collector sends them that comes back. */
export function* joined(batches: Iterable<TrafficBatch>, count: number): Generator<SampleColumns[]> {
  let some: SampleColumns[][] = []
  for (const { columns } of batches) {
    if (some.push(columns) < count) continue
    yield together(some)
    some = []
  }
  if (some.length > 0) yield together(some)
}

function together(batches: SampleColumns[][]): SampleColumns[] {
  return batches[0]!.map(({ metric, ids, startMs }, k) => ({
    metric,
    ids,
    entities: batches.flatMap((columns) => [...columns[k]!.entities]),
    atMs: batches.flatMap((columns) => [...columns[k]!.atMs]),
    ...(startMs && { startMs: batches.flatMap((columns) => [...columns[k]!.startMs!]) }),
    values: batches.flatMap((columns) => [...columns[k]!.values]),
  }))
}
