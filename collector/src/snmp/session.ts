import { SnmpError } from './error.ts'
import type { Answer, Exchange, Question } from './exchange.ts'
import type { Manners } from './manners.ts'
import { errorStatus, refusal } from './message.ts'
import { isException, type SnmpValue, type VarBind } from './value.ts'
import type { WalkOptions } from './walk.ts'
import { Walks } from './walks.ts'

export { SnmpError, type SnmpErrorCode } from './error.ts'
export type { SnmpValue, VarBind } from './value.ts'

/** Reads a device, whatever the version. What it does not have is left out. Throws SnmpError. */
export interface SnmpReader {
  get(oids: string[]): Promise<Map<string, SnmpValue>>
  /** Everything below `root`, in order. Walks that are begun together are asked for together. */
  walk(root: string, options?: WalkOptions): Promise<VarBind[]>
  /** As its profile knows it; whoever reads what is at hand has no use for them. */
  setManners?(manners: Manners): void
}

/** Objects in one GET: what fits 1,472 octets with room to spare. */
const initialGet = 32

/** Splits what is asked into requests that this device can answer, and learns how large they may be. */
export class SnmpSession implements SnmpReader {
  readonly #exchange: Exchange
  readonly #walks: Walks
  readonly #close: () => void
  #perGet = initialGet
  #rttMs: number | null = null

  constructor(exchange: Exchange, options: { bulk: boolean; close?: () => void }) {
    this.#exchange = exchange
    const isHeard = () => this.#rttMs !== null
    this.#walks = new Walks((question) => this.#ask(question), { isBulk: options.bulk, isHeard })
    this.#close = options.close ?? (() => {})
  }

  /** Round trip of the latest answer. */
  get rttMs(): number | null {
    return this.#rttMs
  }

  close(): void {
    this.#close()
  }

  async get(oids: string[]): Promise<Map<string, SnmpValue>> {
    const found = new Map<string, SnmpValue>()
    for (let at = 0; at < oids.length;) {
      const asked = oids.slice(at, at + this.#perGet)
      const read = await this.#getSome(asked)
      if (!read) continue
      for (const [oid, value] of read) found.set(oid, value)
      at += asked.length
    }
    return found
  }

  setManners(manners: Manners): void {
    this.#walks.setManners(manners)
    this.#perGet = Math.min(this.#perGet, manners.mostObjects ?? initialGet)
  }

  walk(root: string, options?: WalkOptions): Promise<VarBind[]> {
    return this.#walks.walk(root, options)
  }

  /** Null when the device could not answer so many at once; the next try asks for fewer. */
  async #getSome(asked: string[]): Promise<Map<string, SnmpValue> | null> {
    const wanted = new Set(asked)
    while (wanted.size > 0) {
      const oids = [...wanted]
      const answer = await this.#ask({ type: 'get', oids })
      if (answer.errorStatus === errorStatus.noError) return present(answer, wanted)
      if (answer.errorStatus === errorStatus.tooBig) {
        if (asked.length === 1)
          throw new SnmpError('tooBig', `the device cannot answer ${asked[0]} in one message`)
        this.#perGet = Math.max(1, Math.floor(asked.length / 2))
        return null
      }
      // noSuchName is how v1 says "not here"; agents with a broken object say genErr: read the others
      const guilty = oids[answer.errorIndex - 1]
      if (guilty === undefined || !isAboutOneObject(answer.errorStatus)) throw refused(answer, oids)
      wanted.delete(guilty)
    }
    return new Map()
  }

  async #ask(question: Question): Promise<Answer> {
    const answer = await this.#exchange(question)
    this.#rttMs = answer.rttMs
    return answer
  }
}

function present(answer: Answer, wanted: Set<string>): Map<string, SnmpValue> {
  const found = new Map<string, SnmpValue>()
  for (const { oid, value } of answer.varBinds)
    if (wanted.has(oid) && !isException(value) && value.type !== 'null') found.set(oid, value)
  return found
}

const isAboutOneObject = (status: number) =>
  status === errorStatus.noSuchName || status === errorStatus.genErr

const refused = ({ errorStatus: status }: Answer, oids: string[]) =>
  refusal(status, `${oids.length} objects from ${oids[0]}`)
