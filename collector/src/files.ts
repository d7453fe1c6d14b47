import { open, rename, rm } from 'node:fs/promises'
import { dirname } from 'node:path'

/** Puts `content`, in pieces where it is large, in place of the file, whole or not at all, durable when this resolves. */
export async function replaceFile(
  file: string,
  content: string | Uint8Array | Iterable<string>,
  mode = 0o600,
): Promise<void> {
  const draft = `${file}.new`
  const handle = await open(draft, 'w', mode)
  try {
    await handle.writeFile(content)
    await handle.datasync()
  } catch (error) {
    await rm(draft, { force: true })
    throw error
  } finally {
    await handle.close()
  }
  await rename(draft, file)
  await syncFolder(dirname(file))
}

/** Makes the folder's entries durable. */
export async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}
