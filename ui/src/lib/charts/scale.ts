/** Maps a value of the domain onto a coordinate, linearly. An empty domain maps to the middle. */
export type Scale = (value: number) => number

export function linear(domain: [number, number], range: [number, number]): Scale {
  const [d0, d1] = domain
  const [r0, r1] = range
  if (d1 === d0) return () => (r0 + r1) / 2
  return (value) => r0 + ((value - d0) / (d1 - d0)) * (r1 - r0)
}

const steps = [1, 2, 2.5, 5, 10]

/** The smallest of 1, 2, 2.5, 5 × 10ⁿ that is not below `value`: a top that reads well. */
export function niceCeil(value: number): number {
  if (!(value > 0)) return 1
  const magnitude = 10 ** Math.floor(Math.log10(value))
  const step = steps.find((s) => s * magnitude >= value * (1 - 1e-9)) ?? 10
  return step * magnitude
}

/** Instants at round wall-clock times between `from` and `until`, at most `count`. */
export function timeTicks(
  from: number,
  until: number,
  count: number,
  zoneOffsetMs = shanghaiOffsetMs,
): number[] {
  const span = until - from
  if (span <= 0 || count < 1) return []
  const step = tickSteps.find((s) => span / s <= count)
  if (step === undefined) return monthTicks(from, until, count, zoneOffsetMs)
  const first = Math.ceil((from + zoneOffsetMs) / step) * step - zoneOffsetMs
  return Array.from(
    { length: Math.max(0, Math.floor((until - first) / step) + 1) },
    (_, i) => first + i * step,
  )
}

/** The first of every month, or of every second, third, sixth one. */
function monthTicks(from: number, until: number, count: number, zoneOffsetMs: number): number[] {
  const every = [1, 2, 3, 6].find((n) => (until - from) / (n * 30 * dayMs) <= count) ?? 12
  const start = new Date(from + zoneOffsetMs)
  const ticks: number[] = []
  for (let month = start.getUTCMonth() + 1; ; month++) {
    const tick = Date.UTC(start.getUTCFullYear(), month, 1) - zoneOffsetMs
    if (tick > until) return ticks
    if (month % every === 0) ticks.push(tick)
  }
}

/** Whether a day of the wall clock begins then. */
export const isMidnight = (at: number) => (at + shanghaiOffsetMs) % dayMs === 0

/** Asia/Shanghai has kept UTC+8 without summer time since 1991. */
export const shanghaiOffsetMs = 8 * 3_600_000

const minuteMs = 60_000
const hourMs = 60 * minuteMs
export const dayMs = 24 * hourMs
const tickSteps = [
  ...[1, 5, 10, 15, 30].map((n) => n * minuteMs),
  ...[1, 2, 3, 4, 6, 12].map((n) => n * hourMs),
  ...[1, 2, 7].map((n) => n * dayMs),
]
