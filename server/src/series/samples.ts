/**
 * Samples of one series in time order, in columns of one length. Gauges have no `start`; an increment grew by
 * `value` from `start` to `at`. The instant `at` is a sample's identity within its series.
 */
export interface Samples {
  at: number[]
  start: number[] | null
  value: number[]
}

export const noSamples = (increments: boolean): Samples => ({
  at: [],
  start: increments ? [] : null,
  value: [],
})

export function push(to: Samples, from: Samples, i: number): void {
  to.at.push(from.at[i]!)
  to.start?.push(from.start?.[i] ?? from.at[i]!)
  to.value.push(from.value[i]!)
}

/** The same samples in time order, each instant once: what was written last holds. */
export function inOrder(samples: Samples): Samples {
  const { at } = samples
  if (at.every((instant, i) => i === 0 || at[i - 1]! < instant)) return samples
  const order = at.map((_, i) => i).sort((a, b) => at[a]! - at[b]! || a - b)
  const sorted = noSamples(samples.start !== null)
  order.forEach((index, i) => {
    const next = order[i + 1]
    if (next === undefined || at[next] !== at[index]) push(sorted, samples, index)
  })
  return sorted
}

/** Samples `from` (inclusive) to `until` (exclusive), by position. */
export const slice = ({ at, start, value }: Samples, from: number, until: number): Samples => ({
  at: at.slice(from, until),
  start: start?.slice(from, until) ?? null,
  value: value.slice(from, until),
})

export function concat(parts: Samples[], increments: boolean): Samples {
  return {
    at: parts.flatMap((part) => part.at),
    start: increments ? parts.flatMap((part) => part.start ?? part.at) : null,
    value: parts.flatMap((part) => part.value),
  }
}
