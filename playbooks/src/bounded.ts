import { decode } from './screen.ts'

/** Octets of one command's output that are kept. */
export const maxOutputBytes = 1024 * 1024
const tailBytes = 1024
const newline = 0x0a

/** Output as it comes in: its first octets up to the limit, and its last ones, where prompts show. */
export class BoundedOutput {
  readonly #limit: number
  #chunks: Buffer[] = []
  #kept = 0
  #tail: Buffer = Buffer.alloc(0)
  cut = false

  constructor(limit = maxOutputBytes) {
    this.#limit = limit
  }

  push(chunk: Buffer): void {
    this.#tail = Buffer.concat([this.#tail, chunk.subarray(-tailBytes)]).subarray(-tailBytes)
    const part = chunk.subarray(0, this.#limit - this.#kept)
    if (part.length < chunk.length) this.cut = true
    this.#chunks.push(part)
    this.#kept += part.length
  }

  tail(): string {
    return this.#tail.toString('utf8')
  }

  /** What comes next is looked at without what came before. */
  dropTail(): void {
    this.#tail = Buffer.alloc(0)
  }

  /** What was kept; of a cut output, its whole lines. */
  text(): string {
    const all = Buffer.concat(this.#chunks)
    return decode(this.cut ? all.subarray(0, all.lastIndexOf(newline) + 1 || all.length) : all)
  }
}
