/** Files of records: written whole or not at all, read line by line in constant memory. */
import { createHash, type Hash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { open, rename, rm } from 'node:fs/promises'
import { dirname } from 'node:path'
import { createInterface } from 'node:readline'
import { Readable, Transform } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createGunzip, createGzip } from 'node:zlib'
import { parseLine, type Line } from './line.ts'

/** Writes compressed lines; they are on disk under their name when this answers the file's SHA-256. */
export async function writeLines(file: string, lines: AsyncIterable<string>): Promise<string> {
  const partial = `${file}.partial`
  await rm(partial, { force: true })
  const handle = await open(partial, 'wx', 0o600)
  const sha256 = createHash('sha256')
  try {
    await pipeline(
      Readable.from(lines),
      createGzip(),
      counted(sha256),
      handle.createWriteStream({ flush: true }),
    )
  } finally {
    await handle.close()
  }
  await rename(partial, file)
  await syncFolder(dirname(file))
  return sha256.digest('hex')
}

export async function syncFolder(path: string): Promise<void> {
  const folder = await open(path)
  await folder.sync().finally(() => folder.close())
}

/** Every line of a file, compressed or not by its name; null for one that is no record. Throws for a file that is missing or damaged. */
export async function* readLines(file: string, sha256?: Hash): AsyncGenerator<Line | null> {
  const source = createReadStream(file)
  const bytes = sha256 ? source.pipe(counted(sha256)) : source
  const text = file.endsWith('.gz') ? bytes.pipe(createGunzip()) : bytes
  const failed = new Promise<never>((_resolve, reject) => {
    for (const stream of [source, bytes, text]) stream.on('error', reject)
  })
  failed.catch(() => source.destroy()) // it is thrown below
  const lines = createInterface({ input: text, crlfDelay: Infinity })[Symbol.asyncIterator]()
  try {
    for (;;) {
      const { done, value } = await Promise.race([lines.next(), failed])
      if (done) return
      yield parseLine(value)
    }
  } finally {
    source.destroy()
  }
}

const counted = (sha256: Hash) =>
  new Transform({
    transform(chunk: Buffer, _encoding, done) {
      sha256.update(chunk)
      done(null, chunk)
    },
  })
