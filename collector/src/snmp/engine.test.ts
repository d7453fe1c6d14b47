import { afterAll, afterEach, describe, expect, it } from 'vitest'
import type { SnmpCredential } from '../contract.ts'
import type { Agent, AgentOptions } from './agent.ts'
import { SnmpEngine } from './engine.ts'
import { encodeMessage, type Message } from './message.ts'
import { sessionOf } from './open.ts'
import { FakeAgent, freeUdpPort, responseTo } from './testing.ts'
import type { SnmpValue } from './value.ts'

const sysName = '1.3.6.1.2.1.1.5.0'
const credential: SnmpCredential = { version: '2c', community: 'public' }
const hasty = { timeoutMs: 120, retries: 1 }
const one: SnmpValue = { type: 'integer', value: 1 }

const engine = new SnmpEngine()
const cleanups: (() => void)[] = []
afterAll(() => engine.close())
afterEach(() => cleanups.splice(0).forEach((cleanup) => cleanup()))

async function fake(...args: Parameters<typeof FakeAgent.start>): Promise<FakeAgent> {
  const agent = await FakeAgent.start(...args)
  cleanups.push(() => agent.stop())
  return agent
}
function open(options: Omit<AgentOptions, 'credential'>, of = engine): Agent {
  const agent = of.agent({ credential, patience: hasty, ...options })
  cleanups.push(() => agent.close())
  return agent
}
const ask = (agent: Agent) => sessionOf(agent).get([sysName])
const answerTo = (asked: Message) => responseTo(asked, [{ oid: sysName, value: one }])

describe('a reply from another address of the device', () => {
  /** Answers whatever 127.0.0.1 is asked from 127.0.0.2, at the same port. */
  async function twoFaced() {
    const other = await fake(() => undefined, '127.0.0.2')
    let asker = { port: 0, address: '' }
    const face = await fake(
      (asked) => {
        other.socket.send(answerTo(asked), asker.port, asker.address)
        return undefined
      },
      '127.0.0.1',
      other.peer.port,
    )
    face.socket.prependListener('message', (_datagram, from) => (asker = from))
    return face.peer
  }

  it('is believed where its record allows it', async () => {
    const agent = open({ peer: await twoFaced(), answersFrom: ['127.0.0.9', '127.0.0.2'] })
    expect((await ask(agent)).size).toBe(1)
  })

  it('is not believed otherwise; counted, and told once', async () => {
    const told: string[] = []
    const before = engine.counters.foreign
    const agent = open({ peer: await twoFaced(), onForeignReply: (address) => told.push(address) })
    await expect(ask(agent)).rejects.toMatchObject({ code: 'timeout' })
    await expect(ask(agent)).rejects.toMatchObject({ code: 'timeout' })
    expect(told).toEqual(['127.0.0.2'])
    expect(agent.counters.foreign).toBe(4)
    expect(engine.counters.foreign).toBe(before + 4)
  })
})

describe('what is no reply to what was asked', () => {
  it.each<[string, (asked: Message) => Message]>([
    ['another community', (asked) => ({ ...asked, community: 'private' })],
    ['another version', (asked) => ({ ...asked, version: '1' })],
    ['an attempt that was never made', (asked) => ({ ...asked, requestId: asked.requestId | 3 })],
    ['another id', (asked) => ({ ...asked, requestId: asked.requestId ^ 0x100 })],
  ])('%s is dropped and counted', async (_name, spoil) => {
    const before = engine.counters.strays
    const agent = await fake((asked) => answerTo(spoil(asked)))
    await expect(ask(open({ peer: agent.peer }))).rejects.toMatchObject({ code: 'timeout' })
    expect(engine.counters.strays).toBe(before + 2)
  })

  it('a request that comes back is no reply', async () => {
    const agent = await fake((asked) => Buffer.from(encodeMessage(asked)))
    await expect(ask(open({ peer: agent.peer }))).rejects.toMatchObject({ code: 'timeout' })
  })

  it('the second of two replies', async () => {
    const before = engine.counters.strays
    const agent = await fake((asked) => [answerTo(asked), answerTo(asked)])
    const device = open({ peer: agent.peer })
    await ask(device)
    await ask(device)
    expect(engine.counters.strays).toBeGreaterThan(before)
  })

  it('a late answer to the first attempt still counts, with its own round trip', async () => {
    let first: Message | null = null
    const agent = await fake((asked) => {
      first ??= asked
      return asked === first ? undefined : answerTo(first)
    })
    const session = sessionOf(open({ peer: agent.peer, patience: { timeoutMs: 100, retries: 2 } }))
    expect((await session.get([sysName])).size).toBe(1)
    expect(session.rttMs).toBeGreaterThanOrEqual(100)
  })
})

describe('the dead', () => {
  it('500 of them beside 50 living: the living are all read before one of the dead is given up', async () => {
    const crowd = new SnmpEngine()
    cleanups.push(() => crowd.close())
    const deadPort = await freeUdpPort('127.0.4.1')
    const living = await Promise.all(Array.from({ length: 50 }, (_, i) => fake(answerTo, `127.0.5.${i + 1}`)))
    const order: string[] = []
    const patience = { timeoutMs: 800, retries: 1 }
    const reads = Array.from({ length: 550 }, (_, i) => {
      const live = i % 11 === 10 ? living[(i - 10) / 11] : undefined
      const peer = live?.peer ?? { address: `127.0.${6 + (i >> 8)}.${i & 255}`, port: deadPort }
      return ask(open({ peer, patience }, crowd)).then(
        () => order.push('living'),
        () => order.push('dead'),
      )
    })
    await Promise.all(reads)
    expect(order.indexOf('dead')).toBe(50)
  })
})

