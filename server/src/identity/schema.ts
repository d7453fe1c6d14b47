import { Type, type Static } from 'typebox'
import { IdParams, Instant, Nullable, Page, paging, Ref } from '../http/schema.ts'

export { IdParams }

export const SignIn = Type.Object({
  username: Type.String({ minLength: 1, maxLength: 64 }),
  password: Type.String({ minLength: 1, maxLength: 256 }),
})

/** Who is signed in, where they may act, and what they may do. */
export const Me = Type.Object({
  user: Type.Object({ id: Type.String(), username: Type.String(), displayName: Type.String() }),
  /** Role names, of the model's list. */
  roles: Type.Array(Type.String()),
  /** `<module>.<action>` */
  permissions: Type.Array(Type.String()),
  /** Roots of the subtrees that grants cover, widest first. */
  regions: Type.Array(Type.Object({ id: Type.String(), name: Type.String(), tier: Type.String() })),
  teams: Type.Array(Ref),
  demo: Type.Boolean(),
  signedInAt: Instant,
})
export type Me = Static<typeof Me>

export const User = Type.Object({
  id: Type.String(),
  username: Type.String(),
  displayName: Type.String(),
  phone: Nullable(Type.String()),
  region: Ref,
  roles: Type.Array(Type.String()),
})
export type User = Static<typeof User>
export const UserPage = Page(User)
export const UserQuery = Type.Object({
  ...paging,
  regionId: Type.Optional(Type.String()),
  teamId: Type.Optional(Type.String()),
})

export const Team = Type.Object({
  id: Type.String(),
  name: Type.String(),
  region: Ref,
  members: Type.Array(Ref),
})
export type Team = Static<typeof Team>
export const TeamPage = Page(Team)
export const TeamQuery = Type.Object({ ...paging, regionId: Type.Optional(Type.String()) })
