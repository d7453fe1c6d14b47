/**
 * The thread that owns the series file. Calls are worked off in the order they come, batches that wait together are committed
 * together; packing and thinning happens between them.
 */
import { parentPort, receiveMessageOnPort, workerData, type MessagePort } from 'node:worker_threads'
import { MalformedSamples } from './columns.ts'
import type { Answer, Call, WorkerData } from './embedded.ts'
import { explained } from './errors.ts'
import { SeriesFile } from './file.ts'

const lookAgainMs = 60_000

/** Committed at once: so few that the first of them does not wait long for the others. */
const mostTogether = 64
const mostOctetsTogether = 4 * 2 ** 20

interface Asked {
  id: number
  call: Call
}
type Append = Asked & { call: Call & { kind: 'append' } }

const isAppend = (asked: Asked): asked is Append => asked.call.kind === 'append'

function work(file: SeriesFile, call: Exclude<Call, { kind: 'append' }>): unknown {
  switch (call.kind) {
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

const failed = (id: number, thrown: unknown): Answer => {
  const error = explained(thrown) as Error
  return { id, error: { malformed: error instanceof MalformedSamples, message: String(error.message) } }
}

function answer(file: SeriesFile, { id, call }: Asked): Answer {
  try {
    return { id, result: work(file, call as Exclude<Call, { kind: 'append' }>) }
  } catch (thrown) {
    return failed(id, thrown)
  }
}

function appended(file: SeriesFile, appends: Append[]): Answer[] {
  const results = file.appendAll(appends.map(({ call: { args: [mark, packed] } }) => ({ mark, packed }))) // prettier-ignore
  return results.map((result, i) => {
    const { id } = appends[i]!
    return result instanceof Error ? failed(id, result) : { id, result }
  })
}

/** Calls in turn; batches that follow one another are one. */
function* turns(first: Asked, next: () => Asked | undefined): Generator<Asked | Append[]> {
  let [together, octets]: [Append[], number] = [[], 0]
  for (let asked: Asked | undefined = first; asked; asked = next()) {
    if (isAppend(asked)) {
      together.push(asked)
      octets += asked.call.args[1].octets
      if (together.length < mostTogether && octets < mostOctetsTogether) continue
    }
    if (together.length > 0) yield together
    ;[together, octets] = [[], 0]
    if (!isAppend(asked)) yield asked
  }
  if (together.length > 0) yield together
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
  const next = () => receiveMessageOnPort(port)?.message as Asked | undefined
  port.on('message', (first: Asked) => {
    for (const turn of turns(first, next)) {
      const answers = Array.isArray(turn) ? appended(file, turn) : [answer(file, turn)]
      for (const one of answers) port.postMessage(one)
      if (Array.isArray(turn) || turn.call.kind !== 'close') continue
      between.end()
      return port.close()
    }
    between.wake()
  })
  between.wake()
}

if (parentPort) serve(parentPort)
