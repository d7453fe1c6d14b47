/** Attachments in a backup: `files/ab/ab12…`, under their hash, written once and never changed. */
import { copyFile, link, mkdir, readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'

const isShelf = (name: string) => /^[0-9a-f]{2}$/.test(name)
const isContent = (name: string) => /^[0-9a-f]{64}$/.test(name)

/** Their names within the data folder, in order. */
export async function attachmentsIn(dataDir: string): Promise<string[]> {
  const names: string[] = []
  for (const shelf of (await namesIn(join(dataDir, 'files'))).filter(isShelf).sort())
    for (const name of (await namesIn(join(dataDir, 'files', shelf))).filter(isContent).sort())
      names.push(`files/${shelf}/${name}`)
  return names
}

/** Octets of all of them. */
export async function attachmentBytes(dataDir: string): Promise<number> {
  let bytes = 0
  for (const name of await attachmentsIn(dataDir)) bytes += (await sizeOf(join(dataDir, name))) ?? 0
  return bytes
}

/** Links them into `stage`, where the disk is the same; copies otherwise. What the sweep took meanwhile nobody refers to. */
export async function stageAttachments(dataDir: string, stage: string): Promise<string[]> {
  const staged: string[] = []
  for (const name of await attachmentsIn(dataDir)) {
    await mkdir(join(stage, name, '..'), { recursive: true, mode: 0o700 })
    if (await placed(join(dataDir, name), join(stage, name))) staged.push(name)
  }
  return staged
}

async function placed(from: string, to: string): Promise<boolean> {
  try {
    await link(from, to).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'EXDEV' && error.code !== 'EPERM') throw error
      return copyFile(from, to)
    })
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false
    throw error
  }
}

const gone = (error: NodeJS.ErrnoException) => {
  if (error.code !== 'ENOENT') throw error
}
const namesIn = async (folder: string): Promise<string[]> => (await readdir(folder).catch(gone)) ?? []
const sizeOf = async (file: string): Promise<number | undefined> => (await stat(file).catch(gone))?.size
