import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { incrementsBetween, type Counter, type InterfaceCounters } from './increments.ts'
import { hasRestarted } from './uptime.ts'

const c32 = (value: number): Counter => ({ value, bits: 32 })
const c64 = (value: number | bigint): Counter => ({ value, bits: 64 })
const minute = 60_000
const mega = 1_000_000

function reading(atMs: number, octets: Counter, changes: Partial<InterfaceCounters> = {}): InterfaceCounters {
  return {
    atMs,
    epoch: 1,
    ifIndex: 3,
    discontinuity: 0,
    speedBps: 100 * mega,
    counters: { ifHCInOctets: octets },
    ...changes,
  }
}

describe('increments', () => {
  it.each<[string, InterfaceCounters | null, InterfaceCounters, number | null]>([
    ['the first reading is only a start', null, reading(minute, c64(5)), null],
    ['what was counted in a period', reading(0, c64(1000)), reading(minute, c64(4000)), 3000],
    ['nothing counted is a zero', reading(0, c64(1000)), reading(minute, c64(1000)), 0],
    ['a late poll: one increment over the longer span', reading(0, c64(0)), reading(87_000, c64(90)), 90],
    ['lost polls: the same', reading(0, c64(0)), reading(60 * minute, c64(5e9)), 5e9],
    ['a 32-bit counter wraps', reading(0, c32(4_294_967_000)), reading(minute, c32(704)), 1000],
    [
      'it wraps at an unknown speed',
      reading(0, c32(4_294_967_000)),
      reading(minute, c32(704), { speedBps: null }),
      1000,
    ],
    ['a reset that looks like a wrap beyond the wire', reading(0, c32(3e9)), reading(minute, c32(0)), null],
    ['a reset at an unknown speed', reading(0, c32(1e9)), reading(minute, c32(0), { speedBps: null }), null],
    ['a 64-bit counter that goes back', reading(0, c64(5000)), reading(minute, c64(10)), null],
    ['beyond 2^53', reading(0, c64(18446744073709551000n)), reading(minute, c64(18446744073709551600n)), 600],
    ['a restart between', reading(0, c64(5)), reading(minute, c64(9e6), { epoch: 2 }), null],
    ['another ifIndex', reading(0, c64(5)), reading(minute, c64(9), { ifIndex: 4 }), null],
    ['a discontinuity', reading(0, c64(5)), reading(minute, c64(9), { discontinuity: 77 }), null],
    [
      'a device without discontinuity times',
      reading(0, c64(5), { discontinuity: null }),
      reading(minute, c64(9), { discontinuity: null }),
      4,
    ],
    ['another width of counter', reading(0, c32(5)), reading(minute, c64(9)), null],
    ['the same instant', reading(minute, c64(5)), reading(minute, c64(9)), null],
    [
      'no speed known: anything that a counter says',
      reading(0, c64(0)),
      reading(minute, c64(1e15), { speedBps: null }),
      1e15,
    ],
  ])('%s', (_name, before, now, expected) => {
    const { increments, implausible } = incrementsBetween(before, now)
    expect(implausible).toEqual([])
    expect(increments.map(({ value }) => value)).toEqual(expected === null ? [] : [expected])
    for (const { startMs, atMs } of increments) expect([startMs, atMs]).toEqual([before?.atMs, now.atMs])
  })

  it.each<[string, InterfaceCounters, InterfaceCounters]>([
    ['more than the wire carries', reading(0, c64(0)), reading(minute, c64(2e9))],
    [
      'a 32-bit counter at 1 Gbit/s may wrap twice a minute',
      reading(0, c32(0), { speedBps: 1e9 }),
      reading(minute, c32(9), { speedBps: 1e9 }),
    ],
  ])('%s: implausible', (_name, before, now) => {
    expect(incrementsBetween(before, now)).toEqual({ increments: [], implausible: ['ifHCInOctets'] })
  })

  it('a saturated line is plausible, even when its agent refreshes late', () => {
    const full = (100 * mega * 70) / 8
    expect(incrementsBetween(reading(0, c64(0)), reading(minute, c64(full))).implausible).toEqual([])
  })

  it('32-bit errors count at any speed', () => {
    const at = (atMs: number, value: number) => ({
      ...reading(atMs, c64(0), { speedBps: 100_000 * mega }),
      counters: { ifInErrors: c32(value) },
    })
    expect(incrementsBetween(at(0, 7), at(minute, 10)).increments).toMatchObject([
      { metric: 'ifInErrors', value: 3 },
    ])
  })

  it('whatever polls are lost, the increments add up to what was counted', () => {
    const steps = fc.array(fc.record({ grown: fc.nat(400_000_000), seen: fc.boolean() }), {
      minLength: 1,
      maxLength: 40,
    })
    fc.assert(
      fc.property(
        steps,
        fc.integer({ min: 0, max: 2 ** 32 - 1 }),
        fc.constantFrom(32, 64),
        (polls, start, bits) => {
          let total = 0
          let sum = 0
          let missed = 0
          const counterNow = () => (bits === 32 ? c32((start + total) % 2 ** 32) : c64(start + total))
          let before = reading(0, counterNow())
          for (const [index, { grown, seen }] of polls.entries()) {
            total += grown
            missed = seen ? 0 : missed + 1
            if (!seen && missed < 4 && index < polls.length - 1) continue
            missed = 0
            const now = reading((index + 1) * minute, counterNow())
            sum += incrementsBetween(before, now).increments[0]?.value ?? NaN
            before = now
          }
          expect(sum).toBe(total)
        },
      ),
    )
  })
})

describe('a restart, by sysUpTime', () => {
  const wrap = 2 ** 32
  it.each([
    ['an ordinary minute', 1000, 7000, minute, false],
    ['it went back', 500_000, 3000, minute, true],
    ['it started after the earlier reading, though its uptime is higher', 6000, 30_000, 10 * minute, true],
    ['it wrapped after 497 days', wrap - 3000, 3000, minute, false],
    ['it went back near the wrap, but not by wrapping', wrap - 300_000, 3000, minute, true],
    ['an agent whose uptime stands still', 500_000, 500_000, minute, false],
    ['a second between two polls of a young device', 300, 390, 1000, false],
  ])('%s', (_name, before, now, elapsedMs, expected) => {
    expect(hasRestarted({ atMs: 1e12, ticks: before }, { atMs: 1e12 + elapsedMs, ticks: now })).toBe(expected)
  })
})
