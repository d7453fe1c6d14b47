import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { setImmediate } from 'node:timers/promises'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { BerError, BerReader, tag } from './ber.ts'
import { hashOf } from './cell.ts'
import { Datagram } from './datagram.ts'
import { SnmpEngine } from './engine.ts'
import { SnmpError } from './error.ts'
import { CommunityFraming } from './framing.ts'
import type { Message } from './message.ts'
import { anatomyOf, seededRandom, spoilt } from './mutate-testing.ts'
import { BackWriter } from './octets.ts'
import type { Request } from './request.ts'
import { servedRoot, servedTable, serving } from './served-testing.ts'
import { TableMemory } from './table-memory.ts'
import { TableRead } from './table-read.ts'
import {
  numberIn,
  tableCells,
  tableColumns,
  type Cells,
  type TableCells,
  type TableQuestion,
} from './table.ts'
import { FakeAgent, responseTo, Snmpd } from './testing.ts'
import type { Peer } from './transport.ts'
import { holding } from './usm/agent-testing.ts'
import { UsmPeer } from './usm/peer.ts'
import { UsmUser, type UsmCredential } from './usm/user.ts'
import { readValue, type SnmpException, type SnmpValue } from './value.ts'

/** Together a million and more, in seconds; ten times that with LONG=1. */
const scale = process.env.LONG ? 10 : 1
const requestId = 0x1234_5678

/** Half of all errors' cost, and nobody looks at these. */
const { stackTraceLimit } = Error
beforeEach(() => (Error.stackTraceLimit = 0))
afterEach(() => (Error.stackTraceLimit = stackTraceLimit))

const files = serving()
let snmpd: Snmpd
beforeAll(async () => {
  snmpd = await Snmpd.start(files.lines)
})
afterAll(async () => {
  await snmpd.stop()
  files.remove()
})

async function answerTo(datagram: Buffer): Promise<Buffer> {
  const socket = createSocket('udp4')
  socket.send(datagram, snmpd.peer.port, snmpd.peer.address)
  const [reply] = (await once(socket, 'message')) as [Buffer]
  socket.close()
  return reply
}

/** Values at the limits of their types, whose row 2 is not there; a table that lacks its row 5. */
const questions: [name: string, version: '1' | '2c', question: TableQuestion][] = [
  ['GETBULK of numbers', '2c', questionOf([3, 8, 11], [0, 2])],
  ['GETBULK of text and more', '2c', questionOf([17, 18, 23, 24], [0])],
  [
    'GETBULK of rows',
    '2c',
    {
      scalars: ['1.3.6.1.2.1.1.3.0'],
      columns: tableColumns(servedTable.columns),
      rows: Uint32Array.of(1, 2, 3, 4, 5, 6),
    },
  ],
  ['GETNEXT of v1', '1', questionOf([1, 2, 10, 21], [0, 2])],
]
function questionOf(numbers: number[], rows: number[]): TableQuestion {
  return {
    scalars: ['1.3.6.1.2.1.1.3.0', '1.3.6.1.2.1.1.5.0'],
    columns: tableColumns(numbers.map((number) => `${servedRoot}.1.${number}`)),
    rows: Uint32Array.from(rows),
  }
}

describe.each(questions)('%s', (_name, version, question) => {
  const framing = new CommunityFraming({ version, community: 'public' })
  const cells = tableCells(question)
  const datagram = new Datagram()
  const writer = new BackWriter()

  function newRead(): Request {
    let submitted: Request | undefined
    TableRead.start({
      question,
      cells,
      memory: new TableMemory(),
      version,
      submit: (request) => (submitted = request),
      resolve: () => {},
      reject: () => {},
    })
    writer.begin()
    submitted!.writePdu(writer, requestId)
    return submitted!
  }

  /** As the engine does; `refused` leaves the request waiting, `failed` ends it. */
  function read(request: Request, octets: Buffer): 'read' | 'refused' | 'failed' {
    try {
      datagram.read(octets)
      if (datagram.version !== framing.versionNumber || datagram.pduTag !== tag.response) return 'refused'
      if (datagram.id !== requestId) return 'refused'
      request.read(datagram)
      return 'read'
    } catch (error) {
      if (error instanceof BerError) return 'refused'
      if (error instanceof SnmpError) return 'failed'
      throw error
    }
  }

  it('spoilt replies are refused, or read as the careful decoder reads them', async () => {
    newRead()
    const reply = await answerTo(framing.wrap(writer))
    const anatomy = anatomyOf(reply)
    expect(read(newRead(), reply)).toBe('read')
    const truth = copyOf(cells)

    const random = seededRandom(
      version === '1' ? 11 : question.columns.oids.length * 7 + question.rows.length,
    )
    const outcomes = { read: 0, refused: 0, failed: 0 }
    let request = newRead()
    const before = await heldMiB()
    for (let round = 0; round < 180_000 * scale; round++) {
      const octets = spoilt(anatomy, random)
      const outcome = read(request, octets)
      outcomes[outcome]++
      if (outcome === 'read' && !areSame(cells, truth)) expectAllIn(octets, question, cells)
      if (outcome === 'refused') {
        if (round % 16 > 0) continue
        // a better one comes after those that made no sense
        if (read(request, reply) !== 'read' || !areSame(cells, truth))
          expect.fail(`after ${octets.toString('hex')}`)
      }
      request = newRead()
    }
    expect((await heldMiB()) - before).toBeLessThan(16)
    for (const count of Object.values(outcomes)) expect(count).toBeGreaterThan(1000)
  })
})

