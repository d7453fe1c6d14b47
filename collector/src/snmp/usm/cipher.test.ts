import { createCipheriv, randomBytes } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { BerError } from '../ber.ts'
import { cipherOf } from './cipher.ts'
import { privProtocols } from './protocols.ts'

const [boots, time] = [7, 123_456]

describe.each(Object.entries(privProtocols))('%s', (_name, protocol) => {
  const key = randomBytes(protocol.keyOctets)
  const cipher = cipherOf(protocol, key)

  it.each([0, 1, 15, 16, 17, 1400, 65_535, 100_000])('decrypts %i octets that it encrypted', (length) => {
    const plain = randomBytes(length)
    const { salt, octets } = cipher.encrypt(plain, boots, time)
    expect(cipher.decrypt(octets, salt, boots, time).subarray(0, length).equals(plain)).toBe(true)
  })

  it.each([0, 7, 9])('refuses a salt of %i octets', (length) => {
    expect(() => cipher.decrypt(Buffer.alloc(16), Buffer.alloc(length), boots, time)).toThrow(BerError)
  })
})

it.each(['aes', 'aes192b', 'aes256r'] as const)('%s is the CFB-128 of OpenSSL', (name) => {
  const { keyOctets } = privProtocols[name]
  const key = randomBytes(keyOctets)
  const salt = randomBytes(8)
  const iv = Buffer.concat([Buffer.from('000000070001e240', 'hex'), salt]) // boots, time, salt [RFC 3826 §3.1.2.1]
  const plain = randomBytes(333)
  const octets = createCipheriv(`aes-${keyOctets * 8}-cfb`, key, iv).update(plain)
  expect(cipherOf(privProtocols[name], key).decrypt(octets, salt, boots, time)).toEqual(plain)
})

it.each(['aes', 'aes192b', 'aes256r'] as const)(
  '%s encrypts message after message as OpenSSL does',
  (name) => {
    const { keyOctets } = privProtocols[name]
    const key = randomBytes(keyOctets)
    const cipher = cipherOf(privProtocols[name], key)
    for (const length of [333, 0, 1, 16, 15, 70_000, 17, 32, 1400]) {
      const plain = randomBytes(length)
      const { salt, octets } = cipher.encrypt(plain, boots, time)
      const iv = Buffer.concat([Buffer.from('000000070001e240', 'hex'), salt])
      expect(octets).toEqual(createCipheriv(`aes-${keyOctets * 8}-cfb`, key, iv).update(plain))
      expect(cipher.decrypt(octets, salt, boots, time)).toEqual(plain)
    }
  },
)

it('DES refuses what is no whole block', () => {
  const cipher = cipherOf(privProtocols.des, randomBytes(16))
  expect(() => cipher.decrypt(Buffer.alloc(12), Buffer.alloc(8), boots, time)).toThrow(BerError)
})
