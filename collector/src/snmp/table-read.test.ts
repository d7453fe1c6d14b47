import { afterAll, afterEach, describe, expect, it } from 'vitest'
import type { SnmpCredential } from '../contract.ts'
import type { Agent, AgentOptions } from './agent.ts'
import { hashOf } from './cell.ts'
import { SnmpEngine } from './engine.ts'
import { serveTable, type Table } from './table-testing.ts'
import { numberIn, tableCells, tableColumns, type TableQuestion } from './table.ts'
import { FakeAgent, responseTo } from './testing.ts'
import type { SnmpValue, VarBind } from './value.ts'

const ifEntry = '1.3.6.1.2.1.2.2.1'
const ifXEntry = '1.3.6.1.2.1.31.1.1.1'
const sysUpTime = '1.3.6.1.2.1.1.3.0'
const ifNumber = '1.3.6.1.2.1.2.1.0'
const columns = tableColumns([`${ifEntry}.8`, `${ifEntry}.14`, `${ifXEntry}.1`, `${ifXEntry}.6`])
const [ifOperStatus, ifInErrors, ifName, ifHCInOctets] = columns.oids as [string, string, string, string]

const v1: SnmpCredential = { version: '1', community: 'public' }
const v2c: SnmpCredential = { version: '2c', community: 'public' }
const hasty = { timeoutMs: 100, retries: 2 }

const engine = new SnmpEngine()
const started: { stop(): void }[] = []
const opened: Agent[] = []
afterAll(() => engine.close())
afterEach(() => {
  opened.splice(0).forEach((agent) => agent.close())
  started.splice(0).forEach((agent) => agent.stop())
})

async function serve(table: Table): Promise<FakeAgent> {
  const agent = await serveTable(table)
  started.push(agent)
  return agent
}
function open(fake: FakeAgent, options: Partial<AgentOptions> = {}): Agent {
  const agent = engine.agent({ peer: fake.peer, credential: v2c, patience: hasty, ...options })
  opened.push(agent)
  return agent
}

const range = (count: number, step = 1, from = 1) =>
  Uint32Array.from({ length: count }, (_, i) => from + i * step)
const question = (rows: Uint32Array, scalars: string[] = [sysUpTime, ifNumber]): TableQuestion => ({
  scalars,
  columns,
  rows,
})

/** What a device says of an interface; counters beyond 2^32. */
const values: Record<string, (row: number) => SnmpValue> = {
  [ifOperStatus]: (row) => ({ type: 'integer', value: row % 2 === 0 ? -row : row }),
  [ifInErrors]: (row) => ({ type: 'counter32', value: 4_000_000_000 + (row % 1000) }),
  [ifName]: (row) => ({ type: 'octets', value: Buffer.from(`Gi0/${row}`) }),
  [ifHCInOctets]: (row) => ({ type: 'counter64', value: 2 ** 40 + row }),
}
const scalars: VarBind[] = [
  { oid: sysUpTime, value: { type: 'timeticks', value: 12_345 } },
  { oid: ifNumber, value: { type: 'integer', value: 48 } },
  { oid: '1.3.6.1.2.1.99.1', value: { type: 'integer', value: 1 } },
]
function objectsOf(
  rows: Iterable<number>,
  hasCell: (oid: string, row: number) => boolean = () => true,
): VarBind[] {
  return [
    ...scalars,
    ...Array.from(rows).flatMap((row) =>
      columns.oids
        .filter((oid) => hasCell(oid, row))
        .map((oid) => ({ oid: `${oid}.${row}`, value: values[oid]!(row) })),
    ),
  ]
}

/** The cells as numbers, texts as whether they are the right ones; null for none. */
async function read(agent: Agent, asked: TableQuestion) {
  const cells = tableCells(asked)
  cells.tag.fill(99)
  const reading = await agent.readTable(asked, cells)
  const shown = columns.oids.map((_, column) =>
    Array.from(asked.rows, (_row, at) => numberIn(cells, column * asked.rows.length + at)),
  )
  return { cells: shown, scalars: asked.scalars.map((_, at) => numberIn(cells.scalars, at)), ...reading }
}

function expected(rows: Uint32Array, hasCell: (oid: string, row: number) => boolean = () => true) {
  return columns.oids.map((oid) =>
    Array.from(rows, (row) => {
      if (!hasCell(oid, row)) return null
      const { value } = values[oid]!(row)
      return Buffer.isBuffer(value) ? value.length * 2 ** 32 + hashOf(value) : value
    }),
  )
}

