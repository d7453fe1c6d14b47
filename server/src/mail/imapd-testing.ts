/** Debian's Dovecot on loopback, with a mailbox into which a test puts what it likes. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePort, mayRunAsRoot } from '../daemon-testing.ts'
import { imapClient } from './connection.ts'
import type { ImapSettings } from './schema.ts'

const program = '/usr/sbin/dovecot'

export const hasImapd = (): boolean => mayRunAsRoot(program)

export interface Imapd {
  settings: ImapSettings
  password: string
  /** As if it had come by mail. */
  deliver: (raw: string | Buffer) => Promise<void>
  stop: () => Promise<void>
}

const password = 'Mail-password-1'

export async function startImapd(): Promise<Imapd> {
  const folder = mkdtempSync(join(tmpdir(), 'zongheng-imap-'))
  chmodSync(folder, 0o777) // it works as nobody
  const port = await freePort()
  const lines = [
    `base_dir = ${folder}/base`,
    'log_path = /dev/stderr',
    'protocols = imap',
    'ssl = no',
    'disable_plaintext_auth = no',
    'mailbox_idle_check_interval = 1s',
    'listen = 127.0.0.1',
    'mail_location = maildir:~/mail',
    'passdb {\n  driver = static\n  args = password=' + password + '\n}',
    `userdb {\n  driver = static\n  args = uid=nobody gid=nogroup home=${folder}/%u\n}`,
    `service imap-login {\n  inet_listener imap {\n    port = ${port}\n  }\n  inet_listener imaps {\n    port = 0\n  }\n}`,
    'service anvil {\n  chroot =\n}',
  ]
  writeFileSync(join(folder, 'conf'), `${lines.join('\n')}\n`)
  const child = spawn(program, ['-F', '-c', join(folder, 'conf')], { stdio: ['ignore', 'ignore', 'pipe'] })
  let said = ''
  const started = Promise.withResolvers<void>()
  child.stderr.on('data', (chunk) => {
    said += String(chunk)
    if (/starting up/.test(said)) started.resolve()
  })
  const over = once(child, 'exit')
  void over.then(() => started.reject(new Error(`dovecot does not start: ${said}`)))
  await started.promise
  const settings: ImapSettings = { host: '127.0.0.1', port, security: 'none', verifyTls: false, username: 'desk', folder: 'INBOX' } // prettier-ignore
  return {
    settings,
    password,
    deliver: async (raw) => {
      const client = imapClient(settings, { imapPassword: password })
      await client.connect()
      await client.append('INBOX', Buffer.isBuffer(raw) ? raw : Buffer.from(raw))
      await client.logout()
    },
    stop: async () => {
      child.kill()
      await over
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
