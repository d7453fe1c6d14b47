import { once } from 'node:events'
import type { SnmpCredential } from '../contract.ts'
import { SnmpEngine } from '../snmp/engine.ts'
import type { Message } from '../snmp/message.ts'
import { compareOids } from '../snmp/oid.ts'
import { openSession } from '../snmp/open.ts'
import type { SnmpSession } from '../snmp/session.ts'
import { FakeAgent, responseTo } from '../snmp/testing.ts'
import type { SnmpValue } from '../snmp/value.ts'

export type Objects = Record<string, SnmpValue | number | string | Buffer>

const credential: SnmpCredential = { version: '2c', community: 'public' }

function valueOf(object: Objects[string]): SnmpValue {
  if (typeof object === 'number') return { type: 'integer', value: object }
  if (typeof object === 'string') return { type: 'octets', value: Buffer.from(object) }
  return Buffer.isBuffer(object) ? { type: 'octets', value: object } : object
}

/** What an agent that holds just these objects has for GET and GETBULK. */
export function holding(objects: Objects) {
  const oids = Object.keys(objects).sort(compareOids)
  const bind = (oid: string | undefined) =>
    oid === undefined
      ? { oid: '1.3.9', value: { type: 'endOfMibView', value: null } as const }
      : { oid, value: valueOf(objects[oid] ?? 0) }
  return ({ type, varBinds, errorIndex }: Message): Message['varBinds'] => {
    const wanted = varBinds.map(({ oid }) => oid)
    if (type === 'get') return wanted.filter((oid) => oid in objects).map(bind)
    const starts = wanted.map((root) => oids.findIndex((oid) => compareOids(oid, root) > 0))
    const rows = Array.from({ length: Math.max(1, errorIndex) }, (_, row) =>
      starts.map((start) => bind(start < 0 ? undefined : oids[start + row])),
    )
    return rows.flat()
  }
}

/** Answers from a table of objects; columns below one of `silent` get no answer. */
export function answering(objects: Objects, silent: string[] = []) {
  const held = holding(objects)
  return (asked: Message): Buffer | undefined => {
    const isSilent = asked.varBinds.some(({ oid }) => silent.some((root) => `${oid}.`.startsWith(`${root}.`)))
    return isSilent ? undefined : responseTo(asked, held(asked))
  }
}

/** Runs `use` with a session to a device that holds just these objects, over real UDP. */
export async function withDevice<T>(
  objects: Objects,
  use: (session: SnmpSession) => Promise<T>,
  silent: string[] = [],
): Promise<T> {
  const agent = await FakeAgent.start(answering(objects, silent))
  const engine = new SnmpEngine({ sockets: 1 })
  try {
    return await use(openSession(engine, agent.peer, credential, { timeoutMs: 150, retries: 0 }))
  } finally {
    engine.close()
    agent.stop()
    await once(agent.socket, 'close')
  }
}
