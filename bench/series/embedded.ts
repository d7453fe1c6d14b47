import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { EmbeddedSeries } from '../../server/src/series/embedded.ts'
import { SeriesFile } from '../../server/src/series/file.ts'
import { bytesUnder, longestFlush } from './disk.ts'
import { median, secondsOf, type Contender } from './contender.ts'
import { joined } from './joined.ts'
import { longestStep } from './packing.ts'
import { interfaceId, metricsPerPort, traffic } from './traffic.ts'

const fail = (error: Error) => {
  throw error
}

/** Our own: within this process, so that its cost is this process' but for what making the traffic takes. */
export const embedded: Contender = {
  tool: 'zongheng embedded',
  async start() {
    const folder = mkdtempSync(join(tmpdir(), 'zongheng-bench-'))
    const path = join(folder, 'series.db')
    const store = new EmbeddedSeries(path, fail)
    return {
      store,
      cpuS: () => secondsOf(process.cpuUsage()),
      settled: () => store.flush(),
      async held() {
        const { tileBytes, fileBytes, freeBytes } = await store.extent()
        return { used: fileBytes - freeBytes, allocated: bytesUnder(folder), pure: tileBytes }
      },
      yearMs: async () => (await year()).yearMs,
      waits({ octets, batches }) {
        const diskAloneMs = longestFlush(folder, Math.round(octets), batches)
        return { ...longestStep(), diskAloneMs }
      },
      async stop() {
        await store.close()
        rmSync(folder, { recursive: true })
      },
    }
  },
}

const minuteMs = 60_000
const dayMs = 86_400_000
/** Minutes of a year. */
const yearPoints = 365 * 24 * 60

export interface YearRow {
  samples: number
  loadS: number
  yearMs: number
}

/** A year of minutes of one interface's series, rolled up, and charts of all of it. */
export async function year(): Promise<YearRow> {
  const folder = mkdtempSync(join(tmpdir(), 'zongheng-bench-'))
  const file = new SeriesFile(join(folder, 'series.db'))
  try {
    const untilMs = Math.floor(Date.now() / dayMs) * dayMs
    const fromMs = untilMs - yearPoints * minuteMs
    const loadedMs = performance.now()
    const samples = load(file, fromMs)
    const loadS = (performance.now() - loadedMs) / 1000
    const key = { entity: interfaceId(0), metric: 'ifHCInOctets' } as const
    const stepMs = Math.ceil((untilMs - fromMs) / 1000 / 1000) * 1000
    const period = { from: fromMs, until: untilMs }
    const chart = { entities: [key.entity], metrics: [key.metric], ...period, stepMs }
    return {
      samples,
      loadS,
      yearMs: await median(11, async () => file.queries.read(chart)),
    }
  } finally {
    file.close()
    rmSync(folder, { recursive: true })
  }
}

/** Several rounds to a batch, as a collector sends that comes back. */
function load(file: SeriesFile, fromMs: number): number {
  const extent = { series: metricsPerPort, points: yearPoints, fromMs, intervalMs: minuteMs }
  let [samples, seq] = [0, 0]
  for (const batch of joined(traffic(extent), 500)) {
    file.append({ collectorId: 'col_1', epoch: 'e', lane: 'backfill', seq: ++seq }, batch)
    samples += batch.reduce((sum, { atMs }) => sum + atMs.length, 0)
    while (file.work());
  }
  file.flush()
  while (file.work());
  return samples
}
