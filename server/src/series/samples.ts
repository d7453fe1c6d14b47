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

/** Parts of one series as one, in order of time, each instant once: of later parts if they differ. */
export function join(parts: Samples[], increments: boolean): Samples {
  if (parts.length === 1) return inOrder(parts[0]!)
  const all = noSamples(increments)
  let [isOrdered, last] = [true, -Infinity]
  for (const { at, start, value } of parts) {
    // Two days may both tell of the increment that lies across their midnight.
    if (at[0] === last) {
      dropLast(all)
      last = all.at.at(-1) ?? -Infinity
    }
    for (let i = 0; i < at.length; i++) {
      if (at[i]! <= last) isOrdered = false
      last = at[i]!
      all.at.push(at[i]!)
      all.start?.push(start ? start[i]! : at[i]!)
      all.value.push(value[i]!)
    }
  }
  return isOrdered ? all : inOrder(all)
}

function dropLast({ at, start, value }: Samples): void {
  at.pop()
  start?.pop()
  value.pop()
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

/**
 * Of increments in order of their ends: up to where each covers time that none after it covers as well. What they cover
 * together is the sum of `start` to that. They overlap when a counter that stood still tells later what it grew by meanwhile.
 */
export function coverageOf(at: number[], start: number[]): number[] {
  if (start.every((began, i) => i === 0 || began >= at[i - 1]!)) return at
  const until = new Array<number>(at.length)
  for (let i = at.length - 1, earliest = Infinity; i >= 0; i--) {
    until[i] = Math.max(start[i]!, Math.min(at[i]!, earliest))
    earliest = Math.min(earliest, start[i]!)
  }
  return until
}
