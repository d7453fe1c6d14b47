import { Type, type Static } from 'typebox'
import { roles } from '../roles.ts'

/** What a password must be. */
export const PasswordRules = Type.Object({
  minLength: Type.Integer({ minimum: 8, maximum: 64, default: 10 }),
  /** How many of the four kinds: lower case, upper case, digits, others. */
  minKinds: Type.Integer({ minimum: 1, maximum: 4, default: 3 }),
  /** How many earlier passwords may not come back. */
  history: Type.Integer({ minimum: 0, maximum: 24, default: 5 }),
  /** Days until it has to be changed; 0: never. */
  maxAgeDays: Type.Integer({ minimum: 0, maximum: 730, default: 0 }),
})
export type PasswordRules = Static<typeof PasswordRules>

/** What the security officer decides for the whole installation. */
export const Policy = Type.Object({
  password: PasswordRules,
  /** Failed sign-ins in a row until an account is locked, and for how long at first; each further failure doubles it, up to a day. */
  lockout: Type.Object({
    afterFailures: Type.Integer({ minimum: 3, maximum: 20, default: 5 }),
    minutes: Type.Integer({ minimum: 1, maximum: 1440, default: 1 }),
  }),
  session: Type.Object({
    idleMinutes: Type.Integer({ minimum: 5, maximum: 1440, default: 480 }),
    lifetimeHours: Type.Integer({ minimum: 1, maximum: 720, default: 168 }),
  }),
  /** Roles that need a second factor. */
  totpRoles: Type.Array(Type.Enum([...roles]), { uniqueItems: true }),
  /** Longest life of an API token. */
  tokenMaxDays: Type.Integer({ minimum: 1, maximum: 1095, default: 365 }),
  /** How long records stay in the database before they move to an archive file, which is kept. */
  auditKeepDays: Type.Integer({ minimum: 183, maximum: 3650, default: 365 }),
})
export type Policy = Static<typeof Policy>
