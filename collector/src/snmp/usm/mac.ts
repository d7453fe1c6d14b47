import { hash, timingSafeEqual } from 'node:crypto'
import type { AuthProtocol } from './protocols.ts'

/** HMAC blocks [RFC 2104 §2]; 64 octets unless told. */
const blockOctets: Record<string, number> = { sha384: 128, sha512: 128 }
/** A block before what is hashed; shared, as nothing stays in it. */
let room = Buffer.allocUnsafeSlow(4096)

/**
 * What signs messages at one engine: HMAC, truncated. By one-shot hashes whose digest comes as text: an object of node:crypto for
 * each message and a buffer for each digest cost twice as much.
 */
export class Mac {
  readonly octets: number
  readonly #hash: string
  readonly #inner: Buffer
  /** The outer block, and room for the inner digest. */
  readonly #outer: Buffer
  readonly #signature: Buffer

  /** A localized key, no longer than a block. */
  constructor({ hash: name, macOctets }: AuthProtocol, key: Buffer) {
    const block = blockOctets[name] ?? 64
    this.octets = macOctets
    this.#hash = name
    this.#inner = padded(key, block, 0x36)
    this.#outer = Buffer.concat([padded(key, block, 0x5c), Buffer.alloc(key.length)])
    this.#signature = Buffer.alloc(key.length)
  }

  /** Puts the signature into a message that has zeroes there. */
  sign(message: Buffer, macAt: number): void {
    this.#digest(this.#readied(message))
    message.set(this.#signature.subarray(0, this.octets), macAt)
  }

  /** Whether a message has the signature that it would have been given. */
  isSigned(message: Buffer, macAt: number): boolean {
    const readied = this.#readied(message)
    const copyAt = this.#inner.length + macAt
    readied.fill(0, copyAt, copyAt + this.octets)
    this.#digest(readied)
    return timingSafeEqual(
      message.subarray(macAt, macAt + this.octets),
      this.#signature.subarray(0, this.octets),
    )
  }

  #readied(message: Buffer): Buffer {
    const block = this.#inner.length
    if (block + message.length > room.length) room = Buffer.allocUnsafeSlow(2 * (block + message.length))
    room.set(this.#inner)
    room.set(message, block)
    return room.subarray(0, block + message.length)
  }

  #digest(readied: Buffer): void {
    this.#outer.write(hash(this.#hash, readied, 'binary'), this.#inner.length, 'latin1')
    this.#signature.write(hash(this.#hash, this.#outer, 'binary'), 'latin1')
  }
}

function padded(key: Buffer, block: number, pad: number): Buffer {
  const octets = Buffer.alloc(block, pad)
  key.forEach((octet, i) => (octets[i] = octet ^ pad))
  return octets
}