describe('a line', () => {
  it('is shared by its devices: what is sent stays within its budget, and a probe goes first', async () => {
    const live = await fake(answerTo)
    const line = { id: 'lin_1', bps: 1_000_000 }
    const agents = Array.from({ length: 40 }, () =>
      open({ peer: live.peer, line, patience: { timeoutMs: 5000, retries: 0 } }),
    )
    const startedMs = performance.now()
    const order: string[] = []
    const reads = agents.map((agent) => ask(agent).then(() => order.push('poll')))
    const probe = sessionOf(agents[0]!, { timeoutMs: 5000, retries: 0, urgent: true })
    await probe.get([sysName]).then(() => order.push('probe'))
    await Promise.all(reads)
    // each request is charged with the frame that its answer may be, and credited what it was not
    const allowedOctets = 3_072 * 2 + ((performance.now() - startedMs) * (1_000_000 * 0.05)) / 8_000
    expect(live.asked.length * 2 * 70).toBeLessThanOrEqual(allowedOctets)
    expect(order.indexOf('probe')).toBeLessThan(20)
  })
})

describe('what an agent is told of its way', () => {
  const lineOf = (id: string) => ({ id, bps: 1_000_000 })

  it('counts from then on: a line is shared as long as somebody is behind it', () => {
    const own = new SnmpEngine()
    cleanups.push(() => own.close())
    const peer = { address: '127.0.0.1', port: 161 }
    const [first, second] = [1, 2].map(() => open({ peer, line: lineOf('lin_1') }, own))
    expect(own.state.lines).toBe(1)
    first!.setWay({ line: lineOf('lin_2') })
    expect(own.state.lines).toBe(2)
    second!.setWay({ line: null })
    expect(own.state.lines).toBe(1)
    first!.close()
    first!.close()
    first!.setWay({ line: lineOf('lin_3') })
    expect(own.state.lines).toBe(0)
  })

  it('frees what waited for the line before', async () => {
    const live = await fake(answerTo)
    const narrow = { id: 'lin_narrow', bps: 1 }
    const agents = [1, 2, 3].map(() => open({ peer: live.peer, line: narrow, patience: { timeoutMs: 5000, retries: 0 } })) // prettier-ignore
    const reads = agents.map(ask)
    for (const agent of agents) agent.setWay({ line: null })
    expect((await Promise.all(reads)).map(({ size }) => size)).toEqual([1, 1, 1])
  })

  it('an address that may answer for it, however it is written', async () => {
    const agent = open({ peer: { address: '::1', port: 161 } })
    expect(agent.mayAnswerFrom('fd00::1')).toBe(false)
    agent.setWay({ answersFrom: ['FD00:0:0:0:0:0:0:1', 'FE80:0::1%lo'] })
    expect(agent.mayAnswerFrom('fd00::1')).toBe(true)
    expect(agent.mayAnswerFrom('fe80::1%lo')).toBe(true)
  })
})

it.each(['::1', '0:0:0:0:0:0:0:1'])('a device at %s is asked over IPv6', async (address) => {
  const live = await fake(answerTo, '::1')
  const agent = open({ peer: { address, port: live.peer.port } })
  expect((await ask(agent)).size).toBe(1)
  expect(agent.name).toBe(`[::1]:${live.peer.port}`)
})

describe('an agent that cannot be asked', () => {
  it.each<[string, AgentOptions, string]>([
    ['no address', { peer: { address: 'nowhere', port: 161 }, credential }, 'unreachable'],
    ['no port', { peer: { address: '127.0.0.1', port: 0 }, credential }, 'unreachable'],
    ['a port beyond all', { peer: { address: '127.0.0.1', port: 65_536 }, credential }, 'unreachable'],
    [
      'half a credential',
      {
        peer: { address: '127.0.0.1', port: 161 },
        credential: { version: '3', user: 'u', level: 'authPriv' },
      },
      'authentication',
    ],
  ])('%s is told by what it is asked', async (_name, options, code) => {
    await expect(ask(engine.agent(options))).rejects.toMatchObject({ code })
  })

  it('closed, everything that waits or is asked fails', async () => {
    const agent = open({ peer: { address: '127.0.0.1', port: await freeUdpPort() } })
    const reads = [1, 2, 3].map(() => ask(agent))
    agent.close()
    for (const read of [...reads, ask(agent)]) await expect(read).rejects.toMatchObject({ code: 'closed' })
  })
})

it('what the kernel gave bounds the window', async () => {
  const live = await fake(answerTo)
  await ask(open({ peer: live.peer }))
  const { grantedOctets, window } = engine.state
  expect(grantedOctets).toBeGreaterThan(0)
  expect(window).toBeLessThanOrEqual(Math.max(32 * 4, grantedOctets / 4_608))
})
