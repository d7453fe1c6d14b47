import type { Ask } from './ask.ts'
import { BulkAsk } from './bulk-ask.ts'
import { SnmpError } from './error.ts'
import { ExactAsk } from './exact-ask.ts'
import { errorStatus, refusal } from './message.ts'
import type { BackWriter } from './octets.ts'
import type { Reply, Request } from './request.ts'
import type { TableMemory } from './table-memory.ts'
import { TableProgress } from './table-progress.ts'
import type { TableCells, TableQuestion, TableReading } from './table.ts'

export interface TableReadParts {
  question: TableQuestion
  cells: TableCells
  memory: TableMemory
  version: '1' | '2c' | '3'
  submit: (request: Request) => void
  resolve: (reading: TableReading) => void
  reject: (error: SnmpError) => void
}

/** As many as are usually under way. */
const mostSpare = 256

/**
 * One read of scalars and a table: message after message, each asking for what this device can answer and the last left open. Once it
 * is over, the same object serves another: made anew, each would outlive the young generation while its device answers.
 */
export class TableRead implements Request {
  static readonly #spare: TableRead[] = []
  /** Null once it is over. */
  #parts: TableReadParts | null = null
  #memory!: TableMemory
  #version!: TableReadParts['version']
  readonly #progress = new TableProgress()
  readonly #bulk = new BulkAsk(this.#progress)
  #isExact = false
  #ask: Ask = this.#bulk
  #rttMs = Infinity
  #requests = 0
  /** Objects in the request that silence answered; 0: none did. */
  #silentTo = 0

  static start(parts: TableReadParts): void {
    const read = TableRead.#spare.pop() ?? new TableRead()
    read.#begin(parts)
    if (read.#progress.isDone) read.#end()?.resolve({ rttMs: 0, requests: 0 })
    else parts.submit(read)
  }

  private constructor() {}

  #begin(parts: TableReadParts): void {
    const { question, cells, memory, version } = parts
    this.#parts = parts
    this.#memory = memory
    this.#version = version
    this.#rttMs = Infinity
    this.#requests = 0
    this.#silentTo = 0
    this.#progress.begin(question, cells)
    this.#bulk.begin(memory)
    this.#isExact = version === '1' || memory.readsExactly(question.rows, question.columns.oids.length)
    this.#ask = this.#plan()
  }

  /** Nobody asks it anything any more. */
  #end(): TableReadParts | null {
    const parts = this.#parts
    this.#parts = null
    if (parts && TableRead.#spare.length < mostSpare) TableRead.#spare.push(this)
    return parts
  }

  get replyOctets(): number {
    return this.#memory.size.octetsOf(this.#ask.objects)
  }

  writePdu(writer: BackWriter, requestId: number): void {
    this.#requests++
    this.#ask.write(writer, requestId)
  }

  read(reply: Reply): void {
    if (reply.rttMs < this.#rttMs) this.#rttMs = reply.rttMs
    if (reply.errorStatus !== errorStatus.noError) return this.#refused(reply)
    const asked = this.#ask.objects
    const came = this.#read(reply)
    const { size } = this.#memory
    if (came === 0) return this.#tooBig()
    if (this.#silentTo > 0) size.failed(this.#silentTo)
    else size.answered(came, reply.end - reply.at, came < asked)
    this.#silentTo = 0
  }

  /** A reply that ends in nonsense leaves nothing behind: the next one may lack what this one had. */
  #read(reply: Reply): number {
    try {
      return this.#ask.read(reply)
    } catch (error) {
      this.#progress.forgetUnsettled()
      throw error
    }
  }

  proceed(): void {
    if (this.#progress.isDone) return this.#end()?.resolve({ rttMs: this.#rttMs, requests: this.#requests })
    this.#ask = this.#plan()
    this.#parts!.submit(this)
  }

  fail(error: SnmpError): void {
    this.#end()?.reject(error)
  }

  /** A trial is over with the first silence; the last attempt asks for the least, lest it was the size. */
  retry(isLast: boolean): boolean {
    if (this.#ask.isTrial) {
      this.#memory.size.trialFailed()
      this.#ask = this.#plan()
      return true
    }
    if (!isLast || this.#ask.objects === 1) return false
    this.#silentTo = this.#ask.objects
    this.#ask = new ExactAsk(this.#progress, this.#exactType, 1)
    return true
  }

  #plan(): Ask {
    const fitting = this.#memory.size.cells()
    const columns = this.#progress.columns.oids.length
    if (this.#isExact || this.#progress.hasUnclearScalars || fitting < columns)
      return new ExactAsk(this.#progress, this.#exactType, fitting)
    return this.#bulk.plan()
  }

  get #exactType(): 'get' | 'getNext' {
    return this.#version === '1' ? 'getNext' : 'get'
  }

  #refused({ errorStatus: status, errorIndex }: Reply): void {
    if (status === errorStatus.tooBig) return this.#tooBig()
    if (!isAboutOneObject(status) || !this.#leaveOut(errorIndex))
      throw refusal(status, `${this.#ask.objects} objects of a table`)
  }

  /** Agents with a broken object fail the whole request for it: the others are read without. */
  #leaveOut(errorIndex: number): boolean {
    if (this.#ask instanceof ExactAsk) return this.#ask.giveUp(errorIndex - 1)
    this.#isExact = true
    this.#memory.avoidBulk()
    return true
  }

  #tooBig(): void {
    const { size } = this.#memory
    if (this.#ask.isTrial) return size.trialFailed()
    if (this.#ask.objects === 1 || size.cells() === 1)
      throw new SnmpError('tooBig', 'the device cannot answer even one object in one message')
    size.failed(this.#ask.objects)
  }
}

/** noSuchName is how v1 says "not here"; agents with a broken object say genErr. */
const isAboutOneObject = (status: number) =>
  status === errorStatus.noSuchName || status === errorStatus.genErr
