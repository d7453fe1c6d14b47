import { open, rm, type FileHandle } from 'node:fs/promises'
import { join } from 'node:path'
import { replaceFile, syncFolder } from '../files.ts'
import { encodeFrame, frameAt, readFrames, type Frame, type SpoolRecord } from './frame.ts'

const suffix = '.spool'
const namePattern = /^\d{8}\.spool$/

export const isSegmentName = (name: string) => namePattern.test(name)

/** One file of the spool: frames one after another. Not for use by two callers at once. */
export class Segment {
  readonly number: number
  readonly #file: string
  #handle: FileHandle
  #size: number
  /** Batches in it that the server does not have yet. */
  live = 0
  /** How far it was thinned: not at all, to verdicts, to changes of verdicts. */
  thinned: 0 | 1 | 2 = 0

  private constructor(number: number, file: string, handle: FileHandle, size: number) {
    this.number = number
    this.#file = file
    this.#handle = handle
    this.#size = size
  }

  /** A new segment, durable with its first record. */
  static async create(folder: string, number: number, first: SpoolRecord): Promise<Segment> {
    const file = join(folder, String(number).padStart(8, '0') + suffix)
    const handle = await open(file, 'w+', 0o600)
    const segment = new Segment(number, file, handle, 0)
    await segment.append([encodeFrame(first)])
    await syncFolder(folder)
    return segment
  }

  /** What a crash tore off is cut off, so that the next frame can be found. */
  static async recover(folder: string, name: string): Promise<{ segment: Segment; frames: Frame[] }> {
    const file = join(folder, name)
    const handle = await open(file, 'r+')
    const content = await handle.readFile()
    const { frames, end } = readFrames(content)
    if (end < content.length) await handle.truncate(end)
    return { segment: new Segment(Number.parseInt(name, 10), file, handle, end), frames }
  }

  get size(): number {
    return this.#size
  }

  /** Durable when it resolves; the offsets of the frames. A failure leaves the segment as it was. */
  async append(frames: Buffer[]): Promise<number[]> {
    const start = this.#size
    const content = Buffer.concat(frames)
    for (let done = 0; done < content.length;) {
      const { bytesWritten } = await this.#handle.write(content, done, content.length - done, start + done)
      done += bytesWritten
    }
    await this.#handle.datasync()
    this.#size = start + content.length
    let offset = start
    return frames.map(({ length }) => (offset += length) - length)
  }

  async read(offset: number, length: number): Promise<SpoolRecord> {
    const buffer = Buffer.allocUnsafe(length)
    await this.#handle.read(buffer, 0, length, offset)
    const frame = frameAt(buffer, 0)
    if (!frame) throw new Error(`${this.#file} is damaged at ${offset}`)
    return frame.record
  }

  async readAll(): Promise<Frame[]> {
    const buffer = Buffer.allocUnsafe(this.#size)
    await this.#handle.read(buffer, 0, this.#size, 0)
    return readFrames(buffer).frames
  }

  /** Puts other frames in place of all; their offsets. */
  async rewrite(frames: Buffer[]): Promise<number[]> {
    const content = Buffer.concat(frames)
    await replaceFile(this.#file, content)
    await this.#handle.close()
    this.#handle = await open(this.#file, 'r+')
    this.#size = content.length
    let offset = 0
    return frames.map(({ length }) => (offset += length) - length)
  }

  async remove(): Promise<void> {
    await this.#handle.close()
    await rm(this.#file, { force: true })
  }

  async close(): Promise<void> {
    await this.#handle.close()
  }
}
