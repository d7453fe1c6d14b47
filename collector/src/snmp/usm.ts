import { createSocket, type RemoteInfo, type SocketType } from 'node:dgram'
import { isIP } from 'node:net'
import snmp from 'net-snmp'
import type { SnmpCredential } from '../contract.ts'
import type { RequestOptions } from './engine.ts'
import { SnmpError } from './error.ts'
import type { Answer, Exchange, Question } from './session.ts'
import type { Peer } from './transport.ts'
import type { SnmpException, SnmpValue, VarBind } from './value.ts'

type UsmCredential = Extract<SnmpCredential, { version: '3' }>

/**
 * SNMPv3 with the user-based security model [RFC 3414], by the library net-snmp: its callbacks become promises here and
 * nowhere else. A device that restarted has a new engine time; the session is then opened anew, once.
 */
export function usmExchange(
  peer: Peer,
  credential: UsmCredential,
  options: RequestOptions,
): { exchange: Exchange; close: () => void } {
  const user = usmUser(credential)
  let session: UsmSession | null = null
  const closeSession = () => {
    session?.close()
    session = null
  }
  const attempt = (question: Question) => {
    session ??= new UsmSession(peer, user, options)
    return session.ask(question)
  }
  const exchange: Exchange = async (question) => {
    const known = session !== null
    try {
      return await attempt(question)
    } catch (error) {
      closeSession()
      if (!known || !(error instanceof SnmpError) || error.code !== 'authentication') throw error
      return await attempt(question)
    }
  }
  return { exchange, close: closeSession }
}

class UsmSession {
  readonly #session: snmp.Session
  readonly #peer: Peer
  #garbled: Error | null = null
  #closed = false

