import { BerReader, BerWriter, parseOid, tag } from '../src/snmp/ber.ts'
import type { Value } from './mib/value.ts'
import type { Oid } from './mib/view.ts'

export const versions = { v1: 0, v2c: 1 } as const

export interface Request {
  version: number
  community: string
  pdu: number
  requestId: number
  /** Of a GETBULK. */
  nonRepeaters: number
  maxRepetitions: number
  oids: Oid[]
}

export const errorStatus = { noError: 0, tooBig: 1, noSuchName: 2, noAccess: 6 } as const

/** A community-based message [RFC 1901, RFC 3416]; BerError or RangeError when it is none. */
export function decodeRequest(octets: Uint8Array): Request {
  const message = new BerReader(octets).enter(tag.sequence)
  const version = message.integer()
  const community = message.octets().toString('latin1')
  const pdu = message.peek()
  const body = message.enter(pdu)
  const requestId = body.integer()
  const nonRepeaters = Math.max(0, body.integer())
  const maxRepetitions = Math.max(0, body.integer())
  const bindings = body.enter(tag.sequence)
  const oids: Oid[] = []
  while (!bindings.atEnd) oids.push(parseOid(bindings.enter(tag.sequence).oid()))
  return { version, community, pdu, requestId, nonRepeaters, maxRepetitions, oids }
}

/** A value, or one of the exceptions of RFC 3416, by its tag. */
export type Answer = Value | { tag: number; content: null }

function writeAnswer(writer: BerWriter, { tag: as, content }: Answer): void {
  if (content === null) writer.empty(as)
  else if (Buffer.isBuffer(content)) writer.octets(content, as)
  else if (typeof content === 'string') writer.oid(content, as)
  else if (as === tag.integer) writer.integer(content)
  else writer.unsigned(content, as)
}

const scratch = Buffer.alloc(128 * 5)

/** The content octets of an object identifier [X.690 §8.19], good until the next call: agents write little else. */
function encodeOid(oid: Oid): Buffer {
  let at = 0
  for (let i = 1; i < oid.length; i++) {
    const part = i === 1 ? oid[0]! * 40 + oid[1]! : oid[i]!
    for (let shift = 28; shift > 0; shift -= 7)
      if (part >= 2 ** shift) scratch[at++] = 0x80 | (part >>> shift)
    scratch[at++] = part & 0x7f
  }
  return scratch.subarray(0, at)
}

/** Variable bindings, encoded as they come, as long as they fit. */
export class Bindings {
  readonly #writer = new BerWriter(1600)
  #end = 0
  readonly #limit: number

  constructor(limit: number) {
    this.#limit = limit
  }

  /** False, and nothing added, when there is no room left. */
  add(oid: Oid, answer: Answer): boolean {
    this.#writer.sequence(tag.sequence, () => {
      this.#writer.octets(encodeOid(oid), tag.oid)
      writeAnswer(this.#writer, answer)
    })
    if (this.#writer.length > this.#limit) return false
    this.#end = this.#writer.length
    return true
  }

  take(): Buffer {
    return this.#writer.take().subarray(0, this.#end)
  }
}

interface Outcome {
  status?: number
  /** Counts from 1. */
  errorIndex?: number
  bindings: Buffer
}

export function encodeResponse(request: Request, { status = 0, errorIndex = 0, bindings }: Outcome): Buffer {
  const writer = new BerWriter(bindings.length + 64)
  writer.sequence(tag.sequence, () => {
    writer.integer(request.version)
    writer.octets(Buffer.from(request.community, 'latin1'))
    writer.sequence(tag.response, () => {
      writer.integer(request.requestId)
      writer.integer(status)
      writer.integer(errorIndex)
      writer.octets(bindings, tag.sequence)
    })
  })
  return writer.take()
}
