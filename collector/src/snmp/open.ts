import { lookup } from 'node:dns/promises'
import type { SnmpCredential } from '../contract.ts'
import type { Agent } from './agent.ts'
import type { SnmpEngine } from './engine.ts'
import { SnmpError } from './error.ts'
import type { Patience } from './request.ts'
import { SnmpSession } from './session.ts'
import type { Peer } from './transport.ts'
import { VarBindRequest } from './var-bind-request.ts'

/** A session on an agent of its own, which it closes. Whoever also reads tables opens sessions on its agent: `sessionOf`. */
export function openSession(
  engine: SnmpEngine,
  peer: Peer,
  credential: SnmpCredential,
  patience?: Patience,
): SnmpSession {
  const agent = engine.agent({ peer, credential })
  return sessionOf(agent, patience, () => agent.close())
}

/** For what tables are not: a few objects, walks. Closing it leaves the agent as it is. */
export function sessionOf(agent: Agent, patience?: Patience, close?: () => void): SnmpSession {
  return new SnmpSession((question) => VarBindRequest.submit(agent, question, patience), {
    bulk: agent.version !== '1',
    ...(close ? { close } : {}),
  })
}

/** The numeric address of a host; throws SnmpError `unreachable` for an unknown name. */
export async function resolvePeer(host: string, port: number): Promise<Peer> {
  try {
    return { address: (await lookup(host)).address, port }
  } catch (cause) {
    throw new SnmpError('unreachable', `${host} is not known`, { cause })
  }
}
