import { newRoom, type Room } from '@zongheng/collector/contract.ts'
import { Chains, extended } from './chains.ts'
import { decimalsOf, isExact, scales, type Times } from './track.ts'
import { Octets } from './varint.ts'

/** Raw doubles follow; below are the decimals of scaled integers. */
const doubles = 7
/** In a chain of values: the next octet says how those after it are written. */
const modeFollows = 0

/** The end of a series that is not yet on disk as part of a tile. */
export interface Head {
  times: Times
  value: Float64Array
  decimals: number | null
}

/** Columns of one length; `start` is null for gauges. Numbers are handed on as columns and a row: one by one each would be an object. */
interface Values {
  at: Numbers
  start: Numbers | null
  value: Numbers
}
type Numbers = Float64Array

/** What is known of a series: numbers side by side, in one line of the processor's cache, since a sample touches them all. */
const known = 8
const its = {
  count: 0,
  lastAt: 1,
  /** The last distance, and the last scaled integer: the next ones are told by what they differ. */
  interval: 2,
  integer: 3,
  /** The earliest instant told of. */
  least: 4,
  newestAt: 5,
  newestStart: 6,
  newestValue: 7,
} as const

/**
 * The newest samples of every series, packed in memory as they come: per series a chain of times (the change of the interval;
 * whether an increment began where the one before ended) and a chain of values (the change of the scaled integer).
 * The journal on disk is their safety.
 */
