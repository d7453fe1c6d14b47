import { readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'

const own = /^zongheng-backup-\d{8}T\d{6}Z\.tar\.gz(\.enc)?$/

/** `20261122T063000Z` */
export const stampOf = (atMs: number) => new Date(atMs).toISOString().replace(/[-:]|\.\d+/g, '')

export const backupName = (atMs: number, isEncrypted: boolean) =>
  `zongheng-backup-${stampOf(atMs)}.tar.gz${isEncrypted ? '.enc' : ''}`

/** Removes all but the newest `keep` backups of a folder, by the time in their names; answers what is gone. */
export function removeOlder(folder: string, keep: number): string[] {
  const byAge = readdirSync(folder).filter((name) => own.test(name)).sort() // prettier-ignore
  const old = byAge.slice(0, Math.max(0, byAge.length - keep))
  for (const name of old) rmSync(join(folder, name))
  return old
}
