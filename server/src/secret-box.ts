import { createCipheriv, createDecipheriv, createHash, hkdfSync, randomBytes } from 'node:crypto'

const keyLength = 32
const nonceLength = 12
const tagLength = 16
const keyIdLength = 8

/** What is sealed. A value opens for the purpose it was sealed for, so that none can be put in another's place. */
export type Purpose = 'credential' | 'totp' | 'provider' | 'channel' | 'mailbox' | 'audit-key' | 'check'

/** A sealed value that does not open, or a key that is none. Its text names keys by their ids alone. */
export class SecretError extends Error {
  override name = 'SecretError'
}

/** Secrets at rest: AES-256-GCM under the installation's key. `KEYID.` and base64 of nonce, tag, ciphertext. */
export class SecretBox {
  /** First 8 hex digits of the key's SHA-256. */
  readonly keyId: string
  readonly #master: Buffer
  readonly #key: Buffer

  constructor(master: Buffer) {
    if (master.length !== keyLength)
      throw new SecretError(`the secret key has ${master.length} octets, not ${keyLength}`)
    this.#master = master
    this.#key = this.derive('secrets at rest')
    this.keyId = createHash('sha256').update(master).digest('hex').slice(0, keyIdLength)
  }

  /** A key of its own for another purpose (session cookies). It ends with the next rotation. */
  derive(purpose: string): Buffer {
    return Buffer.from(hkdfSync('sha256', this.#master, '', `zongheng ${purpose} 1`, keyLength))
  }

  seal(value: unknown, purpose: Purpose): string {
    const nonce = randomBytes(nonceLength)
    const cipher = createCipheriv('aes-256-gcm', this.#key, nonce).setAAD(Buffer.from(purpose))
    const body = Buffer.concat([cipher.update(JSON.stringify(value), 'utf8'), cipher.final()])
    return `${this.keyId}.${Buffer.concat([nonce, cipher.getAuthTag(), body]).toString('base64')}`
  }

  /** Throws SecretError when it was sealed under another key or for another purpose, or changed. */
  open<T>(sealed: string, purpose: Purpose): T {
    const [keyId, text = ''] = sealed.split('.', 2)
    if (keyId !== this.keyId)
      throw new SecretError(
        `a ${purpose} is sealed under key ${keyId?.slice(0, keyIdLength)}, not ${this.keyId}`,
      )
    const box = Buffer.from(text, 'base64')
    if (box.length < nonceLength + tagLength) throw new SecretError(`a sealed ${purpose} is too short`)
    return JSON.parse(this.#decipher(box, purpose)) as T
  }

  #decipher(box: Buffer, purpose: Purpose): string {
    const decipher = createDecipheriv('aes-256-gcm', this.#key, box.subarray(0, nonceLength))
    decipher.setAAD(Buffer.from(purpose))
    decipher.setAuthTag(box.subarray(nonceLength, nonceLength + tagLength))
    const body = box.subarray(nonceLength + tagLength)
    try {
      return Buffer.concat([decipher.update(body), decipher.final()]).toString('utf8')
    } catch (cause) {
      throw new SecretError(`a sealed ${purpose} was changed, or is none`, { cause })
    }
  }
}
