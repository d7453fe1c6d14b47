import { open, readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { replaceFile } from '../files.ts'
import { fromVersion1 } from '../wire/version-1.ts'
import { encodeFrame, headerSize, recordEnd } from './frame.ts'
import { readRecords1, type Record1 } from './frame-1.ts'
import { isSegmentName } from './segment.ts'

/** Segments that the version before left are written anew, one by one, each whole or not at all. */
export async function convertVersion1(folder: string): Promise<void> {
  let epoch = ''
  for (const name of (await readdir(folder)).filter(isSegmentName).sort()) {
    const file = join(folder, name)
    if (await isOurs(file)) continue
    const records = readRecords1(await readFile(file))
    const [first] = records
    if (first?.kind !== 'open') continue // of no version: damage, and told as such
    epoch = first.epoch
    const frames: Buffer[] = []
    for (const record of records) frames.push(await converted(record, epoch))
    await replaceFile(file, Buffer.concat(frames))
  }
}

async function isOurs(file: string): Promise<boolean> {
  const handle = await open(file, 'r')
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(headerSize), 0, headerSize, 0)
    return recordEnd(buffer.subarray(0, bytesRead)) !== null
  } finally {
    await handle.close()
  }
}

async function converted(record: Record1, epoch: string): Promise<Buffer> {
  if (record.kind !== 'batch') return encodeFrame(record)
  const { body = new Uint8Array(0), ...rest } = record
  return encodeFrame({ ...rest, epoch }, rest.lane === 'facts' ? body : await fromVersion1(body))
}
