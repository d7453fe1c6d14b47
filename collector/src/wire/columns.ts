import type { SampleColumns } from '../contract.ts'
import { unpackRest, type Blocks, type MetricValues } from './body.ts'
import { WireError } from './bytes.ts'
import { newRoom, type Room } from './room.ts'
import type { Heard } from './telling.ts'

/**
 * The columns of a body that was heard, valid as long as their room is. They share the ids of the connection; what has no value is
 * left out.
 */
export async function columnsOf(
  { ids, bases, sizes, rest }: Heard,
  room: Room = newRoom,
): Promise<SampleColumns[]> {
  const { blocks, metrics } = await unpackRest(rest, sizes, room)
  return metrics.map((metric) => flat(metric, blocks, { ids, bases, sizes }, room))
}

function flat(
  { metric, blocks: own, values }: MetricValues,
  { groups, atMs, startMs }: Blocks,
  { ids, bases, sizes }: Pick<Heard, 'ids' | 'bases' | 'sizes'>,
  room: Room,
): SampleColumns {
  const isIncrement = own.length > 0 && !Number.isNaN(startMs[own[0]!]!)
  const columns = {
    entities: room.integers(values.length),
    atMs: room.doubles(values.length),
    startMs: room.doubles(isIncrement ? values.length : 0),
    values,
  }
  let [from, rows] = [0, 0]
  for (const block of own) {
    const group = groups[block]!
    const [at, start, base] = [atMs[block]!, startMs[block]!, bases[group]!]
    if (Number.isNaN(start) === isIncrement) throw new WireError(`${metric} has starts for some`)
    const until = from + sizes[group]!
    for (let i = from; i < until; i++) {
      const value = values[i]!
      if (value !== value) continue
      columns.entities[rows] = base + i - from
      columns.atMs[rows] = at
      if (isIncrement) columns.startMs[rows] = start
      columns.values[rows++] = value
    }
    from = until
  }
  return {
    metric,
    ids,
    entities: columns.entities.subarray(0, rows),
    atMs: columns.atMs.subarray(0, rows),
    ...(isIncrement ? { startMs: columns.startMs.subarray(0, rows) } : {}),
    values: columns.values.subarray(0, rows),
  }
}
