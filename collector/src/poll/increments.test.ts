import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { tag } from '../snmp/ber.ts'
import { CounterMemory, counterMetrics, Increments } from './counter-memory.ts'
import { goesBack, takeReading } from './increments.ts'
import { CountersAgent, octetsOnly, type Told } from './testing.ts'
import { hasRestarted } from './uptime.ts'

const minute = 60_000
const mega = 1_000_000
const unknown = Infinity

/** What one counter of an interface says, once. */
interface Seen {
  atMs: number
  value: number | bigint
  bits: 32 | 64
  discontinuity: number | null
  highSpeed: number | null
}
const c32 = (atMs: number, value: number, changes: Partial<Seen> = {}): Seen =>
  ({ atMs, value, bits: 32, discontinuity: 0, highSpeed: null, ...changes }) // prettier-ignore
const c64 = (atMs: number, value: number | bigint, changes: Partial<Seen> = {}): Seen =>
  ({ ...c32(atMs, 0, changes), value, bits: 64 }) // prettier-ignore

const columns = { counters: counterMetrics.map((_, i) => (i === 0 ? 0 : -1)), discontinuity: 1, highSpeed: 2 }

/** Takes readings of one interface's ifHCInOctets, one after another; what the last one told. */
function told(speedBps: number, ...readings: Seen[]): Told[] | 'implausible' | 'ambiguous' {
  const memory = new CounterMemory(Float64Array.of(speedBps))
  const into = new Increments(1)
  for (const { atMs, value, bits, discontinuity, highSpeed } of readings) {
    const whole = BigInt(value)
    const cells = {
      tag: Uint8Array.of(
        bits === 64 ? tag.counter64 : tag.counter32,
        discontinuity === null ? 0 : tag.timeticks,
        highSpeed === null ? 0 : tag.gauge32,
      ),
      hi: Uint32Array.of(Number(whole >> 32n), 0, 0),
      lo: Uint32Array.of(Number(whole & 0xffff_ffffn), discontinuity ?? 0, highSpeed ?? 0),
    }
    takeReading(memory, cells, columns, atMs, into)
  }
  if (into.implausible > 0) return 'implausible'
  return into.ambiguous > 0 ? 'ambiguous' : octetsOnly(into, readings.at(-1)!.atMs)
}

