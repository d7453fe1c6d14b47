import { closeSync, fdatasyncSync, openSync, readdirSync, rmSync, statSync, writeSync } from 'node:fs'
import { join } from 'node:path'

/** What the disk gave the files in a folder, in octets; without those whose name begins so. */
export const bytesUnder = (folder: string, without?: string): number =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !(without && entry.name.startsWith(without)))
    .reduce((sum, { parentPath, name }) => sum + sizeOf(join(parentPath, name)), 0)

/** InfluxDB makes large files that are mostly holes. 0 when it was merged away meanwhile. */
const sizeOf = (file: string) => (statSync(file, { throwIfNoEntry: false })?.blocks ?? 0) * 512

/** The longest that so many octets take to be written and flushed in a folder, one time after another, ms. */
export function longestFlush(folder: string, octets: number, times: number): number {
  const path = join(folder, 'flushed')
  const file = openSync(path, 'w')
  const body = Buffer.alloc(octets, 0x5a)
  let longestMs = 0
  try {
    for (let i = 0; i < times; i++) {
      const fromMs = performance.now()
      writeSync(file, body, 0, octets, i * octets)
      fdatasyncSync(file)
      longestMs = Math.max(longestMs, performance.now() - fromMs)
    }
  } finally {
    closeSync(file)
    rmSync(path)
  }
  return longestMs
}
