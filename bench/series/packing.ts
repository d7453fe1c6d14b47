import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { SeriesFile } from '../../server/src/series/file.ts'
import { secondsOf, type Waits } from './contender.ts'
import { joined } from './joined.ts'
import { interfaceId, traffic } from './traffic.ts'

const minuteMs = 60_000
const dayMs = 86_400_000
/** Ten whole groups of series, each minute of two days. */
const series = 640
const points = 2 * 24 * 60
/** An hour's rounds to a batch, so that there is always something to be packed. */
const roundsOfBatch = 60
const retiredDays = 40

/** Packs, rolls up and thins whole days, and measures each step of it: batches are taken between them. */
export function longestStep(): Omit<Waits, 'diskAloneMs'> {
  const folder = mkdtempSync(join(tmpdir(), 'zongheng-bench-'))
  const fromMs = Math.floor(Date.now() / dayMs) * dayMs
  let nowMs = fromMs
  const file = new SeriesFile(join(folder, 'series.db'), { clock: () => nowMs })
  let [longestStepMs, longestStepCpuMs, seq] = [0, 0, 0]
  const step = (): boolean => {
    const before = { atMs: performance.now(), cpu: process.threadCpuUsage() }
    const isMore = file.work()
    longestStepMs = Math.max(longestStepMs, performance.now() - before.atMs)
    longestStepCpuMs = Math.max(longestStepCpuMs, 1000 * secondsOf(process.threadCpuUsage(before.cpu)))
    return isMore
  }
  try {
    file.keepLong([interfaceId(0), interfaceId(33)])
    for (const batch of joined(traffic({ series, points, fromMs, intervalMs: minuteMs }), roundsOfBatch)) {
      file.append({ collectorId: 'col_1', epoch: 'e', lane: 'backfill', seq: ++seq }, batch)
      while (step());
    }
    nowMs = fromMs + retiredDays * dayMs
    while (step());
    return { longestStepMs, longestStepCpuMs }
  } finally {
    file.close()
    rmSync(folder, { recursive: true })
  }
}
