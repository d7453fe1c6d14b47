import { maxMessageOctets } from './syslog.ts'

const lineFeed = 0x0a
const [zero, nine, space] = [0x30, 0x39, 0x20]
const maxCountDigits = 6

/**
 * Cuts a stream into messages [RFC 6587 §3.4]: `123 <13>…` by octet counting, else up to a line feed. Each message may come in
 * either way. What is longer than a message may be is cut, and the rest of it passed over; nothing more is ever held.
 */
export class SyslogFrames {
  #held: Buffer = Buffer.alloc(0)
  /** Octets of a counted message that are passed over. */
  #skip = 0
  /** Up to the next line feed. */
  #skipLine = false

  /** Octets that wait for the rest of their message. */
  get waiting(): number {
    return this.#held.length
  }

  *take(chunk: Buffer): Generator<Buffer> {
    let octets = this.#held.length > 0 ? Buffer.concat([this.#held, chunk]) : chunk
    this.#held = nothing
    while (octets.length > 0) {
      const passed = this.#passOver(octets)
      if (passed > 0) {
        octets = octets.subarray(passed)
        continue
      }
      const frame = frameAt(octets)
      if (!frame) break
      if (frame.end > frame.start) yield octets.subarray(frame.start, frame.end)
      this.#skip = frame.skip
      this.#skipLine = frame.skipLine
      octets = octets.subarray(frame.next)
    }
    this.#held = octets.length > 0 ? Buffer.from(octets) : nothing // the chunk's own memory is let go
  }

  /** What came last, without the line feed that never came. */
  end(): Buffer | null {
    const last = this.#held
    this.#held = nothing
    return last.length > 0 && !(last[0]! >= zero && last[0]! <= nine) ? last : null
  }

  #passOver(octets: Buffer): number {
    if (this.#skip > 0) {
      const passed = Math.min(this.#skip, octets.length)
      this.#skip -= passed
      return passed
    }
    if (!this.#skipLine) return 0
    const at = octets.indexOf(lineFeed)
    this.#skipLine = at < 0
    return at < 0 ? octets.length : at + 1
  }
}

const nothing = Buffer.alloc(0)

interface Frame {
  start: number
  end: number
  next: number
  skip: number
  skipLine: boolean
}

/** The message that begins here; null while it is not whole. */
function frameAt(octets: Buffer): Frame | null {
  const counted = countAt(octets)
  if (counted === 'unknown') return null
  if (counted) {
    const { start, length } = counted
    const kept = Math.min(length, maxMessageOctets)
    if (octets.length < start + kept) return null
    return { start, end: start + kept, next: start + kept, skip: length - kept, skipLine: false }
  }
  const at = octets.indexOf(lineFeed)
  if (at > maxMessageOctets || (at < 0 && octets.length > maxMessageOctets))
    return { start: 0, end: maxMessageOctets, next: maxMessageOctets, skip: 0, skipLine: true }
  return at < 0 ? null : { start: 0, end: at, next: at + 1, skip: 0, skipLine: false }
}

/** MSG-LEN SP; `unknown` while it may yet be one. */
function countAt(octets: Buffer): { start: number; length: number } | 'unknown' | null {
  let length = 0
  for (let at = 0; at <= maxCountDigits; at++) {
    const octet = octets[at]
    if (octet === undefined) return at === 0 ? null : 'unknown'
    if (octet === space) return at > 0 && length > 0 ? { start: at + 1, length } : null
    if (octet < zero || octet > nine || (at === 0 && octet === zero)) return null
    length = length * 10 + octet - zero
  }
  return null
}
