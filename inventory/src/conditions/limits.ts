/** How grave a value is by its limits, with hysteresis. */
import type { Settings } from './spec.ts'

/** 0: well. 1: beyond a limit. 2: beyond a critical one. */
export type Level = 0 | 1 | 2

/** Eight numbers a set: limits, and what they are eased to for a value that is beyond them already. NaN: no limit. */
export const limitsWidth = 8
const critical = 2
const eased = 4

/** above, below, aboveCritical, belowCritical, then the same four eased. */
export function limitNumbers(settings: Settings): Float64Array {
  const { easePercent } = settings
  const ease = (limit: number, way: 1 | -1) => limit + (way * Math.abs(limit) * easePercent) / 100
  const known = (limit: number | null) => limit ?? NaN
  const limits = [
    known(settings.above),
    known(settings.below),
    known(settings.aboveCritical),
    known(settings.belowCritical),
  ] as const
  return Float64Array.of(
    ...limits,
    ease(limits[0], -1),
    ease(limits[1], 1),
    ease(limits[2], -1),
    ease(limits[3], 1),
  )
}

/** The level of a value that was told to be at level `told`; `at`: where its limits begin. */
export function levelOf(value: number, told: number, limits: Float64Array, at: number): Level {
  const severe = at + critical + (told === 2 ? eased : 0)
  if (value > limits[severe]! || value < limits[severe + 1]!) return 2
  const mild = at + (told === 0 ? 0 : eased)
  return value > limits[mild]! || value < limits[mild + 1]! ? 1 : 0
}

/** The limit that a value is beyond; null for one that is well. */
export function limitBeyond(value: number, told: number, limits: Float64Array, at: number): number | null {
  const order = told === 2 ? [2, 3, 0, 1] : [0, 1]
  for (const one of order) {
    const limit = limits[at + one]!
    const easier = limits[at + one + eased]!
    if (one % 2 === 0 ? value > Math.min(limit, easier) : value < Math.max(limit, easier)) return limit
  }
  return null
}
