import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { access, mkdir, readFile, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { promisify } from 'node:util'
import type { ReleaseOffer } from '../contract.ts'

export class BadRelease extends Error {}

const run = promisify(execFile)

/** Unpacks a whole archive to `<folder>/<release>` once it is what was offered. Throws BadRelease, and AbortError by `signal`. */
export async function unpackRelease(
  file: string,
  folder: string,
  offer: ReleaseOffer,
  signal: AbortSignal,
): Promise<void> {
  if ((await sha256Of(file, signal)) !== offer.sha256)
    throw new BadRelease('the archive is not what was offered')
  const [draft, place] = [join(folder, `${offer.release}.new`), join(folder, offer.release)]
  await rm(draft, { recursive: true, force: true })
  await mkdir(draft, { mode: 0o700 })
  try {
    await run('tar', ['-xzf', file, '-C', draft, '--strip-components=1', '--no-same-owner'], { signal })
    await checkRelease(draft, offer)
    await rm(place, { recursive: true, force: true })
    await rename(draft, place)
  } finally {
    await rm(draft, { recursive: true, force: true })
  }
}

async function sha256Of(file: string, signal: AbortSignal): Promise<string> {
  const hash = createHash('sha256')
  await pipeline(createReadStream(file), hash, { signal })
  return hash.digest('hex')
}

async function checkRelease(folder: string, { release, platform }: ReleaseOffer): Promise<void> {
  const app = join(folder, 'app')
  const said = JSON.parse(await readFile(join(app, 'release.json'), 'utf8')) as Record<string, string>
  if (said.name !== 'zongheng-collector') throw new BadRelease(`it is an archive of ${said.name}`)
  if (`${said.version}-${said.build}` !== release || said.platform !== platform)
    throw new BadRelease(`it holds ${said.version}-${said.build} for ${said.platform}`)
  for (const path of ['node_modules/.bin/node', 'collector/src/main.ts']) await access(join(app, path))
}
