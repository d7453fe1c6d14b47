/**
 * The receiving side of USM [RFC 3414 §3.2]: of a trap its sender is the authoritative engine, whose id and time are learnt from
 * what its key signed; of an inform we are, so that whoever does not know us yet is told who and when we are.
 */
import { BerError, BerReader, BerWriter, tag } from '../snmp/ber.ts'
import { BackWriter } from '../snmp/octets.ts'
import { EngineClock } from '../snmp/usm/clock.ts'
import {
  contextEngineOf,
  contextOf,
  flag,
  pduOf,
  readMessage,
  writeMessage,
  type UsmMessage,
} from '../snmp/usm/message.ts'
import type { EngineKeys, UsmUser } from '../snmp/usm/user.ts'
import { readNotification, responseTo, type Notification } from './notification.ts'
import type { OwnEngine } from './own-engine.ts'

/** A user that may speak, and for which devices. */
export interface KnownUser {
  user: UsmUser
  deviceIds: ReadonlySet<string>
}

/** `unauthentic`: whoever says it has not the key, or says it again. */
export type Received =
  | {
      kind: 'notification'
      notification: Notification
      engineId: Buffer
      sender: KnownUser
      reply: Buffer | null
    }
  | { kind: 'report'; reply: Buffer }
  | { kind: 'unauthentic' }

const stats = {
  unsupportedSecLevels: 1,
  notInTimeWindows: 2,
  unknownUserNames: 3,
  unknownEngineIDs: 4,
  wrongDigests: 5,
} as const
type Stat = keyof typeof stats
const usmStats = '1.3.6.1.6.3.15.1.1'
const windowS = 150
/** Keys at engines that were heard; an engine takes some hundred octets. */
const maxEngines = 20_000
/** Users of one name: a province may have a few, an attacker none. */
const maxCandidates = 16
const protection = flag.auth | flag.priv

interface KnownEngine {
  keys: EngineKeys
  clock: EngineClock
}

