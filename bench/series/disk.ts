import { readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'

/** What the disk gave the files in a folder, in octets; without those whose name begins so. */
export const bytesUnder = (folder: string, without?: string): number =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !(without && entry.name.startsWith(without)))
    .reduce((sum, { parentPath, name }) => sum + sizeOf(join(parentPath, name)), 0)

/** InfluxDB makes large files that are mostly holes. 0 when it was merged away meanwhile. */
const sizeOf = (file: string) => (statSync(file, { throwIfNoEntry: false })?.blocks ?? 0) * 512
