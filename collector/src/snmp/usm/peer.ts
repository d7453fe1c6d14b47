import { BerError, tag } from '../ber.ts'
import { SnmpError } from '../error.ts'
import type { BackWriter } from '../octets.ts'
import { EngineClock } from './clock.ts'
import { contextOf, flag, pduOf, readMessage, writeMessage, type UsmMessage } from './message.ts'
import { readRefusal, refusalError, type Refusal } from './report.ts'
import type { EngineKeys, UsmUser } from './user.ts'

/** How often a request may be sent anew because a report taught us something: the engine's id, its time, and once to spare. */
export const maxReports = 3

/**
 * `pdu`: an authentic response; its PDU is the element at `start` of `octets`.
 * `report`: the device refused the message. `again`: it said what we lacked, so the same PDU, wrapped and sent anew, will fare
 * better (at most `maxReports` times a request); otherwise, and after that, `error` is why.
 */
export type Unwrapped =
  | { kind: 'pdu'; messageId: number; octets: Buffer; start: number; end: number }
  | { kind: 'report'; messageId: number; again: boolean; error: SnmpError }

interface KnownEngine {
  id: Buffer
  keys: EngineKeys
  clock: EngineClock
  /** It has answered this user as asked. */
  answered: boolean
}

/**
 * One device's side of the user-based security model [RFC 3414]: what its engine is called, its boots and time, and the keys there.
 * No sockets and no clock of its own: `nowMs` only goes forward (`performance.now()`). A device that is restarted, swapped or
 * loses its boots is learnt anew from its own reports.
 */
export class UsmPeer {
  readonly #user: UsmUser
  /** For messages: address and port. */
  readonly #device: string
  #engine: KnownEngine | null = null

  constructor(user: UsmUser, device: string) {
    this.#user = user
    this.#device = device
  }

  /** Null until the device has said it. */
  get engineId(): Buffer | null {
    return this.#engine?.id ?? null
  }

  /** A datagram around the PDU that `writer` holds; while the engine is not known, one that asks for it [RFC 3414 §4] and is answered by a report. */
  wrap(writer: BackWriter, messageId: number, nowMs: number): Buffer {
    const engine = this.#engine
    if (!engine) return discovery(writer, messageId)
    const { keys, clock } = engine
    const { auth, levelFlags, octets: user, context } = this.#user
    const { boots } = clock
    const timeS = clock.timeS(nowMs)
    const { octets, macAt } = writeMessage(writer, {
      messageId,
      flags: levelFlags | flag.reportable,
      engineId: engine.id,
      boots: auth ? boots : 0,
      timeS: auth ? timeS : 0,
      user,
      context,
      macOctets: auth?.macOctets ?? 0,
      encrypt: keys.cipher && ((scopedPdu) => keys.cipher!.encrypt(scopedPdu, boots, timeS)),
    })
    keys.mac?.sign(octets, macAt)
    return octets
  }

