import type { NewDevice } from '@zongheng/server/api.ts'

type SnmpInput = NewDevice['snmp']

/** What most devices speak best first. */
export const authProtocols = ['sha256', 'sha', 'sha512', 'sha384', 'sha224', 'md5'] as const
export const privProtocols = ['aes', 'aes256r', 'aes256b', 'aes192r', 'aes192b', 'des'] as const

/** An SNMP credential as it is typed. */
export interface SnmpDraft {
  version: '2c' | '3' | '1'
  community: string
  user: string
  authProtocol: (typeof authProtocols)[number]
  authKey: string
  privProtocol: (typeof privProtocols)[number] | ''
  privKey: string
  contextName: string
}

export const newSnmpDraft = (): SnmpDraft => ({
  version: '2c',
  community: '',
  user: '',
  authProtocol: 'sha256',
  authKey: '',
  privProtocol: 'aes',
  privKey: '',
  contextName: '',
})

/** As the API takes it; null when nothing was typed. Without a key there is neither signing nor encryption. */
export function snmpOf(draft: SnmpDraft): SnmpInput | null {
  const { version, community, user, authProtocol, authKey, privProtocol, privKey, contextName } = draft
  if (version !== '3') return community ? { version, community } : null
  if (!user) return null
  const auth = authKey ? { authProtocol, authKey } : {}
  const priv = authKey && privProtocol && privKey ? { privProtocol, privKey } : {}
  return { version, user, ...auth, ...priv, ...(contextName ? { contextName } : {}) }
}
