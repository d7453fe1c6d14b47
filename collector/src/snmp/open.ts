import { lookup } from 'node:dns/promises'
import type { SnmpCredential } from '../contract.ts'
import type { RequestOptions, SnmpEngine } from './engine.ts'
import { SnmpError } from './error.ts'
import { SnmpSession, type Exchange } from './session.ts'
import type { Peer } from './transport.ts'

/** How often and how long an ordinary request waits. */
export const patience: RequestOptions = { timeoutMs: 2000, retries: 2 }

/** A device's session, for its credential: v1 and v2c through the common engine, v3 with a socket of its own. */
export function openSession(
  engine: SnmpEngine,
  peer: Peer,
  credential: SnmpCredential,
  options: RequestOptions = patience,
): SnmpSession {
  if (credential.version === '3') return openUsm(peer, credential, options)
  const exchange = communityExchange(engine, peer, credential, options)
  return new SnmpSession(exchange, { bulk: credential.version === '2c' })
}

/** Its library is 10 MB that a network of v2c devices never needs: loaded with the first question. */
function openUsm(peer: Peer, credential: Extract<SnmpCredential, { version: '3' }>, options: RequestOptions) {
  let opening: Promise<{ exchange: Exchange; close: () => void }> | undefined
  const opened = () =>
    (opening ??= import('./usm.ts').then(({ usmExchange }) => usmExchange(peer, credential, options)))
  const close = () => void opening?.then((session) => session.close())
  return new SnmpSession(async (question) => (await opened()).exchange(question), { bulk: true, close })
}

/** The numeric address of a host; throws SnmpError `unreachable` for an unknown name. */
export async function resolvePeer(host: string, port: number): Promise<Peer> {
  try {
    return { address: (await lookup(host)).address, port }
  } catch (cause) {
    throw new SnmpError('unreachable', `${host} is not known`, { cause })
  }
}

function communityExchange(
  engine: SnmpEngine,
  peer: Peer,
  { version, community }: Exclude<SnmpCredential, { version: '3' }>,
  options: RequestOptions,
): Exchange {
  return async (question) => {
    const { message, rttMs } = await engine.request(
      peer,
      {
        version,
        community,
        type: question.type,
        errorStatus: 0,
        errorIndex: question.type === 'getBulk' ? question.maxRepetitions : 0,
        varBinds: question.oids.map((oid) => ({ oid, value: { type: 'null', value: null } })),
      },
      options,
    )
    return { ...message, rttMs }
  }
}
