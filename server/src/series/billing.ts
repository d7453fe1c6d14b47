/** What a line is billed and judged by: volumes, and the percentile of its 5-minute means. */
import { workingSpans, type BusinessCalendar } from '@zongheng/inventory/calendar.ts'
import type { SeriesReader } from './answering.ts'
import type { Percentile, VolumeOfPeriod } from './schema.ts'
import type { Period } from './contract.ts'

const stepMs = 300_000
const bitsPerOctet = 8
const octets = ['ifHCInOctets', 'ifHCOutOctets'] as const

export async function volumeOf(store: SeriesReader, entity: string, period: Period): Promise<VolumeOfPeriod> {
  const [inward, outward] = await Promise.all(
    octets.map(async (metric) => {
      const { total, coveredMs } = await store.total({ entity, metric, ...period })
      return { octets: total, coveredMs }
    }),
  )
  return { ...period, in: inward!, out: outward! }
}

export interface PercentileRequest extends Period {
  entity: string
  percentile: number
  /** Only steps that begin within its working time count; null: all. */
  calendar: BusinessCalendar | null
  nowMs: number
}

type Numbers = Pick<Percentile, 'in' | 'out' | 'max' | 'steps' | 'knownSteps'>

/** From the 5-minute volumes themselves, never from roll-ups of percentiles. */
export async function percentileOf(store: SeriesReader, request: PercentileRequest): Promise<Numbers> {
  const { entity, from, until, percentile, calendar, nowMs } = request
  const period = { from, until: Math.max(from + stepMs, Math.min(until, nowMs - (nowMs % stepMs))) }
  const [inward, outward] = await store.read({ entities: [entity], metrics: [...octets], ...period, stepMs })
  const counting = calendar === null ? null : within(inward!.atMs, workingSpans(calendar, from, until))
  const counted = ({ mean }: { mean: (number | null)[] }) =>
    counting === null ? mean : mean.filter((_, i) => counting[i])
  const [ins, outs] = [counted(inward!), counted(outward!)]
  const [highIn, highOut] = [ins, outs].map((rates) => rankOf(rates, percentile))
  return {
    in: highIn!,
    out: highOut!,
    max: highIn === null || highOut === null ? (highIn ?? highOut)! : Math.max(highIn!, highOut!),
    steps: ins.length,
    knownSteps: ins.filter((rate, i) => rate !== null && outs[i] !== null).length,
  }
}

/** Of instants in order, whether each lies in one of the spans, which are in order too. */
function within(atMs: number[], spans: [from: number, until: number][]): boolean[] {
  let next = 0
  return atMs.map((at) => {
    while (next < spans.length && spans[next]![1] <= at) next++
    return next < spans.length && spans[next]![0] <= at
  })
}

/** Nearest rank: the lowest of the known rates that is no less than `percentile` % of them. In bit/s. */
function rankOf(rates: (number | null)[], percentile: number): number | null {
  const known = Float64Array.from(rates.filter((rate) => rate !== null)).sort()
  if (known.length === 0) return null
  return known[Math.max(0, Math.ceil((percentile / 100) * known.length) - 1)]! * bitsPerOctet
}
