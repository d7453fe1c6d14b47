import { createHmac, randomBytes } from 'node:crypto'
import { expect, it } from 'vitest'
import { Mac } from './mac.ts'
import { authProtocols } from './protocols.ts'

const macAt = 40

it.each(Object.entries(authProtocols))('%s signs as HMAC does, and knows its own', (_name, protocol) => {
  const key = randomBytes(createHmac(protocol.hash, '').digest().length)
  const mac = new Mac(protocol, key)
  for (const length of [100, 4032, 4096, 65_507]) {
    const message = randomBytes(length).fill(0, macAt, macAt + protocol.macOctets)
    const signature = createHmac(protocol.hash, key).update(message).digest().subarray(0, protocol.macOctets)
    mac.sign(message, macAt)
    expect(message.subarray(macAt, macAt + protocol.macOctets)).toEqual(signature)
    expect(mac.isSigned(message, macAt)).toBe(true)
    for (const at of [0, macAt, macAt + protocol.macOctets - 1, length - 1]) {
      const changed = Buffer.from(message)
      changed[at]! ^= 0x80
      expect(mac.isSigned(changed, macAt)).toBe(false)
    }
  }
})