const copyOf = (cells: TableCells): TableCells => structuredClone(cells)
const areSame = (one: TableCells, other: TableCells) => hold(one, other) && hold(one.scalars, other.scalars)
const hold = (one: Cells, other: Cells) =>
  one.tag.every(
    (tag, at) =>
      tag === other.tag[at] && (tag === 0 || (one.hi[at] === other.hi[at] && one.lo[at] === other.lo[at])),
  )

/** Every cell that was filled is an object of the reply, with this very value. */
function expectAllIn(octets: Buffer, { columns, rows, scalars }: TableQuestion, cells: TableCells): void {
  const said = carefullyRead(octets)
  for (const [at, oid] of scalars.entries())
    if (cells.scalars.tag[at]) expectIn(said, oid, cells.scalars, at, octets)
  for (const [column, oid] of columns.oids.entries())
    for (const [index, row] of rows.entries()) {
      const cell = column * rows.length + index
      if (cells.tag[cell]) expectIn(said, `${oid}.${row}`, cells, cell, octets)
    }
}

type Said = Map<string, (SnmpValue | SnmpException)[]>

function expectIn(said: Said, oid: string, cells: Cells, at: number, octets: Buffer): void {
  const values = said.get(oid) ?? []
  if (!values.some((value) => isSame(value, cells, at)))
    expect.fail(
      `${oid} is read as ${cells.tag[at]} ${cells.hi[at]} ${cells.lo[at]} from ${octets.toString('hex')}`,
    )
}

function isSame({ type, value }: SnmpValue | SnmpException, cells: Cells, at: number): boolean {
  if (typeof value === 'number') return numberIn(cells, at) === value
  if (typeof value === 'bigint') return (BigInt(cells.hi[at]!) << 32n) + BigInt(cells.lo[at]!) === value
  if (Buffer.isBuffer(value)) return cells.hi[at] === value.length && cells.lo[at] === hashOf(value)
  return type === 'oid' ? cells.tag[at] === tag.oid : cells.tag[at] === tag.ip && cells.hi[at] === 4
}

/** The objects that the reference decoder makes of it, as far as it comes. */
function carefullyRead(octets: Buffer): Said {
  const said: Said = new Map()
  unlessBerError(() => {
    const message = new BerReader(octets).enter(tag.sequence)
    message.integer()
    message.octets()
    const pdu = message.enter(tag.response)
    for (const _ of ['request-id', 'error-status', 'error-index']) pdu.integer()
    const list = pdu.enter(tag.sequence)
    while (!list.atEnd) {
      const pair = list.enter(tag.sequence)
      unlessBerError(() => {
        const oid = pair.oid()
        said.set(oid, [...(said.get(oid) ?? []), readValue(pair)])
      })
    }
  })
  return said
}

function unlessBerError(read: () => void): void {
  try {
    read()
  } catch (error) {
    if (!(error instanceof BerError)) throw error
  }
}

