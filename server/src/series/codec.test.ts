import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Heads } from './heads.ts'
import { decodeRows, encodeRows, type Rows } from './journal.ts'
import { inOrder, type Samples } from './samples.ts'
import { decodeTile, encodeTile } from './tile.ts'
import { commonDecimals, type Track } from './track.ts'
import { DamagedSeries } from './errors.ts'

const t0 = 1_790_000_000_000
const minutes = (count: number) => Array.from({ length: count }, (_, i) => t0 + i * 60_000)

const cases: [string, Samples][] = [
  ['one gauge', { at: [t0], start: null, value: [21.5] }],
  ['a status that never changes', { at: minutes(240), start: null, value: minutes(240).map(() => 1) }],
  ['decimals that grow', { at: minutes(5), start: null, value: [3, 0.1, -12.125, 99.999999, 4] }],
  ['values no scale makes whole', { at: minutes(4), start: null, value: [7, Math.PI, 1e300, -5e-324] }],
  ['a large integer before decimals', { at: minutes(2), start: null, value: [2 ** 49, 0.5] }],
  ['octets beyond 2^50', { at: [t0], start: [t0 - 60_000], value: [2 ** 53 - 1] }],
  ['increments after a gap', { at: [t0, t0 + 600_000], start: [t0 - 60_000, t0 + 540_000], value: [7_500_000, 3] }],
  ['increments that overlap', { at: [t0, t0 + 5], start: [t0 - 10, t0 - 60_000], value: [1, 2] }],
  ['late ones among others', { at: [t0, t0 - 60_000, t0 + 60_000, t0 - 60_000], start: null, value: [1, 2, 3, 4] }],
] // prettier-ignore

const sample = fc.record({
  at: fc.integer({ min: 2 ** 41, max: 2 ** 48 - 1 }),
  ms: fc.integer({ min: 0, max: 2 ** 40 }),
  value: fc.oneof(
    fc.integer(),
    fc.maxSafeNat(),
    fc.integer({ min: -5000, max: 5000 }).map((thousandths) => thousandths / 1000),
    fc.double({ noNaN: true, noDefaultInfinity: true }),
  ),
})

/** Some samples of one series, in the order they come. */
const anySamples = fc
  .tuple(fc.array(sample, { minLength: 1, maxLength: 200 }), fc.boolean())
  .map(([list, increments]): Samples => ({
    at: list.map((one) => one.at),
    start: increments ? list.map((one) => one.at - one.ms) : null,
    value: list.map((one) => one.value + 0), // −0 is 0 here
  }))

const plain = (head: ReturnType<Heads['read']>): Samples | null =>
  head && { at: [...head.times.at], start: head.times.start && [...head.times.start], value: [...head.value] }

function append(heads: Heads, series: number, { at, start, value }: Samples): void {
  const rows = {
    at: Float64Array.from(at),
    start: start && Float64Array.from(start),
    value: Float64Array.from(value),
  }
  at.forEach((_, i) => heads.append(series, rows, i))
}

describe('a head gives back exactly what came, in order', () => {
  it.each(cases)('%s', (_name, samples) => {
    const heads = new Heads()
    append(heads, 5, samples)
    expect(plain(heads.read(5))).toEqual(inOrder(samples))
  })

  it('whatever the numbers, beside others, and after it was cleared', () => {
    const heads = new Heads()
    fc.assert(
      fc.property(fc.array(anySamples, { minLength: 1, maxLength: 4 }), (all) => {
        all.forEach((samples, series) => append(heads, series, samples))
        all.forEach((samples, series) => expect(plain(heads.read(series))).toEqual(inOrder(samples)))
        all.forEach((samples, series) => {
          const earliest = [...(samples.start ?? samples.at)].reduce((least, one) => Math.min(least, one))
          expect(heads.least(series)).toBe(earliest)
          heads.clear(series)
        })
        expect(heads.size).toBe(0)
      }),
    )
  })

  it('keeps the newest in sight when it is cleared', () => {
    const heads = new Heads()
    append(heads, 0, { at: [t0, t0 - 5], start: [t0 - 60_000, t0 - 60_000], value: [7, 8] })
    heads.clear(0)
    expect([heads.newest(0), heads.newest(1)]).toEqual([{ at: t0, start: t0 - 60_000, value: 7 }, null])
  })
})