  /**
   * Throws BerError for what is no SNMPv3 message, SnmpError `authentication` for what is not from this engine and user, is
   * changed, replayed or less protected than what was asked. Neither concerns the request: the true answer may yet come.
   */
  unwrap(datagram: Buffer, nowMs: number): Unwrapped {
    const message = readMessage(datagram)
    const authentic = (message.flags & flag.auth) !== 0
    const engine = authentic ? this.#authenticated(datagram, message) : this.#engine
    const octets = engine && message.flags & flag.priv ? this.#decrypted(datagram, message, engine) : datagram
    const [from, to] = octets === datagram ? [message.dataStart, message.dataEnd] : [0, octets.length]
    const [start, end] = pduOf(octets, from, to)
    const { messageId } = message
    const pduTag = octets[start]
    if (pduTag === tag.report) {
      const refusal = readRefusal(octets, start, end)
      const again = this.#learn(message, refusal, nowMs)
      return { kind: 'report', messageId, again, error: refusalError(this.#device, this.#user.name, refusal) }
    }
    if (pduTag !== tag.response)
      throw new BerError(`PDU of tag 0x${pduTag?.toString(16)} where a response is due`)
    this.#checkContext(octets, from, to)
    this.#checkResponse(message, nowMs)
    return { kind: 'pdu', messageId, octets, start, end }
  }

  /**
   * Why a request met silence to the end, when that is not the plain one: net-snmp and others drop what they cannot decrypt
   * [against RFC 3414 §3.2 8]. The engine is forgotten, so that the next request shows whether the device is there at all.
   */
  silence(): SnmpError | null {
    if (!this.#engine?.keys.cipher || this.#engine.answered) return null
    this.#engine = null
    const wrong = 'probably the privacy password, its protocol or the extension of its key is another'
    return new SnmpError(
      'authentication',
      `${this.#device} tells its engine id but answers nothing to user ${this.#user.name}: ${wrong}`,
    )
  }

  /** The engine whose key signed this message [RFC 3414 §6.3.2]. */
  #authenticated(datagram: Buffer, message: UsmMessage): KnownEngine {
    const { macAt, macOctets } = message
    const engine = this.#engine
    const mac = engine?.keys.mac
    if (!mac || !engine.id.equals(message.engineId))
      throw this.#unauthentic('is signed by an engine or a user that was not asked')
    if (macOctets !== mac.octets) throw this.#unauthentic(`has a digest of ${macOctets} octets`)
    if (!mac.isSigned(datagram.subarray(0, message.end), macAt)) throw this.#unauthentic('has a wrong digest')
    return engine
  }

  #decrypted(datagram: Buffer, message: UsmMessage, { keys }: KnownEngine): Buffer {
    if (!keys.cipher) throw this.#unauthentic('is encrypted, which was not asked for')
    const octets = datagram.subarray(message.dataStart, message.dataEnd)
    return keys.cipher.decrypt(octets, message.salt, message.boots, message.timeS)
  }

  /** RFC 3412 §7.2 and RFC 3414 §3.2: of the engine, the user and the level that were asked, and in time. */
  #checkResponse(message: UsmMessage, nowMs: number): void {
    const engine = this.#engine
    if (!engine?.id.equals(message.engineId)) throw this.#unauthentic('is of another engine')
    if (!this.#user.octets.equals(message.user)) throw this.#unauthentic('is for another user')
    const { levelFlags } = this.#user
    if ((message.flags & (flag.auth | flag.priv)) !== levelFlags)
      throw this.#unauthentic('is not protected as what was asked')
    if (levelFlags & flag.auth && !engine.clock.accept(message.boots, message.timeS, nowMs))
      throw this.#unauthentic('is outside the time window')
    engine.answered = true
  }

  /** RFC 3412 §7.2 12: what knows no contexts answers of its only one, which was not asked. */
  #checkContext(octets: Buffer, from: number, to: number): void {
    const { context } = this.#user
    if (context.length > 0 && !contextOf(octets, from, to).equals(context))
      throw this.#unauthentic('is of another context')
  }

  /**
   * Whether the request will fare better now. The engine's time is believed only when signed, then even if its boots went
   * back (a device that lost them): the report answers our own message-id, so it is no old one.
   */
  #learn({ flags, engineId, boots, timeS }: UsmMessage, { name }: Refusal, nowMs: number): boolean {
    const engine = this.#engine
    if (!engine || (name === 'usmStatsUnknownEngineIDs' && !engine.id.equals(engineId))) {
      if (engineId.length === 0) return false
      const id = Buffer.from(engineId)
      this.#engine = {
        id,
        keys: this.#user.keysAt(id),
        clock: new EngineClock(boots, timeS, nowMs),
        answered: false,
      }
      return true
    }
    if (name === 'usmStatsNotInTimeWindows' && flags & flag.auth) {
      engine.clock.set(boots, timeS, nowMs)
      return true
    }
    return name === 'usmStatsUnknownEngineIDs'
  }

  #unauthentic(what: string): SnmpError {
    return new SnmpError('authentication', `a reply of ${this.#device} ${what}`)
  }
}

/** A GET of nothing by nobody [RFC 3414 §4]. */
function discovery(writer: BackWriter, messageId: number): Buffer {
  writer.begin()
  writer.close(tag.sequence, 0)
  for (const field of [0, 0, messageId]) writer.integer(field)
  writer.close(tag.get, 0)
  const empty = {
    engineId: nobody,
    boots: 0,
    timeS: 0,
    user: nobody,
    context: nobody,
    macOctets: 0,
    encrypt: null,
  }
  return writeMessage(writer, { ...empty, messageId, flags: flag.reportable }).octets
}

const nobody = Buffer.alloc(0)
