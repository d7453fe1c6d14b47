import { beforeEach, describe, expect, it } from 'vitest'
import { BerError, BerWriter, tag } from '../ber.ts'
import { Datagram } from '../datagram.ts'
import { SnmpError } from '../error.ts'
import { UsmAgent, echoed, holding } from './agent-testing.ts'
import { flag, readMessage } from './message.ts'
import { maxReports, UsmPeer, type Unwrapped } from './peer.ts'
import { UsmUser, type UsmCredential } from './user.ts'

const credential: UsmCredential = {
  version: '3',
  user: 'watcher',
  level: 'authPriv',
  authProtocol: 'sha256',
  authKey: 'authentic-key',
  privProtocol: 'aes',
  privKey: 'private-key',
}
const levels: [string, UsmCredential][] = [
  ['noAuthNoPriv', { version: '3', user: 'watcher', level: 'noAuthNoPriv' }],
  ['authNoPriv', { ...credential, level: 'authNoPriv' }],
  ['authPriv', credential],
]
const request = pdu(tag.get, 4711)

function pdu(type: number, requestId: number): Buffer {
  const writer = new BerWriter()
  writer.sequence(type, () => {
    for (const number of [requestId, 0, 0]) writer.integer(number)
    writer.sequence(tag.sequence, () =>
      writer.sequence(tag.sequence, () => {
        writer.oid('1.3.6.1.2.1.1.3.0')
        writer.unsigned(77, tag.timeticks)
      }),
    )
  })
  return Buffer.from(writer.take())
}

let user: UsmUser
let agent: UsmAgent
let peer: UsmPeer
let nowMs: number
let messageId: number
beforeEach(() => {
  user = new UsmUser(credential)
  agent = new UsmAgent('80007a6903aabbccddeeff', [user])
  peer = new UsmPeer(user, '127.0.0.1:161')
  nowMs = 5_000
  messageId = 100
})

const exchange = () =>
  peer.unwrap(agent.answer(peer.wrap(holding(request), ++messageId, nowMs), echoed), nowMs)

/** As the engine asks: anew after a report that taught something. */
function ask(): Unwrapped {
  let reply = exchange()
  for (let reports = 0; reply.kind === 'report' && reply.again && reports < maxReports; reports++)
    reply = exchange()
  return reply
}

const response = pdu(tag.response, 4711)
function expectResponse(reply: Unwrapped): void {
  expect(reply.kind === 'pdu' && reply.octets.subarray(reply.start, reply.end)).toEqual(response)
}
/** A response to a message that was never sent, as an attacker or a broken device would send it. */
const forged = (flags: number, of = agent, by = user) => of.sign(messageId, response, by, flags)

describe('a device is learnt', () => {
  it.each(levels)('%s: by its report on the first message, then it answers', (_name, given) => {
    user = new UsmUser(given)
    agent = new UsmAgent('80007a6903aabbccddeeff', [user])
    peer = new UsmPeer(user, '127.0.0.1:161')
    expectResponse(ask())
    expect(agent.reported).toEqual(['unknownEngineIDs'])
    expect(peer.engineId).toEqual(agent.id)
    expectResponse(exchange())
  })

  it('that says neither boots nor time before it is asked by name', () => {
    const silent = Object.assign(new UsmAgent('80007a6903aabbccddeeff', [user]), { boots: 0, timeS: 0 })
    const report = silent.answer(peer.wrap(holding(request), ++messageId, nowMs), echoed)
    expect(peer.unwrap(report, nowMs)).toMatchObject({ kind: 'report', again: true })
    expectResponse(ask())
    expect(agent.reported).toEqual(['notInTimeWindows'])
  })

  it.each([
    ['was restarted', () => ((agent.boots += 1), (agent.timeS = 3)), ['notInTimeWindows']],
    ['lost its boots', () => ((agent.boots = 1), (agent.timeS = 3)), ['notInTimeWindows']],
    ['has a clock that jumped', () => (agent.timeS += 100_000), ['notInTimeWindows']],
    ['was swapped', () => (agent.id = Buffer.from('80007a6903112233445566', 'hex')), ['unknownEngineIDs']],
    [
      'was swapped for one that was restarted more often',
      () => ((agent.id = Buffer.from('80007a6903112233445566', 'hex')), (agent.boots = 9)),
      ['unknownEngineIDs'],
    ],
  ])('anew when it %s', (_name, happen, reported) => {
    agent.boots = 7
    ask()
    agent.reported.length = 0
    happen()
    expectResponse(ask())
    expect(agent.reported).toEqual(reported)
  })

  it('that answers for hours: its time is counted on', () => {
    ask()
    for (let hour = 0; hour < 24; hour++) {
      nowMs += 3_600_000
      agent.timeS += 3_600
      expectResponse(exchange())
    }
  })

  it('though several requests wait for its first report', () => {
    const asked = [1, 2].map((id) => agent.answer(peer.wrap(holding(request), id, nowMs), echoed))
    for (const report of asked)
      expect(peer.unwrap(report, nowMs)).toMatchObject({ kind: 'report', again: true })
    expectResponse(exchange())
  })
})

