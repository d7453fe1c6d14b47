import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'

/** What an API token or a collector shows to be let in: 32 random octets in base64url. */
export const newSecret = (): string => randomBytes(32).toString('base64url')

/** What is kept of a secret; at 256 bits of chance it needs no slow hash. */
export const secretHash = (secret: string): string => createHash('sha256').update(secret).digest('hex')

export function secretMatches(secret: string, hash: string): boolean {
  const [theirs, ours] = [Buffer.from(secretHash(secret)), Buffer.from(hash)]
  return theirs.length === ours.length && timingSafeEqual(theirs, ours)
}
