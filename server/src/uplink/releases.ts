/** Releases of the collector that lie in `<data>/releases`: an archive, and beside it what was found in it when it was added. */
import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import {
  copyFile,
  mkdir,
  mkdtemp,
  open,
  readdir,
  readFile,
  rename,
  rm,
  stat,
  writeFile,
} from 'node:fs/promises'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { isReleaseName, releaseChunkBytes, type ReleaseChunk } from '@zongheng/collector/contract.ts'
import { extract } from 'tar'
import type { CollectorRelease } from './schema.ts'

/** Why an archive is not taken. */
export class BadArchive extends Error {}

const manifestEnd = '.json'

export class Releases {
  readonly #folder: string

  constructor(folder: string) {
    this.#folder = folder
  }

  /** Newest first. */
  async list(): Promise<CollectorRelease[]> {
    const names = await readdir(this.#folder).catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return []
      throw error
    })
    const texts = names
      .filter((name) => name.endsWith(manifestEnd))
      .map((name) => readFile(join(this.#folder, name), 'utf8'))
    const found = (await Promise.all(texts)).map((text) => JSON.parse(text) as CollectorRelease)
    return found.sort((a, b) => b.addedAt - a.addedAt)
  }

  /** Octets of an archive from an offset on, as many as one message carries. */
  async chunk(release: string, offset: number): Promise<ReleaseChunk> {
    if (!isReleaseName(release)) return { ok: false, reason: 'no such release' }
    let file
    try {
      file = await open(this.#archive(release))
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT')
        return { ok: false, reason: `the server has no ${release} any more` }
      throw error
    }
    try {
      const { bytesRead, buffer } = await file.read(
        Buffer.alloc(releaseChunkBytes),
        0,
        releaseChunkBytes,
        offset,
      )
      return bytesRead > 0
        ? { ok: true, data: buffer.subarray(0, bytesRead) }
        : { ok: false, reason: `${release} has no octet ${offset}` }
    } finally {
      await file.close()
    }
  }

  /** Takes in an archive made by `npm run pack`, once every file in it has its sum. Throws BadArchive. */
  async add(file: string, nowMs: number): Promise<CollectorRelease> {
    await mkdir(this.#folder, { recursive: true, mode: 0o700 })
    const work = await mkdtemp(join(this.#folder, '.add-'))
    try {
      const { release, version, platform } = await examine(file, work)
      const draft = join(work, 'archive')
      await copyFile(file, draft)
      const added = {
        release,
        version,
        platform,
        bytes: (await stat(draft)).size,
        sha256: await sha256Of(draft),
        addedAt: nowMs,
      }
      await rename(draft, this.#archive(release))
      await writeFile(join(work, 'manifest'), `${JSON.stringify(added, null, 2)}\n`)
      await rename(join(work, 'manifest'), join(this.#folder, `${release}${manifestEnd}`))
      return added
    } finally {
      await rm(work, { recursive: true, force: true })
    }
  }

  /** False when there is none of this name. */
  async remove(release: string): Promise<boolean> {
    if (!(await this.list()).some((one) => one.release === release)) return false
    await rm(join(this.#folder, `${release}${manifestEnd}`))
    await rm(this.#archive(release), { force: true })
    return true
  }

  #archive(release: string): string {
    return join(this.#folder, `${release}.tar.gz`)
  }
}

async function examine(file: string, work: string) {
  const top = join(work, 'unpacked')
  await mkdir(top)
  try {
    await extract({ file, cwd: top, strip: 1, strict: true })
  } catch (error) {
    throw new BadArchive(`${file} is no archive: ${(error as Error).message}`, { cause: error })
  }
  const sums = await readFile(join(top, 'SHA256SUMS'), 'utf8').catch(() => {
    throw new BadArchive('it has no SHA256SUMS')
  })
  const summed = [...sums.matchAll(/^([0-9a-f]{64}) {2}(.+)$/gm)]
  if (!summed.some(([, , path]) => path === 'app/release.json')) throw new BadArchive('it has no sums')
  for (const [, sum, path] of summed) {
    if (path!.split('/').includes('..')) throw new BadArchive(`${path} leads out of it`)
    const is = await sha256Of(join(top, path!)).catch(() => null)
    if (is !== sum) throw new BadArchive(`${path} is damaged: copy the archive again`)
  }
  const { name, version, build, platform } = JSON.parse(
    await readFile(join(top, 'app/release.json'), 'utf8').catch(() => '{}'),
  ) as Record<string, string | undefined>
  const release = `${version}-${build}`
  if (name !== 'zongheng-collector' || !version || !platform || !isReleaseName(release))
    throw new BadArchive('it is no archive of the collector')
  return { release, version, platform }
}

async function sha256Of(file: string): Promise<string> {
  const hash = createHash('sha256')
  await pipeline(createReadStream(file), hash)
  return hash.digest('hex')
}
