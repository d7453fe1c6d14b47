import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import type { SnmpCredential } from '../contract.ts'
import { SnmpEngine } from './engine.ts'
import { openSession } from './open.ts'
import type { SnmpSession } from './session.ts'
import { FakeAgent, Snmpd, freeUdpPort, responseTo } from './testing.ts'
import type { Peer } from './transport.ts'
import type { SnmpValue, VarBind } from './value.ts'

const hasty = { timeoutMs: 150, retries: 1 }
const community: SnmpCredential = { version: '2c', community: 'public' }
const usm: SnmpCredential = {
  version: '3',
  user: 'watcher',
  level: 'authPriv',
  authProtocol: 'sha256',
  authKey: 'authentic-key',
  privProtocol: 'aes',
  privKey: 'private-key',
}
const sysDescr = '1.3.6.1.2.1.1.1.0'
const sysName = '1.3.6.1.2.1.1.5.0'
const ifTable = '1.3.6.1.2.1.2.2'
const ifXTable = '1.3.6.1.2.1.31.1.1'

const engine = new SnmpEngine()
const opened: { close(): void }[] = []
const agents: FakeAgent[] = []
afterAll(() => engine.close())
afterEach(() => {
  opened.splice(0).forEach((session) => session.close())
  agents.splice(0).forEach((agent) => agent.stop())
})

function open(peer: Peer, credential: SnmpCredential = community, options = hasty): SnmpSession {
  const session = openSession(engine, peer, credential, options)
  opened.push(session)
  return session
}
async function fake(...args: Parameters<typeof FakeAgent.start>): Promise<FakeAgent> {
  const agent = await FakeAgent.start(...args)
  agents.push(agent)
  return agent
}
const integer = (value: number): SnmpValue => ({ type: 'integer', value })

/** A value as net-snmp's tools print it with -OtUx and no MIBs. */
function printed({ type, value }: SnmpValue): string {
  if (Buffer.isBuffer(value)) {
    if (value.length === 0) return '""'
    return (
      'Hex-STRING: ' + [...value].map((octet) => octet.toString(16).padStart(2, '0').toUpperCase()).join(' ')
    )
  }
  const names: Partial<Record<SnmpValue['type'], string>> = {
    integer: 'INTEGER: ',
    counter32: 'Counter32: ',
    gauge32: 'Gauge32: ',
    counter64: 'Counter64: ',
    ip: 'IpAddress: ',
    oid: 'OID: .',
    timeticks: '',
  }
  return (names[type] ?? `${type}: `) + String(value)
}
const squeezed = (text: string) => text.replaceAll(/\s+/g, ' ').trim()
const asNumber = (text: string) => BigInt(/-?\d+$/.exec(text)?.[0] ?? -1)

describe('against snmpd', () => {
  let snmpd: Snmpd
  beforeAll(async () => {
    snmpd = await Snmpd.start()
  })
  afterAll(() => snmpd.stop())

  it.each([
    ['v1', { version: '1', community: 'public' } as SnmpCredential],
    ['v2c', community],
    ['v3', usm],
  ])('%s reads interfaces and counters as snmpwalk prints them', async (_name, credential) => {
    const session = open(snmpd.peer, credential, { timeoutMs: 2000, retries: 1 })
    for (const root of [ifTable, ifXTable]) {
      const before = snmpd.walk(root)
      const rows = await session.walk(root)
      const after = new Map(snmpd.walk(root))
      const read = rows.map(({ oid, value }): [string, string] => [oid, printed(value)])
      const shown =
        credential.version === '1' ? before.filter(([, value]) => !value.startsWith('Counter64')) : before
      expect(read.map(([oid]) => oid)).toEqual(shown.map(([oid]) => oid))
      for (const [index, [oid, value]] of read.entries()) {
        const low = squeezed(shown[index]![1])
        if (!low.startsWith('Counter')) expect([oid, squeezed(value)]).toEqual([oid, low])
        else {
          expect(asNumber(value)).toBeGreaterThanOrEqual(asNumber(low))
          expect(asNumber(value)).toBeLessThanOrEqual(asNumber(after.get(oid)!))
        }
      }
      expect(rows.length).toBeGreaterThan(10)
    }
  })

  it.each([
    ['v1', { version: '1', community: 'public' } as SnmpCredential],
    ['v2c', community],
    ['v3', usm],
  ])('%s leaves out what the device does not have', async (_name, credential) => {
    const found = await open(snmpd.peer, credential, { timeoutMs: 2000, retries: 1 }).get([
      sysDescr,
      '1.3.6.1.2.1.1.99.0',
      sysName,
    ])
    expect([...found.keys()].sort()).toEqual([sysDescr, sysName])
    expect(String(found.get(sysName)?.value)).toBe('test-agent')
  })

  it('more objects than fit one message come in several', async () => {
    const indexes = (await open(snmpd.peer).walk('1.3.6.1.2.1.25.4.2.1.2')).map(({ oid }) => oid)
    const asked = [...indexes.slice(0, 150), sysName]
    expect((await open(snmpd.peer, community, { timeoutMs: 2000, retries: 1 }).get(asked)).has(sysName)).toBe(
      true,
    )
  })

  it.each([
    ['a wrong community', { version: '2c', community: 'wrong' } as SnmpCredential, 'timeout'],
    ['an unknown v3 user', { ...usm, user: 'stranger' } as SnmpCredential, 'authentication'],
    ['a wrong v3 key', { ...usm, authKey: 'another-key' } as SnmpCredential, 'authentication'],
  ])('%s is told as such', async (_name, credential, code) => {
    await expect(open(snmpd.peer, credential).get([sysDescr])).rejects.toMatchObject({
      name: 'SnmpError',
      code,
    })
  })

  it('a v3 session outlives a restart of the agent', async () => {
    const session = open(snmpd.peer, usm, { timeoutMs: 2000, retries: 1 })
    await session.get([sysName])
    await snmpd.restart()
    expect((await session.get([sysName])).size).toBe(1)
  })
})