describe('a table', () => {
  it.each([
    ['of 48 interfaces', range(48)],
    ['with indexes of several octets', range(30, 1, 436_207_616)],
    ['whose indexes grow by an octet midway', range(20, 1, 120)],
    ['with the highest index', range(2, 1, 0xffff_fffe)],
    ['of one row', range(1)],
  ])('%s is read whole, by v2c and v1', async (_name, rows) => {
    const agent = await serve({ objects: objectsOf(rows) })
    for (const credential of [v2c, v1]) {
      const found = await read(open(agent, { credential }), question(rows))
      expect(found).toMatchObject({ cells: expected(rows), scalars: [12_345, 48] })
    }
  })

  it('is asked for as the device is known to want it', async () => {
    const rows = range(20)
    const agent = await serve({ objects: objectsOf(rows) })
    const careful = open(agent)
    careful.setManners({ noBulk: true, mostObjects: 5 })
    expect(await read(careful, question(rows))).toMatchObject({ cells: expected(rows) })
    expect(new Set(agent.asked.map(({ type }) => type))).toEqual(new Set(['get']))
    expect(Math.max(...agent.asked.map(({ varBinds }) => varBinds.length))).toBe(5)
    agent.asked.splice(0)
    const modest = open(agent)
    modest.setManners({ mostObjects: 8 })
    for (let i = 0; i < 8; i++) expect(await read(modest, question(rows))).toMatchObject({ cells: expected(rows) }) // prettier-ignore
    const repeated = agent.asked.filter(({ type }) => type === 'getBulk')
    expect(repeated.length).toBeGreaterThan(0)
    for (const { varBinds, errorStatus, errorIndex } of repeated) expect(errorStatus + (varBinds.length - errorStatus) * errorIndex).toBeLessThanOrEqual(8) // prettier-ignore
  })

  it('of no rows is its scalars', async () => {
    const agent = await serve({ objects: scalars })
    expect(await read(open(agent), question(range(0)))).toMatchObject({ scalars: [12_345, 48], requests: 1 })
  })

  it.each([
    ['a cell', (oid: string, row: number) => !(oid === ifName && row === 7)],
    ['a whole column', (oid: string) => oid !== ifHCInOctets],
    ['all but the last column', (oid: string) => oid === ifHCInOctets],
    ['rows', (_oid: string, row: number) => row % 5 !== 0],
    ['other rows in each column', (oid: string, row: number) => (row + columns.oids.indexOf(oid)) % 3 !== 0],
    ['everything', () => false],
  ])('that lacks %s says so, and gives the rest', async (_name, hasCell) => {
    const rows = range(40)
    const agent = await serve({ objects: objectsOf(rows, hasCell), maxOctets: 500 })
    for (const credential of [v2c, v1]) {
      const found = await read(open(agent, { credential }), question(rows))
      expect(found.cells).toEqual(expected(rows, hasCell))
    }
  })

  it('a scalar that is not there is none, and others come', async () => {
    const agent = await serve({ objects: objectsOf(range(3)) })
    const asked = question(range(3), ['1.3.6.1.2.1.1.4.0', sysUpTime, '1.3.6.1.2.1.99.1', '1.3.6.1.2.1.99.2'])
    expect((await read(open(agent), asked)).scalars).toEqual([null, 12_345, 1, null])
  })

  it('a scalar behind objects below its predecessor is asked for by name', async () => {
    const between: VarBind = { oid: '1.3.6.1.2.1.98.4.1', value: { type: 'integer', value: 2 } }
    const wanted: VarBind = { oid: '1.3.6.1.2.1.98.5', value: { type: 'integer', value: 3 } }
    const agent = await serve({ objects: [...objectsOf(range(3)), between, wanted] })
    expect((await read(open(agent), question(range(3), [wanted.oid]))).scalars).toEqual([3])
  })
})

