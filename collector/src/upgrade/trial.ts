/**
 * What launcher (packaging/bin/zongheng-collector) and collector tell one another, in `<data>/releases`: `trial` names the release
 * to be tried at the next start; `tried` the one that is being tried; `refusal` is why the server would not have it; `good` names the
 * one that has reached the server, and the installed release that stood below it then. A trial that ends, or has not become good in
 * time, is not started again.
 */
import { readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { isReleaseName } from '../contract.ts'
import { replaceFile } from '../files.ts'

/** The exit status that asks the launcher for the trial. */
export const tryRelease = 75
/** Kept beside the one that runs. */
const keptBefore = 1
const trialUnlessToldS = 180
/** Of the trial: so long a connection holds before the release is good. One that falls over its first work is not. */
const heldShare = 1 / 6

export interface Launch {
  /** `<data>/releases` */
  folder: string
  /** What runs; null: from its sources. */
  release: string | null
  /** It is being tried. */
  isTrial: boolean
  /** So long its connection is to hold until it is good. */
  heldMs: number
  /** The installed release that the launcher belongs to. */
  base: string
}

export const launchOf = (folder: string, release: string | null, env = process.env): Launch => ({
  folder,
  release,
  isTrial: env.ZONGHENG_TRIAL === '1',
  heldMs: 1000 * (Number(env.ZONGHENG_TRIAL_S) || trialUnlessToldS) * heldShare,
  base: env.ZONGHENG_BASE ?? '',
})

export const setTrial = (folder: string, release: string) =>
  replaceFile(join(folder, 'trial'), `${release}\n`)

/** The server would not have the release that is tried. */
export const tellRefusal = (folder: string, reason: string) =>
  writeFile(join(folder, 'refusal'), `${reason.replace(/\p{Cc}+/gu, ' ').slice(0, 300)}\n`)

/** It has reached the server: it is what is started from now on, and what is older than the one before it goes. */
export async function becomeGood({ folder, release, base }: Launch): Promise<void> {
  if (release === null) return
  const [before = ''] = (await readIfThere(join(folder, 'good'))).split(' ')
  await replaceFile(join(folder, 'good'), `${release} ${base}\n`)
  if (before !== release) await forgetOthers(folder, [release, before].slice(0, 1 + keptBefore))
}

async function forgetOthers(folder: string, kept: string[]): Promise<void> {
  for (const entry of await readdir(folder, { withFileTypes: true }))
    if (entry.isDirectory() && !kept.includes(entry.name) && isReleaseName(entry.name))
      await rm(join(folder, entry.name), { recursive: true, force: true })
}

async function readIfThere(file: string): Promise<string> {
  try {
    return (await readFile(file, 'utf8')).trim()
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return ''
    throw error
  }
}
