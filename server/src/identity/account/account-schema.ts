import { Type, type Static } from 'typebox'
import { Instant, Nullable, Ref } from '../../http/schema.ts'
import { Grant } from '../admin-schema.ts'
import { PasswordRules } from '../policy/policy-schema.ts'
import { PermissionName } from '../schema.ts'

/** One's own account: /me. */
export const MyAccount = Type.Object({
  id: Type.String(),
  username: Type.String(),
  displayName: Type.String(),
  phone: Nullable(Type.String()),
  email: Nullable(Type.String()),
  post: Nullable(Type.String()),
  region: Ref,
  /** What one may do where, and why: own grants and those of one's teams, widest first. */
  grants: Type.Array(Grant),
  /** Name of the provider that vouches for the user; null: a password kept here. */
  provider: Nullable(Type.String()),
  passwordChangedAt: Nullable(Instant),
  /** When the password has to be changed; null: never. */
  passwordExpiresAt: Nullable(Instant),
  passwordRules: PasswordRules,
  totp: Type.Object({
    enabledAt: Nullable(Instant),
    recoveryCodesLeft: Type.Integer(),
    /** Whether policy asks it of one of the user's roles. */
    isRequired: Type.Boolean(),
  }),
})
export type MyAccount = Static<typeof MyAccount>

export const MyAccountPatch = Type.Partial(
  Type.Object({
    phone: Nullable(Type.String({ maxLength: 40 })),
    email: Nullable(Type.String({ maxLength: 120, pattern: '^[^@\\s]+@[^@\\s]+$' })),
  }),
)
export type MyAccountPatch = Static<typeof MyAccountPatch>

const Password = Type.String({ minLength: 1, maxLength: 256 })
export const PasswordChange = Type.Object({ current: Password, next: Password })
/** Asked again before what weakens an account. */
export const PasswordOnly = Type.Object({ password: Password })

/** `uri` is for an authenticator's QR code (otpauth://). Nothing changes until a code confirms it. */
export const TotpOffer = Type.Object({ secret: Type.String(), uri: Type.String() })
export type TotpOffer = Static<typeof TotpOffer>
/** Shown once; each works once. */
export const RecoveryCodes = Type.Object({ recoveryCodes: Type.Array(Type.String()) })
export type RecoveryCodes = Static<typeof RecoveryCodes>

export const Session = Type.Object({
  id: Type.String(),
  isCurrent: Type.Boolean(),
  address: Type.String(),
  userAgent: Type.String(),
  signedInAt: Instant,
  seenAt: Instant,
  expiresAt: Instant,
})
export type Session = Static<typeof Session>
export const SessionList = Type.Object({ items: Type.Array(Session) })

/** Bearer token of a program: part of its owner's permissions within a region, until it expires. */
export const ApiToken = Type.Object({
  id: Type.String(),
  name: Type.String(),
  permissions: Type.Array(PermissionName),
  region: Ref,
  createdAt: Instant,
  expiresAt: Instant,
  usedAt: Nullable(Instant),
  usedAddress: Nullable(Type.String()),
})
export type ApiToken = Static<typeof ApiToken>
export const ApiTokenList = Type.Object({ items: Type.Array(ApiToken) })
export const NewApiToken = Type.Object({
  name: Type.String({ minLength: 1, maxLength: 64 }),
  permissions: Type.Array(PermissionName, { minItems: 1, uniqueItems: true }),
  regionId: Type.String({ maxLength: 40 }),
  expiresAt: Instant,
})
export type NewApiToken = Static<typeof NewApiToken>
/** `token` is shown this once. */
export const CreatedApiToken = Type.Object({ token: Type.String(), ...ApiToken.properties })
export type CreatedApiToken = Static<typeof CreatedApiToken>
