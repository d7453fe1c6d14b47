/**
 * From counters to exact increments. Pure: the same readings always give the same increments, and an increment is given
 * only where the counter is known to have counted from the one reading to the other.
 */
import type { MetricName } from '@zongheng/inventory/metric.ts'

export type Counter = { value: number | bigint; bits: 32 | 64 }

export type CounterMetric = Extract<
  MetricName,
  | 'ifHCInOctets'
  | 'ifHCOutOctets'
  | 'ifHCInUcastPkts'
  | 'ifHCOutUcastPkts'
  | 'ifInErrors'
  | 'ifOutErrors'
  | 'ifInDiscards'
  | 'ifOutDiscards'
>

/** One interface, read once. `epoch` counts the device's restarts. */
export interface InterfaceCounters {
  atMs: number
  epoch: number
  ifIndex: number
  /** ifCounterDiscontinuityTime [RFC 2863], TimeTicks; null where the device has none. */
  discontinuity: number | null
  /** bit/s, where the wire sets it; null for tunnels and the like, whose ifSpeed is only a setting. */
  speedBps: number | null
  counters: Partial<Record<CounterMetric, Counter>>
}

export interface Increment {
  metric: CounterMetric
  startMs: number
  atMs: number
  value: number
}

export interface Increments {
  increments: Increment[]
  /** Left out since no wire could carry so much, or since the counter may have wrapped more than once. */
  implausible: CounterMetric[]
}

const none: Increments = { increments: [], implausible: [] }

/** What was counted between two readings of one interface; nothing across a restart, a discontinuity or a new ifIndex. */
export function incrementsBetween(before: InterfaceCounters | null, now: InterfaceCounters): Increments {
  if (!before || before.epoch !== now.epoch || before.ifIndex !== now.ifIndex) return none
  if (before.discontinuity !== now.discontinuity || now.atMs <= before.atMs) return none
  const result: Increments = { increments: [], implausible: [] }
  for (const [metric, counter] of Object.entries(now.counters) as [CounterMetric, Counter][]) {
    const earlier = before.counters[metric]
    if (!earlier || earlier.bits !== counter.bits) continue
    const spanMs = now.atMs - before.atMs
    const value = countBetween(metric, earlier, counter, { speedBps: now.speedBps, spanMs })
    if (value === 'implausible') result.implausible.push(metric)
    else if (value !== null) result.increments.push({ metric, startMs: before.atMs, atMs: now.atMs, value })
  }
  return result
}

const tolerance = 1.1
/** Agents refresh their counters every few seconds: a span may hold that much more than its length. */
const refreshMs = 15_000

/** The fewest bits on the wire that one count stands for. Faults are too few to go round unseen, whatever the speed. */
const bitsPerCount: Record<CounterMetric, { bits: number; isLoad: boolean }> = {
  ifHCInOctets: { bits: 8, isLoad: true },
  ifHCOutOctets: { bits: 8, isLoad: true },
  ifHCInUcastPkts: { bits: 512, isLoad: true },
  ifHCOutUcastPkts: { bits: 512, isLoad: true },
  ifInErrors: { bits: 512, isLoad: false },
  ifOutErrors: { bits: 512, isLoad: false },
  ifInDiscards: { bits: 512, isLoad: false },
  ifOutDiscards: { bits: 512, isLoad: false },
}

/** Null when the counter was reset: it went back, and not by wrapping. */
function countBetween(
  metric: CounterMetric,
  before: Counter,
  now: Counter,
  { speedBps, spanMs }: { speedBps: number | null; spanMs: number },
): number | 'implausible' | null {
  const { bits, isLoad } = bitsPerCount[metric]
  const highest = speedBps ? (tolerance * speedBps * (spanMs + refreshMs)) / 1000 / bits : null
  const grown = Number(BigInt(now.value) - BigInt(before.value))
  if (grown < 0) {
    if (now.bits === 64) return null
    const wrapped = grown + 2 ** 32
    // with no speed to judge by, only a wrap from the upper half is believed; the rest are resets
    return wrapped > (highest ?? 2 ** 31) ? null : unlessTwice(wrapped, highest, isLoad)
  }
  if (highest !== null && grown > highest) return 'implausible'
  return now.bits === 32 ? unlessTwice(grown, highest, isLoad) : grown
}

/** At this speed a 32-bit counter may have gone round once more than is seen. */
function unlessTwice(count: number, highest: number | null, isLoad: boolean): number | 'implausible' {
  return isLoad && highest !== null && count + 2 ** 32 <= highest ? 'implausible' : count
}
