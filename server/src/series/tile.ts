/**
 * A tile: samples of neighbouring series over some hours, packed together. A directory (which series, how its values are
 * written), the times that series share, and the changes of the values as scaled integers: laid out in planes, all lowest
 * octets first, then all second ones, since each compresses by itself. Raw doubles where integers would not be exact.
 */
import { constants, zstdCompressSync, zstdDecompressSync } from 'node:zlib'
import type { Samples } from './samples.ts'
import { commonDecimals, scales, type Times, type Track } from './track.ts'
import { DamagedSeries } from './errors.ts'
import { Octets, VarintWriter } from './varint.ts'

const version = 1
const flags = { increments: 1, sameTimes: 2 } as const
/** Stands for decimals: raw doubles. */
const doubles = 7
const planeCount = 8
const worthCompressing = 48
const fast = { [constants.ZSTD_c_compressionLevel]: 1 }
/** Values for which there is room from one tile to the next: few have more. */
const kept = { least: 2 ** 14, most: 2 ** 16 }
const mostOctets = { maxOutputLength: 64 * 2 ** 20 }

const directory = new VarintWriter()

/** Tracks in growing order of their index. */
export function encodeTile(tracks: Track[]): Buffer {
  planes.begin(tracks.reduce((sum, track) => sum + track.value.length, 0))
  directory.varint(tracks.length)
  let before: { index: number; times: Times | null } = { index: -1, times: null }
  for (const track of tracks) {
    const { index, times } = track
    const sameTimes = before.times !== null && isSame(times, before.times)
    directory.varint(index - before.index - 1)
    directory.varint((times.start ? flags.increments : 0) | (sameTimes ? flags.sameTimes : 0))
    if (!sameTimes) writeTimes(times)
    writeValues(track)
    before = { index, times }
  }
  const out = new VarintWriter()
  out.varint(version)
  for (const part of [directory.take(), ...planes.all()]) writePart(out, part)
  return out.take()
}

function isSame(one: Times, other: Times): boolean {
  if (one === other) return true
  if ((one.start === null) !== (other.start === null) || one.at.length !== other.at.length) return false
  for (let i = 0; i < one.at.length; i++)
    if (one.at[i] !== other.at[i] || (one.start && one.start[i] !== other.start![i])) return false
  return true
}

function writeTimes({ at, start }: Times): void {
  directory.varint(at.length)
  for (let i = 0, interval = 0; i < at.length; i++) {
    const before = i === 0 ? 0 : at[i - 1]!
    directory.integer(at[i]! - before - interval)
    interval = i === 0 ? 0 : at[i]! - before
    if (start) directory.integer(start[i]! - (i === 0 ? at[i]! : before))
  }
}

/** Its decimals, its first value, how many octets a change takes; the changes go to the planes. */
function writeValues({ value, decimals }: Track): void {
  const common =
    decimals !== null && planes.changes(value, scales[decimals as 0]!) ? decimals : commonDecimals(value)
  if (common === null) planes.words(value)
  else if (common !== decimals) planes.changes(value, scales[common as 0]!)
  directory.varint(common ?? doubles)
  if (common !== null) directory.integer(Math.round((value[0] ?? 0) * scales[common as 0]!))
  directory.varint(planes.commit(value.length))
}

/** Its length, doubled and one more when it is compressed, and the part. */
function writePart(out: VarintWriter, part: Uint8Array): void {
  const packed = part.length < worthCompressing ? part : compressed(part)
  const isPacked = packed.length < part.length
  const body = isPacked ? packed : part
  out.varint(body.length * 2 + (isPacked ? 1 : 0))
  out.octets(body)
}

/** Room for the answer is made as it is needed: the usual 64 KiB for each would be most of what a thread throws away. */
const compressed = (part: Uint8Array) => zstdCompressSync(part, { params: fast, chunkSize: part.length + 64 })

function readPart(octets: Octets): Uint8Array {
  const head = octets.varint()
  const body = octets.take(Math.floor(head / 2))
  if (head % 2 === 0) return body
  try {
    return zstdDecompressSync(body, mostOctets)
  } catch (cause) {
    throw new DamagedSeries('a tile does not unpack', { cause })
  }
}

/** Octets of integers, the lowest of all first. One serves tile after tile. */
class Planes {
  #planes: Uint8Array[] = []
  readonly #lengths = new Uint32Array(planeCount)
  #low = new Uint32Array(0)
  #high = new Uint32Array(0)
  #width = 0
  #used = 0

