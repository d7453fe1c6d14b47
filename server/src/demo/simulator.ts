import type { SimulatedFault } from '@zongheng/inventory/demo/faults.ts'
import { notFound, ProblemError, unprocessable } from '../http/problem.ts'

const answerWithinMs = 5000

export type FaultOrder = Omit<SimulatedFault, 'id' | 'startedAt'>

/** The simulator's control, over HTTP on the loopback. Targets are keys of the province. */
export class Simulator {
  readonly #url: string
  readonly #token: string

  constructor(url: string, token: string) {
    this.#url = url
    this.#token = token
  }

  async faults(): Promise<SimulatedFault[]> {
    const { items } = (await this.#ask('GET', '/faults')) as { items: SimulatedFault[] }
    return items
  }

  async add(order: FaultOrder): Promise<SimulatedFault> {
    return (await this.#ask('POST', '/faults', order)) as SimulatedFault
  }

  async remove(id: string): Promise<void> {
    await this.#ask('DELETE', `/faults/${encodeURIComponent(id)}`)
  }

  async #ask(method: string, path: string, body?: unknown): Promise<unknown> {
    const answer = await fetch(this.#url + path, {
      method,
      headers: { authorization: `Bearer ${this.#token}`, 'content-type': 'application/json' },
      body: body === undefined ? null : JSON.stringify(body),
      signal: AbortSignal.timeout(answerWithinMs),
    }).catch((cause: unknown) => {
      throw Object.assign(unavailable(), { cause })
    })
    if (answer.status === 404) throw notFound('fault')
    if (answer.status === 204) return undefined
    const told = (await answer.json()) as { code?: string; detail?: string }
    if (answer.ok) return told
    if (answer.status === 422) throw unprocessable(told.code ?? 'unprocessable', told.detail)
    throw unavailable()
  }
}

const unavailable = () =>
  new ProblemError(503, 'unavailable', { zh: '模拟器没有应答', en: 'The simulator did not answer' })
