import { BerError, BerReader, BerWriter, tag } from './ber.ts'
import type { Cells } from './table.ts'

/** How the octets of a value become a cell, by tag. */
const kind = {
  unknown: 0,
  none: 1,
  signed: 2,
  unsigned32: 3,
  unsigned64: 4,
  hashed: 5,
  oid: 6,
  ip: 7,
} as const

const kinds = new Uint8Array(256)
for (const [as, tags] of [
  [kind.none, [tag.null, tag.noSuchObject, tag.noSuchInstance, tag.endOfMibView]],
  [kind.signed, [tag.integer]],
  [kind.unsigned32, [tag.counter32, tag.gauge32, tag.timeticks, tag.uinteger32]],
  [kind.unsigned64, [tag.counter64]],
  [kind.hashed, [tag.octets, tag.opaque]],
  [kind.oid, [tag.oid]],
  [kind.ip, [tag.ip]],
] as const)
  for (const one of tags) kinds[one] = as

const fnvOffset = 0x811c9dc5
const fnvPrime = 0x01000193

/** FNV-1a, 32 bits: tells whether a text is another than before. */
export function hashOf(octets: Uint8Array, start = 0, end = octets.length): number {
  let hash = fnvOffset
  for (let i = start; i < end; i++) hash = Math.imul(hash ^ octets[i]!, fnvPrime)
  return hash >>> 0
}

/** Puts the value that begins at `at` into a cell: tag 0 where the agent has none. Throws BerError, as `BerReader` would. */
export function putValue(cells: Cells, cell: number, octets: Uint8Array, at: number, end: number): void {
  if (at + 2 > end) throw new BerError('cut short')
  const found = octets[at]!
  const length = octets[at + 1]!
  const start = at + 2
  const stop = start + length
  if (length >= 0x80) return putLong(cells, cell, octets, at, end)
  if (stop > end) throw new BerError('content beyond its container')
  put(cells, cell, found, octets, start, stop)
}

/** With a length of several octets. */
function putLong(cells: Cells, cell: number, octets: Uint8Array, at: number, end: number): void {
  const size = octets[at + 1]! & 0x7f
  let start = at + 2
  if (size === 0 || size > 4 || start + size > end) throw new BerError('length form not used by SNMP')
  let length = 0
  for (; start < at + 2 + size; start++) length = length * 256 + octets[start]!
  if (start + length > end) throw new BerError('content beyond its container')
  put(cells, cell, octets[at]!, octets, start, start + length)
}

/** The content lies between `start` and `stop`. */
function put(
  cells: Cells,
  cell: number,
  found: number,
  octets: Uint8Array,
  start: number,
  stop: number,
): void {
  cells.tag[cell] = found
  switch (kinds[found]) {
    case kind.unsigned64:
      if (stop - start === 9 && octets[start] !== 0) throw new BerError('unsigned beyond 2^64')
      return putUnsigned(cells, cell, octets, start, stop)
    case kind.unsigned32:
      putUnsigned(cells, cell, octets, start, stop)
      cells.hi[cell] = 0
      return
    case kind.signed:
      return putSigned(cells, cell, octets, start, stop)
    case kind.hashed:
      return putHash(cells, cell, octets, start, stop)
    case kind.none:
      if (stop > start) throw new BerError('NULL with content')
      cells.tag[cell] = cells.hi[cell] = cells.lo[cell] = 0
      return
    case kind.ip:
      if (stop - start !== 4) throw new BerError(`IpAddress of ${stop - start} octets`)
      return putHash(cells, cell, octets, start, stop)
    case kind.oid:
      checkOid(octets, start, stop)
      return putHash(cells, cell, octets, start, stop)
    default:
      throw new BerError(`value of unknown tag 0x${found.toString(16)}`)
  }
}

/** A value that is an OID is rare; the careful reader judges it. */
function checkOid(octets: Uint8Array, start: number, stop: number): void {
  const writer = new BerWriter(stop - start + 8)
  writer.octets(octets.subarray(start, stop), tag.oid)
  new BerReader(writer.take()).oid()
}

/** Agents that forget the leading zero, or extend the sign, are understood. */
function putUnsigned({ hi, lo }: Cells, cell: number, octets: Uint8Array, start: number, stop: number): void {
  if (start === stop || stop - start > 9) throw new BerError(`unsigned of ${stop - start} octets`)
  let high = 0
  let low = 0
  let at = start
  for (; at < stop - 4; at++) high = (high << 8) | octets[at]!
  for (; at < stop; at++) low = (low << 8) | octets[at]!
  hi[cell] = high
  lo[cell] = low
}

function putSigned({ hi, lo }: Cells, cell: number, octets: Uint8Array, start: number, stop: number): void {
  const length = stop - start
  if (length < 1 || length > 8) throw new BerError(`integer of ${length} octets`)
  let low = (octets[start]! << 24) >> 24
  let high = low >> 31
  for (let at = start + 1; at < stop; at++) {
    high = (high << 8) | (low >>> 24)
    low = (low << 8) | octets[at]!
  }
  if (length > 4 && !Number.isSafeInteger(high * 0x1_0000_0000 + (low >>> 0)))
    throw new BerError('integer beyond 2^53')
  hi[cell] = high
  lo[cell] = low
}

function putHash({ hi, lo }: Cells, cell: number, octets: Uint8Array, start: number, stop: number): void {
  hi[cell] = stop - start
  lo[cell] = hashOf(octets, start, stop)
}
