import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decodeBlock, encodeBlock } from './codec.ts'
import type { Samples } from './samples.ts'

const t0 = 1_790_000_000_000
const minutes = (count: number) => Array.from({ length: count }, (_, i) => t0 + i * 60_000)

const cases: [string, Samples][] = [
  ['nothing', { at: [], start: null, value: [] }],
  ['one gauge', { at: [t0], start: null, value: [21.5] }],
  ['a status that never changes', { at: minutes(240), start: null, value: minutes(240).map(() => 1) }],
  ['decimals', { at: minutes(3), start: null, value: [0.1, -12.125, 99.999999] }],
  ['values no scale makes whole', { at: minutes(3), start: null, value: [Math.PI, 1e300, -5e-324] }],
  ['octets beyond 2^50', { at: [t0], start: [t0 - 60_000], value: [2 ** 53 - 1] }],
  [
    'increments after a gap',
    { at: [t0, t0 + 600_000], start: [t0 - 60_000, t0 + 540_000], value: [7_500_000, 3] },
  ],
]

describe('a block gives back exactly what was packed', () => {
  it.each(cases)('%s', (_name, samples) => {
    expect(decodeBlock(encodeBlock(samples))).toEqual(samples)
  })

  it('whatever the numbers', () => {
    const sample = fc.record({
      at: fc.integer({ min: 1, max: 2 ** 48 }),
      ms: fc.integer({ min: 0, max: 2 ** 40 }),
      value: fc.oneof(fc.integer(), fc.maxSafeNat(), fc.double({ noNaN: true, noDefaultInfinity: true })),
    })
    fc.assert(
      fc.property(fc.array(sample, { maxLength: 300 }), fc.boolean(), (list, increments) => {
        const samples = {
          at: list.map((s) => s.at),
          start: increments ? list.map((s) => s.at - s.ms) : null,
          value: list.map((s) => s.value + 0), // −0 is 0 here
        }
        expect(decodeBlock(encodeBlock(samples))).toEqual(samples)
      }),
    )
  })
})

it('packs a steady poll into less than three octets a sample', () => {
  const at = minutes(240).map((ms, i) => ms + ((i * 7) % 5))
  const value = at.map((_, i) => 40_000_000 + ((i * 7919) % 100_000))
  const start = [t0 - 60_000, ...at.slice(0, -1)]
  expect(encodeBlock({ at, start, value }).length / 240).toBeLessThan(6)
  expect(encodeBlock({ at, start: null, value: at.map(() => 1) }).length / 240).toBeLessThan(3)
})

it('refuses a block that is cut short', () => {
  const block = encodeBlock({ at: minutes(20), start: null, value: minutes(20) })
  expect(() => decodeBlock(block.subarray(0, block.length - 3))).toThrow('cut short')
})