export class UsmReceiver {
  readonly #own: OwnEngine
  readonly #usersOf: (name: string) => readonly KnownUser[]
  readonly #nowMs: () => number
  /** By engine and user, those that were authentic once. */
  readonly #engines = new Map<string, KnownEngine>()
  readonly #ownKeys = new WeakMap<UsmUser, EngineKeys>()
  readonly #counts: Record<Stat, number> = {
    unsupportedSecLevels: 0,
    notInTimeWindows: 0,
    unknownUserNames: 0,
    unknownEngineIDs: 0,
    wrongDigests: 0,
  }
  readonly #writer = new BackWriter()

  constructor(
    own: OwnEngine,
    usersOf: (name: string) => readonly KnownUser[],
    nowMs: () => number = () => performance.now(),
  ) {
    this.#own = own
    this.#usersOf = usersOf
    this.#nowMs = nowMs
  }

  /** Throws BerError for what is no SNMPv3 message of a notification. */
  receive(datagram: Buffer): Received {
    const message = readMessage(datagram)
    if (message.engineId.equals(this.#own.id)) return this.#toUs(datagram, message)
    // a discovery names no engine; a request to an engine that we are not is answered alike
    if (message.engineId.length === 0 || message.flags & flag.reportable)
      return this.#refuse('unknownEngineIDs', message)
    return this.#ofSender(datagram, message)
  }

  #ofSender(datagram: Buffer, message: UsmMessage): Received {
    for (const sender of this.#candidates(message)) {
      const { user } = sender
      const name = `${message.engineId.toString('hex')} ${user.name} ${user.levelFlags} ${candidateKey(sender)}`
      const known = this.#engines.get(name)
      const keys = known?.keys ?? user.keysAt(Buffer.from(message.engineId))
      if (!isSigned(datagram, message, user, keys)) continue
      const clock = known?.clock ?? new EngineClock(message.boots, message.timeS, this.#nowMs())
      if (user.auth && !clock.accept(message.boots, message.timeS, this.#nowMs()))
        return { kind: 'unauthentic' }
      if (!known) this.#remember(name, { keys, clock })
      const opened = open(datagram, message, keys)
      const notification = readNotification(new BerReader(opened.octets, opened.start, opened.end))
      if (notification.kind === 'inform') return { kind: 'unauthentic' } // of these we are the authority
      return { kind: 'notification', notification, engineId: message.engineId, sender, reply: null }
    }
    return { kind: 'unauthentic' }
  }

  #toUs(datagram: Buffer, message: UsmMessage): Received {
    const named = this.#usersOf(message.user.toString('utf8'))
    if (named.length === 0) return this.#refuse('unknownUserNames', message)
    const candidates = this.#candidates(message)
    if (candidates.length === 0) return this.#refuse('unsupportedSecLevels', message)
    for (const sender of candidates) {
      const keys = this.#keysHere(sender.user)
      if (!isSigned(datagram, message, sender.user, keys)) continue
      if (sender.user.auth && !this.#isInTime(message))
        return this.#refuse('notInTimeWindows', message, sender.user)
      const { octets, start, end, scope } = open(datagram, message, keys)
      const notification = readNotification(new BerReader(octets, start, end))
      if (notification.kind !== 'inform') return { kind: 'unauthentic' }
      const reply = this.#sign(
        message.messageId,
        responseTo(octets.subarray(start, end)),
        sender.user,
        message.flags,
        scope,
      )
      return { kind: 'notification', notification, engineId: message.engineId, sender, reply }
    }
    return this.#refuse('wrongDigests', message)
  }

  /** Users of this name who protect what they say no better than this message is protected. */
  #candidates({ user, flags }: UsmMessage): KnownUser[] {
    return this.#usersOf(user.toString('utf8'))
      .filter(({ user: known }) => (flags & protection) === known.levelFlags)
      .slice(0, maxCandidates)
  }

  #isInTime({ boots, timeS }: UsmMessage): boolean {
    return boots === this.#own.boots && Math.abs(timeS - this.#own.timeS()) <= windowS
  }

  #keysHere(user: UsmUser): EngineKeys {
    let keys = this.#ownKeys.get(user)
    if (!keys) this.#ownKeys.set(user, (keys = user.keysAt(this.#own.id)))
    return keys
  }

  #remember(name: string, engine: KnownEngine): void {
    if (this.#engines.size >= maxEngines)
      for (const oldest of this.#engines.keys().take(1)) this.#engines.delete(oldest)
    this.#engines.set(name, engine)
  }

  /** Signed only where RFC 3414 §3.2 wants it: of the time, for whoever has the key. */
  #refuse(stat: Stat, message: UsmMessage, user?: UsmUser): Received {
    if (!(message.flags & flag.reportable)) return { kind: 'unauthentic' }
    const count = (this.#counts[stat] = (this.#counts[stat] + 1) >>> 0)
    const pdu = new BerWriter(64)
    pdu.sequence(tag.report, () => {
      for (const zero of [0, 0, 0]) pdu.integer(zero)
      pdu.sequence(tag.sequence, () =>
        pdu.sequence(tag.sequence, () => {
          pdu.oid(`${usmStats}.${stats[stat]}.0`)
          pdu.unsigned(count, tag.counter32)
        }),
      )
    })
    return { kind: 'report', reply: this.#sign(message.messageId, pdu.take(), user, user ? flag.auth : 0) }
  }

  #sign(
    messageId: number,
    pdu: Uint8Array,
    user: UsmUser | undefined,
    flags: number,
    scope: Scope = { contextEngineId: this.#own.id, context: nobody },
  ): Buffer {
    const { id: engineId, boots, timeS } = this.#own
    const keys = user && this.#keysHere(user)
    const signs = flags & flag.auth ? user?.auth : null
    const atS = timeS()
    this.#writer.begin()
    this.#writer.raw(pdu)
    const { octets, macAt } = writeMessage(this.#writer, {
      messageId,
      flags: flags & protection,
      engineId,
      boots,
      timeS: atS,
      user: user?.octets ?? nobody,
      ...scope,
      macOctets: signs?.macOctets ?? 0,
      encrypt: flags & flag.priv ? (plain) => keys!.cipher!.encrypt(plain, boots, atS) : null,
    })
    if (signs) keys!.mac!.sign(octets, macAt)
    return octets
  }
}

const nobody = Buffer.alloc(0)

/** Whose objects a scoped PDU is about. */
interface Scope {
  contextEngineId: Buffer
  context: Buffer
}

const numbers = new WeakMap<UsmUser, number>()
let lastNumber = 0
/** Tells users of one name apart. */
function candidateKey({ user }: KnownUser): number {
  let number = numbers.get(user)
  if (number === undefined) numbers.set(user, (number = ++lastNumber))
  return number
}

function isSigned(
  datagram: Buffer,
  { macAt, macOctets, end }: UsmMessage,
  user: UsmUser,
  keys: EngineKeys,
): boolean {
  if (!user.auth) return true
  if (!keys.mac || macOctets !== keys.mac.octets) return false
  return keys.mac.isSigned(datagram.subarray(0, end), macAt)
}

interface Opened {
  octets: Buffer
  /** Of the PDU's element. */
  start: number
  end: number
  scope: Scope
}

/** The PDU's element within octets that are plain. Throws BerError, also for what another key encrypted. */
function open(
  datagram: Buffer,
  { flags, dataStart, dataEnd, salt, boots, timeS }: UsmMessage,
  { cipher }: EngineKeys,
): Opened {
  if (!(flags & flag.priv)) return located(datagram, dataStart, dataEnd)
  if (!cipher) throw new BerError('encrypted for nobody')
  // the cipher's room is its own until the next message
  const plain = Buffer.from(cipher.decrypt(datagram.subarray(dataStart, dataEnd), salt, boots, timeS))
  return located(plain, 0, plain.length)
}

function located(octets: Buffer, from: number, to: number): Opened {
  const [start, end] = pduOf(octets, from, to)
  const scope = { contextEngineId: contextEngineOf(octets, from, to), context: contextOf(octets, from, to) }
  return { octets, start, end, scope }
}
