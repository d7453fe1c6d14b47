import { open, rm, writeFile, type FileHandle } from 'node:fs/promises'
import { join } from 'node:path'
import { replaceFile, syncFolder } from '../files.ts'
import {
  bodyOf,
  encodeFrame,
  frameAt,
  headerSize,
  nextMagic,
  recordEnd,
  type Frame,
  type SpoolRecord,
} from './frame.ts'

const suffix = '.spool'
const namePattern = /^\d{8}\.spool$/
/** A record is read with so much at once. */
const peekBytes = 4096

export const isSegmentName = (name: string) => namePattern.test(name)
export const segmentName = (number: number) => String(number).padStart(8, '0') + suffix
export const isDamagedName = (name: string) => name.endsWith('.damaged')

/** Octets that are no frames. */
export interface Damage {
  from: number
  until: number
  /** The last frame before it. */
  before: Frame | undefined
}

/** What is in a segment: its whole frames, and what lies between them. */
export interface Scan {
  frames: Frame[]
  damages: Damage[]
}

export class DamagedBatch extends Error {
  override name = 'DamagedBatch'
}

/** One file of the spool: frames one after another. Not for use by two callers at once. */
export class Segment {
  readonly number: number
  readonly file: string
  #handle: FileHandle | null
  #size: number
  /** Batches in it that the server does not have yet. */
  live = 0
  /** How far it was thinned: not at all, to verdicts, to changes of verdicts. */
  thinned: 0 | 1 | 2 = 0

  private constructor(number: number, file: string, handle: FileHandle | null, size: number) {
    this.number = number
    this.file = file
    this.#handle = handle
    this.#size = size
  }

  /** A new segment, durable with its first record. */
  static async create(folder: string, number: number, first: SpoolRecord): Promise<Segment> {
    const file = join(folder, segmentName(number))
    const handle = await open(file, 'w+', 0o600)
    const segment = new Segment(number, file, handle, 0)
    try {
      await segment.append([encodeFrame(first)])
      await syncFolder(folder)
    } catch (error) {
      await segment.remove()
      throw error
    }
    return segment
  }

  /** What is there. `whole`: bodies are looked at too, and what a crash tore off at the end is no damage but cut off. */
  static async recover(folder: string, name: string, whole: boolean): Promise<{ segment: Segment } & Scan> {
    const file = join(folder, name)
    const handle = await open(file, 'r+')
    const { size } = await handle.stat()
    const segment = new Segment(Number.parseInt(name, 10), file, handle, size)
    const scan = await segment.#scan(whole)
    const torn = scan.damages.at(-1)
    if (whole && torn?.until === size) {
      await handle.truncate(torn.from)
      segment.#size = torn.from
      scan.damages.pop()
    }
    return { segment, ...scan }
  }

  get size(): number {
    return this.#size
  }

  /** Durable when it resolves; the offsets of the frames. A failure leaves the segment as it was. */
  async append(frames: Buffer[]): Promise<number[]> {
    const start = this.#size
    const handle = await this.#open()
    const content = Buffer.concat(frames)
    try {
      for (let done = 0; done < content.length;) {
        const { bytesWritten } = await handle.write(content, done, content.length - done, start + done)
        done += bytesWritten
      }
      await handle.datasync()
    } catch (error) {
      await handle.truncate(start) // on a full disk the part that was taken is what is needed to make room
      throw error
    }
    this.#size = start + content.length
    let offset = start
    return frames.map(({ length }) => (offset += length) - length)
  }

  /** Throws DamagedBatch when it is not what was written. */
  async read(offset: number, length: number): Promise<{ record: SpoolRecord; body: Buffer }> {
    const octets = await this.octets(offset, length)
    const frame = frameAt(octets, offset)
    const body = frame && frame.length === length ? bodyOf(octets, frame) : null
    if (!frame || !body) throw new DamagedBatch(`${this.file} is damaged at ${offset}`)
    return { record: frame.record, body }
  }

  /** As they are; fewer at the end of the file. */
  async octets(offset: number, length: number): Promise<Buffer> {
    const buffer = Buffer.allocUnsafe(length)
    const handle = await this.#open()
    const { bytesRead } = await handle.read(buffer, 0, length, offset)
    return buffer.subarray(0, bytesRead)
  }

  /** What is in it, bodies unread. */
  async frames(): Promise<Frame[]> {
    return (await this.#scan(false)).frames
  }

  /** Puts these octets of the file beside it, for whoever wants to look; the name of that file. */
  async setAside({ from, until }: Pick<Damage, 'from' | 'until'>): Promise<string> {
    const aside = `${this.file}.${from}.damaged`
    await writeFile(aside, await this.octets(from, until - from), { mode: 0o600 })
    return aside
  }

  /** Puts other frames in place of all; their offsets. */
  async rewrite(frames: Buffer[]): Promise<number[]> {
    const content = Buffer.concat(frames)
    await replaceFile(this.file, content)
    await this.rest()
    this.#size = content.length
    let offset = 0
    return frames.map(({ length }) => (offset += length) - length)
  }

  async remove(): Promise<void> {
    await this.rest()
    await rm(this.file, { force: true })
  }

  /** Gives its file handle back until it is needed again. */
  async rest(): Promise<void> {
    const handle = this.#handle
    this.#handle = null
    await handle?.close()
  }

  async #open(): Promise<FileHandle> {
    return (this.#handle ??= await open(this.file, 'r+'))
  }

  async #scan(whole: boolean): Promise<Scan> {
    const scan: Scan = { frames: [], damages: [] }
    for (let at = 0; at < this.#size;) {
      const frame = await this.#frame(at, whole)
      if (frame) {
        scan.frames.push(frame)
        at += frame.length
      } else {
        const until = await this.#nextFrame(at + 1, whole)
        scan.damages.push({ from: at, until, before: scan.frames.at(-1) })
        at = until
      }
    }
    return scan
  }

  async #frame(at: number, whole: boolean): Promise<Frame | null> {
    let octets = await this.octets(at, peekBytes)
    const end = recordEnd(octets.subarray(0, headerSize))
    if (end === null) return null
    if (end > octets.length) octets = await this.octets(at, end)
    const frame = frameAt(octets, at)
    if (!frame || at + frame.length > this.#size) return null
    if (whole && frame.bodyLength > 0 && !bodyOf(await this.octets(at, frame.length), frame)) return null
    return frame
  }

  /** Where frames go on behind a damage; the end when they do not. */
  async #nextFrame(from: number, whole: boolean): Promise<number> {
    const rest = await this.octets(from, this.#size - from)
    for (let at = nextMagic(rest, 0); at >= 0; at = nextMagic(rest, at + 1))
      if (await this.#frame(from + at, whole)) return from + at
    return this.#size
  }
}
