/**
 * Frames of a segment file: 'ZSF2' · length of the record · length of the body · CRC-32 of both and the record · CRC-32 of the
 * body · record in MessagePack · body. A damaged frame is found by its sums, the next whole one by its first octets.
 */
import { decode, encode } from '@msgpack/msgpack'
import { crc32 } from 'node:zlib'
import type { ClockStamp } from '../clock.ts'
import type { Lane } from '../contract.ts'

export type SpoolRecord =
  /** First in every segment: the spool's epoch, and what comes next in each lane. */
  | { kind: 'open'; epoch: string; nextId: number; nextSeq: Record<Lane, number> }
  /** `lane` null: not decided yet. `id` counts within the epoch. */
  | {
      kind: 'batch'
      epoch: string
      id: number
      lane: Lane | null
      seq: number
      fromMs: number
      untilMs: number
      /** How its instants were made. */
      stamp?: ClockStamp
    }
  /** Batches that got their place in a lane later. */
  | { kind: 'place'; places: { id: number; lane: Lane; seq: number }[] }
  /** Batches that the server has. Not synced: what is lost of it is sent again, and skipped there. */
  | { kind: 'done'; ids: number[] }

const magic = Buffer.from('ZSF2', 'latin1')
export const headerSize = 20
const mostRecordBytes = 16 * 1024 * 1024
const mostBodyBytes = 64 * 1024 * 1024
const noBody = new Uint8Array(0)

export interface Frame {
  record: SpoolRecord
  offset: number
  length: number
  bodyLength: number
}

export function encodeFrame(record: SpoolRecord, body: Uint8Array = noBody): Buffer {
  const packed = encode(record)
  const frame = Buffer.allocUnsafe(headerSize + packed.length + body.length)
  magic.copy(frame)
  frame.writeUInt32BE(packed.length, 4)
  frame.writeUInt32BE(body.length, 8)
  frame.writeUInt32BE(crc32(body), 16)
  frame.set(packed, headerSize)
  frame.set(body, headerSize + packed.length)
  frame.writeUInt32BE(recordSum(frame, packed.length), 12)
  return frame
}

/** The lengths and the body's sum are covered too. */
const recordSum = (frame: Buffer, length: number): number =>
  crc32(
    frame.subarray(headerSize, headerSize + length),
    crc32(frame.subarray(16, 20), crc32(frame.subarray(4, 12))),
  )

/** How much of a frame its record needs, by its header; null when there is no header. */
export function recordEnd(header: Buffer): number | null {
  if (header.length < headerSize || !header.subarray(0, 4).equals(magic)) return null
  const [record, body] = [header.readUInt32BE(4), header.readUInt32BE(8)]
  return record > mostRecordBytes || body > mostBodyBytes ? null : headerSize + record
}

/** What begins these octets, its body unread; null when that is no whole record. `offset`: where they are in the file. */
export function frameAt(octets: Buffer, offset: number): Frame | null {
  const end = recordEnd(octets)
  if (end === null || octets.length < end) return null
  if (recordSum(octets, end - headerSize) !== octets.readUInt32BE(12)) return null
  const bodyLength = octets.readUInt32BE(8)
  return {
    record: decode(octets.subarray(headerSize, end)) as SpoolRecord,
    offset,
    length: end + bodyLength,
    bodyLength,
  }
}

/** The body of a whole frame; null when it is damaged. */
export function bodyOf(frame: Buffer, { length, bodyLength }: Frame): Buffer | null {
  const body = frame.subarray(length - bodyLength, length)
  return body.length === bodyLength && crc32(body) === frame.readUInt32BE(16) ? body : null
}

/** Where the next frame might begin. */
export const nextMagic = (file: Buffer, from: number): number => file.indexOf(magic, from)
