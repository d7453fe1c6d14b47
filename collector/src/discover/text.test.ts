import fc from 'fast-check'
import { expect, it } from 'vitest'
import { decodeText, macOf } from './text.ts'

it.each([
  ['ASCII', Buffer.from('Gi0/1'), 'Gi0/1'],
  ['UTF-8', Buffer.from('石家庄'), '石家庄'],
  ['GB18030', Buffer.from('caafbcd2d7af', 'hex'), '石家庄'],
  ['a trailing zero', Buffer.from('eth0\0'), 'eth0'],
  ['an escape sequence', Buffer.from('a\x1b[31mb\x9b31mc'.replace('\x9b', '\u009b')), 'a[31mb31mc'],
  ['lines', Buffer.from(' one\r\ntwo '), 'one\r\ntwo'],
  ['nothing', Buffer.alloc(0), ''],
])('decodes %s', (_, octets, expected) => expect(decodeText(octets)).toBe(expected))

it('decodes any octets to bounded text without controls', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 9000 }), (octets) => {
      const text = decodeText(octets)
      expect(text.length).toBeLessThanOrEqual(4096)
      expect(text).not.toMatch(/[\0-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]/)
    }),
  )
})

it.each([
  ['six octets', Buffer.from('488eef7166e0', 'hex'), '488eef7166e0'],
  ['text, zeros left out', Buffer.from('0:1a:2B:3:4:5'), '001a2b030405'],
  ['text with hyphens', Buffer.from('00-1A-2B-03-04-05'), '001a2b030405'],
  ['nothing', Buffer.alloc(0), ''],
  ['eight octets', Buffer.alloc(8), ''],
])('reads a MAC address from %s', (_, value, expected) => expect(macOf({ value })).toBe(expected))
