/**
 * The body of a batch of samples, version 2:
 *
 *     'v' 2 · flags · groups · octets of the structure inflated, deflated · structure, deflated · values
 *
 * A group (group.ts) is either new, octets and all, and then takes the next number of the connection; or it is named by its number,
 * as the difference to the one before. On disk all groups are new: such a body stands for itself. Whoever has the connection
 * replaces those already told (telling.ts).
 *
 * Before the structure stands the instant that all others are told from. The structure holds blocks, each a group at an instant, and for each metric its blocks, and the codes of their values
 * (values.ts). The fields of a switch that were read together are one block, whatever their number.
 */
import { promisify } from 'node:util'
import { deflateRaw, deflateRawSync, inflateRaw, inflateRawSync } from 'node:zlib'
import { ByteReader, ByteWriter, WireError } from './bytes.ts'
import { limits } from './limits.ts'
import { newRoom, type Room } from './room.ts'
import { Spare } from './spare.ts'
import { packValues, unpackValues } from './values.ts'

const deflate = promisify(deflateRaw)
const inflate = promisify(inflateRaw)

/** No deflated octets begin like this: its first block would be of the reserved type [RFC 1951 §3.2.3]. */
const magic = [0x76, 2] as const
/** Both sides begin to count groups anew. */
const startsAnew = 1
/** Measured: what higher levels save is less than a hundredth of a body. */
const level = 1
/** Less is done at once: to hand it to another thread would cost more, as would zlib's usual 256 KiB of state. */
const smallBytes = 16 * 1024
const small = { level, windowBits: 12, memLevel: 5 } as const

/** One instant of one group; `startMs` NaN for gauges. */
export interface Blocks {
  groups: Uint32Array
  atMs: Float64Array
  startMs: Float64Array
}

/** Of one metric: which blocks, and the values of their entities one after another, NaN for none. */
export interface MetricValues {
  metric: string
  blocks: Uint32Array
  values: Float64Array
}

/** A body whose groups are apart from the rest: `rest` says the same under any numbering. */
export interface SplitBody {
  startsAnew: boolean
  /** Octets of a new group, or the number of one that was told. */
  groups: (Uint8Array | number)[]
  rest: Uint8Array
}

export const isBody = (octets: Uint8Array): boolean => octets[0] === magic[0]

export function splitBody(octets: Uint8Array): SplitBody {
  const reader = new ByteReader(octets)
  if (reader.byte() !== magic[0]) throw new WireError('not a body')
  const version = reader.byte()
  if (version !== magic[1]) throw new WireError(`a body of version ${version}`)
  const anew = (reader.byte() & startsAnew) !== 0
  const groups = new Array<Uint8Array | number>(reader.count(limits.groups, 'groups'))
  let before = -1
  for (let i = 0; i < groups.length; i++) {
    const sign = reader.varint()
    if (sign === 0) groups[i] = reader.take(reader.count(limits.groupBytes, 'octets of a group'))
    else {
      const difference = sign - 1
      before += 1 + (difference % 2 === 0 ? difference / 2 : -(difference + 1) / 2)
      groups[i] = before
    }
  }
  return { startsAnew: anew, groups, rest: octets.subarray(reader.offset) }
}

export function joinBody({ startsAnew: anew, groups, rest }: SplitBody): Uint8Array {
  const writer = new ByteWriter(rest.length + 1024)
  for (const octet of magic) writer.byte(octet)
  writer.byte(anew ? startsAnew : 0)
  writer.varint(groups.length)
  let before = -1
  for (const group of groups) {
    if (typeof group !== 'number') {
      writer.varint(0)
      writer.varint(group.length)
      writer.put(group)
    } else {
      const difference = group - before - 1
      writer.varint(1 + (difference < 0 ? -2 * difference - 1 : 2 * difference))
      before = group
    }
  }
  writer.put(rest)
  return writer.view()
}

// ---- the structure and its values ----

const spare = new Spare<Uint8Array>(() => new Uint8Array(4096))

export async function packRest(blocks: Blocks, metrics: MetricValues[]): Promise<Uint8Array> {
  const [structure, data] = [new ByteWriter(spare.take()), new ByteWriter(spare.take())]
  const baseMs = blocks.atMs[0] ?? 0
  packBlocks(blocks, baseMs, structure)
  structure.varint(metrics.length)
  for (const { metric, blocks: own, values } of metrics) {
    structure.text(metric)
    structure.varint(own.length)
    let before = -1
    for (const block of own) {
      structure.zigzag(block - before - 1)
      before = block
    }
    packValues(values, structure, data)
  }
  const isSmall = structure.length <= smallBytes
  const deflated = isSmall
    ? deflateRawSync(structure.view(), small)
    : await deflate(structure.view(), { level })
  const head = new ByteWriter(16)
  head.varint(baseMs)
  head.varint(structure.length)
  head.varint(deflated.length)
  const rest = Buffer.concat([head.view(), deflated, data.view()])
  spare.giveBack(structure.bytes)
  spare.giveBack(data.bytes)
  return rest
}

