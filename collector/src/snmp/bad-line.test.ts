import { afterAll, beforeAll, expect, it } from 'vitest'
import type { SnmpCredential } from '../contract.ts'
import { SnmpEngine } from './engine.ts'
import { LossyProxy } from './lossy-proxy-testing.ts'
import { encodeMessage } from './message.ts'
import { numberIn, tableCells, tableColumns, type TableQuestion } from './table.ts'
import { FakeAgent, Snmpd } from './testing.ts'

const line = { lossPercent: 5, delayMs: { least: 200, most: 800 }, doubledPercent: 2 }
const patience = { timeoutMs: 1000, retries: 6 }
const entry = '1.3.6.1.2.1.31.1.1.1'
const interfaces = 40
const question: TableQuestion = {
  scalars: ['1.3.6.1.2.1.1.3.0'],
  columns: tableColumns([6, 10, 15].map((column) => `${entry}.${column}`)),
  rows: Uint32Array.from({ length: interfaces }, (_, i) => i + 1),
}
const devices = 40

/** What device, column and row say: no two the same. */
const valueOf = (device: number, column: number, row: number) => device * 1_000_000 + column * 1000 + row

/** Answers GETBULK and GET of the interface table as this device. */
const agentOf = (device: number) =>
  FakeAgent.start((asked) => {
    const varBinds = []
    const repetitions = asked.type === 'getBulk' ? asked.errorIndex : 1
    const nonRepeaters = asked.type === 'getBulk' ? asked.errorStatus : 0
    for (let repetition = 0; repetition < Math.min(repetitions, 12); repetition++)
      for (const [at, { oid }] of asked.varBinds.entries()) {
        if (at < nonRepeaters) {
          if (repetition === 0)
            varBinds.push({ oid: '1.3.6.1.2.1.1.3.0', value: { type: 'timeticks' as const, value: device } })
          continue
        }
        const [column = 0, row = 0] = oid.slice(entry.length + 1).split('.').map(Number) // prettier-ignore
        const next = asked.type === 'get' ? row : row + 1 + repetition
        varBinds.push(
          next <= interfaces
            ? {
                oid: `${entry}.${column}.${next}`,
                value: { type: 'counter64' as const, value: valueOf(device, column, next) },
              }
            : { oid: `${entry}.${column + 1}.1`, value: { type: 'integer' as const, value: 0 } },
        )
      }
    const { version, community, requestId } = asked
    return Buffer.from(encodeMessage({ version, community, type: 'response', requestId, errorStatus: 0, errorIndex: 0, varBinds })) // prettier-ignore
  })

const engine = new SnmpEngine()
const stops: (() => unknown)[] = []
let snmpd: Snmpd
beforeAll(async () => {
  snmpd = await Snmpd.start()
})
afterAll(async () => {
  engine.close()
  for (const stop of stops) await stop()
  await snmpd.stop()
})

it(
  '5 % loss and 200 to 800 ms: every value of every device is read, and is its own',
  { timeout: 60_000 },
  async () => {
    const proxies: LossyProxy[] = []
    const reads = []
    for (let device = 0; device < devices; device++) {
      const agent = await agentOf(device)
      const proxy = await LossyProxy.start(agent.peer, line, {
        address: `127.20.0.${device + 1}`,
        seed: device + 1,
      })
      stops.push(() => agent.stop(), () => proxy.stop()) // prettier-ignore
      proxies.push(proxy)
      const cells = tableCells(question)
      const credential: SnmpCredential = { version: '2c', community: 'public' }
      const asked = engine.agent({ peer: proxy.peer, credential, patience })
      reads.push(asked.readTable(question, cells).then(() => cells))
    }
    const read = await Promise.all(reads)
    const wrong = read.flatMap((cells, device) =>
      [6, 10, 15].flatMap((column, at) =>
        Array.from(question.rows).filter(
          (row, index) => numberIn(cells, at * interfaces + index) !== valueOf(device, column, row),
        ),
      ),
    )
    expect(wrong).toEqual([])
    expect(read.map((cells) => numberIn(cells.scalars, 0))).toEqual(read.map((_, device) => device))
    const sum = (count: 'asked' | 'lost' | 'doubled') => proxies.reduce((all, proxy) => all + proxy[count], 0)
    expect(sum('lost')).toBeGreaterThan(5)
    expect(engine.counters.sent).toBe(sum('asked'))
    // of a datagram that came twice one may be lost without harm
    expect(engine.counters.retried).toBeGreaterThanOrEqual(sum('lost') - sum('doubled'))
  },
)

it(
  'the same with SNMPv3 and a real agent: its clock is learnt across the line',
  { timeout: 60_000 },
  async () => {
    const proxy = await LossyProxy.start(snmpd.peer, line, { address: '127.20.1.1', seed: 99 })
    stops.push(() => proxy.stop())
    const credential: SnmpCredential = {
      version: '3',
      user: 'watcher',
      level: 'authPriv',
      authProtocol: 'sha256',
      authKey: 'authentic-key',
      privProtocol: 'aes',
      privKey: 'private-key',
    }
    const asked = { scalars: ['1.3.6.1.2.1.1.5.0'], columns: tableColumns([]), rows: new Uint32Array() }
    const agent = engine.agent({ peer: proxy.peer, credential, patience })
    for (let i = 0; i < 4; i++) {
      const cells = tableCells(asked)
      await agent.readTable(asked, cells)
      expect(cells.scalars.hi[0]).toBe('test-agent'.length)
    }
  },
)
