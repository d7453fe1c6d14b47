import { Type, type Static } from 'typebox'
import { Instant, Nullable, Ref } from '../http/schema.ts'
import { PasswordRules } from './policy/policy-schema.ts'
import { permissions, roles } from './roles.ts'

export const SignIn = Type.Object({
  username: Type.String({ minLength: 1, maxLength: 64 }),
  password: Type.String({ minLength: 1, maxLength: 256 }),
})

/** What is still to be done before a session opens. */
export const stages = ['open', 'totp', 'password'] as const
export type Stage = (typeof stages)[number]

export const RoleName = Type.Enum([...roles])
export const PermissionName = Type.Enum([...permissions])

/** Who is signed in, where they may act, and what they may do. */
export const Me = Type.Object({
  user: Type.Object({ id: Type.String(), username: Type.String(), displayName: Type.String() }),
  /** `totp`: a code is awaited; `password`: a new password is. Until `open`, nothing else is answered. */
  stage: Type.Enum([...stages]),
  /** Policy asks for a second factor: nothing but /me and /session is answered until there is one. */
  mustEnrolTotp: Type.Boolean(),
  /** Of the new password that is asked for; null: none is. */
  passwordRules: Nullable(PasswordRules),
  /** Role names, of the model's list. */
  roles: Type.Array(Type.String()),
  /** `<module>.<action>` */
  permissions: Type.Array(Type.String()),
  /** Roots of the subtrees that grants cover, widest first. */
  regions: Type.Array(Type.Object({ id: Type.String(), name: Type.String(), tier: Type.String() })),
  teams: Type.Array(Ref),
  /** Whose eyes are borrowed, read-only; roles, permissions and regions are theirs then. */
  viewingAs: Nullable(Ref),
  demo: Type.Boolean(),
  signedInAt: Instant,
})
export type Me = Static<typeof Me>

/** What the sign-in page offers beside a password. */
export const SignInOptions = Type.Object({
  /** OpenID Connect providers: go to `/api/v1/session/oidc/{id}`. */
  providers: Type.Array(Ref),
  /** Whether a directory (LDAP) also takes user names and passwords. */
  directory: Type.Boolean(),
})

export type SignInOptions = Static<typeof SignInOptions>

/** Six digits of an authenticator, or a recovery code. */
export const Code = Type.Object({ code: Type.String({ minLength: 6, maxLength: 32 }) })

export const ViewAs = Type.Object({
  userId: Type.String({ maxLength: 40 }),
  reason: Type.String({ minLength: 1, maxLength: 200 }),
})
