import { BerError, tag } from '../ber.ts'
import { Scanner, type BackWriter } from '../octets.ts'

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

const scanner = new Scanner()

/** Throws BerError for anything that is not of this shape; nothing is judged yet. */
export function readMessage(datagram: Buffer): UsmMessage {
  scanner.over(datagram, 0, datagram.length)
  const end = (scanner.end = scanner.enter(tag.sequence))
  const version = scanner.natural()
  if (version !== 3) throw new BerError(`SNMP version ${version} where 3 is due`)

  const headerEnd = (scanner.end = scanner.enter(tag.sequence))
  const messageId = scanner.natural()
  scanner.natural()
  const flags = flagsOf(bytes(datagram))
  const model = scanner.natural()
  if (model !== usmSecurityModel) throw new BerError(`security model ${model}`)

  scanner.over(datagram, headerEnd, end)
  const parametersEnd = (scanner.end = scanner.enter(tag.octets))
  scanner.end = scanner.enter(tag.sequence)
  const engineId = bytes(datagram)
  if (engineId.length > maxEngineIdOctets) throw new BerError(`engine id of ${engineId.length} octets`)
  const boots = scanner.natural()
  const timeS = scanner.natural()
  const user = bytes(datagram)
  if (user.length > maxUserOctets) throw new BerError(`user name of ${user.length} octets`)
  const macEnd = scanner.enter(tag.octets)
  const macAt = scanner.at
  scanner.at = macEnd
  const salt = bytes(datagram)

  scanner.over(datagram, parametersEnd, end)
  const encrypted = (flags & flag.priv) !== 0
  const dataEnd = scanner.enter(encrypted ? tag.octets : tag.sequence)
  const dataStart = encrypted ? scanner.at : parametersEnd
  return { messageId, flags, engineId, boots, timeS, user, macAt, macOctets: macEnd - macAt, salt, dataStart, dataEnd, end } // prettier-ignore
}

/** Where the PDU of a scoped PDU is, as a whole element: start, end. Throws BerError. */
export function pduOf(octets: Buffer, at: number, limit: number): [start: number, end: number] {
  scanner.over(octets, at, limit)
  scanner.end = scanner.enter(tag.sequence)
  scanner.at = scanner.enter(tag.octets)
  scanner.at = scanner.enter(tag.octets)
  const start = scanner.at
  return [start, scanner.enter(scanner.peek())]
}

/** The contextName of a scoped PDU, where it lies. Throws BerError. */
export function contextOf(octets: Buffer, at: number, limit: number): Buffer {
  scanner.over(octets, at, limit)
  scanner.end = scanner.enter(tag.sequence)
  scanner.at = scanner.enter(tag.octets)
  return bytes(octets)
}

/** The contextEngineID of a scoped PDU, where it lies. Throws BerError. */
export function contextEngineOf(octets: Buffer, at: number, limit: number): Buffer {
  scanner.over(octets, at, limit)
  scanner.end = scanner.enter(tag.sequence)
  return bytes(octets)
}

/** The next OCTET STRING, where it lies. */
function bytes(datagram: Buffer): Buffer {
  const stop = scanner.enter(tag.octets)
  const content = datagram.subarray(scanner.at, stop)
  scanner.at = stop
  return content
}

function flagsOf(octets: Buffer): number {
  if (octets.length !== 1) throw new BerError(`msgFlags of ${octets.length} octets`)
  const flags = octets[0]!
  if (flags & flag.priv && !(flags & flag.auth)) throw new BerError('privacy without authentication')
  return flags
}

export interface Outgoing {
  messageId: number
  flags: number
  engineId: Buffer
  boots: number
  timeS: number
  user: Buffer
  /** contextName. */
  context: Buffer
  /** The engine's own unless told: a response has that of its request [RFC 3412 §7.1]. */
  contextEngineId?: Buffer
  macOctets: number
  encrypt: ((scopedPdu: Uint8Array) => { salt: Buffer; octets: Buffer }) | null
}

/** The message around the PDU that `writer` holds, with a MAC of zeroes, and where that is. */
export function writeMessage(writer: BackWriter, outgoing: Outgoing): { octets: Buffer; macAt: number } {
  const { engineId, user, macOctets } = outgoing
  writer.octetString(outgoing.context)
  writer.octetString(outgoing.contextEngineId ?? engineId)
  writer.close(tag.sequence, 0)
  const salt = outgoing.encrypt ? encrypted(writer, outgoing.encrypt) : nothing
  const dataOctets = writer.length
  writer.octetString(salt)
  writer.zeroes(macOctets)
  const macFromEnd = writer.length
  writer.close(tag.octets, macFromEnd - macOctets)
  writer.octetString(user)
  writer.integer(outgoing.timeS)
  writer.integer(outgoing.boots)
  writer.octetString(engineId)
  writer.close(tag.sequence, dataOctets)
  writer.close(tag.octets, dataOctets)
  const headerEnd = writer.length
  writer.integer(usmSecurityModel)
  writer.octetString(flagOctets[outgoing.flags]!)
  writer.integer(maxMessageOctets)
  writer.integer(outgoing.messageId)
  writer.close(tag.sequence, headerEnd)
  writer.integer(3)
  writer.close(tag.sequence, 0)
  const octets = writer.take()
  return { octets, macAt: octets.length - macFromEnd }
}

const nothing = new Uint8Array(0)
const flagOctets = Array.from({ length: 8 }, (_, flags) => Uint8Array.of(flags))

/** Puts the scoped PDU's encryption in its place; the salt. */
function encrypted(writer: BackWriter, encrypt: NonNullable<Outgoing['encrypt']>): Buffer {
  const { salt, octets } = encrypt(writer.written())
  writer.begin()
  writer.octetString(octets)
  return salt
}
