import { SeriesStoreAway, SeriesStoreRefused } from './away.ts'

/** Where a store is: its address without credentials, and those. */
export interface StoreAddress {
  url: string
  user: string
  password: string
  /** Of InfluxDB. */
  database: string
}

export type Form = Record<string, string | number>

const readPatienceMs = 30_000
const triesOfReading = 2

/** Asks a store over HTTP. A read is harmless, so a connection that broke is tried once more. */
export class StoreHttp {
  readonly #url: string
  readonly #headers: Record<string, string>

  constructor({ url, user, password }: StoreAddress) {
    this.#url = url
    this.#headers = credentialHeaders({ user, password })
  }

  /** A form is sent in the body: selections can be long. Throws SeriesStoreAway, SeriesStoreRefused. */
  async ask(path: string, form: Form | null = null): Promise<Response> {
    for (let tries = 1; ; tries++) {
      try {
        return await this.#once(path, form)
      } catch (error) {
        if (!(error instanceof SeriesStoreAway) || tries >= triesOfReading) throw error
      }
    }
  }

  async #once(path: string, form: Form | null): Promise<Response> {
    const body = form && new URLSearchParams(form as Record<string, string>)
    const answer = await fetch(`${this.#url}${path}`, {
      method: body ? 'POST' : 'GET',
      body,
      headers: this.#headers,
      signal: AbortSignal.timeout(readPatienceMs),
    }).catch((error: unknown) => {
      throw new SeriesStoreAway(`${this.#url}: ${reasonOf(error)}`, { cause: error })
    })
    if (answer.ok) return answer
    const text = (await answer.text()).slice(0, 400)
    const Failure = isAway(answer.status) ? SeriesStoreAway : SeriesStoreRefused
    throw new Failure(`${this.#url}${path}: ${answer.status} ${text}`)
  }
}

/** Credentials and addresses can be mended, so what waits for it is kept. */
export const isAway = (status: number) => status >= 500 || [401, 403, 404, 408, 429].includes(status)

export function credentialHeaders({
  user,
  password,
}: Pick<StoreAddress, 'user' | 'password'>): Record<string, string> {
  if (!user) return {}
  return { authorization: `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}` }
}

const reasonOf = (error: unknown) => {
  const { message, cause } = error as Error
  return cause instanceof Error && cause.message ? cause.message : message
}

/** The lines of a streamed answer, one at a time. */
export async function* linesIn(answer: Response): AsyncGenerator<string> {
  let rest = ''
  const decoder = new TextDecoder()
  for await (const chunk of answer.body ?? []) {
    const parts = (rest + decoder.decode(chunk as Uint8Array, { stream: true })).split('\n')
    rest = parts.pop() ?? ''
    yield* parts.filter((line) => line !== '')
  }
  if (rest !== '') yield rest
}

/** Works on all of them, a few at a time; answers in their order. */
export async function fewAtATime<T, R>(items: T[], few: number, work: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = new Array(items.length)
  let next = 0
  const worker = async () => {
    for (let i = next++; i < items.length; i = next++) results[i] = await work(items[i]!)
  }
  await Promise.all(Array.from({ length: Math.min(few, items.length) }, worker))
  return results
}