describe('what the device refuses is told', () => {
  it.each([
    ['unknownUserNames', 'no such user'],
    ['unsupportedSecLevels', 'not set up there for this level'],
    ['wrongDigests', 'authentication password'],
  ] as const)('%s: %s', (stat, words) => {
    ask()
    const report = peer.unwrap(agent.report(stat, { messageId }), nowMs)
    expect(report).toMatchObject({ kind: 'report', again: false, error: { code: 'authentication' } })
    expect(report.kind === 'report' && report.error.message).toContain(words)
  })

  it('silence after its first report: the privacy password may be another', () => {
    expect(peer.silence()).toBeNull()
    exchange()
    expect(peer.silence()).toMatchObject({ code: 'authentication' })
    expect(peer.engineId).toBeNull()
    ask()
    expect(peer.silence()).toBeNull()
  })

  it.each([
    ['a user without a password', { ...credential, authKey: undefined }],
    ['privacy without a protocol', { ...credential, privProtocol: undefined }],
  ])('%s is no credential', (_name, given) => {
    expect(() => new UsmUser(given)).toThrow(SnmpError)
  })
})

describe('what is not authentic is not believed', () => {
  beforeEach(() => {
    agent.boots = 7
    ask()
  })
  const refused = (datagram: Buffer) => expect(() => peer.unwrap(datagram, nowMs)).toThrow(SnmpError)

  it.each([
    ['signed and plain', flag.auth],
    ['neither signed nor encrypted', 0],
  ])('a response that is %s, where both were asked', (_name, flags) => refused(forged(flags)))

  it('a response with another password', () => {
    const other = new UsmUser({ ...credential, authKey: 'another-key' })
    const impostor = Object.assign(new UsmAgent(agent.id.toString('hex'), [other]), { boots: 7 })
    refused(forged(flag.auth | flag.priv, impostor, other))
  })

  it('a response of another engine', () => {
    const other = Object.assign(new UsmAgent('80007a6903112233445566', [user]), { boots: 7 })
    refused(forged(flag.auth | flag.priv, other))
  })

  it.each([
    ['from before its last start', () => (agent.boots -= 1)],
    ['older than 150 s', () => (agent.timeS -= 151)],
    ['with boots that are used up', () => (agent.boots = 2_147_483_647)],
  ])('a response %s', (_name, earlier) => {
    earlier()
    refused(forged(flag.auth | flag.priv))
  })

  it('a response just within the window is', () => {
    agent.timeS -= 150
    expectResponse(peer.unwrap(forged(flag.auth | flag.priv), nowMs))
  })

  it('an unsigned report on its time', () => {
    agent.boots = 99
    const unsigned = peer.unwrap(agent.report('notInTimeWindows', { messageId }, undefined), nowMs)
    expect(unsigned).toMatchObject({ kind: 'report', again: false })
    agent.boots = 7
    expectResponse(exchange())
  })

  it('any octet of a response that was changed', () => {
    const datagram = forged(flag.auth | flag.priv)
    for (let at = 0; at < datagram.length; at++) {
      const changed = Buffer.from(datagram)
      changed[at]! ^= 1
      expect(() => peer.unwrap(changed, nowMs)).toThrow(expect.toSatisfy(isOurs))
    }
    expectResponse(peer.unwrap(datagram, nowMs))
  })
  const isOurs = (error: unknown) => error instanceof SnmpError || error instanceof BerError
})

describe('a message', () => {
  it('tells its id without being unwrapped', () => {
    const outside = new Datagram()
    outside.read(peer.wrap(holding(request), 0x7fffffff, nowMs))
    expect(outside.id).toBe(0x7fffffff)
  })

  it('never has the salt of another', () => {
    ask()
    const salts = Array.from({ length: 1000 }, () =>
      readMessage(peer.wrap(holding(request), 1, nowMs)).salt.toString('hex'),
    )
    expect(new Set(salts).size).toBe(1000)
  })

  it('beyond 32,767 octets has its lengths right', () => {
    const large = Buffer.concat([Buffer.from('a082ea60', 'hex'), Buffer.alloc(60_000)])
    ask()
    const reply = peer.unwrap(agent.answer(peer.wrap(holding(large), ++messageId, nowMs), echoed), nowMs)
    expect(reply.kind === 'pdu' && reply.end - reply.start).toBe(large.length)
  })
})

it.each(levels)(
  '%s: what knows no contexts is not believed to have answered of the one that was asked',
  (_name, given) => {
    const inContext = new UsmUser({ ...given, contextName: 'rack2' })
    agent = new UsmAgent('80007a6903aabbccddeeff', [inContext])
    peer = new UsmPeer(inContext, '127.0.0.1:161')
    expectResponse(ask())
    const without = new UsmAgent('80007a6903aabbccddeeff', [new UsmUser(given)])
    expect(() => peer.unwrap(forged(inContext.levelFlags, without, new UsmUser(given)), nowMs)).toThrow(
      /another context/,
    )
  },
)
