import type { Period, Ranked, SeriesStore } from '../../server/src/series/contract.ts'
import { interfaceId, portsOf, traffic, type Extent } from './traffic.ts'

/** One store in the contest. */
export interface Contender {
  /** The row's name. */
  tool: string
  start(): Promise<Running>
}

export interface Running {
  store: SeriesStore
  /** Processor seconds of all that belongs to it, until now. */
  cpuS(): number
  /** When nothing is left to be packed or merged: octets on the disk. */
  settledBytes(): Promise<number>
  stop(): Promise<void>
}

export interface Row {
  tool: string
  samples: number
  /** On one core: by processor time. */
  samplesPerS: number
  cpuSecondsPerMillion: number
  wallS: number
  bytesPerSample: number
  /** Medians. */
  dayMs: number
  top10Ms: number
  /** The longest that a batch waited for its acknowledgement. */
  worstAckMs: number
}

const readings = 31
const stepsOfChart = 300

/** The same batches, then the same questions, for any store. */
export async function contest({ tool, start }: Contender, extent: Extent): Promise<Row> {
  const running = await start()
  try {
    const written = await write(running, extent)
    const bytes = await running.settledBytes()
    const period = {
      from: extent.fromMs,
      until: extent.fromMs + Math.min(extent.points * extent.intervalMs, 86_400_000),
    }
    return {
      tool,
      ...written,
      bytesPerSample: bytes / written.samples,
      dayMs: await day(running.store, extent, period),
      top10Ms: await median(5, () => top10(running.store, extent, period)),
    }
  } finally {
    await running.stop()
  }
}

async function write({ store, cpuS }: Running, extent: Extent) {
  let [samples, seq, makingS, worstAckMs] = [0, 0, 0, 0]
  const before = { cpuS: cpuS(), atMs: performance.now() }
  const batches = traffic(extent)
  for (;;) {
    const making = process.threadCpuUsage()
    const { value: batch } = batches.next()
    makingS += secondsOf(process.threadCpuUsage(making))
    if (!batch) break
    const sentMs = performance.now()
    await store.append({ collectorId: 'col_1', epoch: 'e', lane: 'samples', seq: ++seq }, batch.columns)
    worstAckMs = Math.max(worstAckMs, performance.now() - sentMs)
    samples += batch.samples
  }
  const wallS = (performance.now() - before.atMs) / 1000
  const spentS = cpuS() - before.cpuS - makingS
  return {
    samples,
    samplesPerS: samples / spentS,
    cpuSecondsPerMillion: (spentS / samples) * 1e6,
    wallS,
    worstAckMs,
  }
}

/** A chart of one series' day; another series each time. */
function day(store: SeriesStore, extent: Extent, { from, until }: Period): Promise<number> {
  const stepMs = Math.ceil((until - from) / stepsOfChart / 1000) * 1000
  return median(readings, async (i) => {
    const entity = interfaceId((i * 7919) % portsOf(extent))
    const [steps] = await store.read({ entities: [entity], metrics: ['ifHCInOctets'], from, until, stepMs })
    if (!steps?.mean.some((mean) => mean !== null)) throw new Error(`nothing of ${entity} is read`)
  })
}

function top10(store: SeriesStore, extent: Extent, period: Period): Promise<Ranked[]> {
  const entities = Array.from({ length: portsOf(extent) }, (_, port) => interfaceId(port))
  return store.top({ metric: 'ifHCInOctets', entities, by: 'mean', limit: 10, ...period })
}

export async function median(times: number, work: (i: number) => Promise<unknown>): Promise<number> {
  const taken: number[] = []
  for (let i = 0; i < times; i++) {
    const atMs = performance.now()
    await work(i)
    taken.push(performance.now() - atMs)
  }
  return taken.sort((a, b) => a - b)[times >> 1]!
}

export const secondsOf = ({ user, system }: { user: number; system: number }) => (user + system) / 1e6
