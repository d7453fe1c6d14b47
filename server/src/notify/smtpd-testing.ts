/** Debian's OpenSMTPD on loopback, keeping what it is sent. */
import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs' // prettier-ignore
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePort, mayRunAsRoot } from '../daemon-testing.ts'

const program = '/usr/sbin/smtpd'

export const hasSmtpd = (): boolean => mayRunAsRoot(program)

export interface Smtpd {
  port: number
  /** What has arrived, oldest first, headers unfolded. */
  mails: () => { headers: Map<string, string>; body: string }[]
  stop: () => Promise<void>
}

/** In a mount namespace of its own where that is allowed: it insists on one control socket and one spool. */
export async function startSmtpd(): Promise<Smtpd> {
  const folder = mkdtempSync(join(tmpdir(), 'zongheng-mail-'))
  const kept = join(folder, 'mail')
  mkdirSync(kept)
  for (const path of [folder, kept]) chmodSync(path, 0o777) // it delivers as whom it is for, and never as root
  const port = await freePort()
  const lines = [
    `listen on 127.0.0.1 port ${port} hostname localhost`,
    `action "keep" maildir "${kept}"`,
    'match from any for local action "keep"',
  ]
  writeFileSync(join(folder, 'conf'), `${lines.join('\n')}\n`)
  const apart = spawnSync('unshare', ['-m', 'true']).status === 0
  const run = `exec ${program} -d -f ${join(folder, 'conf')}`
  const mounts =
    'mount -t tmpfs none /run && mkdir -p -m 0711 /var/spool/smtpd && mount -t tmpfs -o mode=0711 none /var/spool/smtpd && '
  const [command, ...args] = apart ? ['unshare', '-m', 'sh', '-c', mounts + run] : ['sh', '-c', run]
  const child = spawn(command!, args, { stdio: ['ignore', 'pipe', 'pipe'] })
  let said = ''
  child.stdout.on('data', (chunk) => (said += String(chunk)))
  child.stderr.on('data', (chunk) => (said += String(chunk)))
  for (let tries = 0; !(await answers(port)); tries++) {
    if (child.exitCode !== null || tries > 200) throw new Error(`smtpd does not start: ${said}`)
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  const over = once(child, 'exit')
  return {
    port,
    mails: () => mailsIn(join(kept, 'new')),
    stop: async () => {
      child.kill()
      await over
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

function mailsIn(folder: string): ReturnType<Smtpd['mails']> {
  if (!existsSync(folder)) return []
  return readdirSync(folder)
    .sort()
    .map((name) => {
      const [head = '', ...body] = readFileSync(join(folder, name), 'utf8')
        .replaceAll('\r\n', '\n')
        .split('\n\n')
      const fields = head.replace(/\n[ \t]+/g, ' ').split('\n').map((line) => line.split(/:\s*/, 1).concat(line.replace(/^[^:]*:\s*/, ''))) // prettier-ignore
      return {
        headers: new Map(fields.map(([key, value]) => [key!.toLowerCase(), value!])),
        body: body.join('\n\n'),
      }
    })
}

const answers = (port: number) =>
  new Promise<boolean>((resolve) => {
    const socket = connect(port, '127.0.0.1')
    socket.once('data', () => (socket.destroy(), resolve(true)))
    socket.once('error', () => resolve(false))
  })
