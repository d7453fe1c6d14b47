import { randomBytes } from 'node:crypto'
import { expect, it } from 'vitest'
import { SecretBox, SecretError } from './secret-box.ts'

const credential = { version: '2c', community: '团体字' }

it('opens what it sealed, and seals nothing twice the same', () => {
  const box = new SecretBox(randomBytes(32))
  const sealed = box.seal(credential, 'credential')
  expect(box.open(sealed, 'credential')).toEqual(credential)
  expect(box.seal(credential, 'credential')).not.toBe(sealed)
  expect(Buffer.from(sealed.split('.')[1]!, 'base64').toString('latin1')).not.toContain('2c')
})

it('names the key that a value is sealed under', () => {
  const box = new SecretBox(Buffer.alloc(32))
  expect(box.keyId).toBe('66687aad') // SHA-256 of 32 zeros begins so
  expect(box.seal('', 'check')).toMatch(/^66687aad\.[A-Za-z0-9+/]+=*$/)
})

it.each<[string, (box: SecretBox) => [SecretBox, string], RegExp]>([
  [
    'of another installation',
    (box: SecretBox) => [new SecretBox(randomBytes(32)), seal(box)],
    /sealed under key/,
  ],
  ['of another purpose', (box: SecretBox) => [box, box.seal(credential, 'totp')], /was changed, or is none/],
  ['that was changed', (box: SecretBox) => [box, flipped(seal(box))], /was changed/],
  ['that was cut short', (box: SecretBox) => [box, seal(box).slice(0, 20)], /too short/],
  ['that is none', (box: SecretBox) => [box, 'plain'], /sealed under key plain/],
])('does not open a secret %s', (_, make, message) => {
  const [box, sealed] = make(new SecretBox(randomBytes(32)))
  expect(() => box.open(sealed, 'credential')).toThrow(SecretError)
  expect(() => box.open(sealed, 'credential')).toThrow(message)
})

it('takes 32 octets for a key, and nothing else', () => {
  expect(() => new SecretBox(randomBytes(31))).toThrow(SecretError)
})

const seal = (box: SecretBox) => box.seal(credential, 'credential')

function flipped(sealed: string): string {
  const [keyId, text] = sealed.split('.')
  const bytes = Buffer.from(text!, 'base64')
  bytes[bytes.length - 1]! ^= 1
  return `${keyId}.${bytes.toString('base64')}`
}
