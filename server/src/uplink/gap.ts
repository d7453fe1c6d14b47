import type { GapReason } from '@zongheng/collector/contract.ts'

/** Samples that a collector had to give up. UTC epoch ms. */
export interface Gap {
  fromMs: number
  untilMs: number
  reason: GapReason
}

export const gapsKept = 100

/** All of them, oldest first; those of one reason that touch are one, and the latest are kept. */
export function mergedGaps(gaps: readonly Gap[]): Gap[] {
  const merged: Gap[] = []
  const last = new Map<GapReason, Gap>()
  for (const gap of gaps.toSorted((a, b) => a.fromMs - b.fromMs)) {
    const before = last.get(gap.reason)
    if (before && gap.fromMs <= before.untilMs) before.untilMs = Math.max(before.untilMs, gap.untilMs)
    else {
      const { fromMs, untilMs, reason } = gap
      const own = { fromMs, untilMs: Math.max(fromMs, untilMs), reason }
      last.set(reason, own)
      merged.push(own)
    }
  }
  return merged.slice(-gapsKept)
}