describe('between two readings', () => {
  it.each<[string, number, Seen[], number | null]>([
    ['the first reading is only a start', mega, [c64(minute, 5)], null],
    ['what was counted in a period', 100 * mega, [c64(0, 1000), c64(minute, 4000)], 3000],
    ['nothing counted is a zero', 100 * mega, [c64(0, 1000), c64(minute, 1000)], 0],
    ['a late poll: one increment over the longer span', 100 * mega, [c64(0, 0), c64(87_000, 90)], 90],
    ['lost polls: the same', 100 * mega, [c64(0, 0), c64(60 * minute, 5e9)], 5e9],
    ['a 32-bit counter wraps', 100 * mega, [c32(0, 4_294_967_000), c32(minute, 704)], 1000],
    ['it wraps at an unknown speed', unknown, [c32(0, 4_294_967_000), c32(minute, 704)], 1000],
    ['a reset that looks like a wrap beyond the wire', 100 * mega, [c32(0, 3e9), c32(minute, 0)], null],
    ['a reset at an unknown speed', unknown, [c32(0, 1e9), c32(minute, 0)], null],
    ['a 64-bit counter that goes back', 100 * mega, [c64(0, 5000), c64(minute, 10)], null],
    ['beyond 2^53', 100 * mega, [c64(0, 18446744073709551000n), c64(minute, 18446744073709551600n)], 600],
    ['from below 2^32 to above', 100 * mega, [c64(0, 2 ** 32 - 1), c64(minute, 2 ** 32 + 1)], 2],
    ['a discontinuity', 100 * mega, [c64(0, 5), c64(minute, 9, { discontinuity: 77 })], null],
    [
      'a device without discontinuity times',
      100 * mega,
      [c64(0, 5, { discontinuity: null }), c64(minute, 9, { discontinuity: null })],
      4,
    ],
    ['another width of counter', 100 * mega, [c32(0, 5), c64(minute, 9)], null],
    ['the same instant', 100 * mega, [c64(minute, 5), c64(minute, 9)], null],
    ['a clock set back', 100 * mega, [c64(minute, 5), c64(0, 9)], null],
    ['no speed known: anything that a counter says', unknown, [c64(0, 0), c64(minute, 1e15)], 1e15],
    [
      'a port that was just made faster',
      100 * mega,
      [c64(0, 0, { highSpeed: 100 }), c64(minute, 5e9, { highSpeed: 1000 })],
      5e9,
    ],
    [
      'a port that was just made slower',
      1000 * mega,
      [c64(0, 0, { highSpeed: 1000 }), c64(minute, 5e9, { highSpeed: 100 })],
      5e9,
    ],
  ])('%s', (_name, speedBps, readings, expected) => {
    const span = { startMs: readings[0]!.atMs, atMs: readings.at(-1)!.atMs }
    expect(told(speedBps, ...readings)).toEqual(expected === null ? [] : [{ ...span, value: expected }])
  })

  it.each<[string, number, Seen[], 'implausible' | 'ambiguous']>([
    ['more than the wire carries', 100 * mega, [c64(0, 0), c64(minute, 2e9)], 'implausible'],
    ['a 32-bit counter at 1 Gbit/s may wrap twice', 1000 * mega, [c32(0, 0), c32(minute, 9)], 'ambiguous'],
  ])('%s: nothing', (_name, speedBps, readings, expected) => {
    expect(told(speedBps, ...readings)).toBe(expected)
  })

  it('a saturated line is plausible, even when its agent refreshes late', () => {
    const full = (100 * mega * 70) / 8
    expect(told(100 * mega, c64(0, 0), c64(minute, full))).toEqual([
      { startMs: 0, atMs: minute, value: full },
    ])
  })
})

describe('a counter that its agent keeps for a while', () => {
  const perMinute = (80 * mega * 60) / 8

  it('jumps by what was counted since it stood still, over all that time', () => {
    const frozen = [1, 2, 3, 4].map((n) => c64(n * minute, perMinute))
    const thawed = c64(5 * minute, 5 * perMinute)
    expect(told(100 * mega, c64(0, 0), ...frozen, thawed)).toEqual([
      { startMs: minute, atMs: 5 * minute, value: 4 * perMinute },
    ])
  })

  it('a jump that the wire carries within one interval stays in it', () => {
    expect(told(100 * mega, c64(0, 7), c64(minute, 7), c64(2 * minute, 5e8))).toEqual([
      { startMs: minute, atMs: 2 * minute, value: 5e8 - 7 },
    ])
  })

  it('a jump beyond all that time is implausible', () => {
    expect(told(100 * mega, c64(0, 7), c64(minute, 7), c64(2 * minute, 5e9))).toBe('implausible')
  })
})