it('the engine takes no reply but its own: from another address, to another request, of another community or version', async () => {
  const engine = new SnmpEngine()
  const agent = await FakeAgent.start(() => undefined)
  const question = { scalars: ['1.3.6.1.2.1.1.3.0'], columns: tableColumns([]), rows: new Uint32Array() }
  const cells = tableCells(question)
  const patience = { timeoutMs: 60_000, retries: 0 }
  const reading = engine
    .agent({ peer: agent.peer, credential: { version: '2c', community: 'public' }, patience })
    .readTable(question, cells)
  await once(agent.socket, 'message')
  const asked = agent.asked[0]!
  const from = { ...agent.peer, family: 'IPv4' as const, size: 0 }
  const reply = (change: Partial<Message>, value: number) =>
    responseTo({ ...asked, ...change }, [{ oid: question.scalars[0]!, value: { type: 'timeticks', value } }])
  const random = seededRandom(5)
  for (let round = 0; round < 20_000 * scale; round++) {
    const elsewhere = `127.${random(256)}.${random(256)}.${2 + random(250)}`
    const strange: [Buffer, Peer][] = [
      [reply({}, round), { ...from, address: elsewhere }],
      [reply({}, round), { ...from, port: from.port ^ (1 + random(1024)) }],
      [reply({ requestId: asked.requestId ^ (1 + random(0x7fffffff)) }, round), from],
      [reply({ community: `public${round}` }, round), from],
      [reply({ version: '1' }, round), from],
    ]
    const [octets, source] = strange[random(strange.length)]!
    engine.receive(octets, { ...from, ...source })
  }
  expect(engine.state.pending).toBe(1)
  engine.receive(reply({}, 4711), from)
  await reading
  expect(numberIn(cells.scalars, 0)).toBe(4711)
  expect(engine.counters.strays + engine.counters.foreign).toBe(20_000 * scale)
  engine.close()
  agent.stop()
})

describe('SNMPv3', () => {
  const users: UsmCredential[] = [
    { version: '3', user: 'watcher', level: 'authPriv', authProtocol: 'sha256', authKey: 'authentic-key', privProtocol: 'aes', privKey: 'private-key' }, // prettier-ignore
    { version: '3', user: 'watcher', level: 'authNoPriv', authProtocol: 'sha256', authKey: 'authentic-key' },
  ]

  it.each(users)('$level: nothing but the reply itself is a reply', async (credential) => {
    const { peer, reply, report } = await exchanged(credential)
    const random = seededRandom(3)
    const anatomy = anatomyOf(reply)
    const whole = pduOf(peer, reply)
    const before = await heldMiB()
    for (let round = 0; round < 100_000 * scale; round++) {
      const octets = spoilt(anatomy, random)
      const pdu = pduOf(peer, octets)
      if (pdu && !octets.subarray(0, reply.length).equals(reply))
        expect.fail(`accepted: ${octets.toString('hex')}`)
      if (pdu) expect(pdu).toEqual(whole)
    }
    // reports are signed by nobody: they may send it after another engine, and no further
    const parts = anatomyOf(report)
    for (let round = 0; round < 40_000 * scale; round++) pduOf(peer, spoilt(parts, random))
    expect((await heldMiB()) - before).toBeLessThan(16)
  })

  /** The first report and the response of a real device. */
  async function exchanged(credential: UsmCredential) {
    const peer = new UsmPeer(new UsmUser(credential), 'a device')
    const request = Buffer.from('a019020101020100020100300e300c06082b060102010105000500', 'hex') // GET sysName.0
    const report = await answerTo(peer.wrap(holding(request), 1, 0))
    peer.unwrap(report, 0)
    return { peer, report, reply: await answerTo(peer.wrap(holding(request), 2, 0)) }
  }

  function pduOf(peer: UsmPeer, octets: Buffer): Buffer | null {
    try {
      const unwrapped = peer.unwrap(octets, 0)
      return unwrapped.kind === 'pdu'
        ? Buffer.from(unwrapped.octets.subarray(unwrapped.start, unwrapped.end))
        : null
    } catch (error) {
      if (error instanceof BerError || error instanceof SnmpError) return null
      throw error
    }
  }
})

/** What is really held: the least of some collections, as buffers are freed by another thread, after them. */
async function heldMiB(): Promise<number> {
  setFlagsFromString('--expose-gc')
  const collect = runInNewContext('gc') as () => void
  const readings: number[] = []
  for (let turn = 0; turn < 5; turn++) {
    collect()
    await setImmediate()
    const { heapUsed, arrayBuffers } = process.memoryUsage()
    readings.push((heapUsed + arrayBuffers) / 1024 / 1024)
  }
  return Math.min(...readings)
}
