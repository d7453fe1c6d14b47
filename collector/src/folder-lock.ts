import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { realpath } from 'node:fs/promises'
import { createServer, type Server } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'

export class FolderInUse extends Error {
  override name = 'FolderInUse'
}

const againMs = 250

/**
 * Holds a data folder for this process alone: two collectors on one spool would spoil it. The lock is a socket in Linux's
 * abstract namespace, which the kernel gives free however the process ends. One that is just ending is waited for.
 */
export async function lockFolder(folder: string, patienceMs = 10_000): Promise<{ release: () => void }> {
  const name = createHash('sha256')
    .update(await realpath(folder))
    .digest('hex')
  for (const until = performance.now() + patienceMs; ; await delay(againMs)) {
    const server = await tryListen(`\0zongheng-collector-${name}`)
    if (server) return { release: () => void server.close() }
    if (performance.now() >= until) throw new FolderInUse(`${folder} is in use by another collector`)
  }
}

/** Null when somebody else has the name. */
async function tryListen(path: string): Promise<Server | null> {
  const server = createServer().unref()
  try {
    await once(server.listen({ path }), 'listening')
    return server
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EADDRINUSE') return null
    throw error
  }
}
