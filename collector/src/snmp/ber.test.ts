import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { BerError, BerReader, BerWriter, parseOid, tag } from './ber.ts'

const written = (write: (writer: BerWriter) => void) => {
  const writer = new BerWriter(4)
  write(writer)
  return Buffer.from(writer.take())
}
const reader = (hex: string) => new BerReader(Buffer.from(hex.replaceAll(' ', ''), 'hex'))

describe('BER, as X.690 and RFC 3417 write it', () => {
  it.each([
    ['zero', 0, '020100'],
    ['127', 127, '02017f'],
    ['128 needs a second octet', 128, '02020080'],
    ['minus one', -1, '0201ff'],
    ['minus 128', -128, '020180'],
    ['minus 129', -129, '0202ff7f'],
    ['2^31-1', 2147483647, '02047fffffff'],
    ['-2^31', -2147483648, '020480000000'],
  ])('integer %s', (_name, value, hex) => {
    expect(written((w) => w.integer(value)).toString('hex')).toBe(hex)
    expect(reader(hex).integer()).toBe(value)
  })

  it.each([
    ['the highest Counter32', 4294967295, tag.counter32, '410500ffffffff'],
    ['Counter64 beyond 2^53', 18446744073709551615n, tag.counter64, '460900ffffffffffffffff'],
    ['Counter64 below 2^53', 9007199254740991, tag.counter64, '46071fffffffffffff'],
    ['zero', 0, tag.gauge32, '420100'],
  ])('unsigned: %s', (_name, value, as, hex) => {
    expect(written((w) => w.unsigned(value, as)).toString('hex')).toBe(hex)
    const read = as === tag.counter64 ? reader(hex).unsigned64(as) : reader(hex).unsigned32(as)
    expect(read).toBe(value)
  })

  it.each([
    ['a Counter32 without its leading zero', '4104ffffffff', 4294967295],
    ['a Counter32 whose sign was extended', '4108ffffffff80000000', 2147483648],
  ])('understands %s', (_name, hex, value) => expect(reader(hex).unsigned32(tag.counter32)).toBe(value))

  it.each([
    ['1.3.6.1.2.1.1.3.0', '06082b06010201010300'],
    ['1.3.6.1.4.1.4294967295', '060a2b060104018fffffff7f'],
    ['2.999.3', '0603883703'],
    ['0.0', '060100'],
  ])('object identifier %s', (oid, hex) => {
    expect(written((w) => w.oid(oid)).toString('hex')).toBe(hex)
    expect(reader(hex).oid()).toBe(oid)
  })

  it.each(['', '1', '1.', '.', '3.1', '1.40', '1.3.x', '1..3', '1.3.4294967296', '1.3.-1'])(
    'refuses the OID "%s"',
    (oid) => expect(() => parseOid(oid)).toThrow(RangeError),
  )

  it.each([127, 128, 255, 256, 65535, 65536])('a sequence of %i octets keeps its content', (size) => {
    const inner = Buffer.alloc(size, 0x5a)
    const outer = written((w) => w.sequence(tag.sequence, () => w.octets(inner)))
    expect(new BerReader(outer).enter(tag.sequence).octets().equals(inner)).toBe(true)
  })

  it.each([
    ['nothing', ''],
    ['a tag alone', '02'],
    ['a length beyond the message', '020500'],
    ['an indefinite length', '0280010000'],
    ['a length of five octets', '02850000000001ff'],
    ['an empty integer', '0200'],
    ['an integer of nine octets', '0209000000000000000001'],
    ['another tag', '040100'],
  ])('%s is a BerError', (_name, hex) => expect(() => reader(hex).integer()).toThrow(BerError))

  it.each([
    ['cut within a sub-identifier', '06022b86'],
    ['a sub-identifier beyond 2^32', '06062bffffffff7f'],
    ['an empty one', '0600'],
    ['a hundred and thirty sub-identifiers', '068181' + '2b' + '01'.repeat(128)],
  ])('object identifier %s is a BerError', (_name, hex) => expect(() => reader(hex).oid()).toThrow(BerError))
})

describe('BER, whatever comes', () => {
  const arc = fc.integer({ min: 0, max: 0xffffffff })
  const oid = fc
    .tuple(fc.constant('1.3'), fc.array(arc, { maxLength: 60 }))
    .map(([root, rest]) => [root, ...rest].join('.'))

  it('reads back what it wrote', () => {
    fc.assert(
      fc.property(
        oid,
        fc.maxSafeInteger(),
        fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
        fc.uint8Array({ maxLength: 400 }),
        (o, i, u, b) => {
          fc.pre(Math.abs(i) < 2 ** 53)
          const read = new BerReader(
            written((w) =>
              w.sequence(
                tag.sequence,
                () => (w.oid(o), w.integer(i), w.unsigned(u, tag.counter64), w.octets(b)),
              ),
            ),
          ).enter(tag.sequence)
          expect([
            read.oid(),
            read.integer(),
            BigInt(read.unsigned64(tag.counter64)),
            read.octets(),
            read.atEnd,
          ]).toEqual([o, i, u, Buffer.from(b), true])
        },
      ),
    )
  })

  it('random octets end in a value or a BerError, nothing else', () => {
    const reads: ((r: BerReader) => unknown)[] = [
      (r) => r.integer(r.peek()),
      (r) => r.unsigned32(r.peek()),
      (r) => r.unsigned64(r.peek()),
      (r) => r.oid(r.peek()),
      (r) => r.octets(r.peek()),
      (r) => r.enter(r.peek()).enter(tag.sequence),
    ]
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 64 }), fc.nat(reads.length - 1), (octets, which) => {
        try {
          reads[which]!(new BerReader(octets))
        } catch (error) {
          expect(error).toBeInstanceOf(BerError)
        }
      }),
      { numRuns: 2000 },
    )
  })
})
