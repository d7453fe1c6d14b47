import { join } from 'node:path'
import { loadConfig } from '../config.ts'
import { BadArchive, Releases } from '../uplink/releases.ts'
import type { CollectorRelease } from '../uplink/schema.ts'
import { Failure } from './failure.ts'

const usage = 'zongheng collector-release add FILE | list | remove RELEASE'

export interface CollectorReleaseOptions {
  data?: string | undefined
  config?: string | undefined
  json: boolean
}

/** `zongheng collector-release …`: what collectors can be upgraded to. The server may run meanwhile. */
export async function collectorRelease(
  [word = '', what, ...more]: string[],
  { data, config: file, json }: CollectorReleaseOptions,
): Promise<void> {
  const needsWhat = word === 'add' || word === 'remove'
  if (more.length > 0 || needsWhat !== (what !== undefined) || !(needsWhat || word === 'list'))
    throw new Failure(usage, 2)
  const { config } = loadConfig(process.env, data === undefined ? {} : { dataDir: data }, file)
  const releases = new Releases(join(config.dataDir, 'releases'))
  if (word === 'list') return show(await releases.list(), json)
  if (word === 'add') return show([await added(releases, what!)], json)
  if (!(await releases.remove(what!))) throw new Failure(`${what}: no such release`)
}

async function added(releases: Releases, file: string): Promise<CollectorRelease> {
  try {
    return await releases.add(file, Date.now())
  } catch (error) {
    if (error instanceof BadArchive) throw new Failure(error.message)
    throw error
  }
}

function show(items: CollectorRelease[], json: boolean): void {
  if (json) return console.log(JSON.stringify(items))
  for (const { release, platform, bytes, addedAt } of items)
    console.log(
      [release, platform, `${(bytes / 1e6).toFixed(1)} MB`, new Date(addedAt).toISOString()].join('  '),
    )
}
