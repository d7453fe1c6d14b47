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

/** The same samples in time order, each instant once: what was written last holds. */
export function inOrder(samples: Samples): Samples {
  const { at, start, value } = samples
  if (at.every((instant, i) => i === 0 || at[i - 1]! < instant)) return samples
  const order = at.map((_, i) => i).sort((a, b) => at[a]! - at[b]! || a - b)
  const kept = order.filter((index, i) => i === order.length - 1 || at[order[i + 1]!] !== at[index])
  const of = (column: number[]) => kept.map((index) => column[index]!)
  return { at: of(at), start: start && of(start), value: of(value) }
}

/** One part as it is; of several, all of them one after another. */
export function concat(parts: Samples[], increments: boolean): Samples {
  if (parts.length === 1) return parts[0]!
  return {
    at: parts.flatMap((part) => part.at),
    start: increments ? parts.flatMap((part) => part.start ?? part.at) : null,
    value: parts.flatMap((part) => part.value),
  }
}
