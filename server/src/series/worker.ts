/** The thread that owns the series file. Calls are worked off in the order they come; packing happens between them. */
import { parentPort, workerData, type MessagePort } from 'node:worker_threads'
import { MalformedSamples } from './columns.ts'
import type { Answer, Call, WorkerData } from './embedded.ts'
import { SeriesFile } from './file.ts'

function work(file: SeriesFile, { kind, args }: Call): unknown {
  return (file[kind] as (...given: typeof args) => unknown).apply(file, args)
}

function answer(file: SeriesFile, id: number, call: Call): Answer {
  try {
    return { id, result: work(file, call) }
  } catch (error) {
    return {
      id,
      error: { malformed: error instanceof MalformedSamples, message: String((error as Error).message) },
    }
  }
}

function serve(port: MessagePort): void {
  const { path, options } = workerData as WorkerData
  const file = new SeriesFile(path, options)
  port.on('message', ({ id, call }: { id: number; call: Call }) => {
    port.postMessage(answer(file, id, call))
    if (call.kind === 'close') port.close()
    else if (file.needsCompaction) file.compact()
  })
}

if (parentPort) serve(parentPort)
