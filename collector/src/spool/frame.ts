/**
 * Records of a segment file: length (4 octets), CRC-32 of the payload (4), payload in MessagePack. What was torn by a crash
 * fails one of the three and ends the file.
 */
import { decode, encode } from '@msgpack/msgpack'
import { crc32 } from 'node:zlib'
import type { Lane } from '../contract.ts'

export type SpoolRecord =
  /** First in every segment: the spool's epoch, and what comes next in each lane. */
  | { kind: 'open'; epoch: string; nextId: number; nextSeq: Record<Lane, number> }
  /** `lane` null: not decided yet. `id` counts within the epoch. */
  | {
      kind: 'batch'
      id: number
      lane: Lane | null
      seq: number
      fromMs: number
      untilMs: number
      body: Uint8Array
    }
  /** Batches that got their place in a lane later. */
  | { kind: 'place'; places: { id: number; lane: Lane; seq: number }[] }
  /** Batches that the server has. Not synced: what is lost of it is sent again, and skipped there. */
  | { kind: 'done'; ids: number[] }

export const headerSize = 8
const maxPayload = 64 * 1024 * 1024

export function encodeFrame(record: SpoolRecord): Buffer {
  const payload = encode(record)
  const frame = Buffer.allocUnsafe(headerSize + payload.length)
  frame.writeUInt32BE(payload.length, 0)
  frame.writeUInt32BE(crc32(payload), 4)
  frame.set(payload, headerSize)
  return frame
}

export interface Frame {
  record: SpoolRecord
  offset: number
  length: number
}

/** The frame at `offset`, or null when there is no whole one. */
export function frameAt(file: Buffer, offset: number): Frame | null {
  if (offset + headerSize > file.length) return null
  const size = file.readUInt32BE(offset)
  const end = offset + headerSize + size
  if (size === 0 || size > maxPayload || end > file.length) return null
  const payload = file.subarray(offset + headerSize, end)
  if (crc32(payload) !== file.readUInt32BE(offset + 4)) return null
  return { record: decode(payload) as SpoolRecord, offset, length: end - offset }
}

/** All whole frames from the start, and where they end. */
export function readFrames(file: Buffer): { frames: Frame[]; end: number } {
  const frames: Frame[] = []
  let end = 0
  for (let frame = frameAt(file, 0); frame; frame = frameAt(file, end)) {
    frames.push(frame)
    end = frame.offset + frame.length
  }
  return { frames, end }
}