/** The same, all instants later by so much. */
export function shiftRest(rest: Uint8Array, byMs: number): Uint8Array {
  const reader = new ByteReader(rest)
  const head = new ByteWriter(16)
  head.varint(Math.max(0, reader.varint() + byMs))
  return Buffer.concat([head.view(), rest.subarray(reader.offset)])
}

/** `sizes`: how many ids each group has. */
export async function unpackRest(
  rest: Uint8Array,
  sizes: ArrayLike<number>,
  room: Room = newRoom,
): Promise<{ blocks: Blocks; metrics: MetricValues[] }> {
  const reader = new ByteReader(rest)
  const baseMs = instant(reader.varint())
  const structureBytes = reader.count(limits.structureBytes, 'octets of structure')
  const deflated = reader.take(reader.count(rest.length, 'octets'))
  const structure = new ByteReader(await inflated(deflated, structureBytes))
  const data = new ByteReader(rest, reader.offset)
  const blocks = unpackBlocks(structure, baseMs, sizes)
  const metrics = new Array<MetricValues>(structure.count(limits.metrics, 'metrics'))
  const rowsOf = (block: number) => sizes[blocks.groups[block]!]!
  let rows = 0
  for (let i = 0; i < metrics.length; i++) {
    const metric = structure.text(limits.name)
    const own = unpackNumbers(structure, blocks.groups.length)
    let ownRows = 0
    for (const block of own) ownRows += rowsOf(block)
    rows += ownRows
    if (rows > limits.rows) throw new WireError(`more than ${limits.rows} values`)
    metrics[i] = { metric, blocks: own, values: unpackValues(structure, data, room.doubles(ownRows)) }
  }
  return { blocks, metrics }
}

async function inflated(octets: Uint8Array, length: number): Promise<Uint8Array> {
  try {
    const options = { maxOutputLength: Math.max(1, length) }
    const structure = length <= smallBytes ? inflateRawSync(octets, options) : await inflate(octets, options)
    if (structure.length === length) return structure
  } catch (cause) {
    throw new WireError('the structure could not be inflated', { cause })
  }
  throw new WireError('the structure is shorter than it says')
}

function packBlocks({ groups, atMs, startMs }: Blocks, baseMs: number, out: ByteWriter): void {
  out.varint(groups.length)
  let before = -1
  for (const group of groups) {
    out.zigzag(group - before - 1)
    before = group
  }
  let atBefore = baseMs
  for (const at of atMs) {
    out.zigzag(at - atBefore)
    atBefore = at
  }
  let intervalBefore = 0
  for (const [i, start] of startMs.entries()) {
    if (Number.isNaN(start)) out.varint(0)
    else {
      const interval = atMs[i]! - start
      const difference = interval - intervalBefore
      out.varint(1 + (difference < 0 ? -2 * difference - 1 : 2 * difference))
      intervalBefore = interval
    }
  }
}

function unpackBlocks(structure: ByteReader, baseMs: number, sizes: ArrayLike<number>): Blocks {
  const count = structure.count(limits.blocks, 'blocks')
  const blocks = {
    groups: new Uint32Array(count),
    atMs: new Float64Array(count),
    startMs: new Float64Array(count).fill(NaN),
  }
  for (let i = 0, group = -1; i < count; i++) {
    group += 1 + structure.zigzag()
    if (group < 0 || group >= sizes.length) throw new WireError('a block of no group')
    blocks.groups[i] = group
  }
  for (let i = 0, at = baseMs; i < count; i++) blocks.atMs[i] = at = instant(at + structure.zigzag())
  for (let i = 0, interval = 0; i < count; i++) {
    const sign = structure.varint()
    if (sign === 0) continue
    interval += (sign - 1) % 2 === 0 ? (sign - 1) / 2 : -sign / 2
    if (interval < 0) throw new WireError('an increment ends before it starts')
    blocks.startMs[i] = instant(blocks.atMs[i]! - interval)
  }
  return blocks
}

function instant(ms: number): number {
  if (ms < 0 || ms > Number.MAX_SAFE_INTEGER) throw new WireError('an instant is not epoch ms')
  return ms
}

function unpackNumbers(structure: ByteReader, below: number): Uint32Array {
  const values = new Uint32Array(structure.count(limits.blocks, 'blocks of a metric'))
  for (let i = 0, value = -1; i < values.length; i++) {
    value += 1 + structure.zigzag()
    if (value < 0 || value >= below) throw new WireError('no such block')
    values[i] = value
  }
  return values
}
