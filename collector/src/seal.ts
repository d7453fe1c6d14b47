/**
 * Sealed boxes for one reader: X25519 with an ephemeral key, HKDF-SHA-256, AES-256-GCM.
 * Only the holder of the collector's private key can read the credentials meant for it.
 */
import {
  createCipheriv,
  createDecipheriv,
  createPrivateKey,
  createPublicKey,
  diffieHellman,
  generateKeyPairSync,
  hkdfSync,
  randomBytes,
} from 'node:crypto'

/** base64 of: ephemeral public key (32 octets), nonce (12), tag (16), ciphertext. */
export type Sealed = string

const spkiPrefix = Buffer.from('302a300506032b656e032100', 'hex') // X25519 SubjectPublicKeyInfo [RFC 8410]
const pkcs8Prefix = Buffer.from('302e020100300506032b656e04220420', 'hex')

export interface SealingKeys {
  publicKey: string
  privateKey: string
}

/** A new X25519 pair, raw keys in base64. */
export function newSealingKeys(): SealingKeys {
  const pair = generateKeyPairSync('x25519')
  const publicKey = pair.publicKey.export({ format: 'der', type: 'spki' }).subarray(spkiPrefix.length)
  const privateKey = pair.privateKey.export({ format: 'der', type: 'pkcs8' }).subarray(pkcs8Prefix.length)
  return { publicKey: publicKey.toString('base64'), privateKey: privateKey.toString('base64') }
}

const publicKeyOf = (raw: Uint8Array) =>
  createPublicKey({ key: Buffer.concat([spkiPrefix, raw]), format: 'der', type: 'spki' })
const privateKeyOf = (raw: Uint8Array) =>
  createPrivateKey({ key: Buffer.concat([pkcs8Prefix, raw]), format: 'der', type: 'pkcs8' })

function boxKey(shared: Uint8Array, ephemeral: Uint8Array, reader: Uint8Array): Uint8Array {
  return new Uint8Array(hkdfSync('sha256', shared, Buffer.concat([ephemeral, reader]), 'zongheng seal 1', 32))
}

/** Seals a JSON value for the holder of `publicKey` (base64). */
export function sealFor(publicKey: string, value: unknown): Sealed {
  const reader = Buffer.from(publicKey, 'base64')
  const ephemeral = newSealingKeys()
  const ephemeralPublic = Buffer.from(ephemeral.publicKey, 'base64')
  const shared = diffieHellman({
    privateKey: privateKeyOf(Buffer.from(ephemeral.privateKey, 'base64')),
    publicKey: publicKeyOf(reader),
  })
  const nonce = randomBytes(12)
  const cipher = createCipheriv('aes-256-gcm', boxKey(shared, ephemeralPublic, reader), nonce)
  const body = Buffer.concat([cipher.update(JSON.stringify(value), 'utf8'), cipher.final()])
  return Buffer.concat([ephemeralPublic, nonce, cipher.getAuthTag(), body]).toString('base64')
}

/** Opens what was sealed for these keys; throws when it was not, or was changed on the way. */
export function openSealed<T>(keys: SealingKeys, sealed: Sealed): T {
  const box = Buffer.from(sealed, 'base64')
  if (box.length < 60) throw new Error('sealed box is too short')
  const ephemeralPublic = box.subarray(0, 32)
  const shared = diffieHellman({
    privateKey: privateKeyOf(Buffer.from(keys.privateKey, 'base64')),
    publicKey: publicKeyOf(ephemeralPublic),
  })
  const key = boxKey(shared, ephemeralPublic, Buffer.from(keys.publicKey, 'base64'))
  const decipher = createDecipheriv('aes-256-gcm', key, box.subarray(32, 44))
  decipher.setAuthTag(box.subarray(44, 60))
  return JSON.parse(
    Buffer.concat([decipher.update(box.subarray(60)), decipher.final()]).toString('utf8'),
  ) as T
}
