/** Debian's clamd on loopback, that knows one signature: of a file that we make ourselves. */
import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePort, mayRunAsRoot } from '../daemon-testing.ts'

const program = '/usr/sbin/clamd'

export const hasClamd = (): boolean => mayRunAsRoot(program)

/** What it takes for infected, under the name `Zongheng.Test.UNOFFICIAL`. */
export const infected = Buffer.from('what a scanner is to find, and nothing else does harm')
export const foundName = 'Zongheng.Test.UNOFFICIAL'
/** Longer streams are refused. */
export const streamAtMost = 1024 * 1024

export async function startClamd(): Promise<{ url: string; socket: string; stop: () => Promise<void> }> {
  const folder = mkdtempSync(join(tmpdir(), 'zongheng-clamd-'))
  const [port, database, socket] = [await freePort(), join(folder, 'db'), join(folder, 'socket')]
  mkdirSync(database)
  const md5 = createHash('md5').update(infected).digest('hex')
  writeFileSync(join(database, 'test.hdb'), `${md5}:${infected.length}:Zongheng.Test\n`)
  const lines = [
    `DatabaseDirectory ${database}`,
    'TCPAddr 127.0.0.1',
    `TCPSocket ${port}`,
    `LocalSocket ${socket}`,
    `StreamMaxLength ${streamAtMost}`,
    'Foreground yes',
  ]
  writeFileSync(join(folder, 'conf'), `${lines.join('\n')}\n`)
  const child = spawn(program, ['-c', join(folder, 'conf')], { stdio: ['ignore', 'pipe', 'pipe'] })
  let said = ''
  const started = Promise.withResolvers<void>()
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk) => {
      said += String(chunk)
      if (/Self checking/.test(said)) started.resolve()
    })
  const over = once(child, 'exit')
  void over.then(() => started.reject(new Error(`clamd does not start: ${said}`)))
  await started.promise
  return {
    url: `tcp://127.0.0.1:${port}`,
    socket: `unix:${socket}`,
    stop: async () => {
      child.kill()
      await over
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
