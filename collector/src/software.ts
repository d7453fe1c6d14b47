import { readFileSync } from 'node:fs'
import pack from '../package.json' with { type: 'json' }
import type { CollectorSoftware } from './contract.ts'

const releaseFile = new URL('../../release.json', import.meta.url)

/** What runs here. The launcher of an installed release says of itself, and of a release that failed, in the environment. */
export function softwareHere(env: NodeJS.ProcessEnv = process.env): CollectorSoftware {
  return {
    version: pack.version,
    release: releaseIn(releaseFile),
    platform: `linux-${process.arch}`,
    isUpgradable: env.ZONGHENG_LAUNCHER === '1',
    failedRelease: env.ZONGHENG_FAILED_RELEASE || null,
  }
}

/** Why `failedRelease` failed. */
export const failureHere = (env: NodeJS.ProcessEnv = process.env): string | null =>
  env.ZONGHENG_FAILED_REASON || null

/** Only what was packed has one. */
function releaseIn(file: URL): string | null {
  try {
    const { version, build } = JSON.parse(readFileSync(file, 'utf8')) as { version: string; build: string }
    return `${version}-${build}`
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null
    throw error
  }
}
