import { sealFor } from '@zongheng/collector/contract.ts'

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
