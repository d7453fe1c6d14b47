import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { BerWriter, tag } from '../snmp/ber.ts'
import { anatomyOf, seededRandom, spoilt } from '../snmp/mutate-testing.ts'
import { UsmAgent } from '../snmp/usm/agent-testing.ts'
import { UsmUser } from '../snmp/usm/user.ts'
import { Drops } from './drops.ts'
import { Senders } from './senders.ts'
import { SyslogFrames } from './syslog-frames.ts'
import { syslogEntry } from './syslog.ts'
import { keys, sealed } from './testing.ts'
import { TrapReceiver } from './trap-receiver.ts'
import { UsmReceiver } from './usm-receiver.ts'
import { logLimits, type LogEntry } from '../contract.ts'

/** Together a million, in seconds; ten times that with LONG=1. */
const scale = process.env.LONG ? 10 : 1
const { stackTraceLimit } = Error
beforeAll(() => void (Error.stackTraceLimit = 0))
afterAll(() => void (Error.stackTraceLimit = stackTraceLimit))

const credential = {
  version: '3',
  user: 'watcher',
  level: 'authNoPriv',
  authProtocol: 'sha',
  authKey: 'authentic-key',
} as const
const plain = { ...credential, user: 'plain', level: 'noAuthNoPriv' } as const
const engine = { id: Buffer.from('80007ed9050102030405060708', 'hex'), boots: 1, timeS: () => 1000 }

function pduOf(as: number): Buffer {
  const writer = new BerWriter()
  writer.sequence(as, () => {
    if (as === tag.trapV1) {
      writer.oid('1.3.6.1.4.1.2011.5.25.219.2')
      writer.ip('10.0.0.1')
      for (const number of [6, 5]) writer.integer(number)
      writer.unsigned(1234, tag.timeticks)
    } else for (const number of [77, 0, 0]) writer.integer(number)
    writer.sequence(tag.sequence, () => {
      const pair = (oid: string, write: () => void) =>
        writer.sequence(tag.sequence, () => (writer.oid(oid), write()))
      pair('1.3.6.1.2.1.1.3.0', () => writer.unsigned(99_999, tag.timeticks))
      pair('1.3.6.1.6.3.1.1.4.1.0', () => writer.oid('1.3.6.1.6.3.1.1.5.3'))
      pair('1.3.6.1.2.1.2.2.1.1.7', () => writer.integer(7))
      pair('1.3.6.1.2.1.2.2.1.2.7', () => writer.octets(Buffer.from('千兆口 0/0/7')))
      pair('1.3.6.1.4.1.9999.1', () => writer.unsigned(2n ** 63n, tag.counter64))
    })
  })
  return Buffer.from(writer.take())
}

function messageOf(version: number, as: number): Buffer {
  const writer = new BerWriter()
  writer.sequence(tag.sequence, () => {
    writer.integer(version)
    writer.octets(Buffer.from('public'))
  })
  const head = Buffer.from(writer.take())
  const body = Buffer.concat([head.subarray(2), pduOf(as)])
  const whole = new BerWriter()
  whole.octets(body, tag.sequence)
  return Buffer.from(whole.take())
}

const agent = new UsmAgent('8000000001020304', [new UsmUser(credential), new UsmUser(plain)])
const ours = new UsmAgent(engine.id.toString('hex'), [])
ours.timeS = 1000
// prettier-ignore
const samples: [name: string, datagram: Buffer][] = [
  ['v1 trap', messageOf(0, tag.trapV1)],
  ['v2c trap', messageOf(1, tag.trapV2)],
  ['v2c inform', messageOf(1, tag.inform)],
  ['v3 trap, signed', agent.sign(1, pduOf(tag.trapV2), new UsmUser(credential), 1)],
  ['v3 trap, plain', agent.sign(1, pduOf(tag.trapV2), new UsmUser(plain), 0)],
  ['v3 inform', ours.sign(1, pduOf(tag.inform), new UsmUser(plain), 4)],
]

