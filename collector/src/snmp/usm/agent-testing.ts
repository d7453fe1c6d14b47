/** The other side of USM [RFC 3414 §3.2], for tests and benches: an engine that judges messages and reports what it refuses. */
import { BerWriter, tag } from '../ber.ts'
import { BackWriter } from '../octets.ts'
import { flag, pduOf, readMessage, writeMessage, type UsmMessage } from './message.ts'
import type { EngineKeys, UsmUser } from './user.ts'

const usmStats = '1.3.6.1.6.3.15.1.1'
const stats = {
  unsupportedSecLevels: 1,
  notInTimeWindows: 2,
  unknownUserNames: 3,
  unknownEngineIDs: 4,
  wrongDigests: 5,
}
export type UsmStat = keyof typeof stats
const windowS = 150

export class UsmAgent {
  id: Buffer
  boots = 1
  timeS = 1000
  /** What was refused, in order. */
  readonly reported: UsmStat[] = []
  readonly #users: UsmUser[]
  readonly #keys = new Map<string, EngineKeys>()

  constructor(id: string, users: UsmUser[]) {
    this.id = Buffer.from(id, 'hex')
    this.#users = users
  }

  /** What goes back for a datagram; `respond` makes the response PDU for a request PDU. */
  answer(datagram: Buffer, respond: (pdu: Buffer) => Uint8Array): Buffer {
    const opened = this.open(datagram)
    return Buffer.isBuffer(opened) ? opened : opened.seal(respond(opened.pdu))
  }

  /** The request PDU and what wraps its response; or the report that refuses the message. Digests are not looked at. */
  open(datagram: Buffer): { pdu: Buffer; seal: (response: Uint8Array) => Buffer } | Buffer {
    const message = readMessage(datagram)
    const user = this.#users.find(({ octets }) => octets.equals(message.user))
    const refused = this.#judge(message, user)
    if (refused || !user) return this.report(refused ?? 'unknownUserNames', message, user)
    const { messageId, flags } = message
    const encrypted = (flags & flag.priv) !== 0
    const octets = encrypted ? this.#decrypted(datagram, message, user) : datagram
    const [from, to] = encrypted ? [0, octets.length] : [message.dataStart, message.dataEnd]
    return {
      pdu: octets.subarray(...pduOf(octets, from, to)),
      seal: (response) => this.sign(messageId, response, user, flags),
    }
  }

  report(stat: UsmStat, { messageId }: { messageId: number }, user?: UsmUser): Buffer {
    this.reported.push(stat)
    const pdu = new BerWriter(64)
    pdu.sequence(tag.report, () => {
      for (const zero of [0, 0, 0]) pdu.integer(zero)
      pdu.sequence(tag.sequence, () =>
        pdu.sequence(tag.sequence, () => {
          pdu.oid(`${usmStats}.${stats[stat]}.0`)
          pdu.unsigned(this.reported.length, tag.counter32)
        }),
      )
    })
    return this.sign(messageId, pdu.take(), user, user && stat === 'notInTimeWindows' ? flag.auth : 0)
  }

  /** A message of this engine; of nobody without a user. */
  sign(messageId: number, pdu: Uint8Array, user: UsmUser | undefined, flags: number): Buffer {
    const { id: engineId, boots, timeS } = this
    const keys = user && this.#keysOf(user)
    const signs = flags & flag.auth ? user?.auth : null
    const { octets, macAt } = writeMessage(holding(pdu), {
      messageId,
      flags: flags & (flag.auth | flag.priv),
      engineId,
      boots,
      timeS,
      user: user?.octets ?? Buffer.alloc(0),
      context: user?.context ?? Buffer.alloc(0),
      macOctets: signs?.macOctets ?? 0,
      encrypt: flags & flag.priv ? (plain) => keys!.cipher!.encrypt(plain, boots, timeS) : null,
    })
    if (signs) keys!.mac!.sign(octets, macAt)
    return octets
  }

  #judge(message: UsmMessage, user: UsmUser | undefined): UsmStat | null {
    if (!message.engineId.equals(this.id)) return 'unknownEngineIDs'
    if (!user) return 'unknownUserNames'
    if ((message.flags & (flag.auth | flag.priv)) !== user.levelFlags) return 'unsupportedSecLevels'
    const late = message.boots !== this.boots || Math.abs(message.timeS - this.timeS) > windowS
    return late && message.flags & flag.auth ? 'notInTimeWindows' : null
  }

  #decrypted(
    datagram: Buffer,
    { dataStart, dataEnd, salt, boots, timeS }: UsmMessage,
    user: UsmUser,
  ): Buffer {
    return this.#keysOf(user).cipher!.decrypt(datagram.subarray(dataStart, dataEnd), salt, boots, timeS)
  }

  #keysOf(user: UsmUser): EngineKeys {
    const name = `${user.name} ${this.id.toString('hex')}`
    const known = this.#keys.get(name) ?? user.keysAt(this.id)
    this.#keys.set(name, known)
    return known
  }
}

/** The request's own PDU as a response, values and all: enough where only the security matters. */
export function echoed(pdu: Buffer): Buffer {
  const response = Buffer.from(pdu)
  response[0] = tag.response
  return response
}

const writer = new BackWriter()

/** A PDU as the engine hands it over to be wrapped. */
export function holding(pdu: Uint8Array): BackWriter {
  writer.begin()
  writer.raw(pdu)
  return writer
}