  constructor(peer: Peer, user: snmp.User, options: RequestOptions) {
    this.#peer = peer
    this.#session = snmp.createV3Session(peer.address, user, {
      version: snmp.Version3,
      transport: isIP(peer.address) === 6 ? 'udp6' : 'udp4',
      port: peer.port,
      timeout: options.timeoutMs,
      retries: options.retries,
      backoff: 1.5,
      dgramModule: { createSocket: (type: SocketType) => this.#guardedSocket(type) },
    })
    this.#session.on('error', (error) => (this.#garbled = error))
  }

  async ask(question: Question): Promise<Answer> {
    this.#garbled = null
    const startedAt = performance.now()
    const answer = (varBinds: Answer['varBinds'], errorStatus = 0): Answer => ({
      errorStatus,
      errorIndex: 0,
      varBinds,
      rttMs: performance.now() - startedAt,
    })
    try {
      return answer((await this.#request(question)).map(varBindOf))
    } catch (error) {
      if (error instanceof snmp.RequestFailedError)
        return { ...answer([], error.status), errorIndex: guiltyIndex(error, question) }
      throw this.#snmpError(error)
    }
  }

  close(): void {
    if (this.#closed) return
    this.#closed = true
    this.#session.close()
  }

  #request(question: Question): Promise<LibraryVarBind[]> {
    const { promise, resolve, reject } = Promise.withResolvers<LibraryVarBind[]>()
    const done = (error: Error | null, varBinds?: unknown) => {
      if (error) reject(error)
      else resolve((varBinds as (LibraryVarBind | LibraryVarBind[])[]).flat())
    }
    if (question.type === 'getBulk') this.#session.getBulk(question.oids, 0, question.maxRepetitions, done)
    else this.#session[question.type](question.oids, done)
    return promise
  }

  #snmpError(cause: unknown): SnmpError {
    const { address, port } = this.#peer
    if (this.#closed) return new SnmpError('closed', 'the session was closed', { cause })
    if (cause instanceof Error && cause.name === 'RequestTimedOutError')
      return this.#garbled
        ? new SnmpError(
            'malformed',
            `${address}:${port} answers, but not in SNMP: ${this.#garbled.message}`,
            { cause },
          )
        : new SnmpError('timeout', `${address}:${port} gave no answer`, { cause })
    if (cause instanceof snmp.ResponseInvalidError) {
      const code = authenticationCodes.has((cause as { code?: number }).code ?? 0)
        ? 'authentication'
        : 'malformed'
      return new SnmpError(code, `${address}:${port}: ${cause.message}`, { cause })
    }
    const text = cause instanceof Error ? cause.message : String(cause)
    return new SnmpError('unreachable', `${address}:${port}: ${text}`, { cause })
  }

  /** The library neither looks where a datagram comes from nor survives every malformed one. */
  #guardedSocket(type: SocketType) {
    const socket = createSocket(type)
    const on = socket.on.bind(socket) as (
      event: string,
      listener: (...args: never[]) => void,
    ) => typeof socket
    const guarded =
      (listener: (datagram: Buffer, from: RemoteInfo) => void) => (datagram: Buffer, from: RemoteInfo) => {
        if (from.address !== this.#peer.address || from.port !== this.#peer.port) return
        try {
          listener(datagram, from)
        } catch (error) {
          this.#garbled = error instanceof Error ? error : new Error(String(error))
        }
      }
    socket.on = ((event: string, listener: (...args: never[]) => void) =>
      on(event, event === 'message' ? (guarded(listener as never) as never) : listener)) as typeof socket.on
    return socket
  }
}

/** The library puts the error-index into its text: "NoSuchName: 1.3.6.1…". */
const guiltyIndex = (error: Error, { oids }: Question) =>
  oids.indexOf(error.message.split(': ').at(-1) ?? '') + 1

interface LibraryVarBind {
  oid: string
  type: number
  value: unknown
}

/** ResponseInvalidCode: ECouldNotDecrypt, EAuthFailure, EUnexpectedReport, ENotInTimeWindow. */
const authenticationCodes = new Set([4, 5, 11, 14])

const valueTypes: Record<number, SnmpValue['type'] | SnmpException['type']> = {
  2: 'integer',
  4: 'octets',
  5: 'null',
  6: 'oid',
  64: 'ip',
  65: 'counter32',
  66: 'gauge32',
  67: 'timeticks',
  68: 'opaque',
  70: 'counter64',
  128: 'noSuchObject',
  129: 'noSuchInstance',
  130: 'endOfMibView',
}

function varBindOf({ oid, type, value }: LibraryVarBind): VarBind<SnmpValue | SnmpException> {
  const name = valueTypes[type] ?? 'null'
  return {
    oid,
    value: { type: name, value: name === 'counter64' ? unsigned(value as Buffer) : value } as SnmpValue,
  }
}

/** The library gives a Counter64 as its octets. */
function unsigned(octets: Buffer): number | bigint {
  const value = octets.length === 0 ? 0n : BigInt('0x' + octets.toString('hex'))
  return value <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(value) : value
}

const authProtocols = {
  md5: snmp.AuthProtocols.md5,
  sha: snmp.AuthProtocols.sha,
  sha224: snmp.AuthProtocols.sha224,
  sha256: snmp.AuthProtocols.sha256,
  sha384: snmp.AuthProtocols.sha384,
  sha512: snmp.AuthProtocols.sha512,
}
const privProtocols: Record<string, snmp.PrivProtocols> = {
  des: snmp.PrivProtocols.des,
  aes: snmp.PrivProtocols.aes,
  aes256b: snmp.PrivProtocols.aes256b,
  aes256r: snmp.PrivProtocols.aes256r,
}

function usmUser(credential: UsmCredential): snmp.User {
  return {
    name: credential.user,
    level: snmp.SecurityLevel[credential.level],
    authProtocol: credential.authProtocol && authProtocols[credential.authProtocol],
    authKey: credential.authKey,
    privProtocol: credential.privProtocol && privProtocols[credential.privProtocol],
    privKey: credential.privKey,
  } as snmp.User
}
