import type { SampleColumns } from '@zongheng/collector/contract.ts'
import { Worker } from 'node:worker_threads'
import { MalformedSamples } from './columns.ts'
import { Packer, type PackedBatch } from './packing.ts'
import type { FileExtent, SeriesFileOptions } from './file.ts'
import type * as store from './contract.ts'

type Ask<Kind extends string, Args extends unknown[]> = { kind: Kind; args: Args }

/** What the worker is asked; its answers carry the same `id`. */
export type Call =
  | Ask<'append', [mark: store.BatchMark, packed: PackedBatch]>
  | Ask<'keepLong', [entities: string[]]>
  | Ask<'flush' | 'extent', []>
  | {
      [K in Exclude<keyof store.SeriesStore, 'append'>]: Ask<K, Parameters<store.SeriesStore[K]>>
    }[Exclude<keyof store.SeriesStore, 'append'>]

export type Answer =
  | { id: number; result: unknown }
  | { id: number; error: { malformed: boolean; message: string } }
  /** What it does between calls went wrong; it will try again. */
  | { trouble: string }

export type WorkerOptions = Omit<SeriesFileOptions, 'clock'>

export interface WorkerData {
  path: string
  options: WorkerOptions
}

export interface EmbeddedOptions extends WorkerOptions {
  /** Samples are safe, but packing or thinning failed; it will be tried again. */
  onTrouble?: (error: Error) => void
}

const tellLongKeptMs = 3_600_000

interface Waiting {
  resolve: (result: never) => void
  reject: (error: Error) => void
}

/** The embedded series: one SQLite file, owned by a thread that alone writes, packs and thins. */
export class EmbeddedSeries implements store.SeriesStore {
  #worker: Worker
  #waiting = new Map<number, Waiting>()
  #lastId = 0
  #ended: Error | null = null

  readonly #packer = new Packer()
  readonly #onTrouble: EmbeddedOptions['onTrouble']
  #longKeptTimer: NodeJS.Timeout | undefined

  /** `onFailure`: the thread died; nothing can be committed any more. */
  constructor(
    path: string,
    onFailure: (error: Error) => void,
    { onTrouble, ...options }: EmbeddedOptions = {},
  ) {
    this.#onTrouble = onTrouble
    this.#worker = new Worker(new URL('./worker.ts', import.meta.url), {
      workerData: { path, options } satisfies WorkerData,
      execArgv: ['--disable-warning=ExperimentalWarning'],
      resourceLimits: { maxYoungGenerationSizeMb: 4 },
    })
    this.#worker.on('message', (answer: Answer) => this.#settle(answer))
    this.#worker.on('error', (error) => {
      this.#end(error as Error)
      onFailure(error as Error)
    })
    this.#worker.on('exit', () => this.#end(new Error('the series are closed')))
  }

  /** Which entities' raw samples are kept long: asked for now and then. Before the first time nothing is thinned. */
  keepLong(longKept: () => Iterable<string>): void {
    // A thread that has ended is told of by onFailure.
    const tell = () => void this.#call({ kind: 'keepLong', args: [[...longKept()]] }).catch(() => {})
    clearInterval(this.#longKeptTimer)
    this.#longKeptTimer = setInterval(tell, tellLongKeptMs).unref()
    tell()
  }

  async append(mark: store.BatchMark, columns: SampleColumns[]): Promise<boolean> {
    const packed = this.#packer.pack(columns)
    const isNew = await this.#call<boolean>({ kind: 'append', args: [mark, packed] }).finally(() =>
      this.#packer.done(packed),
    )
    return isNew
  }

  read(query: store.StepQuery): Promise<store.Steps[]> {
    return this.#call({ kind: 'read', args: [query] })
  }

  total(query: store.TotalQuery): Promise<store.Total> {
    return this.#call({ kind: 'total', args: [query] })
  }

  raw(keys: store.SeriesKey[], period: store.Period): Promise<store.RawSamples[]> {
    return this.#call({ kind: 'raw', args: [keys, period] })
  }

  last(keys: store.SeriesKey[], notBeforeMs: number): Promise<store.LastValue[]> {
    return this.#call({ kind: 'last', args: [keys, notBeforeMs] })
  }

  top(query: store.TopQuery): Promise<store.Ranked[]> {
    return this.#call({ kind: 'top', args: [query] })
  }

  keys(after: store.SeriesKey | null, limit: number): Promise<store.SeriesKey[]> {
    return this.#call({ kind: 'keys', args: [after, limit] })
  }

  capacity(): Promise<store.Capacity> {
    return this.#call({ kind: 'capacity', args: [] })
  }

  /** Packs all there is, at once. */
  flush(): Promise<void> {
    return this.#call({ kind: 'flush', args: [] })
  }

  extent(): Promise<FileExtent> {
    return this.#call({ kind: 'extent', args: [] })
  }

  async close(): Promise<void> {
    if (!this.#ended) await this.#call({ kind: 'close', args: [] })
  }

  #call<T>(call: Call): Promise<T> {
    if (this.#ended) return Promise.reject(this.#ended)
    const id = ++this.#lastId
    return new Promise<T>((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject })
      this.#worker.postMessage({ id, call })
    })
  }

  #settle(answer: Answer): void {
    if ('trouble' in answer) return this.#onTrouble?.(new Error(answer.trouble))
    const waiting = this.#waiting.get(answer.id)
    this.#waiting.delete(answer.id)
    if ('result' in answer) waiting?.resolve(answer.result as never)
    else
      waiting?.reject(
        answer.error.malformed ? new MalformedSamples(answer.error.message) : new Error(answer.error.message),
      )
  }

  #end(error: Error): void {
    clearInterval(this.#longKeptTimer)
    this.#ended ??= error
    for (const { reject } of this.#waiting.values()) reject(this.#ended)
    this.#waiting.clear()
  }
}
