import { Type, type Static } from 'typebox'

/** What the first-run page needs to know. Provinces come from the GB/T 2260 package. */
export const SetupStatus = Type.Object({
  needed: Type.Boolean(),
  provinces: Type.Array(Type.Object({ code: Type.String(), name: Type.String() })),
})
export type SetupStatus = Static<typeof SetupStatus>

const NewAccount = Type.Object({
  username: Type.String({ minLength: 2, maxLength: 64, pattern: '^[a-z0-9._-]+$' }),
  displayName: Type.String({ minLength: 1, maxLength: 64 }),
  password: Type.String({ minLength: 10, maxLength: 256 }),
})

/** The three officers exclude one another: four different people. */
export const Setup = Type.Object({
  /** Printed on the server's console at first start: whoever runs the machine sets it up. */
  setupCode: Type.String({ minLength: 1, maxLength: 64 }),
  provinceCode: Type.String({ pattern: '^\\d{6}$' }),
  organisation: Type.String({ minLength: 1, maxLength: 64 }),
  systemAdmin: NewAccount,
  securityAdmin: NewAccount,
  auditAdmin: NewAccount,
  networkAdmin: NewAccount,
})
export type Setup = Static<typeof Setup>
