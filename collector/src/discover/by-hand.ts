/** What commands that ask one device share: a session for as long as it takes, and words for what went wrong. */
import { SnmpEngine } from '../snmp/engine.ts'
import { SnmpError } from '../snmp/error.ts'
import { openSession, resolvePeer } from '../snmp/open.ts'
import type { SnmpSession } from '../snmp/session.ts'
import type { ProbeArguments } from './probe-arguments.ts'
import type { ProbeWords } from './probe-words.ts'

const retries = 2
const triesTogether = 1 + 1.5 + 1.5 ** 2 // each try waits half as long again as the one before

export async function askDevice<T>(
  { host, port, credential, timeoutMs }: ProbeArguments,
  use: (session: SnmpSession) => Promise<T>,
): Promise<T> {
  const engine = new SnmpEngine({ sockets: 1 })
  try {
    const peer = await resolvePeer(host, port)
    const session = openSession(engine, peer, credential, { timeoutMs: timeoutMs / triesTogether, retries })
    try {
      return await use(session)
    } finally {
      session.close()
    }
  } finally {
    engine.close()
  }
}

/** Why a device did not answer; what is no matter of SNMP is thrown again. */
export function failureOf(error: unknown, words: ProbeWords, peer: string): string {
  if (!(error instanceof SnmpError)) throw error
  const detail = error.message.replace(`${peer}: `, '')
  return words.error[error.code]?.(peer, detail) ?? `${peer}: ${detail}`
}