describe('against agents that misbehave', () => {
  it('silence is a timeout after every retry', async () => {
    const agent = await fake(() => undefined)
    await expect(open(agent.peer).get([sysName])).rejects.toMatchObject({ code: 'timeout' })
    expect(agent.asked).toHaveLength(2)
  })

  it('nobody at the port is a timeout', async () => {
    await expect(
      open({ address: '127.0.0.1', port: await freeUdpPort() }).get([sysName]),
    ).rejects.toMatchObject({ code: 'timeout' })
  })

  it('an address the kernel refuses is unreachable, at once', async () => {
    await expect(open({ address: '255.255.255.255', port: 161 }).get([sysName])).rejects.toMatchObject({
      code: 'unreachable',
    })
  })

  it.each([
    ['garbage', () => Buffer.from('HTTP/1.1 400 Bad Request\r\n\r\n')],
    ['an empty datagram', () => Buffer.alloc(0)],
    ['a truncated reply', (reply: Buffer) => reply.subarray(0, reply.length - 5)],
    [
      'another version of SNMP',
      (reply: Buffer) => Buffer.concat([reply.subarray(0, 4), Buffer.from([3]), reply.subarray(5)]),
    ],
  ])('%s is told as malformed, and counted', async (_name, spoil) => {
    const before = engine.counters.malformed
    const agent = await fake((asked) => spoil(responseTo(asked, [{ oid: sysName, value: integer(1) }])))
    await expect(open(agent.peer).get([sysName])).rejects.toMatchObject({ code: 'malformed' })
    expect(engine.counters.malformed).toBe(before + 2)
  })

  it('garbage beside the answer does no harm', async () => {
    const agent = await fake((asked) => [
      Buffer.from([0x30, 0x82]),
      responseTo(asked, [{ oid: sysName, value: integer(1) }]),
    ])
    expect((await open(agent.peer).get([sysName])).get(sysName)).toEqual(integer(1))
  })

  it('a reply from elsewhere, or to another request, does not count', async () => {
    const strangerAt = await fake(() => undefined, '127.0.0.2')
    const agent = await fake((asked) => {
      const answer = responseTo(asked, [{ oid: sysName, value: integer(1) }])
      return responseTo({ ...asked, requestId: asked.requestId + 1 }, [
        { oid: sysName, value: integer(answer.length) },
      ])
    })
    const before = engine.counters.strays
    await expect(open(agent.peer).get([sysName])).rejects.toMatchObject({ code: 'timeout' })
    expect(engine.counters.strays).toBe(before + 2)
    expect(strangerAt.asked).toHaveLength(0)
  })

  it('a lost reply is asked for again', async () => {
    const agent = await fake((asked, count) =>
      count === 1 ? undefined : responseTo(asked, [{ oid: sysName, value: integer(7) }]),
    )
    expect((await open(agent.peer).get([sysName])).get(sysName)).toEqual(integer(7))
  })

  it.each([
    ['the same object again', [1, 1]],
    ['one that went before', [2, 1]],
  ])('a walk that gives %s is refused', async (_name, steps) => {
    const agent = await fake((asked) =>
      responseTo(
        asked,
        steps.map((step) => ({ oid: `${ifTable}.${step}`, value: integer(step) })),
      ),
    )
    await expect(open(agent.peer).walk(ifTable)).rejects.toMatchObject({ code: 'nonIncreasing' })
  })

  it('a table without an end is cut off at its bound', async () => {
    const agent = await fake((asked) => {
      const last = Number(asked.varBinds[0]!.oid.split('.').at(-1))
      return responseTo(
        asked,
        Array.from({ length: asked.errorIndex }, (_, i) => ({
          oid: `${ifTable}.1.${last + i + 1}`,
          value: integer(i),
        })),
      )
    })
    await expect(open(agent.peer).walk(`${ifTable}.1`, { maxRows: 1000 })).rejects.toMatchObject({
      code: 'tooManyRows',
    })
    expect(agent.asked.length).toBeLessThan(40)
  })

  it('tooBig halves the requests until they fit', async () => {
    const limit = 5
    const agent = await fake((asked) =>
      asked.varBinds.length > limit
        ? responseTo(asked, [], { status: 1 })
        : responseTo(
            asked,
            asked.varBinds.map(({ oid }) => ({ oid, value: integer(1) })),
          ),
    )
    const oids = Array.from({ length: 40 }, (_, i) => `${ifTable}.1.${i + 1}`)
    const found = await open(agent.peer).get(oids)
    expect([...found.keys()]).toEqual(oids)
  })

  it('one object that is tooBig is told so', async () => {
    const agent = await fake((asked) => responseTo(asked, [], { status: 1 }))
    await expect(open(agent.peer).get([sysName])).rejects.toMatchObject({ code: 'tooBig' })
    await expect(open(agent.peer).walk(ifTable)).rejects.toMatchObject({ code: 'tooBig' })
  })

  it('a device too slow for large repetitions is asked for fewer', async () => {
    const rows = Array.from({ length: 30 }, (_, i): VarBind => ({
      oid: `${ifTable}.1.${i + 1}`,
      value: integer(i),
    }))
    const agent = await fake((asked) => {
      if (asked.type === 'get') return responseTo(asked, [{ oid: sysName, value: integer(1) }])
      if (asked.errorIndex > 10) return undefined
      const last = Number(asked.varBinds[0]!.oid.slice(ifTable.length + 3) || 0)
      const next = rows.slice(last, last + asked.errorIndex)
      return responseTo(asked, next.length > 0 ? next : [{ oid: '1.3.6.1.9', value: integer(0) }])
    })
    const session = open(agent.peer)
    await session.get([sysName])
    expect(await session.walk(`${ifTable}.1`)).toEqual(rows)
  })

  it('an object that fails does not cost the others', async () => {
    const bad = `${ifTable}.1.2`
    const agent = await fake((asked) => {
      const index = asked.varBinds.findIndex(({ oid }) => oid === bad)
      if (index >= 0) return responseTo(asked, [], { status: 5, index: index + 1 })
      return responseTo(
        asked,
        asked.varBinds.map(({ oid }) => ({ oid, value: integer(1) })),
      )
    })
    const found = await open(agent.peer).get([`${ifTable}.1.1`, bad, `${ifTable}.1.3`])
    expect([...found.keys()]).toEqual([`${ifTable}.1.1`, `${ifTable}.1.3`])
  })
})

