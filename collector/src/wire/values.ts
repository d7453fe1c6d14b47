/**
 * A column of numbers. Each has a code of four bits: 0 for zero, 1–7 for an integer of so many octets, 8 for a raw double, 15 for
 * none. Integers are the value times 10^scale, in zigzag when the column has negative ones. Every number comes back exactly as it
 * was, −0 included. Codes repeat themselves and are deflated with the structure; what follows them is noise and is not.
 */
import { WireError, type ByteReader, type ByteWriter } from './bytes.ts'

const zero = 0
const rawDouble = 8
const absent = 15
const scaleMask = 7
const signedFlag = 8
const constantFlag = 16
const two32 = 2 ** 32
const powers = [1, 10, 100, 1000, 1e4, 1e5, 1e6]
const sampled = 256
/** In zigzag a number takes one bit more than its own, and a double has 53. */
const mostSigned = 2 ** 52
const mostUnsigned = Number.MAX_SAFE_INTEGER

const scratch = new DataView(new ArrayBuffer(8))

/** Writes flags and codes, and the octets of the values to `data`. What is not finite is none. */
export function packValues(values: Float64Array, structure: ByteWriter, data: ByteWriter): void {
  const { scale, signed, constant } = shapeOf(values)
  if (constant !== null) {
    structure.byte(scale | (signed ? signedFlag : 0) | constantFlag)
    structure.zigzag(constant)
    return
  }
  structure.byte(scale | (signed ? signedFlag : 0))
  structure.reserve((values.length + 1) >> 1)
  data.reserve(values.length * 8)
  const codes = structure.bytes
  const out = data.bytes
  const power = powers[scale]!
  const most = signed ? mostSigned : mostUnsigned
  let at = data.length
  let codeAt = structure.length
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!
    let code: number
    const integer = power === 1 ? value : Math.round(value * power)
    if (value === 0 && !Object.is(value, -0)) code = zero
    else if (isExact(integer, value, power, most)) {
      const positive = !signed ? integer : integer < 0 ? -2 * integer - 1 : 2 * integer
      const low = positive >>> 0
      out[at] = low
      out[at + 1] = low >>> 8
      out[at + 2] = low >>> 16
      out[at + 3] = low >>> 24
      if (positive < two32) code = (39 - Math.clz32(low)) >>> 3
      else {
        const high = (positive - low) / two32
        out[at + 4] = high
        out[at + 5] = high >>> 8
        out[at + 6] = high >>> 16
        code = 4 + ((39 - Math.clz32(high)) >>> 3)
      }
      at += code
    } else if (Number.isFinite(value)) {
      code = rawDouble
      scratch.setFloat64(0, value, true)
      for (let octet = 0; octet < 8; octet++) out[at++] = scratch.getUint8(octet)
    } else code = absent
    if ((i & 1) === 0) codes[codeAt] = code
    else codes[codeAt++]! |= code << 4
  }
  data.length = at
  structure.length += (values.length + 1) >> 1
}

/** Reads as many values as there is room for; NaN for none. */
export function unpackValues(structure: ByteReader, data: ByteReader, values: Float64Array): Float64Array {
  const count = values.length
  const flags = structure.byte()
  const power = powers[flags & scaleMask]
  if (power === undefined) throw new WireError('no such scale')
  const signed = (flags & signedFlag) !== 0
  if (flags & constantFlag) return values.fill(structure.zigzag() / power)
  const codes = structure.take((count + 1) >> 1)
  const { bytes } = data
  let at = data.offset
  for (let i = 0; i < count; i++) {
    const code = (i & 1) === 0 ? codes[i >> 1]! & 15 : codes[i >> 1]! >> 4
    if (code === zero) {
      values[i] = 0
      continue
    }
    if (code < rawDouble) {
      if (at + code > bytes.length) throw new WireError('it ends too early')
      let integer = 0
      if (code <= 4) {
        for (let octet = code - 1; octet >= 0; octet--) integer = (integer << 8) | bytes[at + octet]!
        integer >>>= 0
      } else for (let octet = code - 1; octet >= 0; octet--) integer = integer * 256 + bytes[at + octet]!
      if (signed) integer = integer % 2 === 0 ? integer / 2 : -(integer + 1) / 2
      values[i] = power === 1 ? integer : integer / power
      at += code
    } else if (code === rawDouble) values[i] = doubleAt(bytes, (at += 8) - 8)
    else if (code === absent) values[i] = NaN
    else throw new WireError('no such code of a value')
  }
  data.offset = at
  return values
}

function doubleAt(bytes: Uint8Array, at: number): number {
  if (at + 8 > bytes.length) throw new WireError('it ends too early')
  for (let octet = 0; octet < 8; octet++) scratch.setUint8(octet, bytes[at + octet]!)
  const value = scratch.getFloat64(0, true)
  if (!Number.isFinite(value)) throw new WireError('a value is not finite')
  return value
}

/** Whether the value comes back from this integer; zeros have a code of their own, but for −0. */
const isExact = (integer: number, value: number, power: number, most: number): boolean =>
  integer !== 0 &&
  integer <= most &&
  integer >= -most &&
  Math.floor(integer) === integer &&
  integer / power === value

interface Shape {
  scale: number
  signed: boolean
  /** The scaled integer that all of them are; null when they differ. */
  constant: number | null
}

function shapeOf(values: Float64Array): Shape {
  let whole = true
  let signed = false
  let same = true
  const first = values[0]!
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!
    if (value !== first) same = false
    if (value < 0) signed = true
    if (Math.floor(value) !== value) whole = false // NaN for none, too
  }
  const scale = whole ? 0 : scaleOf(values)
  const power = powers[scale]!
  const integer = Math.round(first * power)
  const isConstant = same && (Object.is(first, 0) || isExact(integer, first, power, mostSigned))
  return { scale, signed, constant: isConstant ? integer : null }
}

/** The smallest scale at which most of the first values are integers. */
function scaleOf(values: Float64Array): number {
  let best = 0
  let most = -1
  const some = values.subarray(0, sampled).filter(Number.isFinite)
  for (const [scale, power] of powers.entries()) {
    const exact = some.reduce(
      (sum, v) => sum + (isExact(Math.round(v * power), v, power, mostSigned) ? 1 : 0),
      0,
    )
    if (exact > most) [best, most] = [scale, exact]
    if (most === some.length) break
  }
  return best
}
