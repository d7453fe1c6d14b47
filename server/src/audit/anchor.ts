import { readFile, rename, open } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { syncFolder } from './lines-file.ts'

/** A link of the chain, witnessed outside the database: a tail that is cut off there is missed here. */
export interface Anchor {
  seq: number
  hash: string
  /** When it was witnessed. */
  at: number
}

const fileIn = (dataDir: string) => join(dataDir, 'audit-anchor.json')

/** Undefined where none was written yet. Throws for a file that is no anchor. */
export async function readAnchor(dataDir: string): Promise<Anchor | undefined> {
  const text = await readFile(fileIn(dataDir), 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined
    throw error
  })
  if (text === undefined) return undefined
  const anchor = JSON.parse(text) as Partial<Anchor> | null
  if (!Number.isSafeInteger(anchor?.seq) || typeof anchor?.hash !== 'string')
    throw new Error(`${fileIn(dataDir)} is no anchor`)
  return anchor as Anchor
}

/** Whole or not at all, and on disk when this returns. */
export async function writeAnchor(dataDir: string, anchor: Anchor): Promise<void> {
  const file = fileIn(dataDir)
  const handle = await open(`${file}.partial`, 'w', 0o600)
  try {
    await handle.writeFile(JSON.stringify(anchor) + '\n')
    await handle.sync()
  } finally {
    await handle.close()
  }
  await rename(`${file}.partial`, file)
  await syncFolder(dirname(file))
}
