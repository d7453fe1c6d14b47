import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'
import { sealFor } from '@zongheng/collector/contract.ts'

/** Tokens and keys are 256 random bits: a plain hash keeps them. */
export const newSecret = (): string => randomBytes(32).toString('base64url')
export const hashOf = (secret: string): string => createHash('sha256').update(secret).digest('hex')

export function isOfHash(secret: string, hash: string): boolean {
  const [ours, theirs] = [Buffer.from(hash), Buffer.from(hashOf(secret))]
  return ours.length === theirs.length && timingSafeEqual(ours, theirs)
}

/** 32 octets in base64 that something can be sealed for: not every point of the curve is a key [RFC 7748, 6.1]. */
export function isSealingKey(publicKey: string): boolean {
  if (Buffer.from(publicKey, 'base64').length !== 32) return false
  try {
    sealFor(publicKey, null)
    return true
  } catch {
    return false // OpenSSL refuses a point of low order
  }
}
