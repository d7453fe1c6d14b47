import { hash } from 'node:crypto'
import type { KeyExtension } from './protocols.ts'

/** RFC 3414 §A.2: a password is repeated to this length and hashed. */
const stretchedOctets = 1_048_576

/** Passwords whose keys are kept: hashing a megabyte takes 1 to 2 ms, and many devices share one. */
const keptPasswords = 512
const kept = new Map<string, Buffer>()

/** Ku, the user's key of no engine in particular [RFC 3414 §A.2]. `hashName` as node:crypto has it. RangeError when empty. */
export function passwordKey(hashName: string, password: string | Buffer): Buffer {
  const name = hash('sha256', Buffer.concat([Buffer.from(`${hashName}\0`), Buffer.from(password)]), 'base64')
  const known = kept.get(name)
  if (known) return known
  const key = stretched(hashName, Buffer.from(password))
  if (kept.size >= keptPasswords) for (const [oldest] of kept.entries().take(1)) kept.delete(oldest)
  kept.set(name, key)
  return key
}

/** Kul, the key at one engine [RFC 3414 §2.6]: an engine that is broken into gives away no other. */
export function localizedKey(hashName: string, key: Buffer, engineId: Buffer): Buffer {
  return digest(hashName, Buffer.concat([key, engineId, key]))
}

/** The first `octets` of a localized key, extended when the hash gave fewer. Reeder's way costs a password's hashing each time. */
export function extendedKey(
  hashName: string,
  localized: Buffer,
  engineId: Buffer,
  { octets, extension }: { octets: number; extension: KeyExtension },
): Buffer {
  let key = localized
  let last = localized
  while (key.length < octets) {
    last =
      extension === 'blumenthal'
        ? digest(hashName, key)
        : localizedKey(hashName, stretched(hashName, last), engineId)
    key = Buffer.concat([key, last])
  }
  return key.subarray(0, octets)
}

function stretched(hashName: string, password: Buffer): Buffer {
  if (password.length === 0) throw new RangeError('an empty password makes no key')
  return digest(hashName, Buffer.alloc(stretchedOctets, password))
}

const digest = (hashName: string, octets: Buffer): Buffer => hash(hashName, octets, 'buffer')