function sound(entry: LogEntry): void {
  const { name, text, host, values, severity } = entry
  if (name === '' || name.length > logLimits.name || text.length > logLimits.text)
    throw new Error(`unbounded: ${name}`)
  if ((host?.length ?? 0) > logLimits.host || severity < 0 || severity > 7) throw new Error('unbounded head')
  const told = Object.entries(values)
  if (told.length > logLimits.values) throw new Error('too many values')
  for (const [key, value] of told)
    if (key.length > logLimits.valueName || (typeof value === 'string' && value.length > logLimits.value))
      throw new Error(`unbounded value ${key}`)
}

describe('malformed notifications, a half million of them', () => {
  const senders = new Senders(keys)
  senders.set({ deviceId: 'dev_1', address: '10.0.0.1', snmp: sealed(credential) })
  senders.set({ deviceId: 'dev_2', address: '10.0.0.2', snmp: sealed(plain) })
  const receiver = new TrapReceiver(
    senders,
    new UsmReceiver(
      engine,
      (name) => senders.usersOf(name),
      () => 0,
    ),
  )
  const source = { atMs: 1, address: '10.0.0.1' }

  it('are taken as they are when nothing is wrong with them', () => {
    expect(samples.map(([, datagram]) => receiver.receive(datagram, source).kind)).toEqual(
      samples.map(() => 'entry'),
    )
  })

  it.each(samples)('neither end it nor are unbounded: %s', (_name, datagram) => {
    const [anatomy, random] = [anatomyOf(datagram), seededRandom(7)]
    const seen = { entry: 0, reply: 0, dropped: 0 }
    for (let i = 0; i < 84_000 * scale; i++) {
      const outcome = receiver.receive(spoilt(anatomy, random), source)
      seen[outcome.kind]++
      if (outcome.kind === 'entry') sound(outcome.entry)
    }
    expect(seen.dropped).toBeGreaterThan(0)
  })
})

describe('malformed syslog, a half million of it', () => {
  // prettier-ignore
  const lines = [
    '<165>1 2026-11-22T02:00:00.003Z host app 77 ID47 [ex@1 k="v\\"x" l="m"][y z="1"] words',
    '<188>Nov 22 2026 10:00:00 CORE-SW %%01IFNET/4/LINK_STATE(l)[12]:GE0/0/1 is DOWN',
    '<189>45: *Nov 22 10:00:00.123: %SYS-5-CONFIG_I: Configured from console',
    '<13>设备 kernel[1]: 电源故障',
  ].map((line) => Buffer.from(line))

  it(
    'neither ends it nor is unbounded',
    () => {
      const random = seededRandom(11)
      for (let i = 0; i < 500_000 * scale; i++) {
        const octets = Buffer.from(lines[i % lines.length]!)
        for (let n = random(6); n >= 0; n--) octets[random(octets.length)] = random(256)
        sound(
          syslogEntry(random(4) === 0 ? octets.subarray(random(octets.length)) : octets, {
            atMs: 1e12,
            address: 'x',
          }),
        )
      }
    },
    60_000 * scale,
  )

  it('of any kind takes time that grows with its length alone', () => {
    for (const part of ['[a b="', '\\"', ' ', '%%01A/4/', '%A-4-', '[', '<1>', 'a ', 'Nov 22 '])
      for (const head of ['', '<13>', '<13>1 - a b c d ', '<13>Nov 22 10:00:00 '])
        sound(syslogEntry(Buffer.from(head + part.repeat(8000)), { atMs: 1e12, address: 'x' }))
  })

  it('in streams holds no more than a message', () => {
    const [frames, random] = [new SyslogFrames(), seededRandom(13)]
    for (let i = 0; i < 50_000; i++) {
      const chunk = Buffer.from(
        Array.from({ length: random(60) }, () => [10, 32, 48 + random(10), 65][random(4)]!),
      )
      for (const frame of frames.take(chunk)) expect(frame.length).toBeLessThanOrEqual(16_384)
      if (frames.waiting > 16_400) throw new Error('it holds more')
    }
  })
})

it('sources that were never heard before leave nothing behind', () => {
  const drops = new Drops()
  for (let i = 0; i < 100_000; i++)
    drops.count(`10.${i >> 16}.${(i >> 8) & 255}.${i & 255}`, 'trap', 'malformed')
  expect(drops.take(0).length).toBeLessThanOrEqual(201)
})
