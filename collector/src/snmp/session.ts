import { SnmpError } from './error.ts'
import { errorStatus, refusal } from './message.ts'
import { compareOids, isUnder } from './oid.ts'
import { isException, type SnmpException, type SnmpValue, type VarBind } from './value.ts'

export { SnmpError, type SnmpErrorCode } from './error.ts'
export type { SnmpValue, VarBind } from './value.ts'

/** Reads a device, whatever the version. What it does not have is left out. Throws SnmpError. */
export interface SnmpReader {
  get(oids: string[]): Promise<Map<string, SnmpValue>>
  /** Everything below `root`, in order. More than `maxRows` (default 50,000) is an error, not a part. */
  walk(root: string, options?: { maxRows?: number }): Promise<VarBind[]>
}

/** One request and its answer, of any version; throws SnmpError when there is none. */
export type Exchange = (question: Question) => Promise<Answer>

export type Question =
  { type: 'get' | 'getNext'; oids: string[] } | { type: 'getBulk'; oids: string[]; maxRepetitions: number }

export interface Answer {
  errorStatus: number
  /** Counts from 1; 0 for none. */
  errorIndex: number
  varBinds: VarBind<SnmpValue | SnmpException>[]
  rttMs: number
}

/** Objects in one GET: what fits 1,472 octets with room to spare. */
const initialGet = 32
const initialRepetitions = 24
const highestRepetitions = 64
const defaultMaxRows = 50_000

/**
 * Splits what is asked into requests that this device can answer, and learns how large they may be: `tooBig` and silence halve
 * them, a reply that was cut short names the number, full replies raise it again.
 */
export class SnmpSession implements SnmpReader {
  readonly #exchange: Exchange
  readonly #bulk: boolean
  readonly #close: () => void
  #perGet = initialGet
  #repetitions = initialRepetitions
  #rttMs: number | null = null

  constructor(exchange: Exchange, options: { bulk: boolean; close?: () => void }) {
    this.#exchange = exchange
    this.#bulk = options.bulk
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

  async walk(root: string, { maxRows = defaultMaxRows }: { maxRows?: number } = {}): Promise<VarBind[]> {
    const rows: VarBind[] = []
    for (let last = root; ;) {
      const next = await this.#after(last)
      for (const { oid, value } of next) {
        if (isException(value) || !isUnder(oid, root)) return rows
        if (compareOids(oid, last) <= 0)
          throw new SnmpError(
            'nonIncreasing',
            `the device answers ${oid} after ${last}: its table would never end`,
          )
        if (rows.length >= maxRows)
          throw new SnmpError('tooManyRows', `more than ${maxRows} objects below ${root}`)
        rows.push({ oid, value })
        last = oid
      }
      if (next.length === 0) return rows
    }
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

  /** The objects that follow; empty at the end of the MIB view. */
  async #after(oid: string): Promise<Answer['varBinds']> {
    if (!this.#bulk) {
      const answer = await this.#ask({ type: 'getNext', oids: [oid] })
      if (answer.errorStatus === errorStatus.noSuchName) return []
      if (answer.errorStatus !== errorStatus.noError) throw refused(answer, [oid])
      return answer.varBinds
    }
    for (;;) {
      const maxRepetitions = this.#repetitions
      const answer = await this.#askBulk(oid, maxRepetitions)
      if (answer?.errorStatus === errorStatus.noError) {
        this.#learn(answer, maxRepetitions)
        return answer.varBinds.slice(0, maxRepetitions)
      }
      if (answer && answer.errorStatus !== errorStatus.tooBig) throw refused(answer, [oid])
      if (answer && maxRepetitions === 1)
        throw new SnmpError('tooBig', `the device cannot answer what follows ${oid} in one message`)
      this.#repetitions = Math.max(1, Math.floor(maxRepetitions / 2))
    }
  }

  /** Null when it took the device too long; one that is silent to the smallest request is silent. */
  async #askBulk(oid: string, maxRepetitions: number): Promise<Answer | null> {
    try {
      return await this.#ask({ type: 'getBulk', oids: [oid], maxRepetitions })
    } catch (error) {
      const mayBeSize =
        error instanceof SnmpError && error.code === 'timeout' && this.#rttMs !== null && maxRepetitions > 4
      if (!mayBeSize) throw error
      return null
    }
  }

  #learn({ varBinds }: Answer, asked: number): void {
    const ended = varBinds.some(({ value }) => isException(value))
    if (varBinds.length >= asked)
      this.#repetitions = Math.min(highestRepetitions, Math.max(asked, Math.ceil(asked * 1.25)))
    else if (!ended && varBinds.length > 0) this.#repetitions = varBinds.length
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
