import type { SnmpCredential } from '../../collector/src/contract.ts'
import type { SnmpEngine } from '../../collector/src/snmp/engine.ts'
import type { Exchange } from '../../collector/src/snmp/exchange.ts'
import { SnmpSession } from '../../collector/src/snmp/session.ts'
import type { Peer } from '../../collector/src/snmp/transport.ts'
import { VarBindRequest } from '../../collector/src/snmp/var-bind-request.ts'

/** A session that knows how many of its round trips had to wait for one before them. */
export function countedSession(engine: SnmpEngine, peer: Peer, credential: SnmpCredential) {
  const agent = engine.agent({ peer, credential })
  let deepest = 0
  const exchange: Exchange = async (question) => {
    const depth = deepest + 1
    const answer = await VarBindRequest.submit(agent, question)
    deepest = Math.max(deepest, depth)
    return answer
  }
  const session = new SnmpSession(exchange, { bulk: true, close: () => agent.close() })
  return { session, depth: () => deepest }
}
