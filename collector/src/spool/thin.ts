import { isMetric, type MetricName } from '@zongheng/inventory/metric.ts'
import { joinBody, packRest, splitBody, unpackRest, type MetricValues } from '../wire/body.ts'
import { groupSize, unpackGroup } from '../wire/group.ts'

/** What availability and causes are computed from: kept whatever else has to go. */
const verdicts: ReadonlySet<MetricName> = new Set([
  'reachable',
  'ifAdminStatus',
  'ifOperStatus',
  'probeOk',
  'probeSent',
  'probeLost',
  'checkOk',
])
/** Of these only the changes are needed. */
const codes: ReadonlySet<MetricName> = new Set([
  'reachable',
  'ifAdminStatus',
  'ifOperStatus',
  'probeOk',
  'checkOk',
])

/** The latest code of each (metric, entity), carried from batch to batch in the order of time. */
export type LastCodes = Map<string, number>

/**
 * What is kept of a batch when the disk's share is used up. First everything but verdicts goes; `changesOnly` also drops
 * codes that say what the one before them said.
 */
export async function thin(body: Uint8Array, changesOnly: LastCodes | null): Promise<Uint8Array> {
  const { groups, rest } = splitBody(body)
  const octets = groups.filter((group) => typeof group !== 'number')
  const sizes = octets.map(groupSize)
  const { blocks, metrics } = await unpackRest(rest, sizes)
  const kept = metrics.filter(
    ({ metric }) => isMetric(metric) && (changesOnly ? codes : verdicts).has(metric),
  )
  const ids = changesOnly ? octets.map(unpackGroup) : []
  const thinned = changesOnly
    ? kept.map((one) => changesOf(one, (block) => ids[blocks.groups[block]!]!, changesOnly))
    : kept
  return await compact(octets, blocks, thinned)
}

/** Blocks without a change go, and in those that stay the codes that are old. */
function changesOf(
  { metric, blocks, values }: MetricValues,
  idsOf: (block: number) => readonly string[],
  last: LastCodes,
): MetricValues {
  const keptBlocks: number[] = []
  const keptValues: number[] = []
  let row = 0
  for (const block of blocks) {
    let changed = false
    const codes = idsOf(block).map((id) => {
      const value = values[row++]!
      const key = `${metric} ${id}`
      if (Number.isNaN(value) || last.get(key) === value) return NaN
      last.set(key, value)
      changed = true
      return value
    })
    if (!changed) continue
    keptBlocks.push(block)
    for (const code of codes) keptValues.push(code)
  }
  return { metric, blocks: Uint32Array.from(keptBlocks), values: Float64Array.from(keptValues) }
}

/** Without the blocks and groups that nothing speaks of any more. */
async function compact(
  octets: Uint8Array[],
  { groups, atMs, startMs }: Parameters<typeof packRest>[0],
  metrics: MetricValues[],
): Promise<Uint8Array> {
  const blocks = numbered(metrics.flatMap((one) => [...one.blocks]))
  const blockIndices = Uint32Array.from(blocks.keys())
  const used = numbered(Array.from(blockIndices, (block) => groups[block]!))
  const rest = await packRest(
    {
      groups: blockIndices.map((block) => used.get(groups[block]!)!),
      atMs: Float64Array.from(blockIndices, (block) => atMs[block]!),
      startMs: Float64Array.from(blockIndices, (block) => startMs[block]!),
    },
    metrics
      .filter((one) => one.blocks.length > 0)
      .map((one) => ({ ...one, blocks: one.blocks.map((block) => blocks.get(block)!) })),
  )
  return joinBody({ startsAnew: false, groups: Array.from(used.keys(), (group) => octets[group]!), rest })
}

/** The distinct ones in the order they come, each with its number. */
function numbered(values: number[]): Map<number, number> {
  const numbers = new Map<number, number>()
  for (const value of values) if (!numbers.has(value)) numbers.set(value, numbers.size)
  return numbers
}
