/**
 * A block: samples of one series, packed. One octet of flags, then varints: count, decimals, per sample the change of
 * the interval, for increments the gap since the sample before, and the change of the value as a scaled integer —
 * or raw doubles where that would not be exact. Deflated where that helps.
 */
import { deflateRawSync, inflateRawSync } from 'node:zlib'
import { noSamples, type Samples } from './samples.ts'
import { largestInteger, VarintReader, VarintWriter } from './varint.ts'

const flags = { increments: 1, doubles: 2, deflated: 4 } as const
const mostDecimals = 6
const worthDeflating = 60 // samples: below, deflate costs more time than it saves space

/** Decimals with which every value is an exact integer, or null when none does. */
function exactDecimals(values: number[]): number | null {
  for (let decimals = 0, scale = 1; decimals <= mostDecimals; decimals++, scale *= 10) {
    const exact = (value: number) =>
      Math.round(value * scale) / scale === value && Math.abs(value * scale) < largestInteger
    if (values.every(exact)) return decimals
  }
  return null
}

const writer = new VarintWriter()

export function encodeBlock({ at, start, value }: Samples): Buffer {
  const decimals = exactDecimals(value)
  const scale = 10 ** (decimals ?? 0)
  writer.integer(at.length)
  writer.integer(decimals ?? 0)
  let before = { at: 0, interval: 0, value: 0 }
  for (let i = 0; i < at.length; i++) {
    const now = { at: at[i]!, interval: at[i]! - before.at, value: Math.round(value[i]! * scale) }
    writer.integer(now.interval - before.interval)
    if (start) writer.integer(start[i]! - (i === 0 ? now.at : before.at))
    if (decimals === null) writer.double(value[i]!)
    else writer.integer(now.value - before.value)
    before = now
  }
  const plain = writer.take()
  const packed = at.length < worthDeflating ? plain : deflateRawSync(plain, { level: 1 })
  const deflated = packed.length < plain.length
  const flag =
    (start ? flags.increments : 0) | (decimals === null ? flags.doubles : 0) | (deflated ? flags.deflated : 0)
  return Buffer.concat([Buffer.of(flag), deflated ? packed : plain])
}

export function decodeBlock(block: Uint8Array): Samples {
  const flag = block[0] ?? 0
  const body = block.subarray(1)
  const reader = new VarintReader(flag & flags.deflated ? inflateRawSync(body) : body)
  const samples = noSamples((flag & flags.increments) !== 0)
  const count = reader.integer()
  const scale = 10 ** reader.integer()
  let before = { at: 0, interval: 0, value: 0 }
  for (let i = 0; i < count; i++) {
    const interval = before.interval + reader.integer()
    const at = before.at + interval
    samples.at.push(at)
    samples.start?.push(reader.integer() + (i === 0 ? at : before.at))
    const value = flag & flags.doubles ? reader.double() : before.value + reader.integer()
    samples.value.push(value / scale)
    before = { at, interval, value }
  }
  return samples
}
