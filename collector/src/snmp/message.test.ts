import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { BerError } from './ber.ts'
import { decodeMessage, encodeMessage, type Message } from './message.ts'
import type { SnmpException, SnmpValue } from './value.ts'

const octets = fc.uint8Array({ maxLength: 80 }).map((bytes) => Buffer.from(bytes))
const unsigned32 = fc.integer({ min: 0, max: 2 ** 32 - 1 })
const arc = fc.integer({ min: 0, max: 2 ** 32 - 1 })
const oid = fc.array(arc, { minLength: 1, maxLength: 20 }).map((arcs) => `1.3.6.${arcs.join('.')}`)
const value = fc.oneof(
  fc.record({ type: fc.constant('integer' as const), value: fc.integer() }),
  fc.record({
    type: fc.constantFrom('counter32' as const, 'gauge32' as const, 'timeticks' as const),
    value: unsigned32,
  }),
  fc.record({
    type: fc.constant('counter64' as const),
    value: fc.bigInt({ min: 2n ** 53n, max: 2n ** 64n - 1n }),
  }),
  fc.record({ type: fc.constantFrom('octets' as const, 'opaque' as const), value: octets }),
  fc.record({ type: fc.constant('oid' as const), value: oid }),
  fc.record({ type: fc.constant('ip' as const), value: fc.ipV4() }),
  fc.record({
    type: fc.constantFrom(
      'null' as const,
      'noSuchObject' as const,
      'noSuchInstance' as const,
      'endOfMibView' as const,
    ),
    value: fc.constant(null),
  }),
) as fc.Arbitrary<SnmpValue | SnmpException>
const message: fc.Arbitrary<Message> = fc.record({
  version: fc.constantFrom('1', '2c'),
  community: fc.string({ maxLength: 32 }),
  type: fc.constantFrom('get', 'getNext', 'getBulk', 'response', 'set'),
  requestId: fc.integer(),
  errorStatus: fc.nat(18),
  errorIndex: fc.nat(1000),
  varBinds: fc.array(fc.record({ oid, value }), { maxLength: 30 }),
})

describe('messages', () => {
  it('are read as they were written', () => {
    fc.assert(
      fc.property(message, (one) => {
        expect(decodeMessage(encodeMessage(one))).toEqual(one)
      }),
    )
  })

  it('cut short anywhere are a BerError', () => {
    fc.assert(
      fc.property(message, fc.nat(), (one, at) => {
        const whole = encodeMessage(one)
        expect(() => decodeMessage(whole.subarray(0, at % whole.length))).toThrow(BerError)
      }),
    )
  })

  it('with octets changed are read as something, or are a BerError', () => {
    const changes = fc.array(fc.tuple(fc.nat(), fc.integer({ min: 0, max: 255 })), {
      minLength: 1,
      maxLength: 8,
    })
    fc.assert(
      fc.property(message, changes, (one, spoilt) => {
        const datagram = Buffer.from(encodeMessage(one))
        for (const [at, octet] of spoilt) datagram[at % datagram.length] = octet
        try {
          decodeMessage(datagram)
        } catch (error) {
          expect(error).toBeInstanceOf(BerError)
        }
      }),
      { numRuns: 2000 },
    )
  })

  it.each([
    ['SNMPv3', '3005' + '020103' + '0400', 'version 3'],
    ['a trap', '3009' + '020101' + '0400' + 'a702' + '0500', 'tag 0xa7'],
  ])('%s is not one of ours', (_name, hex, reason) => {
    expect(() => decodeMessage(Buffer.from(hex, 'hex'))).toThrow(reason)
  })
})
