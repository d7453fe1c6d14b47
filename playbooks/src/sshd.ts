import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { accessSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type AddressInfo } from 'node:net'
import { tmpdir, userInfo } from 'node:os'
import { join } from 'node:path'

const program = '/usr/sbin/sshd'

/** Whether Debian's OpenSSH server is here to test against. */
export const hasSshd = (() => {
  try {
    accessSync(program)
    return true
  } catch {
    return false
  }
})()

export interface Sshd {
  port: number
  username: string
  /** Accepted for that user. */
  privateKey: string
  /** `SHA256:…` */
  fingerprint: string
  stop(): Promise<void>
}

/** A real sshd of its own on loopback, for tests. */
export async function startSshd(): Promise<Sshd> {
  const folder = mkdtempSync(join(tmpdir(), 'zongheng-sshd-'))
  const key = (name: string) => {
    execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', join(folder, name)])
    return join(folder, name)
  }
  const hostKey = key('host')
  const userKey = key('user')
  writeFileSync(join(folder, 'authorized_keys'), readFileSync(`${userKey}.pub`), { mode: 0o600 })
  const port = await freePort()
  writeFileSync(join(folder, 'sshd_config'), config(port, folder, hostKey))
  if (userInfo().uid === 0) mkdirSync('/run/sshd', { recursive: true }) // where it drops its privileges
  const child = spawn(program, ['-D', '-e', '-f', join(folder, 'sshd_config')], {
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  const exited = once(child, 'exit')
  await listening(child.stderr)
  return {
    port,
    username: userInfo().username,
    privateKey: readFileSync(userKey, 'utf8'),
    fingerprint: execFileSync('ssh-keygen', ['-l', '-f', `${hostKey}.pub`], { encoding: 'utf8' }).split(
      ' ',
    )[1]!,
    stop: async () => {
      child.kill()
      await exited
      rmSync(folder, { recursive: true })
    },
  }
}

const config = (port: number, folder: string, hostKey: string) => `
ListenAddress 127.0.0.1
Port ${port}
HostKey ${hostKey}
PidFile ${folder}/pid
AuthorizedKeysFile ${folder}/authorized_keys
PermitRootLogin yes
PasswordAuthentication yes
StrictModes no
UsePAM no
Subsystem sftp internal-sftp
`

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}

async function listening(stderr: NodeJS.ReadableStream): Promise<void> {
  let said = ''
  for await (const chunk of stderr) {
    said += String(chunk)
    if (said.includes('Server listening')) return void stderr.resume()
  }
  throw new Error(`sshd did not start: ${said}`)
}
