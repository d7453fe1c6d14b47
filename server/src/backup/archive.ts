import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { mkdir, open, stat } from 'node:fs/promises'
import { once } from 'node:events'
import { dirname, join } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createGunzip } from 'node:zlib'
import { create, Parser, type ReadEntry } from 'tar'
import { isSealed, opened, sealed } from './container.ts'
import { manifestAtMost, manifestName, parseManifest, type Manifest, type PackedFile } from './manifest.ts'
import { BackupProblem } from './problem.ts'

/** Size and SHA-256 of a file, in constant memory. */
export async function measured(folder: string, name: string): Promise<PackedFile> {
  const hash = createHash('sha256')
  await pipeline(createReadStream(join(folder, name)), hash)
  const { size } = await stat(join(folder, name))
  return { name, size, sha256: hash.digest('hex') }
}

/** The manifest of `folder` and the files it names as one new file, on the disk when this returns; encrypted under a passphrase. */
export async function pack(folder: string, { files }: Manifest, file: string, passphrase: string | null) {
  const names = [manifestName, ...files.map(({ name }) => name)]
  const archive = create(
    { gzip: true, cwd: folder, portable: true, strict: true },
    names,
  ) as AsyncIterable<Buffer>
  const handle = await open(file, 'wx', 0o600)
  try {
    const octets = passphrase === null ? archive : sealed(archive, passphrase)
    for await (const chunk of octets) await handle.writeFile(chunk)
    await handle.sync()
  } finally {
    await handle.close()
  }
}

/**
 * Reads a backup to its end and compares every file with the manifest; with `folder`, writes them there. Nothing but plain
 * files of expected names and sizes is taken. `check` sees the manifest before anything else is read. Throws BackupProblem.
 */
export async function unpack(
  file: string,
  passphrase: string | null,
  {
    folder,
    check = () => {},
  }: { folder?: string; check?: (manifest: Manifest) => void | Promise<void> } = {},
): Promise<Manifest> {
  const octets = await octetsOf(file, passphrase)
  const reader = new Reader(folder, check)
  try {
    await eachEntry(octets, (entry) => reader.take(entry))
    return reader.whole()
  } catch (error) {
    if (error instanceof BackupProblem) throw error
    throw new BackupProblem('not-a-backup', { file, reason: (error as Error).message }, { cause: error })
  }
}

async function octetsOf(file: string, passphrase: string | null): Promise<AsyncIterable<Buffer>> {
  if (!(await isSealed(file))) return createReadStream(file)
  if (passphrase === null) throw new BackupProblem('passphrase-needed')
  return opened(file, passphrase)
}

/** Hands over each entry of a compressed tar, one after the other. */
async function eachEntry(octets: AsyncIterable<Buffer>, take: (entry: ReadEntry) => Promise<void>) {
  const failure = new AbortController()
  const fail = (error: unknown) => failure.abort(error)
  let taking = Promise.resolve()
  const parser = new Parser({
    strict: true,
    maxMetaEntrySize: 64 * 1024,
    onReadEntry: (entry) => void (taking = taking.then(() => take(entry)).catch(fail)),
  })
  parser.on('error', fail)
  const { signal } = failure
  try {
    await pipeline(
      Readable.from(octets),
      createGunzip(),
      async (chunks: AsyncIterable<Buffer>) => {
        for await (const chunk of chunks) if (!parser.write(chunk)) await once(parser, 'drain', { signal })
        const ended = once(parser, 'end', { signal })
        parser.end()
        await ended
        await taking
      },
      { signal },
    )
    signal.throwIfAborted()
  } catch (error) {
    throw signal.aborted ? signal.reason : error
  }
}

class Reader {
  readonly #folder: string | undefined
  readonly #check: (manifest: Manifest) => void | Promise<void>
  readonly #waiting = new Map<string, PackedFile>()
  #manifest: Manifest | undefined

  constructor(folder: string | undefined, check: (manifest: Manifest) => void | Promise<void>) {
    this.#folder = folder
    this.#check = check
  }

  async take(entry: ReadEntry): Promise<void> {
    if (entry.type !== 'File') throw new Error(`${entry.path} is not a plain file`)
    if (!this.#manifest) return this.#takeManifest(entry)
    const expected = this.#waiting.get(entry.path)
    if (!expected) throw new Error(`${entry.path} is not expected`)
    if (entry.size !== expected.size)
      throw new Error(`${entry.path} has ${entry.size} octets, not ${expected.size}`)
    this.#waiting.delete(entry.path)
    if ((await this.#keep(entry)) !== expected.sha256) throw new Error(`${entry.path} was changed`)
  }

  async #takeManifest(entry: ReadEntry): Promise<void> {
    if (entry.path !== manifestName || entry.size > manifestAtMost)
      throw new Error('it does not begin with a manifest')
    const manifest = parseManifest((await entry.concat()).toString('utf8'))
    for (const packed of manifest.files) this.#waiting.set(packed.name, packed)
    await this.#check(manifest)
    this.#manifest = manifest
  }

  /** Answers its SHA-256. */
  async #keep(entry: ReadEntry): Promise<string> {
    const hash = createHash('sha256')
    if (this.#folder === undefined) {
      for await (const chunk of entry) hash.update(chunk)
      return hash.digest('hex')
    }
    const path = join(this.#folder, entry.path)
    await mkdir(dirname(path), { recursive: true, mode: 0o700 })
    const handle = await open(path, 'wx', 0o600)
    try {
      for await (const chunk of entry) {
        hash.update(chunk)
        await handle.writeFile(chunk)
      }
      await handle.sync()
    } finally {
      await handle.close()
    }
    return hash.digest('hex')
  }

  whole(): Manifest {
    if (!this.#manifest) throw new Error('it is empty')
    const [missing] = this.#waiting.keys()
    if (missing !== undefined) throw new Error(`${missing} is missing`)
    return this.#manifest
  }
}
