import type { SnmpCredential } from '../../contract.ts'
import { SnmpError } from '../error.ts'
import { cipherOf, type Cipher } from './cipher.ts'
import { extendedKey, localizedKey, passwordKey } from './keys.ts'
import { Mac } from './mac.ts'
import { flag } from './message.ts'
import { authProtocols, privProtocols, type AuthProtocol, type PrivProtocol } from './protocols.ts'

export type UsmCredential = Extract<SnmpCredential, { version: '3' }>

/** What signs and encrypts at one engine; null where the user's level has none. */
export interface EngineKeys {
  mac: Mac | null
  cipher: Cipher | null
}

/** A credential made ready: the same for every device that has this user. */
export class UsmUser {
  readonly name: string
  /** `name` as it travels. */
  readonly octets: Buffer
  /** Its context's name as it travels; nothing is the default. */
  readonly context: Buffer
  /** msgFlags of its level, without reportable. */
  readonly levelFlags: number
  readonly auth: AuthProtocol | null
  readonly #authPassword: string
  readonly #priv: PrivProtocol | null
  readonly #privPassword: string

  /** Throws SnmpError `authentication` when the credential lacks what its level needs. */
  constructor(credential: UsmCredential) {
    const { user, level, authProtocol, authKey, privProtocol, privKey, contextName = '' } = credential
    const signs = level !== 'noAuthNoPriv'
    const encrypts = level === 'authPriv'
    if ((signs && !(authProtocol && authKey)) || (encrypts && !(privProtocol && privKey)))
      throw new SnmpError('authentication', `the credential of user ${user} lacks what ${level} needs`)
    this.name = user
    this.octets = Buffer.from(user, 'utf8')
    this.context = Buffer.from(contextName, 'utf8')
    this.levelFlags = (signs ? flag.auth : 0) | (encrypts ? flag.priv : 0)
    this.auth = signs ? authProtocols[authProtocol!] : null
    this.#priv = encrypts ? privProtocols[privProtocol!] : null
    this.#authPassword = authKey ?? ''
    this.#privPassword = privKey ?? ''
  }

  keysAt(engineId: Buffer): EngineKeys {
    if (!this.auth) return { mac: null, cipher: null }
    const { hash } = this.auth
    const localized = (password: string) => localizedKey(hash, passwordKey(hash, password), engineId)
    const mac = new Mac(this.auth, localized(this.#authPassword))
    if (!this.#priv) return { mac, cipher: null }
    const { keyOctets: octets, extension } = this.#priv
    const key = extendedKey(hash, localized(this.#privPassword), engineId, { octets, extension })
    return { mac, cipher: cipherOf(this.#priv, key) }
  }
}
