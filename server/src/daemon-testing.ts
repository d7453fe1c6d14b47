/** What tests need of Debian's daemons, whichever it is. */
import { once } from 'node:events'
import { accessSync } from 'node:fs'
import { createServer, type AddressInfo } from 'node:net'

/** Whether it is installed, and we are root, which it starts from. */
export function mayRunAsRoot(program: string): boolean {
  try {
    accessSync(program)
    return process.getuid?.() === 0
  } catch {
    return false
  }
}

/** Of TCP on loopback; free a moment ago. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}
