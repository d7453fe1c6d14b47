import { createSocket, type Socket } from 'node:dgram'
import { once } from 'node:events'
import { createServer } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { IcmpError } from '../icmp/fping.ts'
import { Icmp } from '../icmp/icmp.ts'
import { freeUdpPort, Snmpd } from '../snmp/testing.ts'
import { Cleanups, freePort, isThere, programs, startChronyd, startDnsmasq } from './peers-testing.ts'
import { readReply } from './ntp.ts'
import type { CheckParts, SpecOf } from './runner.ts'
import { checker, endless, listen, newParts } from './testing.ts'

const cleanups = new Cleanups()
afterAll(() => cleanups.run())
let parts: CheckParts
beforeAll(() => {
  parts = newParts(cleanups)
})

type Reply = (datagram: Buffer, count: number) => Buffer | string | undefined

/** A server that a test makes up. */
async function serve(reply: Reply): Promise<number> {
  const socket: Socket = createSocket('udp4')
  let count = 0
  socket.on('message', (datagram, { port, address }) => {
    const answer = reply(datagram, ++count)
    if (answer !== undefined) socket.send(answer, port, address)
  })
  socket.bind(0, '127.0.0.1')
  await once(socket, 'listening')
  cleanups.add(() => socket.close())
  return socket.address().port
}

describe('an icmp check', () => {
  const icmp: SpecOf<'icmp'> = { kind: 'icmp', host: '127.0.0.1', count: 2 }
  const answering = (rttMs: number) =>
    newParts(cleanups, { icmp: new Icmp({ ask: () => Promise.resolve(Float64Array.of(rttMs)) }) })

  it('tells the mean round trip', async () => {
    expect(await checker(icmp, answering(3))()).toMatchObject({ ok: true, values: { sent: 2, lost: 0 }, metrics: { checkMs: 3 } }) // prettier-ignore
  })

  it.each<[name: string, parts: () => CheckParts, host: string, code: string]>([
    ['that nobody answers', () => answering(Infinity), '127.0.0.1', 'timeout'],
    ['of an unknown name', () => answering(1), 'no-such-host.invalid', 'name-not-found'],
    [
      'that the host forbids',
      () =>
        newParts(cleanups, {
          icmp: new Icmp({ ask: () => Promise.reject(new IcmpError('icmp-forbidden', '')) }),
        }),
      '127.0.0.1',
      'not-possible',
    ],
  ])('%s', async (_, use, host, code) => {
    expect(await checker(icmp, use())({ host })).toMatchObject({ ok: false, code })
  })
})

describe.runIf(isThere(programs.dnsmasq))('a dns check, by dnsmasq', () => {
  let port: number
  beforeAll(async () => {
    port = await startDnsmasq(cleanups)
  })
  const dns: SpecOf<'dns'> = {
    kind: 'dns',
    server: '127.0.0.1',
    port: 53,
    name: 'www.check.test',
    type: 'A',
    expect: [],
  }

  it.each<[type: SpecOf<'dns'>['type'], name: string, expect: string[]]>([
    ['A', 'www.check.test', ['192.0.2.10']],
    ['AAAA', 'www.check.test', ['2001:db8::10']],
    ['CNAME', 'alias.check.test', ['WWW.check.test.']],
    ['MX', 'check.test', ['10 mail.check.test']],
    ['TXT', 'check.test', ['v=spf1 -all']],
    ['SRV', '_sip._udp.check.test', ['10 20 5060 www.check.test']],
    ['PTR', '192.0.2.10', ['www.check.test']],
    ['PTR', '10.2.0.192.in-addr.arpa', ['www.check.test']],
  ])('finds %s of %s', async (type, name, expected) => {
    const found = await checker(dns, parts)({ port, type, name, expect: expected })
    expect(found).toMatchObject({ ok: true, code: 'ok' })
    expect(found.metrics.checkMs).toBeGreaterThan(0)
  })

  it.each<[name: string, changes: Partial<SpecOf<'dns'>>, code: string]>([
    ['another answer', { expect: ['192.0.2.11'] }, 'answer-missing'],
    ['no such name', { name: 'nothing.check.test' }, 'name-not-found'],
    ['nothing of that type', { type: 'MX' }, 'no-data'],
    ['a name that is not its', { name: 'example.com' }, 'refused'],
  ])('says: %s', async (_, changes, code) => {
    expect(await checker(dns, parts)({ port, ...changes })).toMatchObject({ ok: false, code })
  })

  it('of a silent server ends when its time does', async () => {
    const silent = await serve(() => undefined)
    expect(await checker(dns, parts)({ port: silent }, { timeoutMs: 300 })).toMatchObject({ code: 'timeout' })
  })
})

