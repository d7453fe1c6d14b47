import type { SecretBox } from '../../secret-box.ts'
import type { LdapSettings, OidcSettings } from './schema.ts'
import type { ProviderRow } from './store.ts'

interface Common {
  id: string
  name: string
  enabled: boolean
  /** Bind password or client secret, opened. */
  secret: string | null
  updatedAt: number
}
export type LdapProvider = Common & { kind: 'ldap'; settings: LdapSettings }
export type OidcProvider = Common & { kind: 'oidc'; settings: OidcSettings }
/** Where people are known by their own names and passwords, ready to be asked. */
export type Provider = LdapProvider | OidcProvider

export function providerOf(row: ProviderRow, secrets: SecretBox): Provider {
  const { id, name, kind } = row
  const secret = row.secret === null ? null : secrets.open<string>(row.secret, 'provider')
  const settings: unknown = JSON.parse(row.settings)
  // The settings were checked against their kind when they were stored.
  return {
    id,
    name,
    kind,
    enabled: row.enabled === 1,
    secret,
    settings,
    updatedAt: row.updated_at,
  } as Provider
}