export class Heads {
  #chains = new Chains()
  #room = 0
  #known = new Float64Array(0)
  #first = new Float64Array(0)
  #mode = new Uint8Array(0)
  #isDisordered = new Uint8Array(0)
  #isIncrement = new Uint8Array(0)
  #size = 0
  #plain = new Uint8Array(1024)
  #before: { key: Uint8Array; times: Times } = {
    key: new Uint8Array(0),
    times: { at: new Float64Array(0), start: null },
  }

  /** Samples held. */
  get size(): number {
    return this.#size
  }

  /** Octets in memory. */
  get octets(): number {
    return this.#chains.octets + this.#room * octetsOfSeries
  }

  count(series: number): number {
    return this.#known[known * series] ?? 0
  }

  /** The earliest instant that a head tells of; Infinity when it is empty. */
  least(series: number): number {
    return this.count(series) > 0 ? this.#known[known * series + its.least]! : Infinity
  }

  /** The newest sample of what came since the start and of what was remembered, on disk or not. */
  newest(series: number): { at: number; start: number | null; value: number } | null {
    const own = known * series
    const at = this.#known[own + its.newestAt] ?? 0
    if (at === 0) return null
    const start = this.#known[own + its.newestStart]!
    return { at, start: start === start ? start : null, value: this.#known[own + its.newestValue]! }
  }

  /** Row `i` of these columns. Returns how many samples the series holds now. */
  append(series: number, { at, start, value }: Values, i: number): number {
    if (series >= this.#room) this.#grow(series)
    const own = known * series
    const count = this.#known[own]!
    if (count === 0) this.#begin(series, at, start, i)
    else this.#appendTime(series, at, start, i)
    this.#known[own + its.lastAt] = at[i]!
    this.#known[own] = count + 1
    this.#appendValue(series, value, i)
    this.#size++
    if (at[i]! >= this.#known[own + its.newestAt]!) {
      this.#known[own + its.newestAt] = at[i]!
      this.#known[own + its.newestStart] = start ? start[i]! : NaN
      this.#known[own + its.newestValue] = value[i]!
    }
    return count + 1
  }

  /** A sample from elsewhere may be the newest too; `start` is NaN for gauges. */
  remember(series: number, at: number, start: number, value: number): void {
    if (series >= this.#room) this.#grow(series)
    const own = known * series
    if (at < this.#known[own + its.newestAt]!) return
    this.#known[own + its.newestAt] = at
    this.#known[own + its.newestStart] = start
    this.#known[own + its.newestValue] = value
  }

  #begin(series: number, at: Numbers, start: Numbers | null, i: number): void {
    const own = known * series
    this.#first[2 * series] = at[i]!
    this.#first[2 * series + 1] = start ? start[i]! : NaN
    this.#known[own + its.least] = start ? start[i]! : at[i]!
    this.#known[own + its.interval] = 0
    this.#known[own + its.integer] = 0
    this.#isDisordered[series] = 0
    this.#isIncrement[series] = start ? 1 : 0
    // What once needed raw doubles may have become tame.
    if (this.#mode[series] === doubles) this.#mode[series] = 0
    this.#chains.octet(2 * series + 1, modeFollows)
    this.#chains.octet(2 * series + 1, this.#mode[series]!)
  }

  #appendTime(series: number, at: Numbers, start: Numbers | null, i: number): void {
    const own = known * series
    const lastAt = this.#known[own + its.lastAt]!
    const interval = at[i]! - lastAt
    const change = zigzag(interval - this.#known[own + its.interval]!)
    const continues = !start || start[i] === lastAt
    this.#chains.varint(2 * series, change * 2 + (continues ? 0 : 1))
    if (!continues) this.#chains.varint(2 * series, zigzag(start[i]! - lastAt))
    this.#known[own + its.interval] = interval
    if (interval <= 0) this.#isDisordered[series] = 1
    const earliest = start ? start[i]! : at[i]!
    if (earliest < this.#known[own + its.least]!) this.#known[own + its.least] = earliest
  }

  #appendValue(series: number, values: Numbers, i: number): void {
    const value = values[i]!
    const chain = 2 * series + 1
    let mode = this.#mode[series]!
    if (mode !== doubles && !isExact(value, scales[mode as 0]!)) mode = this.#changeMode(series, value)
    if (mode === doubles) {
      oneDouble[0] = value
      for (const octet of itsOctets) this.#chains.octet(chain, octet)
      return
    }
    const integer = Math.round(value * scales[mode as 0]!)
    const own = known * series + its.integer
    this.#chains.varint(chain, zigzag(integer - this.#known[own]!) + 1)
    this.#known[own] = integer
  }

  #changeMode(series: number, value: number): number {
    const mode = decimalsOf(value, this.#mode[series]!) ?? doubles
    // A doubles' chain begins anew: octets are told from varints by the chain's first mode alone.
    if (mode === doubles) this.#rewriteAsDoubles(series)
    else {
      this.#chains.octet(2 * series + 1, modeFollows)
      this.#chains.octet(2 * series + 1, mode)
    }
    this.#mode[series] = mode
    this.#known[known * series + its.integer] = 0
    return mode
  }

  #rewriteAsDoubles(series: number): void {
    const chain = 2 * series + 1
    const values = this.#values(series, this.count(series) - 1, newRoom)
    this.#chains.clear(chain)
    this.#chains.octet(chain, modeFollows)
    this.#chains.octet(chain, doubles)
    for (const value of values) {
      oneDouble[0] = value
      for (const octet of itsOctets) this.#chains.octet(chain, octet)
    }
  }

  /** What a series' head holds, in order of time, its values in this room; null when it is empty. Series read in turn share what times they share. */
  read(series: number, room: Room = newRoom): Head | null {
    const count = this.count(series)
    if (count === 0) return null
    const value = this.#values(series, count, room)
    const decimals = this.#mode[series]! === doubles ? null : this.#mode[series]!
    const times = this.#times(series, count)
    return this.#isDisordered[series] ? ordered(times, value, decimals) : { times, value, decimals }
  }

  clear(series: number): void {
    const count = this.count(series)
    if (count === 0) return
    this.#size -= count
    this.#known[known * series] = 0
    this.#chains.clear(2 * series)
    this.#chains.clear(2 * series + 1)
  }

  /** Into `#plain`, which may be longer; how many octets. */
  #copy(chain: number): number {
    if (this.#chains.length(chain) > this.#plain.length)
      this.#plain = new Uint8Array(2 * this.#chains.length(chain))
    return this.#chains.copy(chain, this.#plain)
  }

  #times(series: number, count: number): Times {
    const length = this.#copy(2 * series)
    const firstAt = this.#first[2 * series]!
    const firstStart = this.#isIncrement[series] ? this.#first[2 * series + 1]! : null
    const { key, times } = this.#before
    const same =
      times.at.length === count && times.at[0] === firstAt && (times.start?.[0] ?? null) === firstStart
    if (same && isEqual(key, this.#plain, length)) return times
    this.#before = {
      key: this.#plain.slice(0, length),
      times: decodeTimes(this.#plain, count, firstAt, firstStart),
    }
    return this.#before.times
  }

  #values(series: number, count: number, room: Room): Float64Array {
    this.#copy(2 * series + 1)
    const octets = this.#plain
    const values = room.doubles(count)
    if (octets[1] === doubles) {
      new Uint8Array(values.buffer, values.byteOffset, 8 * count).set(octets.subarray(2, 2 + 8 * count))
      return values
    }
    decodeIntegers(octets, values)
    return values
  }

  #grow(series: number): void {
    const room = Math.max(1024, Math.ceil(series * 1.25) + 1)
    this.#chains.grow(2 * room)
    this.#known = extended(this.#known, known * room)
    this.#first = extended(this.#first, 2 * room)
    this.#mode = extended(this.#mode, room)
    this.#isDisordered = extended(this.#isDisordered, room)
    this.#isIncrement = extended(this.#isIncrement, room)
    this.#room = room
  }
}

/** With its two chains. */
const octetsOfSeries = 8 * (known + 2) + 3 + 2 * 12

const oneDouble = new Float64Array(1)
const itsOctets = new Uint8Array(oneDouble.buffer)

const zigzag = (value: number) => (value < 0 ? -2 * value - 1 : 2 * value)
const unzigzag = (value: number) => (value % 2 === 0 ? value / 2 : -(value + 1) / 2)

/** Whether `octets` begin with all of the key. */
function isEqual(key: Uint8Array, octets: Uint8Array, length: number): boolean {
  if (key.length !== length) return false
  for (let i = 0; i < length; i++) if (key[i] !== octets[i]) return false
  return true
}

/** Fills `values`. The octets are our own, so that their end is not looked for. */
function decodeIntegers(octets: Uint8Array, values: Float64Array): void {
  let position = 0
  for (let i = 0, integer = 0, scale = 1; i < values.length;) {
    let octet = octets[position++]!
    let change = octet & 127
    for (let weight = 128; octet >= 128; weight *= 128) {
      octet = octets[position++]!
      change += (octet & 127) * weight
    }
    if (change === modeFollows) {
      scale = scales[octets[position++]! as 0]!
      integer = 0
      continue
    }
    integer += unzigzag(change - 1)
    values[i++] = scale === 1 ? integer : integer / scale
  }
}

function decodeTimes(octets: Uint8Array, count: number, firstAt: number, firstStart: number | null): Times {
  const reader = new Octets(octets)
  const at = new Float64Array(count)
  const start = firstStart === null ? null : new Float64Array(count)
  at[0] = firstAt
  if (start) start[0] = firstStart!
  for (let i = 1, interval = 0; i < count; i++) {
    const token = reader.varint()
    interval += unzigzag(Math.floor(token / 2))
    at[i] = at[i - 1]! + interval
    const gap = token % 2 === 0 ? 0 : unzigzag(reader.varint())
    if (start) start[i] = at[i - 1]! + gap
  }
  return { at, start }
}

/** Late samples among the others; of those of one instant the last that came. */
function ordered({ at, start }: Times, value: Float64Array, decimals: number | null): Head {
  const order = Uint32Array.from(at, (_, i) => i).sort((a, b) => at[a]! - at[b]! || a - b)
  const kept = order.filter((index, i) => i === order.length - 1 || at[order[i + 1]!] !== at[index])
  const of = (column: Float64Array) => Float64Array.from(kept, (index) => column[index]!)
  return { times: { at: of(at), start: start && of(start) }, value: of(value), decimals }
}