describe('an ntp check', () => {
  const ntp: SpecOf<'ntp'> = { kind: 'ntp', host: '127.0.0.1', port: 123 }

  describe.runIf(isThere(programs.chronyd))('of chronyd', () => {
    it('tells the offset, which is none on one machine', async () => {
      const { ok, values, metrics } = await checker(ntp, parts)({ port: await startChronyd(cleanups, 5) })
      expect([ok, values]).toEqual([true, { stratum: 5 }])
      expect(Math.abs(metrics.checkOffsetMs!)).toBeLessThan(100)
    })

    it('that has no time itself', async () => {
      const port = await startChronyd(cleanups, null)
      expect(await checker(ntp, parts)({ port })).toMatchObject({ ok: false, code: 'unsynchronised' })
    })
  })

  /** A server `aheadMs` ahead; `change` spoils its answer. */
  const server = (aheadMs: number, change: (reply: Buffer) => void) => (asked: Buffer) => {
    const reply = Buffer.alloc(48)
    reply[0] = 0b00_100_100
    reply[1] = 2
    asked.copy(reply, 24, 40, 48)
    const seconds = (Date.now() + aheadMs) / 1000 + 2_208_988_800
    for (const at of [32, 40]) {
      reply.writeUInt32BE(Math.floor(seconds) % 2 ** 32, at)
      reply.writeUInt32BE(Math.floor((seconds % 1) * 2 ** 32), at + 4)
    }
    change(reply)
    return reply
  }

  it('tells how far the server is ahead', async () => {
    const { metrics } = await checker(ntp, parts)({ port: await serve(server(7_000, () => {})) })
    expect(metrics.checkOffsetMs).toBeGreaterThan(6_500)
    expect(metrics.checkOffsetMs).toBeLessThan(7_500)
  })

  it.each<[name: string, change: (reply: Buffer) => void, found: object]>([
    [
      'sends us away',
      (reply) => void ((reply[1] = 0), reply.write('RATE', 12)),
      { code: 'kiss-of-death', values: { reason: 'RATE' } },
    ],
    ['has lost its time', (reply) => void (reply[0] = 0b11_100_100), { code: 'unsynchronised' }],
    [
      'is of stratum 16',
      (reply) => void (reply[1] = 16),
      { code: 'unsynchronised', values: { stratum: 16 } },
    ],
    ['is a client', (reply) => void (reply[0] = 0b00_100_011), { code: 'malformed' }],
    ['tells no time', (reply) => void reply.fill(0, 40), { code: 'malformed' }],
    ['answers somebody else', (reply) => void reply.fill(1, 24, 32), { code: 'timeout' }],
  ])('of one that %s', async (_, change, found) => {
    const port = await serve(server(0, change))
    expect(await checker(ntp, parts)({ port }, { timeoutMs: 300 })).toMatchObject({ ok: false, ...found })
  })

  it('asks again after a loss', async () => {
    const answer = server(0, () => {})
    const port = await serve((asked, count) => (count > 1 ? answer(asked) : undefined))
    expect(await checker(ntp, parts)({ port }, { timeoutMs: 900 })).toMatchObject({ ok: true })
  })

  it('knows the era after 2036 [RFC 4330 §3]', () => {
    const reply = Buffer.alloc(48)
    reply[0] = 0b00_100_100
    reply[1] = 1
    const sentMs = Date.UTC(2040, 0, 1)
    for (const at of [32, 40]) reply.writeUInt32BE(sentMs / 1000 + 2_208_988_800 - 2 ** 32, at)
    expect(readReply(reply, sentMs, 0)).toEqual({ offsetMs: 0, roundTripMs: 0, stratum: 1 })
  })

  it('of a closed port', async () => {
    const port = await freeUdpPort()
    expect(await checker(ntp, parts)({ port })).toMatchObject({ ok: false, code: 'refused' })
  })
})