describe('many devices', () => {
  it('the dead do not hold up the living, though the window is small', async () => {
    const small = new SnmpEngine({ maxOutstanding: 4 })
    const live = await fake((asked) => responseTo(asked, [{ oid: sysName, value: integer(1) }]))
    const deadPort = await freeUdpPort('127.0.3.1')
    const reads = Array.from({ length: 40 }, (_, i) => {
      const dead = openSession(small, { address: `127.0.3.${i + 1}`, port: deadPort }, community, {
        timeoutMs: 100,
        retries: 5,
      })
      return dead.get([sysName]).then(
        () => 'answered',
        (error: { code: string }) => error.code,
      )
    })
    const answered = openSession(small, live.peer, community, hasty).get([sysName])
    const first = await Promise.race([...reads, answered.then(() => 'live')])
    expect(first).toBe('live')
    small.close()
    expect(new Set(await Promise.all(reads))).toEqual(new Set(['closed']))
  })

  it('asks one device no more than two things at once', async () => {
    let waiting = 0
    let most = 0
    const agent = await fake((asked) => {
      most = Math.max(most, ++waiting)
      setImmediate(() => {
        waiting--
        agent.socket.send(responseTo(asked, [{ oid: sysName, value: integer(1) }]), ...lastAsker)
      })
      return undefined
    })
    let lastAsker: [number, string] = [0, '']
    agent.socket.prependListener('message', (_datagram, from) => (lastAsker = [from.port, from.address]))
    const session = open(agent.peer)
    await Promise.all(Array.from({ length: 20 }, () => session.get([sysName])))
    expect(most).toBeLessThanOrEqual(2)
  })
})