  /** Of a tile with so many values. */
  begin(size: number): void {
    this.#lengths.fill(0)
    this.#used = 0
    if (size <= this.#low.length && this.#low.length <= kept.most) return
    const room = Math.max(size, kept.least)
    this.#planes = []
    this.#low = new Uint32Array(room)
    this.#high = new Uint32Array(room)
  }

  /** Takes the changes of scaled values, zigzagged; false when one of these is not exact. */
  changes(value: Float64Array, scale: number): boolean {
    const [low, high] = [this.#low, this.#high]
    let [lows, highs] = [0, 0]
    for (let i = 0, before = 0; i < value.length; i++) {
      const integer = Math.round(value[i]! * scale)
      if (integer / scale !== value[i]! || integer >= 2 ** 50 || integer <= -(2 ** 50)) return false
      const change = i === 0 ? 0 : integer - before
      const zigzag = change < 0 ? -2 * change - 1 : 2 * change
      before = integer
      lows |= low[i] = zigzag
      if (zigzag >= 2 ** 32) highs |= high[i] = Math.floor(zigzag / 2 ** 32)
      else high[i] = 0
    }
    this.#width = highs === 0 ? octetsOf(lows) : 4 + octetsOf(highs)
    return true
  }

  /** Takes raw doubles, each as it differs from the one before. */
  words(value: Float64Array): void {
    const words = new Uint32Array(value.buffer, value.byteOffset, 2 * value.length)
    for (let i = 0; i < value.length; i++) {
      this.#low[i] = words[2 * i]! ^ (i === 0 ? 0 : words[2 * i - 2]!)
      this.#high[i] = words[2 * i + 1]! ^ (i === 0 ? 0 : words[2 * i - 1]!)
    }
    this.#width = planeCount
  }

  /** Lays out what was taken; the octets of each. */
  commit(count: number): number {
    this.#used = Math.max(this.#used, this.#width)
    for (let k = 0; k < this.#width; k++) {
      const plane = (this.#planes[k] ??= new Uint8Array(this.#low.length))
      const from = k < 4 ? this.#low : this.#high
      const shift = 8 * (k % 4)
      let length = this.#lengths[k]!
      for (let i = 0; i < count; i++) plane[length++] = from[i]! >>> shift
      this.#lengths[k] = length
    }
    return this.#width
  }

  all(): Uint8Array[] {
    return this.#planes.slice(0, this.#used).map((plane, k) => plane.subarray(0, this.#lengths[k]!))
  }
}

const planes = new Planes()

const octetsOf = (word: number) => Math.ceil((32 - Math.clz32(word)) / 8)

/** Where a series lies within its tile. */
interface Entry {
  times: { at: number[]; start: number[] | null }
  decimals: number
  first: number
  width: number
}

/** The samples of the series that are wanted, by their index within the tile. Throws DamagedSeries. */
export function decodeTile(body: Uint8Array, isWanted: (index: number) => boolean): Map<number, Samples> {
  const octets = new Octets(body)
  if (octets.varint() !== version) throw new DamagedSeries('a tile of another version')
  const entries = readDirectory(new Octets(readPart(octets)))
  const planes: Uint8Array[] = []
  const offsets = new Uint32Array(planeCount)
  const found = new Map<number, Samples>()
  for (const [index, { times, decimals, first, width }] of entries) {
    const count = times.at.length
    if (isWanted(index)) {
      while (planes.length < width) planes.push(readPart(octets))
      const value = decimals === doubles ? readDoubles(planes, offsets, count) : readIntegers(planes, offsets, count, { first, width, scale: scales[decimals as 0]! }) // prettier-ignore
      found.set(index, { at: times.at, start: times.start, value })
    }
    for (let k = 0; k < width; k++) offsets[k]! += count
  }
  return found
}

function readDirectory(octets: Octets): Map<number, Entry> {
  const entries = new Map<number, Entry>()
  let index = -1
  let times: Entry['times'] = { at: [], start: null }
  for (let left = octets.varint(); left > 0; left--) {
    index += octets.varint() + 1
    const flag = octets.varint()
    if (!(flag & flags.sameTimes)) times = readTimes(octets, (flag & flags.increments) !== 0)
    const decimals = octets.varint()
    const first = decimals === doubles ? 0 : octets.integer()
    const width = octets.varint()
    if (decimals > doubles || width > planeCount) throw new DamagedSeries('a tile says what cannot be')
    entries.set(index, { times, decimals, first, width })
  }
  return entries
}

function readTimes(octets: Octets, increments: boolean): Entry['times'] {
  const count = octets.varint()
  const at: number[] = []
  const start: number[] | null = increments ? [] : null
  for (let i = 0, before = 0, interval = 0; i < count; i++) {
    const now = before + interval + octets.integer()
    start?.push(octets.integer() + (i === 0 ? now : before))
    interval = i === 0 ? 0 : now - before
    at.push(now)
    before = now
  }
  return { at, start }
}

function readIntegers(
  planes: Uint8Array[],
  offsets: Uint32Array,
  count: number,
  { first, width, scale }: { first: number; width: number; scale: number },
): number[] {
  const value = new Array<number>(count)
  for (let i = 0, integer = first; i < count; i++) {
    let [zigzag, weight] = [0, 1]
    for (let k = 0; k < width; k++, weight *= 256) zigzag += planes[k]![offsets[k]! + i]! * weight
    integer += zigzag % 2 === 0 ? zigzag / 2 : -(zigzag + 1) / 2
    value[i] = integer / scale
  }
  return value
}

function readDoubles(planes: Uint8Array[], offsets: Uint32Array, count: number): number[] {
  const words = new Uint32Array(2)
  const double = new Float64Array(words.buffer)
  return Array.from({ length: count }, (_, i) => {
    for (let k = 0; k < planeCount; k++) {
      const octet = planes[k]![offsets[k]! + i]!
      words[k >> 2]! ^= octet << (8 * (k % 4))
    }
    return double[0]!
  })
}
