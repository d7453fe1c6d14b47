import type { SpooledBatch } from './batch-index.ts'

/** What is older than this when the server comes back must not hold up the present. */
const backfillAgeMs = 15 * 60_000

/** From here on they are young enough, and few enough not to hold up what is measured now; at least the newest, unless it is old. */
export function firstLive(
  batches: readonly Pick<SpooledBatch, 'untilMs' | 'length'>[],
  nowMs: number,
  liveBytes: number,
): number {
  let bytes = 0
  let first = batches.length
  for (; first > 0; first--) {
    const { untilMs, length } = batches[first - 1]!
    bytes += length
    if (untilMs < nowMs - backfillAgeMs || (bytes > liveBytes && first < batches.length)) break
  }
  return first
}
