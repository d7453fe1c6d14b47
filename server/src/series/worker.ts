/** The thread that owns the series file. Calls are worked off in the order they come; packing and thinning happens between them. */
import { parentPort, workerData, type MessagePort } from 'node:worker_threads'
import { MalformedSamples } from './columns.ts'
import type { Answer, Call, WorkerData } from './embedded.ts'
import { explained } from './errors.ts'
import { SeriesFile } from './file.ts'

const lookAgainMs = 60_000

function work(file: SeriesFile, call: Call): unknown {
  switch (call.kind) {
    case 'append':
      return file.appendPacked(...call.args)
    case 'keepLong':
      return file.keepLong(...call.args)
    case 'capacity':
    case 'extent':
    case 'flush':
    case 'close':
      return file[call.kind]()
    default:
      return (file.queries[call.kind] as (...args: typeof call.args) => unknown).apply(
        file.queries,
        call.args,
      )
  }
}

function answer(file: SeriesFile, id: number, call: Call): Answer {
  try {
    return { id, result: work(file, call) }
  } catch (thrown) {
    const error = explained(thrown) as Error
    return {
      id,
      error: { malformed: error instanceof MalformedSamples, message: String(error.message) },
    }
  }
}

/** Does what is due in short steps, each after the calls that came meanwhile. */
class Between {
  readonly #step: () => boolean
  readonly #onTrouble: (error: Error) => void
  #immediate: NodeJS.Immediate | undefined
  #timer: NodeJS.Timeout

  constructor(step: () => boolean, onTrouble: (error: Error) => void) {
    this.#step = step
    this.#onTrouble = onTrouble
    this.#timer = setInterval(() => this.wake(), lookAgainMs).unref()
  }

  wake(): void {
    this.#immediate ??= setImmediate(() => {
      this.#immediate = undefined
      try {
        if (this.#step()) this.wake()
      } catch (error) {
        this.#onTrouble(error as Error)
      }
    })
  }

  end(): void {
    clearImmediate(this.#immediate)
    clearInterval(this.#timer)
  }
}

function serve(port: MessagePort): void {
  const { path, options } = workerData as WorkerData
  const file = new SeriesFile(path, options)
  const between = new Between(
    () => file.work(),
    ({ message }) => port.postMessage({ trouble: message } satisfies Answer),
  )
  port.on('message', ({ id, call }: { id: number; call: Call }) => {
    port.postMessage(answer(file, id, call))
    if (call.kind !== 'close') return between.wake()
    between.end()
    port.close()
  })
  between.wake()
}

if (parentPort) serve(parentPort)
