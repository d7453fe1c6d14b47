/** Agents that do not keep to the standards, as their profiles know them: discovered, and polled from then on. */
import { once } from 'node:events'
import { resolveProfiles } from '@zongheng/inventory/profile-library.ts'
import type { Quirks } from '@zongheng/inventory/profile.ts'
import { afterEach, expect, it } from 'vitest'
import { SnmpEngine } from '../snmp/engine.ts'
import type { Message } from '../snmp/message.ts'
import { openSession } from '../snmp/open.ts'
import { FakeAgent, responseTo } from '../snmp/testing.ts'
import { discover } from './discover.ts'
import { holding, type Objects } from './testing.ts'

const ifEntry = '1.3.6.1.2.1.2.2.1'
const ifHighSpeed = '1.3.6.1.2.1.31.1.1.1.15'
const ports = Array.from({ length: 10 }, (_, i) => i + 1)
const objects: Objects = {
  '1.3.6.1.2.1.1.2.0': { type: 'oid', value: '1.3.6.1.4.1.99999' },
  ...Object.fromEntries(
    ports.flatMap((index) => [
      [`${ifEntry}.2.${index}`, `Port ${index}`],
      [`${ifEntry}.3.${index}`, 6],
      [`${ifEntry}.5.${index}`, { type: 'gauge32', value: 100_000_000 }],
      [`${ifEntry}.7.${index}`, 1],
      [`${ifEntry}.8.${index}`, 1],
      [`${ifHighSpeed}.${index}`, 1],
    ]),
  ),
}
const held = holding(objects)

const stops: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const stop of stops.splice(0)) await stop()
})

/** What is found at a device that answers so, whose profile has these quirks; and what it was asked. */
async function discovered(answer: (asked: Message) => Buffer | undefined, quirks: Quirks) {
  const agent = await FakeAgent.start(answer)
  const engine = new SnmpEngine({ sockets: 1 })
  stops.push(async () => {
    engine.close()
    agent.stop()
    await once(agent.socket, 'close')
  })
  const session = openSession(engine, agent.peer, { version: '2c', community: 'public' }, { timeoutMs: 100, retries: 0 }) // prettier-ignore
  const profiles = resolveProfiles(new Map([['generic.yaml', `name: generic\nquirks: ${JSON.stringify(quirks)}`]])) // prettier-ignore
  return { discovery: await discover(session, profiles), asked: agent.asked }
}

const answered = (asked: Message) => responseTo(asked, held(asked))

it('that cannot answer GETBULK are never asked it', async () => {
  const { discovery, asked } = await discovered((one) => (one.type === 'getBulk' ? responseTo(one, []) : answered({ ...one, errorIndex: 1 })), { noBulk: true }) // prettier-ignore
  expect(discovery.interfaces).toHaveLength(10)
  expect(discovery.quirks).toEqual({ noBulk: true })
  expect(new Set(asked.map(({ type }) => type))).toEqual(new Set(['get', 'getNext']))
})

it('that are silent to whoever asks for much are asked for little', async () => {
  const objectsOf = ({ type, varBinds, errorIndex }: Message) => varBinds.length * (type === 'getBulk' ? errorIndex : 1) // prettier-ignore
  const { discovery, asked } = await discovered((one) => (objectsOf(one) > 6 ? undefined : answered(one)), { mostObjects: 6 }) // prettier-ignore
  expect(discovery.interfaces).toHaveLength(10)
  expect(discovery.problems).toEqual([])
  expect(Math.max(...asked.map(objectsOf))).toBe(6)
})

it.each([
  [{}, 1_000_000],
  [{ noHighSpeed: true }, 100_000_000],
])('whose ifHighSpeed is none: %j', async (quirks, speed) => {
  const { discovery } = await discovered(answered, quirks)
  expect(discovery.interfaces[0]!.ifSpeedBps).toBe(speed)
})
