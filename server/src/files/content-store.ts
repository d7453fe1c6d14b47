/** Bytes in the data folder under their hash: `files/ab/ab12…`. Written beside, then moved: there is never half a file. */
import { createHash, randomUUID } from 'node:crypto'
import { createReadStream, type ReadStream } from 'node:fs'
import { mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { ProblemError } from '../http/problem.ts'
import { headBytes } from './sniff.ts'

export interface KeptContent {
  sha256: string
  bytes: number
  /** The first of it. */
  head: Buffer
}

const hashName = /^[0-9a-f]{64}$/
const noSpace = new Set(['ENOSPC', 'EDQUOT'])
const codeOf = (error: unknown) => (error instanceof Error && 'code' in error ? String(error.code) : '')

export class ContentStore {
  readonly #folder: string
  readonly #atMostBytes: number

  constructor(folder: string, atMostBytes: number) {
    this.#folder = folder
    this.#atMostBytes = atMostBytes
  }

  pathOf(sha256: string): string {
    if (!hashName.test(sha256)) throw new RangeError('not a hash')
    return join(this.#folder, sha256.slice(0, 2), sha256)
  }

  /**
   * @throws ProblemError 413 `file-too-large`, 507 `disk-full`, and what `check` throws of its head; nothing stays of it then.
   */
  async keep(source: AsyncIterable<Buffer>, check: (head: Buffer) => void): Promise<KeptContent> {
    const incoming = join(this.#folder, 'incoming')
    const path = join(incoming, randomUUID())
    try {
      await mkdir(incoming, { recursive: true, mode: 0o700 })
      const content = await this.#write(path, source)
      check(content.head)
      await mkdir(join(this.#folder, content.sha256.slice(0, 2)), { recursive: true, mode: 0o700 })
      await rename(path, this.pathOf(content.sha256))
      return content
    } catch (error) {
      await rm(path, { force: true })
      if (noSpace.has(codeOf(error))) throw new ProblemError(507, 'disk-full')
      throw error
    }
  }

  read(sha256: string): ReadStream {
    return createReadStream(this.pathOf(sha256))
  }

  async has(sha256: string): Promise<boolean> {
    return stat(this.pathOf(sha256)).then(
      () => true,
      () => false,
    )
  }

  /** Removes what nobody names and what lay in coming since before `beforeMs`. Answers how many. */
  async sweep(isNamed: (hashes: string[]) => Promise<Set<string>>, beforeMs: number): Promise<number> {
    let removed = 0
    for (const shelf of await namesIn(this.#folder)) {
      const names = await namesIn(join(this.#folder, shelf))
      const named = shelf === 'incoming' ? new Set<string>() : await isNamed(names)
      for (const name of names.filter((one) => !named.has(one))) {
        const path = join(this.#folder, shelf, name)
        if ((await stat(path)).mtimeMs >= beforeMs) continue
        await rm(path)
        removed++
      }
    }
    return removed
  }

  async #write(path: string, source: AsyncIterable<Buffer>): Promise<KeptContent> {
    const hash = createHash('sha256')
    const file = await open(path, 'wx', 0o600)
    let [bytes, head] = [0, Buffer.alloc(0)]
    try {
      for await (const chunk of source) {
        bytes += chunk.length
        if (bytes > this.#atMostBytes) throw tooLarge(this.#atMostBytes)
        if (head.length < headBytes) head = Buffer.concat([head, chunk.subarray(0, headBytes - head.length)])
        hash.update(chunk)
        await file.writeFile(chunk)
      }
      await file.sync()
    } finally {
      await file.close()
    }
    return { sha256: hash.digest('hex'), bytes, head }
  }
}

export function tooLarge(atMostBytes: number): ProblemError {
  const mb = Math.floor(atMostBytes / 1024 / 1024)
  return new ProblemError(413, 'file-too-large', {
    zh: `每个文件最大 ${mb} MB`,
    en: `At most ${mb} MB a file`,
  })
}

async function namesIn(folder: string): Promise<string[]> {
  return readdir(folder).catch((error: unknown) => {
    if (codeOf(error) === 'ENOENT') return []
    throw error
  })
}
