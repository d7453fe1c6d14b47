import { BerError, tag } from '../ber.ts'

/** msgFlags [RFC 3412 §6.4]. */
export const flag = { auth: 1, priv: 2, reportable: 4 } as const
const usmSecurityModel = 3
/** What we can take: all that fits a UDP datagram. */
const maxMessageOctets = 65_507
const maxEngineIdOctets = 32
const maxUserOctets = 32

/** An SNMPv3 message with USM security parameters [RFC 3412 §6, RFC 3414 §2.4]. Offsets are within the datagram. */
export interface UsmMessage {
  messageId: number
  flags: number
  engineId: Buffer
  boots: number
  timeS: number
  user: Buffer
  macAt: number
  macOctets: number
  salt: Buffer
  /** msgData: of a plain scoped PDU its element, of an encrypted one its octets. */
  dataStart: number
  dataEnd: number
  /** Of the message; what follows in the datagram is no part of it. */
  end: number
}

/** Steps through elements; `start` and `stop` are where the content of the one taken last begins and ends. */
class Elements {
  readonly octets: Buffer
  at: number
  end: number
  start = 0
  stop = 0

  constructor(octets: Buffer, at = 0, end = octets.length) {
    this.octets = octets
    this.at = at
    this.end = end
  }

  take(expected: number): void {
    const { octets } = this
    if (this.at + 2 > this.end) throw new BerError('cut short')
    if (octets[this.at] !== expected)
      throw new BerError(`tag 0x${octets[this.at]!.toString(16)} where 0x${expected.toString(16)} is due`)
    let start = this.at + 2
    let length = octets[this.at + 1]!
    if (length & 0x80) {
      const size = length & 0x7f
      if (size === 0 || size > 4 || start + size > this.end)
        throw new BerError('length form not used by SNMP')
      length = octets.readUIntBE(start, size)
      start += size
    }
    if (start + length > this.end) throw new BerError('content beyond its container')
    this.start = start
    this.at = this.stop = start + length
  }

  /** From here on only what is inside the next element. */
  enter(expected: number): void {
    this.take(expected)
    this.at = this.start
    this.end = this.stop
  }

  /** INTEGER (0..2^31-1). */
  natural(): number {
    this.take(tag.integer)
    const size = this.stop - this.start
    if (size < 1 || size > 4 || this.octets[this.start]! & 0x80)
      throw new BerError(`no integer of 0 to 2^31-1 in ${size} octets`)
    return this.octets.readUIntBE(this.start, size)
  }

  bytes(): Buffer {
    this.take(tag.octets)
    return this.octets.subarray(this.start, this.stop)
  }
}

/** msgID alone, to find what a datagram answers. Throws BerError. */
export function messageIdOf(datagram: Buffer): number {
  const elements = new Elements(datagram)
  enterMessage(elements)
  elements.enter(tag.sequence)
  return elements.natural()
}

/** Throws BerError for anything that is not of this shape; nothing is judged yet. */
export function readMessage(datagram: Buffer): UsmMessage {
  const elements = new Elements(datagram)
  enterMessage(elements)
  const { end } = elements
  elements.take(tag.sequence)
  const afterHeader = elements.at
  const header = new Elements(datagram, elements.start, elements.stop)
  const messageId = header.natural()
  header.natural()
  const flagOctets = header.bytes()
  if (flagOctets.length !== 1) throw new BerError(`msgFlags of ${flagOctets.length} octets`)
  const flags = flagOctets[0]!
  if (flags & flag.priv && !(flags & flag.auth)) throw new BerError('privacy without authentication')
  const model = header.natural()
  if (model !== usmSecurityModel) throw new BerError(`security model ${model}`)

  elements.at = afterHeader
  elements.take(tag.octets)
  const afterParameters = elements.at
  const usm = new Elements(datagram, elements.start, elements.stop)
  usm.enter(tag.sequence)
  const engineId = usm.bytes()
  if (engineId.length > maxEngineIdOctets) throw new BerError(`engine id of ${engineId.length} octets`)
  const boots = usm.natural()
  const timeS = usm.natural()
  const user = usm.bytes()
  if (user.length > maxUserOctets) throw new BerError(`user name of ${user.length} octets`)
  usm.take(tag.octets)
  const [macAt, macOctets] = [usm.start, usm.stop - usm.start]
  const salt = usm.bytes()

  elements.at = afterParameters
  const encrypted = (flags & flag.priv) !== 0
  elements.take(encrypted ? tag.octets : tag.sequence)
  const dataStart = encrypted ? elements.start : afterParameters
  return { messageId, flags, engineId, boots, timeS, user, macAt, macOctets, salt, dataStart, dataEnd: elements.stop, end } // prettier-ignore
}

