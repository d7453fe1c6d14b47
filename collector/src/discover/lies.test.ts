/** Agents that lie: what they say is bounded, told, and costs nothing that others say. */
import { once } from 'node:events'
import fc from 'fast-check'
import { loadProfiles } from '@zongheng/inventory/profile-library.ts'
import { expect, it } from 'vitest'
import { SnmpEngine } from '../snmp/engine.ts'
import { SnmpError } from '../snmp/error.ts'
import type { Message } from '../snmp/message.ts'
import { openSession } from '../snmp/open.ts'
import { FakeAgent, responseTo } from '../snmp/testing.ts'
import type { SnmpReader } from '../snmp/session.ts'
import type { SnmpValue } from '../snmp/value.ts'
import { discover } from './discover.ts'
import type { Discovery } from './plan.ts'
import { discoverStations } from './stations.ts'
import { holding, type Objects } from './testing.ts'

const profiles = loadProfiles()
const ifEntry = '1.3.6.1.2.1.2.2.1'
const ifXEntry = '1.3.6.1.2.1.31.1.1.1'
const entitySensors = '1.3.6.1.2.1.99.1.1.1'
const ports = Array.from({ length: 12 }, (_, i) => i + 1)

const switchOf12: Objects = {
  '1.3.6.1.2.1.1.1.0': 'S5700-28C-EI',
  '1.3.6.1.2.1.1.2.0': { type: 'oid', value: '1.3.6.1.4.1.99999.1' },
  '1.3.6.1.2.1.1.5.0': '正定县局',
  ...Object.fromEntries(
    ports.flatMap((index) => [
      [`${ifEntry}.2.${index}`, `GigabitEthernet0/0/${index}`],
      [`${ifEntry}.3.${index}`, 6],
      [`${ifEntry}.4.${index}`, 1500],
      [`${ifEntry}.7.${index}`, 1],
      [`${ifEntry}.8.${index}`, 1],
      [`${ifXEntry}.1.${index}`, `GE0/0/${index}`],
      [`${ifXEntry}.15.${index}`, 1000],
      [`${ifXEntry}.18.${index}`, `to_${index}`],
      [`${entitySensors}.1.${index}`, 8],
      [`${entitySensors}.2.${index}`, 9],
      [`${entitySensors}.3.${index}`, 0],
      [`${entitySensors}.4.${index}`, 40 + index],
      [`${entitySensors}.5.${index}`, 1],
      [`1.3.6.1.2.1.47.1.1.1.1.7.${index}`, `Board ${index}`],
    ]),
  ),
}

type Answer = (asked: Message) => Buffer | undefined
type VarBinds = Message['varBinds']

/** What is read of a device that answers so, and how often it was asked. */
async function readFrom<T>(answer: Answer, read: (reader: SnmpReader) => Promise<T>) {
  const agent = await FakeAgent.start(answer)
  const engine = new SnmpEngine({ sockets: 1 })
  try {
    const session = openSession(engine, agent.peer, { version: '2c', community: 'public' }, { timeoutMs: 60, retries: 0 }) // prettier-ignore
    return { found: await read(session), asked: agent.asked.length }
  } finally {
    engine.close()
    agent.stop()
    await once(agent.socket, 'close')
  }
}

async function discoveredOf(answer: Answer): Promise<{ discovery: Discovery; asked: number }> {
  const { found, asked } = await readFrom(answer, (reader) => discover(reader, profiles))
  return { discovery: found, asked }
}

/** What is below this column as `lie` tells it, row by row of each answer; all else as it is. */
const lyingBelow = (column: string, lie: (last: string, row: number) => VarBinds[number]): Answer => {
  return (asked) => {
    const width = asked.varBinds.length
    const told = held(asked).map((honest, at) => {
      const last = asked.varBinds[at % width]!.oid
      return `${last}.`.startsWith(`${column}.`) ? lie(last, Math.floor(at / width)) : honest
    })
    return responseTo(asked, told)
  }
}

const integer = (value: number): SnmpValue => ({ type: 'integer', value })
const held = holding(switchOf12)
const sensorType = `${entitySensors}.1`
const rowOf = (oid: string) => Number(oid.slice(sensorType.length + 1)) || 0
const row = (index: number) => ({ oid: `${sensorType}.${index}`, value: integer(1) })

it.each([
  ['that go round in a circle', (_: string, at: number) => row((at % 3) + 1)],
  ['that go back', (last: string, at: number) => row(Math.max(1, 100 - rowOf(last) - at))],
  ['that stand still', () => row(7)],
  ['of a hundred thousand', (last: string, at: number) => row(rowOf(last) + at + 1)],
])('rows %s are left, and told', async (_, lie) => {
  const { discovery, asked } = await discoveredOf(lyingBelow(sensorType, lie))
  expect(discovery.interfaces.map(({ ifAlias }) => ifAlias)).toEqual(ports.map((index) => `to_${index}`))
  expect(discovery.problems.map(({ oid }) => oid)).toEqual([sensorType])
  expect(asked).toBeLessThan(600)
})

