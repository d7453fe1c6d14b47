import { connect as connectTcp } from 'node:net'
import { once } from 'node:events'
import { createSocket } from 'node:dgram'
import { connect as connectTls } from 'node:tls'
import { execFileSync, spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, watch, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { syslogEntry } from './syslog.ts'
import { SyslogFrames } from './syslog-frames.ts'
import { listenHere, tool, type Heard } from './testing.ts'

const atMs = Date.UTC(2026, 10, 22, 2, 0, 5)
const source = { atMs, address: '10.0.0.1' }
const said = (hour: number, minute = 0, second = 0) => Date.UTC(2026, 10, 22, hour, minute, second)

describe('a message', () => {
  // prettier-ignore
  it.each([
    ['RFC 5424', '<165>1 2026-11-22T02:00:00.003Z host.example app 77 ID47 [ex@1 k="v\\"x"] \ufeffwords', { severity: 5, facility: 20, host: 'host.example', name: 'app', text: 'words', saidMs: said(2) + 3, values: { 'ex@1.k': 'v"x', procId: '77', msgId: 'ID47' } }],
    ['RFC 5424 of nothing', '<14>1 - - - - - -', { severity: 6, host: null, name: 'syslog', text: '', saidMs: null }],
    ['RFC 3164', '<34>Nov 22 10:00:00 mymachine su[123]: failed for lonvick', { severity: 2, facility: 4, host: 'mymachine', name: 'su', text: 'failed for lonvick', saidMs: said(2) }],
    ['Huawei', '<188>Nov 22 2026 10:00:00 CORE-SW %%01IFNET/4/LINK_STATE(l)[12]:The line protocol on GE0/0/1 is DOWN', { severity: 4, host: 'CORE-SW', name: 'IFNET/4/LINK_STATE', text: 'The line protocol on GE0/0/1 is DOWN', saidMs: said(2) }],
    ['H3C', '<187>Nov 22 10:00:00 2026 H3C %%10IFNET/3/PHY_UPDOWN: Physical state on the interface GE1/0/1 changed to down.', { host: 'H3C', name: 'IFNET/3/PHY_UPDOWN', saidMs: said(2) }],
    ['Cisco', '<189>45: *Nov 22 10:00:00.123: %SYS-5-CONFIG_I: Configured from console by vty0', { severity: 5, name: 'SYS-5-CONFIG_I', text: 'Configured from console by vty0', saidMs: said(2) }],
    ['Ruijie', '<189>*Nov 22 10:00:00: RG-S6220 %LINEPROTO-5-UPDOWN: Line protocol on Interface Gi0/1, changed state to down.', { host: 'RG-S6220', name: 'LINEPROTO-5-UPDOWN' }],
    ['of a clock that is years off', '<13>Nov 22 2019 10:00:00 box app: x', { saidMs: null, name: 'app' }],
    ['without anything', 'just words', { severity: 5, facility: 1, name: 'syslog', text: 'just words', host: null }],
    ['with an impossible priority', '<999>x', { severity: 5, text: '<999>x' }],
    ['empty', '', { name: 'syslog', text: '' }],
    ['that steers a screen', '<13>\u001b[31mred\u202e\r\nfoo', { text: '[31mred foo' }],
  ])('is understood: %s', (_name, text, expected) => {
    expect(syslogEntry(Buffer.from(text), source)).toMatchObject({ kind: 'syslog', address: '10.0.0.1', ...expected })
  })

  it('of last year is not of next', () => {
    const newYear = Date.UTC(2026, 0, 1, 0, 0, 5) - 8 * 3_600_000
    expect(
      syslogEntry(Buffer.from('<13>Dec 31 23:59:59 a b: c'), { atMs: newYear, address: 'x' }).saidMs,
    ).toBe(newYear - 6_000)
  })

  it.each([
    ['UTF-8', Buffer.from('<13>设备：电源故障')],
    ['GB18030', Buffer.from('3c31333ec9e8b1b8a3bab5e7d4b4b9cad5cf', 'hex')],
  ])('in Chinese is read whichever way it is written: %s', (_name, octets) => {
    expect(syslogEntry(octets, source).text).toBe('设备：电源故障')
  })
})

describe('a stream', () => {
  const parted = (octets: Buffer, size: number) => {
    const frames = new SyslogFrames()
    const found: string[] = []
    for (let at = 0; at < octets.length; at += size)
      for (const frame of frames.take(octets.subarray(at, at + size))) found.push(frame.toString())
    const last = frames.end()
    return last ? [...found, last.toString()] : found
  }
  const stream = Buffer.from('5 <13>a<14>line\n11 <15>x\ny\nzzz<16>last')

  it.each([1, 2, 3, 7, 1000])('is cut into the same messages however it is parted: by %i', (size) => {
    expect(parted(stream, size)).toEqual(['<13>a', '<14>line', '<15>x\ny\nzzz', '<16>last'])
  })

  it('of endless lines and counts holds no more than a message', () => {
    const frames = new SyslogFrames()
    const chunk = Buffer.alloc(10_000, 'x')
    for (let i = 0; i < 50; i++) {
      for (const frame of frames.take(chunk)) expect(frame.length).toBe(16_384)
      expect(frames.waiting).toBeLessThanOrEqual(16_384 + 8)
    }
    expect(
      [...frames.take(Buffer.from('\n999999 ' + 'y'.repeat(20_000)))].map(({ length }) => length),
    ).toEqual([16_384])
    expect([...frames.take(Buffer.alloc(999_999 - 20_000, 'y'))]).toEqual([])
    expect([...frames.take(Buffer.from('<13>on\n'))].map(String)).toEqual(['<13>on'])
  })
})

describe('senders', () => {
  let heard: Heard
  afterEach(() => heard.close())

  it.each([
    ['UDP, RFC 5424', ['--udp', '--rfc5424']],
    ['UDP, RFC 3164', ['--udp', '--rfc3164']],
    ['TCP, octet counting', ['--tcp', '--octet-count', '--rfc5424']],
    ['TCP, by lines', ['--tcp', '--rfc3164']],
  ])('are heard: logger by %s', async (_name, how) => {
    heard = await listenHere()
    const { syslog } = heard.listening.ports
    await tool('logger', [
      '--server',
      '127.0.0.1',
      '--port',
      `${syslog}`,
      ...how,
      '-t',
      'kasse',
      '-p',
      'local0.err',
      '第一条线路 down',
    ])
    expect(await heard.next()).toMatchObject({
      name: 'kasse',
      severity: 3,
      facility: 16,
      text: '第一条线路 down',
    })
  })

  it.each([
    ['UDP', 'protocol="udp" template="RSYSLOG_TraditionalForwardFormat"'],
    ['TCP, RFC 5424', 'protocol="tcp" TCP_Framing="octet-counted" template="RSYSLOG_SyslogProtocol23Format"'],
  ])('are heard: rsyslogd passing on by %s', async (_name, how) => {
    heard = await listenHere()
    const folder = mkdtempSync(join(tmpdir(), 'zongheng-rsyslog-'))
    const socket = join(folder, 'log')
    writeFileSync(
      join(folder, 'conf'),
      `module(load="imuxsock" SysSock.Use="off")
input(type="imuxsock" Socket="${socket}" UseSysTimeStamp="off")
*.* action(type="omfwd" target="127.0.0.1" port="${heard.listening.ports.syslog}" ${how})\n`,
    )
    const rsyslogd = spawn('rsyslogd', ['-n', '-f', join(folder, 'conf'), '-i', join(folder, 'pid')], { stdio: 'ignore' }) // prettier-ignore
    try {
      await appears(socket, folder)
      await tool('logger', ['--socket', socket, '-t', 'kasse', '-p', 'local0.err', '第二条线路 down'])
      // What it says of its own start comes first.
      for (;;) {
        const record = await heard.next()
        if (record.name !== 'kasse') continue
        expect(record).toMatchObject({ severity: 3, facility: 16, text: '第二条线路 down' })
        break
      }
    } finally {
      rsyslogd.kill()
      await once(rsyslogd, 'exit')
      rmSync(folder, { recursive: true })
    }
  })

  it('are heard over TLS', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'zongheng-tls-'))
    try {
      execFileSync('openssl', ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-subj', '/CN=localhost', '-days', '2', '-keyout', `${folder}/key`, '-out', `${folder}/cert`], { stdio: 'ignore' }) // prettier-ignore
      const [cert, key] = [readFileSync(`${folder}/cert`, 'utf8'), readFileSync(`${folder}/key`, 'utf8')]
      heard = await listenHere({ syslogTls: { ports: [0], cert, key } })
      const socket = connectTls({
        port: heard.listening.ports.syslogTls!,
        host: '127.0.0.1',
        ca: cert,
        servername: 'localhost',
      })
      await once(socket, 'secureConnect')
      socket.end('26 <11>1 - - app - - - by TLS')
      expect(await heard.next()).toMatchObject({ name: 'app', text: 'by TLS' })
    } finally {
      rmSync(folder, { recursive: true })
    }
  })

  it('that repeat themselves are folded, and told how often', async () => {
    let nowMs = atMs
    heard = await listenHere({}, { now: () => nowMs })
    const socket = createSocket('udp4')
    for (let i = 0; i < 30; i++) socket.send('<13>same: again', heard.listening.ports.syslog!, '127.0.0.1')
    socket.send('<13>other: end', heard.listening.ports.syslog!, '127.0.0.1')
    expect([(await heard.next()).name, (await heard.next()).name]).toEqual(['same', 'other'])
    nowMs += 10_000
    expect(await heard.next()).toMatchObject({ name: 'same', repeated: 29 })
    socket.close()
  })

  it('that flood are heard as far as their rate goes, and the rest is counted and told', async () => {
    heard = await listenHere(
      {},
      { rates: { perS: 0, burst: 5, allPerS: 100, allBurst: 100, maxSources: 10 } },
    )
    const socket = connectTcp(heard.listening.ports.syslog!, '127.0.0.1')
    socket.end(Array.from({ length: 40 }, (_, i) => `<13>app: ${i}\n`).join(''))
    await once(socket, 'close')
    for (let i = 0; i < 5; i++) expect((await heard.next()).text).toBe(String(i))
    expect(heard.listening.drops.total).toBe(35)
    expect(new Set(heard.faults)).toEqual(new Set(['log-flood']))
    expect(heard.listening.drops.take(atMs)).toMatchObject([
      { address: '127.0.0.1', name: 'dropped', values: { rate: 35 } },
    ])
  })
})

describe('ports', () => {
  it('that are taken give way to the next, and are told of when there is none', async () => {
    const first = await listenHere()
    const { trap, syslog } = first.listening.ports
    const second = await listenHere({ trapPorts: [trap!, 0], syslogPorts: [syslog!] })
    expect(second.listening.ports.trap).not.toBe(trap)
    expect(second.listening.ports.syslog).toBeUndefined()
    expect(second.faults).toEqual(['syslog-port'])
    await second.close()
    await first.close()
  })
})

/** Once the file is there. */
async function appears(path: string, folder: string): Promise<void> {
  const watcher = watch(folder)
  try {
    while (!existsSync(path)) await once(watcher, 'change')
  } finally {
    watcher.close()
  }
}
