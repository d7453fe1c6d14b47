import type { SampleColumns } from '@zongheng/collector/contract.ts'
import { Worker } from 'node:worker_threads'
import { MalformedSamples } from './columns.ts'
import type { SeriesFileOptions } from './file.ts'
import type * as store from './store.ts'

/** What the worker is asked; its answers carry the same `id`. */
export type Call = {
  [K in keyof store.SeriesStore]: { kind: K; args: Parameters<store.SeriesStore[K]> }
}[keyof store.SeriesStore]

export type Answer =
  { id: number; result: unknown } | { id: number; error: { malformed: boolean; message: string } }

export interface WorkerData {
  path: string
  options: SeriesFileOptions
}

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

  /** `onFailure`: the thread died; nothing can be committed any more. */
  constructor(path: string, onFailure: (error: Error) => void, options: SeriesFileOptions = {}) {
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

  append(mark: store.BatchMark, columns: SampleColumns[]): Promise<boolean> {
    return this.#call({ kind: 'append', args: [mark, columns] })
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
    const waiting = this.#waiting.get(answer.id)
    this.#waiting.delete(answer.id)
    if ('result' in answer) waiting?.resolve(answer.result as never)
    else
      waiting?.reject(
        answer.error.malformed ? new MalformedSamples(answer.error.message) : new Error(answer.error.message),
      )
  }

  #end(error: Error): void {
    this.#ended ??= error
    for (const { reject } of this.#waiting.values()) reject(this.#ended)
    this.#waiting.clear()
  }
}
