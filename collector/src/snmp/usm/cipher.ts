import {
  createCipheriv,
  createDecipheriv,
  createSecretKey,
  randomBytes,
  type Cipheriv,
  type KeyObject,
} from 'node:crypto'
import { BerError } from '../ber.ts'
import type { PrivProtocol } from './protocols.ts'

/** Encrypts scoped PDUs for one user at one engine. `salt` is msgPrivacyParameters; boots and time are the engine's. */
export interface Cipher {
  encrypt(plain: Uint8Array, boots: number, time: number): { salt: Buffer; octets: Buffer }
  /** Throws BerError when salt or content cannot be this cipher's. A wrong key is not noticed: it gives other octets. */
  decrypt(octets: Uint8Array, salt: Buffer, boots: number, time: number): Buffer
}

export function cipherOf(protocol: PrivProtocol, key: Buffer): Cipher {
  return protocol.family === 'des' ? new DesCbc(key) : new AesCfb(key)
}

const saltOctets = 8
const desBlock = 8

/** The same salt never comes twice under a key: one count for all, from a random start [RFC 3826 §3.1.2.1]. */
let saltCount = randomBytes(saltOctets).readBigUInt64BE()
function nextSalt(): Buffer {
  saltCount = BigInt.asUintN(64, saltCount + 1n)
  const salt = Buffer.allocUnsafe(saltOctets)
  salt.writeBigUInt64BE(saltCount)
  return salt
}

const aesBlock = 16
/** A block and what follows it, in whole blocks; on its own, so that it is aligned. */
let chained = Buffer.allocUnsafeSlow(65_536)

/**
 * AES in CFB-128 [RFC 3826 §3.1.3]; the key's length says which. Each block is the encryption of the ciphertext before it, XOR the
 * plaintext: what came is all known, so it is decrypted by one ECB pass. The ciphers stay:
 * setting one up costs more than a message.
 */
class AesCfb implements Cipher {
  readonly #blocks: Cipheriv
  readonly #stream: Cipheriv
  /** The block that the stream goes on from: its latest ciphertext. */
  readonly #last = Buffer.alloc(aesBlock)
  readonly #iv = Buffer.allocUnsafeSlow(aesBlock)

  constructor(key: Buffer) {
    const bits = key.length * 8
    this.#blocks = createCipheriv(`aes-${bits}-ecb`, key, null).setAutoPadding(false)
    this.#stream = createCipheriv(`aes-${bits}-cfb`, key, this.#last)
  }

  /** One stream for all messages: before each a block is put in whose ciphertext is just the message's IV. */
  encrypt(plain: Uint8Array, boots: number, time: number) {
    const salt = nextSalt()
    const whole = roomFor(plain)
    chained.set(this.#blocks.update(this.#last))
    xorWords(chained, this.#ivOf(salt, boots, time), 0, aesBlock)
    chained.set(plain, aesBlock)
    const octets = this.#stream.update(chained.subarray(0, aesBlock + whole))
    octets.copy(this.#last, 0, whole)
    return { salt, octets: octets.subarray(aesBlock, aesBlock + plain.length) }
  }

  decrypt(octets: Uint8Array, salt: Buffer, boots: number, time: number): Buffer {
    checkSalt(salt)
    const whole = roomFor(octets)
    chained.set(this.#ivOf(salt, boots, time))
    chained.set(octets, aesBlock)
    const plain = this.#blocks.update(chained.subarray(0, whole))
    xorWords(plain, chained, aesBlock, whole)
    return plain.subarray(0, octets.length)
  }

  #ivOf(salt: Buffer, boots: number, time: number): Buffer {
    this.#iv.writeUInt32BE(boots, 0)
    this.#iv.writeUInt32BE(time, 4)
    this.#iv.set(salt, 8)
    return this.#iv
  }
}

/** Its length in whole blocks; `chained` has room for them behind a first. */
function roomFor(octets: Uint8Array): number {
  const whole = Math.ceil(octets.length / aesBlock) * aesBlock
  if (whole + aesBlock > chained.length) chained = Buffer.allocUnsafeSlow(2 * whole)
  return whole
}

/** `into` XOR what `from` has `at` that place; whole words. */
function xorWords(into: Buffer, from: Buffer, at: number, length: number): void {
  const words = new Uint32Array(into.buffer, into.byteOffset, length / 4)
  const others = new Uint32Array(from.buffer, from.byteOffset + at, length / 4)
  for (let i = 0; i < words.length; i++) words[i]! ^= others[i]!
}

/** DES in CBC [RFC 3414 §8]. OpenSSL 3 has it as triple DES alone: with one key three times that is DES. */
class DesCbc implements Cipher {
  readonly #key: KeyObject
  readonly #preIv: Buffer
  readonly #iv = Buffer.alloc(desBlock)

  constructor(key: Buffer) {
    const single = key.subarray(0, desBlock)
    this.#key = createSecretKey(Buffer.concat([single, single, single]))
    this.#preIv = key.subarray(desBlock, 2 * desBlock)
  }

  encrypt(plain: Uint8Array, boots: number) {
    const salt = nextSalt()
    salt.writeUInt32BE(boots)
    const padded = Buffer.alloc(Math.ceil(plain.length / desBlock) * desBlock)
    padded.set(plain)
    const cipher = createCipheriv('des-ede3-cbc', this.#key, this.#ivOf(salt)).setAutoPadding(false)
    return { salt, octets: cipher.update(padded) }
  }

  decrypt(octets: Uint8Array, salt: Buffer): Buffer {
    checkSalt(salt)
    if (octets.length % desBlock !== 0)
      throw new BerError(`${octets.length} octets are no whole blocks of DES`)
    return createDecipheriv('des-ede3-cbc', this.#key, this.#ivOf(salt)).setAutoPadding(false).update(octets)
  }

  #ivOf(salt: Buffer): Buffer {
    for (let i = 0; i < desBlock; i++) this.#iv[i] = this.#preIv[i]! ^ salt[i]!
    return this.#iv
  }
}

function checkSalt(salt: Buffer): void {
  if (salt.length !== saltOctets) throw new BerError(`privacy parameters of ${salt.length} octets`)
}
