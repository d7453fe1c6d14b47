import { join } from 'node:path'
import type { Socket } from 'node:net'
import { TLSSocket } from 'node:tls'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  Cleanups,
  freePort,
  isThere,
  newAuthority,
  programs,
  startDovecot,
  startSmtpd,
  type Authority,
  type Certificate,
  type MailPorts,
} from './peers-testing.ts'
import type { CheckParts, SpecOf } from './runner.ts'
import { checker, endless, listen, newParts } from './testing.ts'

const cleanups = new Cleanups()
afterAll(() => cleanups.run())

let authority: Authority
let certificate: Certificate
let parts: CheckParts
beforeAll(() => {
  authority = newAuthority(join(cleanups.folder(), 'ca'))
  certificate = authority.issue()
  parts = newParts(cleanups, { authorities: [authority.chain] })
})

const smtp: SpecOf<'smtp'> = { kind: 'smtp', host: '127.0.0.1', port: 0, security: 'none' }
const imap: SpecOf<'imap'> = { kind: 'imap', host: '127.0.0.1', port: 0, security: 'none' }
const tls: SpecOf<'tls'> = {
  kind: 'tls',
  host: '127.0.0.1',
  port: 0,
  serverName: '',
  startTls: 'none',
  verifyChain: true,
}
const isRoot = process.getuid?.() === 0

describe.runIf(isRoot && isThere(programs.smtpd))('OpenSMTPD', () => {
  let ports: MailPorts
  beforeAll(async () => {
    ports = await startSmtpd(cleanups, certificate)
  })

  it.each<[security: SpecOf<'smtp'>['security'], port: keyof MailPorts, code: string]>([
    ['none', 'plain', 'ok'],
    ['none', 'startTls', 'ok'],
    ['starttls', 'plain', 'starttls-missing'],
    ['tls', 'plain', 'tls-failed'],
  ])('%s at its port for %s: %s', async (security, port, code) => {
    const { metrics, ...found } = await checker(smtp, parts)({ security, port: ports[port] })
    expect(found).toMatchObject({ code, ok: code === 'ok' })
    expect(metrics.checkDaysLeft).toBeUndefined()
  })
})

/** Debian 12's OpenSMTPD breaks every handshake off (built for another OpenSSL): here Node's TLS stands in. */
describe('SMTP within TLS', () => {
  const converse = (socket: Socket, startTls: () => void) => {
    socket.on('data', (chunk) => {
      const command = String(chunk).split(' ')[0]!.trim()
      if (command === 'STARTTLS') startTls()
      else socket.write(command === 'EHLO' ? '250-localhost\r\n250 STARTTLS\r\n' : '221 bye\r\n')
    })
  }
  const secured = (socket: Socket) => {
    const { key, chain: cert } = certificate
    const within = new TLSSocket(socket, { isServer: true, key, cert })
    within.on('error', () => {})
    return within
  }

  it('from the start', async () => {
    const port = await listen(cleanups, (socket) => {
      const within = secured(socket)
      within.write('220 localhost\r\n')
      converse(within, () => within.destroy())
    })
    const { metrics, ...found } = await checker(smtp, parts)({ security: 'tls', port })
    expect(found).toMatchObject({ ok: true, code: 'ok' })
    expect(metrics.checkDaysLeft).toBeCloseTo(90, 0)
  })

  it('after STARTTLS, by a certificate that nobody else trusts', async () => {
    const port = await listen(cleanups, (socket) => {
      socket.write('220 localhost\r\n')
      converse(socket, () => {
        socket.removeAllListeners('data').write('220 go\r\n')
        const within = secured(socket)
        converse(within, () => within.destroy())
      })
    })
    const { metrics, ...found } = await checker(smtp, parts)({ security: 'starttls', port })
    expect(found).toMatchObject({ ok: true, code: 'ok' })
    expect(metrics.checkDaysLeft).toBeCloseTo(90, 0)
    const task = { startTls: 'smtp' as const, port }
    expect(await checker(tls, parts)(task)).toMatchObject({ ok: true, values: { protocol: 'TLSv1.3' } })
    expect(await checker(tls, newParts(cleanups))(task)).toMatchObject({ code: 'certificate-untrusted' })
  })
})