describe('the counters of an interface together', () => {
  const all = { counters: counterMetrics.map((_, i) => i), discontinuity: -1, highSpeed: -1 }
  const reading = (values: number[], type: number) => ({
    tag: Uint8Array.from(values, () => type),
    hi: new Uint32Array(values.length),
    lo: Uint32Array.from(values),
  })
  const full = 2 ** 32 - 1

  it('all of them back at once, without any other sign, were cleared', () => {
    const memory = new CounterMemory(Float64Array.of(100 * mega))
    const into = new Increments(1)
    takeReading(memory, reading([full, full, full, full, 5, 0, 0, 0], tag.counter32), all, 0, into)
    const cleared = reading([10, 10, 1, 1, 0, 0, 0, 0], tag.counter32)
    expect(goesBack(memory, cleared, all)).toBe(true)
    takeReading(memory, cleared, all, minute, into)
    expect(into.any).not.toContain(true)
  })

  it('some of them back at once went round', () => {
    const memory = new CounterMemory(Float64Array.of(100 * mega))
    const into = new Increments(1)
    takeReading(memory, reading([full, full, 5, 5, 5, 0, 0, 0], tag.counter32), all, 0, into)
    takeReading(memory, reading([9, 9, 6, 6, 5, 0, 0, 0], tag.counter32), all, minute, into)
    expect(into.values.map(([value]) => value)).toEqual([10, 10, 1, 1, 0, 0, 0, 0])
  })

  it('32-bit faults count at any speed', () => {
    const memory = new CounterMemory(Float64Array.of(100_000 * mega))
    const into = new Increments(1)
    takeReading(memory, reading([0, 0, 0, 0, 7, 7, 7, 7], tag.counter32), all, 0, into)
    takeReading(memory, reading([0, 0, 0, 0, 10, 7, 7, 7], tag.counter32), all, minute, into)
    expect(into.values.slice(4).map(([value]) => value)).toEqual([3, 0, 0, 0])
  })

  it('faults cleared at a speed that could carry a whole round are not taken for a wrap', () => {
    const memory = new CounterMemory(Float64Array.of(400_000 * mega))
    const into = new Increments(1)
    takeReading(memory, reading([0, 0, 0, 0, 5000, 0, 0, 0], tag.counter32), all, 0, into)
    takeReading(memory, reading([0, 0, 0, 0, 2, 0, 0, 0], tag.counter32), all, minute, into)
    expect([into.any[4], into.implausible]).toEqual([false, 0])
  })
})

describe('whatever happens to the counters', () => {
  const step = fc.record({
    octets: fc.nat(400_000_000),
    event: fc.oneof(
      { weight: 6, arbitrary: fc.constant('none' as const) },
      { weight: 1, arbitrary: fc.constantFrom('restart', 'clear', 'swap', 'discover', 'freeze', 'thaw') },
    ),
    poll: fc.oneof(
      { weight: 5, arbitrary: fc.constant('answered' as const) },
      { weight: 1, arbitrary: fc.constantFrom('lost', 'late', 'one row lost') },
    ),
  })
  const history = fc.record({
    bits: fc.constantFrom(32 as const, 64 as const),
    starts: fc.tuple(fc.nat(2 ** 32 - 1), fc.nat(2 ** 32 - 1)),
    steps: fc.array(step, { minLength: 2, maxLength: 60 }),
  })

  it('each increment is what its port really carried in just that time', () => {
    fc.assert(
      fc.property(history, ({ bits, starts, steps }) => {
        const agent = new CountersAgent(bits, starts)
        for (const one of steps.map((one) => ({ ...one, event: isFreeze(one.event) ? 'none' : one.event })))
          agent.step(one)
        for (const { port, startMs, atMs, value } of agent.told)
          expect(value).toBe(agent.carried(port, startMs, atMs))
      }),
      { numRuns: 300 },
    )
  })

  it('nothing is lost where nothing but polls was', () => {
    fc.assert(
      fc.property(history, ({ bits, starts, steps }) => {
        const agent = new CountersAgent(bits, starts)
        const plain = [...steps, { ...steps[0]!, octets: 0, poll: 'answered' as const }]
        for (const [i, one] of plain.entries())
          agent.step({ ...one, event: 'none', poll: i % 3 === 0 ? 'answered' : one.poll })
        for (const port of [0, 1])
          expect(agent.sum(port)).toBe(agent.carried(port, agent.firstMs, agent.lastMs))
      }),
      { numRuns: 300 },
    )
  })

  it('an agent that keeps its counters makes increments late, never more or fewer', () => {
    fc.assert(
      fc.property(history, ({ starts, steps }) => {
        const agent = new CountersAgent(64, starts)
        agent.step({ octets: 5, event: 'none', poll: 'answered' })
        for (const one of steps) agent.step({ ...one, event: isFreeze(one.event) ? one.event : 'none' })
        agent.step({ octets: 1, event: 'thaw', poll: 'answered' })
        for (const port of [0, 1])
          expect(agent.sum(port)).toBe(agent.carried(port, agent.firstMs, agent.lastMs))
      }),
      { numRuns: 300 },
    )
  })
})

const isFreeze = (event: string): event is 'freeze' | 'thaw' => event === 'freeze' || event === 'thaw'

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
