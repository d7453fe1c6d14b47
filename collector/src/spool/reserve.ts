import { rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

/** Room on the disk that is given back when it is full: to thin a segment is to write a smaller one first. */
export class Reserve {
  readonly #file: string
  readonly #bytes: number
  isReleased = false

  constructor(folder: string, bytes: number) {
    this.#file = join(folder, 'reserve')
    this.#bytes = bytes
  }

  async release(): Promise<void> {
    this.isReleased = true
    await rm(this.#file, { force: true })
  }

  /** Octets that are not zero, since some file systems keep zeros for nothing. */
  async restore(): Promise<void> {
    const size = await stat(this.#file).then(
      (found) => found.size,
      () => 0,
    )
    try {
      if (size < this.#bytes) await writeFile(this.#file, Buffer.alloc(this.#bytes, 0x5a), { mode: 0o600 })
      this.isReleased = false
    } catch (error) {
      await this.release() // half a reserve is room that others need
      throw error
    }
  }
}