it('what hangs on its ports is not told by half, when a table of it goes round in a circle', async () => {
  const column = '1.3.6.1.2.1.17.7.1.2.2.1.2'
  const circle = lyingBelow(column, (_, at) => ({ oid: `${column}.1.0.14.76.0.0.${(at % 3) + 1}`, value: integer(1) })) // prettier-ignore
  await expect(readFrom(circle, (reader) => discoverStations(reader, []))).rejects.toThrow(column)
})

it('a table without an end that cannot be done without fails, and says so', async () => {
  const ifDescr = `${ifEntry}.2`
  const endless = lyingBelow(ifDescr, (last, at) => {
    const index = Number(last.slice(ifDescr.length + 1)) || 0
    return { oid: `${ifDescr}.${index + at + 1}`, value: { type: 'octets', value: Buffer.from('x') } }
  })
  await expect(discoveredOf(endless)).rejects.toMatchObject({ code: 'tooManyRows' })
})

it('answers to another request are no answers', async () => {
  const stray: Answer = (asked) => responseTo({ ...asked, requestId: asked.requestId ^ 1 }, held(asked))
  await expect(discoveredOf(stray)).rejects.toMatchObject({ code: 'timeout' })
})

it('texts come as text, whatever their octets', async () => {
  const texts: Objects = {
    '1.3.6.1.2.1.1.5.0': Buffer.from('d5fdb6a8', 'hex'), // 正定 in GB18030
    [`${ifXEntry}.18.1`]: Buffer.from('to\0zero\0'),
    [`${ifXEntry}.18.2`]: Buffer.from('ff80fe', 'hex'),
    [`${ifXEntry}.18.3`]: Buffer.from('\u{1f4a9}\u001b[31m'),
  }
  const lying = holding({ ...switchOf12, ...texts })
  const { discovery } = await discoveredOf((asked) => responseTo(asked, lying(asked)))
  expect(discovery.identity.sysName).toBe('正定')
  expect(discovery.interfaces.slice(0, 3).map(({ ifAlias }) => ifAlias)).toEqual(['tozero', expect.any(String), '\u{1f4a9}[31m']) // prettier-ignore
  expect(JSON.stringify(discovery)).not.toMatch(/\\u0000|\\ud[89a-f]/)
})

const anyValue: fc.Arbitrary<SnmpValue> = fc.oneof(
  fc.integer().map(integer),
  fc.uint8Array({ maxLength: 40 }).map((octets) => ({ type: 'octets', value: Buffer.from(octets) }) as const),
  fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }).map((value) => ({ type: 'counter64', value }) as const),
  fc.constant({ type: 'oid', value: '1.3.6.1.4.1.9.1.1' } as const),
  fc.constant({ type: 'ip', value: '10.0.0.1' } as const),
  fc.nat().map((value) => ({ type: 'timeticks', value }) as const),
)
const lies = ['type', 'swap', 'double', 'drop', 'status', 'none'] as const

it(
  'whatever it answers, a discovery ends, and what it found is plain data',
  { timeout: 60_000 },
  async () => {
    const liar = fc.record({ values: fc.array(anyValue, { minLength: 5, maxLength: 5 }), turns: fc.array(fc.constantFrom(...lies), { minLength: 3, maxLength: 12 }) }) // prettier-ignore
    await fc.assert(
      fc.asyncProperty(liar, async ({ values, turns }) => {
        let turn = 0
        const answer: Answer = (asked) => {
          const lie = asked.type === 'get' ? 'none' : turns[turn++ % turns.length]!
          const honest = held(asked)
          if (lie === 'status') return responseTo(asked, [], { status: (turn % 18) + 1, index: turn % 7 })
          if (lie === 'type') return responseTo(asked, honest.map((one, at) => (at % 3 === 0 ? { ...one, value: values[at % 5]! } : one))) // prettier-ignore
          if (lie === 'swap') return responseTo(asked, honest.toReversed())
          if (lie === 'double')
            return responseTo(
              asked,
              honest.flatMap((one) => [one, one]),
            )
          return responseTo(asked, lie === 'drop' ? honest.slice(0, turn % 5) : honest)
        }
        const outcome = await discoveredOf(answer).catch((error: unknown) => error)
        if (outcome instanceof Error) return void expect(outcome).toBeInstanceOf(SnmpError)
        const { discovery, asked } = outcome as { discovery: Discovery; asked: number }
        expect(asked).toBeLessThan(2000)
        expect(JSON.parse(JSON.stringify(discovery))).toEqual(discovery)
      }),
      { numRuns: process.env.LONG ? 2000 : 40 },
    )
  },
)