/** No exchange is among Debian's small packages: a responder after RFC 3261 §8.2.6 stands in. */
describe('a sip check', () => {
  const sip: SpecOf<'sip'> = { kind: 'sip', host: '127.0.0.1', port: 5060, transport: 'udp' }
  const header = (request: string, name: string) => new RegExp(`^${name}: .*$`, 'm').exec(request)![0]
  const respond = (request: string, status: string) =>
    [`SIP/2.0 ${status}`, ...['Via', 'From', 'To', 'Call-ID', 'CSeq'].map((name) => header(request, name)), 'Content-Length: 0', '', ''].join('\r\n') // prettier-ignore

  it.each(['200 OK', '404 Not Found', '503 Service Unavailable'])(
    'of an exchange that says %s: it is there',
    async (status) => {
      let heard = ''
      const port = await serve((datagram) => respond((heard = String(datagram)), status))
      const found = await checker(sip, parts)({ port })
      expect(found).toMatchObject({ ok: true, values: { status: Number(status.slice(0, 3)) } })
      expect(found.metrics.checkMs).toBeGreaterThan(0)
      expect(heard).toMatch(
        /^OPTIONS sip:127\.0\.0\.1:\d+ SIP\/2\.0\r\nVia: SIP\/2\.0\/UDP 127\.0\.0\.1:\d+;branch=z9hG4bK/,
      )
    },
  )

  it('waits for the last word', async () => {
    const port = await serve((datagram, count) =>
      respond(String(datagram), count === 1 ? '100 Trying' : '200 OK'),
    )
    expect(await checker(sip, parts)({ port }, { timeoutMs: 600 })).toMatchObject({ values: { status: 200 } })
  })

  it('by tcp', async () => {
    const server = createServer((socket) =>
      socket.on('data', (chunk) =>
        socket.write(respond(String(chunk), '100 Trying') + respond(String(chunk), '486 Busy Here')),
      ),
    ).listen(0, '127.0.0.1')
    await once(server, 'listening')
    cleanups.add(() => server.close())
    const { port } = server.address() as { port: number }
    expect(await checker(sip, parts)({ port, transport: 'tcp' })).toMatchObject({
      ok: true,
      values: { status: 486 },
    })
  })

  it.each<[name: string, reply: Reply, code: string]>([
    ['is something else', () => 'HTTP/1.1 200 OK\r\n\r\n', 'malformed'],
    [
      'answers another call',
      (datagram) => respond(String(datagram), '200 OK').replace(/^Call-ID: ./m, 'Call-ID: x'),
      'timeout',
    ],
    ['is silent', () => undefined, 'timeout'],
  ])('of one that %s', async (_, reply, code) => {
    expect(await checker(sip, parts)({ port: await serve(reply) }, { timeoutMs: 300 })).toMatchObject({
      ok: false,
      code,
    })
  })

  it.each<[name: string, port: () => Promise<number>, code: string]>([
    [
      'talks without end',
      () => listen(cleanups, (socket) => endless(socket, 'SIP/2.0 200 OK\r\n')),
      'malformed',
    ],
    ['is not there', () => freePort(), 'refused'],
  ])('by tcp, of one that %s', async (_, port, code) => {
    expect(await checker(sip, parts)({ port: await port(), transport: 'tcp' })).toMatchObject({
      ok: false,
      code,
    })
  })
})

describe.runIf(isThere('/usr/sbin/snmpd'))('an snmp check, of snmpd', () => {
  let agent: Snmpd
  beforeAll(async () => {
    agent = await Snmpd.start(['sysServices 72', 'extend number /bin/echo 42.5'])
    cleanups.add(() => agent.stop())
  })
  const check = (oid: string, credential: unknown, timeoutMs = 3_000) =>
    checker({ kind: 'snmp', host: '127.0.0.1', port: agent.peer.port, oid } as SpecOf<'snmp'>, parts)({}, { credential, timeoutMs }) // prettier-ignore
  const v2c = { version: '2c', community: 'public' }
  const v3 = { version: '3', user: 'watcher', level: 'authPriv', authProtocol: 'sha256', authKey: 'authentic-key', privProtocol: 'aes', privKey: 'private-key' } // prettier-ignore
  const extended = '1.3.6.1.4.1.8072.1.3.2.3.1.1.6.110.117.109.98.101.114' // nsExtendOutput1Line."number"

  it.each<[name: string, oid: string, credential: unknown, found: object]>([
    ['a number', '.1.3.6.1.2.1.1.7.0', v2c, { ok: true, metrics: { checkValue: 72 } }], // sysServices
    ['a number, by v3', '1.3.6.1.2.1.1.7.0', v3, { ok: true, metrics: { checkValue: 72 } }],
    ['a number as text', extended, v2c, { ok: true, metrics: { checkValue: 42.5 } }],
    ['a text', '1.3.6.1.2.1.1.5.0', v2c, { ok: false, code: 'no-number', values: { found: 'test-agent' } }],
    ['nothing', '1.3.6.1.2.1.1.77.0', v2c, { ok: false, code: 'no-object' }],
    ['nothing without a credential', '1.3.6.1.2.1.1.7.0', null, { ok: false, code: 'credential' }],
    [
      'nothing with a wrong key',
      '1.3.6.1.2.1.1.7.0',
      { ...v3, authKey: 'another-key' },
      { code: 'authentication' },
    ],
  ])('reads %s', async (_, oid, credential, found) => {
    expect(await check(oid, credential)).toMatchObject(found)
  })

  it('of a silent agent ends when its time does', async () => {
    expect(await check('1.3.6.1.2.1.1.7.0', { version: '2c', community: 'wrong' }, 300)).toMatchObject({
      code: 'timeout',
    })
  })
})
