/** When samples were taken, in order of time, each instant once. Increments began at `start`; gauges have none. */
export interface Times {
  at: Float64Array
  start: Float64Array | null
}

/** Samples of one series on their way to the disk; tracks that were measured together share their `times`. */
export interface Track {
  /** Of the series within its tile. */
  index: number
  times: Times
  value: Float64Array
  /** With which every value is an exact integer; null when none is known to do. */
  decimals: number | null
}

const mostDecimals = 6
/** Integers below this in size survive a delta and a zigzag within 2^53. */
const largestInteger = 2 ** 50
export const scales = [1, 10, 100, 1e3, 1e4, 1e5, 1e6] as const

export const isExact = (value: number, scale: number) => {
  const scaled = Math.round(value * scale)
  return scaled / scale === value && scaled < largestInteger && scaled > -largestInteger
}

/** The least decimals, from `least` on, with which a value is an exact integer; null when none does. */
export function decimalsOf(value: number, least = 0): number | null {
  for (let decimals = least; decimals <= mostDecimals; decimals++) {
    if (isExact(value, scales[decimals]!)) return decimals
  }
  return null
}

/** Decimals with which all of the values are exact integers; null when none does. */
export function commonDecimals(values: ArrayLike<number>): number | null {
  let decimals: number | null = 0
  for (let i = 0; i < values.length && decimals !== null; i++) {
    if (!isExact(values[i]!, scales[decimals]!)) decimals = decimalsOf(values[i]!, decimals)
  }
  // More decimals make larger integers: what was exact with fewer may be none with more.
  const scale = decimals === null ? 1 : scales[decimals]!
  for (let i = 0; i < values.length && decimals !== null; i++) if (!isExact(values[i]!, scale)) return null
  return decimals
}
