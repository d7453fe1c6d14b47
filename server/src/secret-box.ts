import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'

const nonceLength = 12
const tagLength = 16

/** Secrets at rest: AES-256-GCM under the installation's key; base64 of nonce, tag, ciphertext. */
export class SecretBox {
  readonly #master: Buffer
  readonly #key: Buffer

  constructor(master: Buffer) {
    if (master.length !== 32) throw new Error(`the secret key has ${master.length} octets, not 32`)
    this.#master = master
    this.#key = this.derive('secrets at rest')
  }

  /** A key of its own for another purpose (session cookies). */
  derive(purpose: string): Buffer {
    return Buffer.from(hkdfSync('sha256', this.#master, '', `zongheng ${purpose} 1`, 32))
  }

  seal(value: unknown): string {
    const nonce = randomBytes(nonceLength)
    const cipher = createCipheriv('aes-256-gcm', this.#key, nonce)
    const body = Buffer.concat([cipher.update(JSON.stringify(value), 'utf8'), cipher.final()])
    return Buffer.concat([nonce, cipher.getAuthTag(), body]).toString('base64')
  }

  /** Throws when it was sealed under another key, or changed. */
  open<T>(sealed: string): T {
    const box = Buffer.from(sealed, 'base64')
    if (box.length < nonceLength + tagLength) throw new Error('sealed secret is too short')
    const decipher = createDecipheriv('aes-256-gcm', this.#key, box.subarray(0, nonceLength))
    decipher.setAuthTag(box.subarray(nonceLength, nonceLength + tagLength))
    const body = box.subarray(nonceLength + tagLength)
    return JSON.parse(Buffer.concat([decipher.update(body), decipher.final()]).toString('utf8')) as T
  }
}

/** The key given in hex, or the one in `file`, made at first use and readable by its owner alone. */
export function loadSecretBox(hex: string, file: string): SecretBox {
  if (hex) return new SecretBox(Buffer.from(hex, 'hex'))
  if (!existsSync(file)) {
    mkdirSync(dirname(file), { recursive: true })
    writeFileSync(file, randomBytes(32).toString('hex') + '\n', { mode: 0o600, flag: 'wx' })
  }
  return new SecretBox(Buffer.from(readFileSync(file, 'utf8').trim(), 'hex'))
}
