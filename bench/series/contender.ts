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
  /** When all that was appended can be read. */
  settled(): Promise<void>
  /** When nothing is left to be packed or merged. */
  held(): Promise<Held>
  /** A chart of a year of minutes, ms; where it is not given, the year is written and read like all else. */
  yearMs?(): Promise<number>
  /** What a wait for an acknowledgement is made of, where it can be told. */
  waits?(batch: { octets: number; batches: number }): Waits
  stop(): Promise<void>
}

/** What samples take, in octets. */
export interface Held {
  /** On the disk; without pages that lie free to be used again. */
  used: number
  /** All that the disk gave. */
  allocated: number
  /** Packed samples alone, where that is known. */
  pure: number | null
}

/** What a batch may have to wait for, ms. */
export interface Waits {
  /** The longest step of packing, rolling up and thinning: a batch waits for the end of one at most. */
  longestStepMs: number
  /** Of the processor's time in the longest of them: what is more was waiting for the disk, or for others' turns. */
  longestStepCpuMs: number
  /** As many octets written and flushed, with nothing else in the way: the longest of as many commits. */
  diskAloneMs: number
}

export interface Course {
  /** Is told what a contender is at. */
  tell(phase: string): void
  /** When it is at its end, so is the contest: it throws. */
  patience: AbortSignal
}

export interface Row {
  tool: string
  samples: number
  /** By processor time. */
  samplesPerSecondPerCore: number
  cpuSecondsPerMillion: number
  wallS: number
  bytesPerSample: number
  allocatedBytesPerSample: number
  pureBytesPerSample: number | null
  /** Medians. */
  dayMs: number
  yearMs: number
  topMs: number
  /** Of the first batch, which makes all series known. */
  firstAckMs: number
  /** The longest that any other batch waited for its acknowledgement. */
  worstAckMs: number
  waits: Waits | null
}

const readings = 31
const stepsOfChart = 300

/** The same batches, then the same questions, for any store. */
export async function contest({ tool, start }: Contender, extent: Extent, course: Course): Promise<Row> {
  const tell = (phase: string) => {
    course.patience.throwIfAborted()
    course.tell(phase)
  }
  tell('starts')
  const running = await start()
  try {
    const written = await write(running, extent, course)
    tell('settles')
    await running.settled()
    const { used, allocated, pure } = await running.held()
    const period = {
      from: extent.fromMs,
      until: extent.fromMs + Math.min(extent.points * extent.intervalMs, 86_400_000),
    }
    tell('is asked for days')
    const dayMs = await day(running.store, extent, period)
    const topMs = await median(5, () => top10(running.store, extent, period))
    tell('is filled with a year and asked for it')
    const yearMs = await (running.yearMs?.() ?? yearOf(running, course))
    const { batches, ...figures } = written
    return {
      tool,
      ...figures,
      bytesPerSample: used / written.samples,
      allocatedBytesPerSample: allocated / written.samples,
      pureBytesPerSample: pure === null ? null : pure / written.samples,
      dayMs,
      yearMs,
      topMs,
      waits: running.waits?.({ batches, octets: (octetsOfSample * written.samples) / batches }) ?? null,
    }
  } finally {
    await running.stop()
  }
}

/** On its way to the disk, with what a database writes around it. */
const octetsOfSample = 3
const tellEveryMs = 5000

async function write({ store, cpuS }: Running, extent: Extent, { tell, patience }: Course) {
  await store.capacity() // it is there: starting is not what is measured
  let [samples, seq, makingS, firstAckMs, worstAckMs, toldMs] = [0, 0, 0, 0, 0, -Infinity]
  const before = { cpuS: cpuS(), atMs: performance.now() }
  const batches = traffic(extent)
  for (;;) {
    patience.throwIfAborted()
    const making = process.threadCpuUsage()
    const { value: batch } = batches.next()
    makingS += secondsOf(process.threadCpuUsage(making))
    if (!batch) break
    const sentMs = performance.now()
    await store.append({ collectorId: 'col_1', epoch: 'e', lane: 'samples', seq: ++seq }, batch.columns)
    const takenMs = performance.now()
    if (seq === 1) firstAckMs = takenMs - sentMs
    else worstAckMs = Math.max(worstAckMs, takenMs - sentMs)
    samples += batch.samples
    if (takenMs - toldMs < tellEveryMs) continue
    toldMs = takenMs
    tell(
      `has ${samples.toLocaleString('en')} of ${(extent.series * extent.points).toLocaleString('en')} samples`,
    )
  }
  const wallS = (performance.now() - before.atMs) / 1000
  const spentS = cpuS() - before.cpuS - makingS
  return {
    samples,
    batches: seq,
    samplesPerSecondPerCore: samples / spentS,
    cpuSecondsPerMillion: (spentS / samples) * 1e6,
    wallS,
    firstAckMs,
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

const yearMinutes = 365 * 24 * 60
const minuteMs = 60_000
const rowsOfBatch = 20_000

/** One more interface's octets, each minute of a year, in a chart of a thousand steps. */
async function yearOf({ store, settled }: Running, { patience }: Course): Promise<number> {
  const until = Math.floor(Date.now() / minuteMs) * minuteMs
  const from = until - yearMinutes * minuteMs
  const entity = 'ifc_year'
  for (let first = 0, seq = 1; first < yearMinutes; first += rowsOfBatch, seq++) {
    patience.throwIfAborted()
    const startMs = Array.from({ length: Math.min(rowsOfBatch, yearMinutes - first) }, (_, i) => from + (first + i) * minuteMs) // prettier-ignore
    const column = {
      metric: 'ifHCInOctets',
      ids: [entity],
      entities: startMs.map(() => 0),
      startMs,
      atMs: startMs.map((ms) => ms + minuteMs),
      values: startMs.map((ms) => 1_000_000 + ((ms / minuteMs) % 977)),
    }
    await store.append({ collectorId: 'col_1', epoch: 'year', lane: 'backfill', seq }, [column])
  }
  await settled()
  const chart = { entities: [entity], metrics: ['ifHCInOctets' as const], from, until, stepMs: (until - from) / 1000 } // prettier-ignore
  return median(5, () => store.read(chart))
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
