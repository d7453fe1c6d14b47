import type { SnmpCredential } from '@zongheng/collector/contract.ts'
import { unprocessable } from '../http/problem.ts'
import type { SnmpInput } from './schema.ts'

/** A credential as a person gives it, checked; throws 422 naming what is missing. `path`: where it is in the request. */
export function snmpCredential(input: SnmpInput, path = '/snmp'): SnmpCredential {
  const missing = missingOf(input)
  if (missing)
    throw unprocessable('snmp-incomplete', undefined, [
      { path: `${path}/${missing}`, code: 'required', message: 'is required' },
    ])
  const { version, community, user, authProtocol, authKey, privProtocol, privKey } = input
  if (version !== '3') return { version, community: community! }
  const who = { version, user: user!, ...(input.contextName ? { contextName: input.contextName } : {}) }
  if (!authKey) return { ...who, level: 'noAuthNoPriv' }
  if (!privKey) return { ...who, level: 'authNoPriv', authProtocol, authKey }
  return { ...who, level: 'authPriv', authProtocol, authKey, privProtocol, privKey }
}

/** SNMPv3 encrypts only what it authenticates; a key needs its protocol and the other way round [RFC 3414]. */
export function missingOf(input: SnmpInput): keyof SnmpInput | null {
  if (input.version !== '3') return input.community ? null : 'community'
  if (!input.user) return 'user'
  if (input.authKey && !input.authProtocol) return 'authProtocol'
  if ((input.authProtocol || input.privKey) && !input.authKey) return 'authKey'
  if (input.privKey && !input.privProtocol) return 'privProtocol'
  return input.privProtocol && !input.privKey ? 'privKey' : null
}
