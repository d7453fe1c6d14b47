import { expect, it } from 'vitest'
import { newSecret, secretHash, secretMatches } from './bearer-secret.ts'

it.each([
  ['its own hash', (secret: string) => secretHash(secret), true],
  ['another’s', () => secretHash(newSecret()), false],
  ['the start of its own', (secret: string) => secretHash(secret).slice(0, 32), false],
  ['itself', (secret: string) => secret, false],
  ['nothing', () => '', false],
])('a secret matches %s: %3$s', (_, hashOf, matches) => {
  const secret = newSecret()
  expect(secretMatches(secret, hashOf(secret))).toBe(matches)
})
