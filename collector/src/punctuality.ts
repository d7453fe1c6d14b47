/** How runs kept their places: on time, late, or left out. */
export type Verdict = 'onTime' | 'late' | 'skipped'

export type PunctualityCounts = Record<Verdict, number>

const slotMs = 5_000
const slots = 12

/** Counts since the start, and of the last minute. The time is an argument, and grows. */
export class Punctuality {
  readonly total: PunctualityCounts = { onTime: 0, late: 0, skipped: 0 }
  readonly #recent: { slot: number; counts: PunctualityCounts }[] = Array.from({ length: slots }, () => ({
    slot: -1,
    counts: { onTime: 0, late: 0, skipped: 0 },
  }))

  add(verdict: Verdict, nowMs: number): void {
    this.total[verdict]++
    const slot = Math.floor(nowMs / slotMs)
    const recent = this.#recent[slot % slots]!
    if (recent.slot !== slot) Object.assign(recent, { slot, counts: { onTime: 0, late: 0, skipped: 0 } })
    recent.counts[verdict]++
  }

  lastMinute(nowMs: number): PunctualityCounts {
    const oldest = Math.floor(nowMs / slotMs) - slots
    const sum: PunctualityCounts = { onTime: 0, late: 0, skipped: 0 }
    for (const { slot, counts } of this.#recent)
      if (slot > oldest) for (const verdict of Object.keys(sum) as Verdict[]) sum[verdict] += counts[verdict]
    return sum
  }
}
