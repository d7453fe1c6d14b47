import { Type, type Static, type TObject } from 'typebox'
import { Instant, Nullable, Ref } from '../../http/schema.ts'
import { RoleName } from '../schema.ts'

const closed = { additionalProperties: false }
const id = Type.String({ maxLength: 40 })
const Name = Type.String({ minLength: 1, maxLength: 64 })
const text = (most: number) => Type.String({ minLength: 1, maxLength: most })
/** `uid`, `sAMAccountName`, `1.2.840.113556.1.4.8`, with options after `;` [RFC 4512, 2.5]. */
const attribute = (preset: string) =>
  Type.String({ pattern: '^[A-Za-z0-9][A-Za-z0-9.;-]{0,63}$', default: preset })
const Dn = Type.String({ maxLength: 400, pattern: '^[^=]+=.+$' })

/** Members of a group have a role on a region and all below it. In LDAP the group is its DN. */
export const GroupRole = Type.Object({ group: text(400), role: RoleName, regionId: id }, closed)
export type GroupRole = Static<typeof GroupRole>

const shared = {
  /** Where those belong who sign in for the first time. */
  defaultRegionId: id,
  groups: Type.Array(GroupRole, { maxItems: 500 }),
}

export const LdapSettings = Type.Object(
  {
    url: Type.String({ maxLength: 255, pattern: '^ldaps?://[^/@?#\\s]+/?$' }),
    /** Encrypts ldap:// before anything is said. */
    startTls: Type.Boolean({ default: false }),
    /** An unencrypted connection beyond this machine: passwords can be read on the way. */
    allowPlaintext: Type.Boolean({ default: false }),
    /** PEM of whoever signed the server's certificate, when the system does not know them. */
    caCertificate: Type.Optional(text(65_536)),
    /** The account that searches; without it the search is anonymous. Its password is `secret`. */
    bindDn: Type.Optional(Dn),
    baseDn: Dn,
    /** [RFC 4515] `{username}` stands for what was typed. */
    userFilter: text(1000),
    attributes: Type.Object(
      {
        /** What never changes and is never given again: entryUUID, objectGUID. */
        id: attribute('entryUUID'),
        username: attribute('uid'),
        displayName: attribute('displayName'),
        email: Type.Optional(attribute('mail')),
        phone: Type.Optional(attribute('telephoneNumber')),
      },
      closed,
    ),
    /** Of the person: the DNs of their groups (memberOf). */
    groupAttribute: Type.Optional(attribute('memberOf')),
    /** Or a search of groups; `{dn}` and `{username}` stand for the person's. */
    groupBaseDn: Type.Optional(Dn),
    groupFilter: Type.Optional(text(1000)),
    ...shared,
  },
  closed,
)
export type LdapSettings = Static<typeof LdapSettings>

/** Names of claims; a dot goes into an object: `realm_access.roles`. */
const claim = (preset: string) => Type.String({ minLength: 1, maxLength: 120, default: preset })

export const OidcSettings = Type.Object(
  {
    issuer: Type.String({ maxLength: 255, pattern: '^https?://[^/@?#\\s]+(/[^?#\\s]*)?$' }),
    clientId: text(255),
    scopes: Type.Array(Type.String({ pattern: '^[\\x21\\x23-\\x5b\\x5d-\\x7e]{1,64}$' }), {
      maxItems: 20,
      uniqueItems: true,
      default: ['openid', 'profile', 'email'],
    }),
    claims: Type.Object(
      {
        username: claim('preferred_username'),
        displayName: claim('name'),
        email: Type.Optional(claim('email')),
        groups: Type.Optional(claim('groups')),
      },
      closed,
    ),
    ...shared,
  },
  closed,
)
export type OidcSettings = Static<typeof OidcSettings>

/** The bind account's password, or the client secret. Never answered. */
const Secret = text(1000)

const kind = <Kind extends string, Settings extends TObject>(name: Kind, settings: Settings) => ({
  kind: Type.Literal(name),
  settings,
})
const ldap = kind('ldap', LdapSettings)
const oidc = kind('oidc', OidcSettings)

const common = {
  id: Type.String(),
  name: Type.String(),
  enabled: Type.Boolean(),
  hasSecret: Type.Boolean(),
  /** How many accounts it vouches for. */
  users: Type.Integer(),
  /** OpenID Connect: the address to register there. */
  redirectUri: Nullable(Type.String()),
  createdAt: Instant,
  updatedAt: Instant,
}
export const IdentityProvider = Type.Union([
  Type.Object({ ...common, ...ldap }),
  Type.Object({ ...common, ...oidc }),
])
export type IdentityProvider = Static<typeof IdentityProvider>
export const IdentityProviderList = Type.Object({ items: Type.Array(IdentityProvider) })

/** Those of its kind, checked by `settingsOf`: a union would blame the fields of the other. */
const Settings = Type.Record(Type.String(), Type.Unknown(), {
  description: 'Of its kind, as they are answered',
})

export const NewIdentityProvider = Type.Object(
  {
    kind: Type.Enum(['ldap', 'oidc']),
    name: Name,
    enabled: Type.Boolean({ default: true }),
    secret: Type.Optional(Secret),
    settings: Settings,
  },
  closed,
)
export type ProviderInput = Static<typeof NewIdentityProvider>
/** As the console builds it. */
export type NewIdentityProvider = Omit<ProviderInput, 'kind' | 'settings'> &
  ({ kind: 'ldap'; settings: LdapSettings } | { kind: 'oidc'; settings: OidcSettings })

/** `settings` replace the old ones as a whole. Whoever leads it to another server has to give the secret again. */
export const IdentityProviderPatch = Type.Partial(
  Type.Object({ name: Name, enabled: Type.Boolean(), secret: Nullable(Secret), settings: Settings }),
  closed,
)
export type ProviderPatchInput = Static<typeof IdentityProviderPatch>
/** As the console builds it. */
export type IdentityProviderPatch = Omit<ProviderPatchInput, 'settings'> & {
  settings?: LdapSettings | OidcSettings
}

/** With a user name (LDAP): whom it finds, and what their groups would give. */
export const ProviderTest = Type.Object({ username: Type.Optional(Type.String({ maxLength: 64 })) })

export const providerSteps = ['connect', 'bind', 'search', 'discovery', 'keys', 'person'] as const
export type ProviderStep = (typeof providerSteps)[number]

/** The person as the provider describes them. */
export const FoundPerson = Type.Object({
  externalId: Type.String(),
  username: Type.String(),
  displayName: Type.String(),
  email: Nullable(Type.String()),
  phone: Nullable(Type.String()),
  groups: Type.Array(Type.String()),
  /** Roles that the groups give. */
  roles: Type.Array(Type.Object({ role: RoleName, region: Ref })),
})
export type FoundPerson = Static<typeof FoundPerson>

/** Steps in order, up to the first that failed. `title` and `detail` are in the reader's language. */
export const ProviderTestResult = Type.Object({
  ok: Type.Boolean(),
  steps: Type.Array(
    Type.Object({
      step: Type.Enum([...providerSteps]),
      ok: Type.Boolean(),
      title: Type.String(),
      detail: Type.String(),
    }),
  ),
  person: Nullable(FoundPerson),
})
export type ProviderTestResult = Static<typeof ProviderTestResult>
