import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { blockSizes } from '../db/search-index.ts'
import { lengthNext, stretchBack } from './stretches.ts'

const [smallest] = blockSizes
const rangeOf = (block: string) => {
  const [size, at] = block.slice(1).split('.').map(Number) as [number, number]
  return { from: size * at, to: size * (at + 1) - 1 }
}

it('is as long as asked or little longer, and held by few blocks side by side', () => {
  const records = fc.integer({ min: 0, max: 20_000_000 })
  fc.assert(
    fc.property(records, fc.integer({ min: smallest, max: 20_000_000 }), (last, length) => {
      const { from, to, blocks } = stretchBack(last, length)
      expect(to).toBe(last)
      if (from > 0) expect(to + 1 - from).toBeGreaterThanOrEqual(length)
      expect(to + 1 - from).toBeLessThanOrEqual(2 * length)
      const ranges = blocks.map(rangeOf)
      expect(ranges[0]!.to).toBeGreaterThanOrEqual(to)
      expect(ranges[0]!.to).toBeLessThan(to + smallest)
      expect(ranges.at(-1)!.from).toBe(from)
      for (const [i, { from }] of ranges.slice(0, -1).entries()) expect(ranges[i + 1]!.to).toBe(from - 1)
      expect(blocks.length).toBeLessThan(40)
    }),
  )
})

describe('what is looked at next', () => {
  it.each([
    ['nothing found', { seen: 30_000, found: 0 }, 480_000],
    ['rare', { seen: 30_000, found: 10 }, 480_000],
    ['half of it found', { seen: 30_000, found: 100 }, 60_000],
    ['nearly all found', { seen: 30_000, found: 199 }, smallest],
  ])('%s', (_, { seen, found }, length) => {
    expect(lengthNext({ seen, found, wanted: 200 })).toBe(length)
  })
})
