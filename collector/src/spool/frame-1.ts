/** Records as the version before wrote them: length (4 octets), CRC-32 of the payload (4), payload in MessagePack, body and all. */
import { decode } from '@msgpack/msgpack'
import { crc32 } from 'node:zlib'
import type { SpoolRecord } from './frame.ts'

const headerSize = 8
const mostBytes = 64 * 1024 * 1024

export type Record1 = SpoolRecord & { body?: Uint8Array }

/** All whole records from the start. */
export function readRecords1(file: Buffer): Record1[] {
  const records: Record1[] = []
  for (let at = 0; at + headerSize <= file.length;) {
    const size = file.readUInt32BE(at)
    const payload = file.subarray(at + headerSize, at + headerSize + size)
    if (size === 0 || size > mostBytes || payload.length < size) break
    if (crc32(payload) !== file.readUInt32BE(at + 4)) break
    records.push(decode(payload) as Record1)
    at += headerSize + size
  }
  return records
}