function trackOf(index: number, { at, start, value }: Samples): Track {
  const times = { at: Float64Array.from(at), start: start && Float64Array.from(start) }
  return { index, times, value: Float64Array.from(value), decimals: commonDecimals(value) }
}

describe('a tile gives back exactly what was packed', () => {
  it.each(cases)('%s', (_name, samples) => {
    const ordered = inOrder(samples)
    expect(decodeTile(encodeTile([trackOf(63, ordered)]), () => true)).toEqual(new Map([[63, ordered]]))
  })

  it('of each series alone, whatever lies beside it', () => {
    fc.assert(
      fc.property(fc.array(anySamples, { minLength: 1, maxLength: 6 }), fc.nat(5), (all, wanted) => {
        const ordered = all.map(inOrder)
        const tile = encodeTile(ordered.map((samples, i) => trackOf(i * 3, samples)))
        const found = decodeTile(tile, (index) => index === wanted * 3)
        expect([...found]).toEqual(wanted < all.length ? [[wanted * 3, ordered[wanted]]] : [])
      }),
    )
  })

  it('even when the decimals it is told are wrong', () => {
    const track = { ...trackOf(0, { at: minutes(3), start: null, value: [1.25, 2.5, 3] }), decimals: 1 }
    expect(decodeTile(encodeTile([track]), () => true).get(0)!.value).toEqual([1.25, 2.5, 3])
  })

  it('and refuses one that is cut short or spoilt, or none', () => {
    const tile = encodeTile([trackOf(0, { at: minutes(200), start: null, value: minutes(200).map((at) => at % 977) })])
    for (const damaged of [tile.subarray(0, tile.length - 3), tile.subarray(0, 9), Buffer.alloc(0), Buffer.alloc(40, 255)])
      expect(() => decodeTile(damaged, () => true)).toThrow(DamagedSeries)
  }) // prettier-ignore
})

it('packs traffic that is polled together into less than two octets a sample', () => {
  const at = minutes(240).map((ms, i) => ms + ((i * 7) % 5))
  const start = [t0 - 60_000, ...at.slice(0, -1)]
  const times = { at: Float64Array.from(at), start: Float64Array.from(start) }
  const noise = (i: number, k: number) => 40_000_000 + ((i * 7919 + k * 104_729) % 20_000)
  const tracks = Array.from({ length: 64 }, (_, index) => {
    const value = Float64Array.from(at, (_, i) => (index % 3 === 0 ? noise(i, index) : 0))
    return { index, times, value, decimals: 0 }
  })
  expect(encodeTile(tracks).length / (64 * 240)).toBeLessThan(1)
})

describe('the journal gives back what it was given', () => {
  const rows = (increments: boolean) =>
    fc.array(fc.tuple(sample, fc.nat(100_000)), { maxLength: 100 }).map((list): Rows => ({
      series: Uint32Array.from(list, ([, series]) => series),
      at: Float64Array.from(list, ([one]) => one.at),
      start: increments ? Float64Array.from(list, ([one]) => one.at - one.ms) : null,
      value: Float64Array.from(list, ([one]) => one.value + 0),
    }))

  it('whatever the numbers', () => {
    fc.assert(fc.property(fc.tuple(rows(true), rows(false)), (batch) => {
      expect(decodeRows(encodeRows(batch))).toEqual(batch)
    }))
  }) // prettier-ignore

  it.each([[255], [65_535], [4_294_967_295], [-1], [0.5], [2 ** 40]])('with values up to %d', (value) => {
    const three = { series: Uint32Array.of(4, 6, 8), at: new Float64Array(3).fill(t0), start: null }
    const batch: Rows[] = [{ ...three, value: Float64Array.of(0, value, 1) }]
    expect(decodeRows(encodeRows(batch))).toEqual(batch)
  })

  it('and refuses what is cut short', () => {
    const body = encodeRows([{ series: Uint32Array.of(1), at: Float64Array.of(t0), start: null, value: Float64Array.of(1) }]) // prettier-ignore
    expect(() => decodeRows(body.subarray(0, 40))).toThrow(DamagedSeries)
  })
})