describe.runIf(isRoot && isThere(programs.dovecot))('Dovecot', () => {
  let ports: MailPorts
  beforeAll(async () => {
    ports = await startDovecot(cleanups, certificate)
  })

  it.each<[security: SpecOf<'imap'>['security'], port: keyof MailPorts, code: string]>([
    ['none', 'plain', 'ok'],
    ['starttls', 'startTls', 'ok'],
    ['tls', 'tls', 'ok'],
    ['none', 'tls', 'timeout'],
  ])('%s at its port for %s: %s', async (security, port, code) => {
    const task = { timeoutMs: code === 'timeout' ? 500 : 5_000 }
    const { metrics, ...found } = await checker(imap, parts)({ security, port: ports[port] }, task)
    expect(found).toMatchObject({ code, ok: code === 'ok' })
    expect(metrics.checkDaysLeft === undefined).toBe(security === 'none')
  })

  it('shows its certificate behind STARTTLS', async () => {
    expect(await checker(tls, parts)({ startTls: 'imap', port: ports.startTls })).toMatchObject({ ok: true })
  })
})

type Serve = (socket: Socket) => void

/** Answers each line with the next text; says the first at once. */
const script =
  (...texts: string[]): Serve =>
  (socket) => {
    socket.write(texts.shift() ?? '')
    socket.on('data', () => socket.write(texts.shift() ?? ''))
  }

describe('a mail server of another kind', () => {
  it.each<[name: string, kind: 'smtp' | 'imap', serve: Serve, code: string, security?: 'starttls']>([
    ['is busy', 'smtp', script('421 too many\r\n'), 'reply'],
    ['is none', 'smtp', script('SSH-2.0-OpenSSH\r\n'), 'malformed'],
    ['refuses EHLO', 'smtp', script('220 hi\r\n', '502 no\r\n'), 'reply'],
    ['hangs up', 'smtp', (socket) => socket.end('220 hi\r\n'), 'closed'],
    ['greets without end', 'smtp', (socket) => endless(socket, '220-and then\r\n'), 'malformed'],
    ['says a line without end', 'smtp', (socket) => endless(socket, '2'.repeat(4096)), 'malformed'],
    ['is silent', 'smtp', () => {}, 'timeout'],
    [
      'slips words in before TLS',
      'smtp',
      script('220 hi\r\n', '250-hi\r\n250 STARTTLS\r\n', '220 go\r\n250 slipped in\r\n'),
      'malformed',
      'starttls',
    ],
    [
      'breaks TLS off',
      'smtp',
      script('220 hi\r\n', '250-hi\r\n250 STARTTLS\r\n', '220 go\r\n', 'no tls\r\n'),
      'tls-failed',
      'starttls',
    ],
    ['sends us away', 'imap', script('* BYE too many\r\n'), 'reply'],
    ['is none', 'imap', script('+OK POP3\r\n'), 'malformed'],
    ['knows another IMAP', 'imap', script('* OK\r\n', '* CAPABILITY IMAP2\r\nz1 OK\r\n'), 'malformed'],
    ['knows no capabilities', 'imap', script('* OK\r\n', 'z1 BAD what\r\n'), 'reply'],
    ['tells without end', 'imap', (socket) => endless(socket, '* OK\r\n'), 'malformed'],
    [
      'has no STARTTLS',
      'imap',
      script('* OK\r\n', '* CAPABILITY IMAP4rev1\r\nz1 OK\r\n'),
      'starttls-missing',
      'starttls',
    ],
  ])('%s (%s)', async (_, kind, serve, code, security) => {
    const port = await listen(cleanups, serve)
    const changes = { port, security: security ?? 'none' } as const
    const task = { timeoutMs: code === 'timeout' ? 200 : 3_000 }
    const run = kind === 'smtp' ? checker(smtp, parts)(changes, task) : checker(imap, parts)(changes, task)
    expect(await run).toMatchObject({ ok: false, code })
  })

  it('is not there', async () => {
    expect(await checker(smtp, parts)({ port: await freePort() })).toMatchObject({ code: 'refused' })
  })
})

describe('a tcp check', () => {
  const tcp: SpecOf<'tcp'> = { kind: 'tcp', host: '127.0.0.1', port: 0, expect: '' }

  it.each<[name: string, serve: Serve, expected: string, code: string]>([
    ['a connection is enough', () => {}, '', 'ok'],
    [
      'the text may come in pieces',
      (socket) => void (socket.write('SSH-'), setImmediate(() => socket.write('2.0'))),
      'SSH-2.0',
      'ok',
    ],
    ['another text', (socket) => socket.end('HTTP/1.1\r\n'), 'SSH-2.0', 'text-missing'],
    ['a text without end', (socket) => endless(socket, 'x'.repeat(1000)), 'SSH-2.0', 'text-missing'],
    ['silence', () => {}, 'SSH-2.0', 'timeout'],
  ])('%s', async (_, serve, expected, code) => {
    const port = await listen(cleanups, serve)
    const task = { timeoutMs: code === 'timeout' ? 200 : 3_000 }
    const found = await checker(tcp, parts)({ port, expect: expected }, task)
    expect(found).toMatchObject({ code, ok: code === 'ok' })
    expect(found.metrics.checkMs).toBeGreaterThan(0)
  })
})
