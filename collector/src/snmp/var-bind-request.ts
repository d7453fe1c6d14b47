import type { Agent } from './agent.ts'
import { BerReader } from './ber.ts'
import type { SnmpError } from './error.ts'
import { encodeVarBinds, pduTags, readVarBinds } from './message.ts'
import type { BackWriter } from './octets.ts'
import type { Patience, Reply, Request } from './request.ts'
import type { Answer, Question } from './exchange.ts'

/** One request whose answer comes as objects. */
export class VarBindRequest implements Request {
  /** Not known before; a frame at most. */
  readonly replyOctets = 1472
  readonly #question: Question
  readonly #varBinds: Uint8Array
  readonly #resolve: (answer: Answer) => void
  readonly #reject: (error: SnmpError) => void
  #answer: Answer | null = null

  private constructor(
    question: Question,
    resolve: (answer: Answer) => void,
    reject: (error: SnmpError) => void,
  ) {
    this.#question = question
    this.#varBinds = encodeVarBinds(
      question.oids.map((oid) => ({ oid, value: { type: 'null', value: null } })),
    )
    this.#resolve = resolve
    this.#reject = reject
  }

  /** Throws SnmpError; RangeError for what is no object identifier. */
  static submit(agent: Agent, question: Question, patience?: Patience): Promise<Answer> {
    return new Promise((resolve, reject) =>
      agent.submit(new VarBindRequest(question, resolve, reject), patience),
    )
  }

  writePdu(writer: BackWriter, requestId: number): void {
    writer.raw(this.#varBinds)
    writer.integer(this.#question.type === 'getBulk' ? this.#question.maxRepetitions : 0)
    writer.integer(0)
    writer.integer(requestId)
    writer.close(pduTags[this.#question.type], 0)
  }

  read({ octets, at, end, errorStatus, errorIndex, rttMs }: Reply): void {
    const varBinds = readVarBinds(new BerReader(octets, at, end))
    this.#answer = { errorStatus, errorIndex, varBinds, rttMs }
  }

  proceed(): void {
    this.#resolve(this.#answer!)
  }

  fail(error: SnmpError): void {
    this.#reject(error)
  }
}