describe('requests are made for the device', () => {
  it.each([200, 484, 1472, 8192])(
    'that cuts its replies at %i octets: nothing is lost, nothing asked twice',
    async (maxOctets) => {
      const rows = range(100)
      const agent = await serve({ objects: objectsOf(rows), maxOctets })
      const device = open(agent)
      for (let i = 0; i < 4; i++) await read(device, question(rows))
      const { cells, requests } = await read(device, question(rows))
      expect(cells).toEqual(expected(rows))
      const octets = objectsOf(rows).reduce((sum, one) => sum + 24 + (one.value.type === 'octets' ? 4 : 0), 0)
      expect(requests).toBeLessThanOrEqual(Math.ceil(octets / Math.min(1400, maxOctets - 60)) * 1.4 + 1)
    },
  )

  it('that calls large requests tooBig: smaller ones, and larger again in time', async () => {
    const rows = range(60)
    const table: Table = { objects: objectsOf(rows), maxOctets: 400, refusesToCut: true }
    const agent = await serve(table)
    const device = open(agent)
    expect((await read(device, question(rows))).cells).toEqual(expected(rows))
    const small = (await read(device, question(rows))).requests
    delete table.maxOctets
    for (let i = 0; i < 40; i++) await read(device, question(rows))
    expect((await read(device, question(rows))).requests).toBeLessThan(small)
  })

  it('that is silent to large requests: the last try asks for the least', async () => {
    const rows = range(60)
    const agent = await serve({
      objects: objectsOf(rows),
      isSilentTo: ({ type, errorIndex }) => type === 'getBulk' && errorIndex > 3,
    })
    const device = open(agent)
    expect((await read(device, question(rows))).cells).toEqual(expected(rows))
    const asked = agent.asked.length
    const again = await read(device, question(rows))
    expect(agent.asked.length - asked).toBe(again.requests)
  })

  it('that fails GETBULK: exact instances, without the objects that it cannot answer', async () => {
    const rows = range(6)
    const broken = `${ifInErrors}.4`
    const agent = await serve({ objects: objectsOf(rows), broken: [broken, ifHCInOctets] })
    const found = await read(open(agent), question(rows))
    expect(found.cells).toEqual(expected(rows, (oid, row) => `${oid}.${row}` !== broken))
  })

  it('of which only few rows are wanted, far between: exact instances from the second read on', async () => {
    const rows = range(12, 50)
    const agent = await serve({ objects: objectsOf(range(600)) })
    const device = open(agent)
    const asked = question(rows)
    for (let i = 0; i < 2; i++) expect((await read(device, asked)).cells).toEqual(expected(rows))
    expect(agent.asked.at(-1)?.type).toBe('get')
    expect((await read(device, asked)).requests).toBeLessThan(4)
  })

  it('a lost reply is asked for again, and a doubled one counted', async () => {
    const rows = range(30)
    const objects = objectsOf(rows)
    const agent = await serve({ objects, isSilentTo: (_asked, count) => count % 3 === 2 })
    const device = open(agent, { patience: { timeoutMs: 60, retries: 3 } })
    expect((await read(device, question(rows))).cells).toEqual(expected(rows))
    expect(device.counters.retried).toBeGreaterThan(0)
  })
})

describe('replies that would never end, or lie', () => {
  const rows = range(20)
  const bind = (oid: string, value = 1): VarBind => ({ oid, value: { type: 'integer', value } })

  it.each([
    ['the same row for ever', () => bind(`${ifOperStatus}.1`), 'nonIncreasing'],
    ['what lies before', () => bind('1.3.6.1.2.1.1.1.0'), 'nonIncreasing'],
    ['deeper objects than rows', () => bind(`${ifOperStatus}.1.1`), 'malformed'],
  ])('%s: the read ends', async (_name, lie, code) => {
    const agent = await FakeAgent.start((asked) =>
      responseTo(
        asked,
        asked.varBinds.flatMap(() => [lie(), lie()]),
      ),
    )
    started.push(agent)
    await expect(read(open(agent), question(rows, []))).rejects.toMatchObject({ name: 'SnmpError', code })
    expect(agent.asked.length).toBeLessThan(3)
  })

  it('nothing at all in every reply is tooBig in the end', async () => {
    const agent = await FakeAgent.start((asked) => responseTo(asked, []))
    started.push(agent)
    await expect(read(open(agent), question(rows, []))).rejects.toMatchObject({ code: 'tooBig' })
    expect(agent.asked.length).toBeLessThan(20)
  })

  it('one object in every reply ends as it should', async () => {
    const few = range(5)
    const agent = await serve({ objects: objectsOf(few), maxOctets: 60 })
    expect((await read(open(agent), question(few))).cells).toEqual(expected(few))
  })
})