/** Where the PDU of a scoped PDU is, as a whole element: start, end. Throws BerError. */
export function pduOf(octets: Buffer, at: number, limit: number): [start: number, end: number] {
  const elements = new Elements(octets, at, limit)
  elements.enter(tag.sequence)
  elements.take(tag.octets)
  elements.take(tag.octets)
  const start = elements.at
  if (start >= elements.end) throw new BerError('cut short')
  elements.take(octets[start]!)
  return [start, elements.stop]
}

function enterMessage(elements: Elements): void {
  elements.enter(tag.sequence)
  const version = elements.natural()
  if (version !== 3) throw new BerError(`SNMP version ${version} where 3 is due`)
}

export interface Outgoing {
  messageId: number
  flags: number
  engineId: Buffer
  boots: number
  timeS: number
  user: Buffer
  macOctets: number
  pdu: Uint8Array
  encrypt: ((scopedPdu: Uint8Array) => { salt: Buffer; octets: Buffer }) | null
}

/** The message with a MAC of zeroes, and where that is. */
export function writeMessage(outgoing: Outgoing): { octets: Buffer; macAt: number } {
  const { engineId, user, macOctets, pdu } = outgoing
  const writer = new BackwardWriter(pdu.length + 256)
  writer.bytes(pdu)
  writer.header(tag.octets, 0) // contextName: the default
  writer.octetString(engineId)
  writer.header(tag.sequence, writer.length)
  let salt: Uint8Array = nothing
  if (outgoing.encrypt) {
    const encrypted = outgoing.encrypt(writer.take())
    salt = encrypted.salt
    writer.clear()
    writer.octetString(encrypted.octets)
  }
  const dataOctets = writer.length
  writer.octetString(salt)
  writer.zeroes(macOctets)
  const macFromEnd = writer.length
  writer.header(tag.octets, macOctets)
  writer.octetString(user)
  writer.natural(outgoing.timeS)
  writer.natural(outgoing.boots)
  writer.octetString(engineId)
  writer.header(tag.sequence, writer.length - dataOctets)
  writer.header(tag.octets, writer.length - dataOctets)
  const headerEnd = writer.length
  writer.natural(usmSecurityModel)
  writer.octetString(Uint8Array.of(outgoing.flags))
  writer.natural(maxMessageOctets)
  writer.natural(outgoing.messageId)
  writer.header(tag.sequence, writer.length - headerEnd)
  writer.natural(3)
  writer.header(tag.sequence, writer.length)
  const octets = writer.take()
  return { octets, macAt: octets.length - macFromEnd }
}

const nothing = new Uint8Array(0)

/** From the last octet to the first, so that every length is known when it is written. */
class BackwardWriter {
  readonly #octets: Buffer
  #at: number

  constructor(size: number) {
    this.#octets = Buffer.allocUnsafe(size)
    this.#at = size
  }

  get length(): number {
    return this.#octets.length - this.#at
  }

  take(): Buffer {
    return this.#octets.subarray(this.#at)
  }

  clear(): void {
    this.#at = this.#octets.length
  }

  bytes(octets: Uint8Array): void {
    this.#octets.set(octets, (this.#at -= octets.length))
  }

  zeroes(count: number): void {
    this.#octets.fill(0, this.#at - count, this.#at)
    this.#at -= count
  }

  octetString(octets: Uint8Array): void {
    this.bytes(octets)
    this.header(tag.octets, octets.length)
  }

  natural(value: number): void {
    const end = this.#at
    let rest = value
    do {
      this.#octets[--this.#at] = rest & 0xff
      rest = Math.floor(rest / 256)
    } while (rest > 0)
    if (this.#octets[this.#at]! & 0x80) this.#octets[--this.#at] = 0
    this.header(tag.integer, end - this.#at)
  }

  header(as: number, length: number): void {
    if (length < 0x80) this.#octets[--this.#at] = length
    else {
      const end = this.#at
      for (let rest = length; rest > 0; rest >>>= 8) this.#octets[--this.#at] = rest & 0xff
      const size = end - this.#at
      this.#octets[--this.#at] = 0x80 | size
    }
    this.#octets[--this.#at] = as
  }
}
