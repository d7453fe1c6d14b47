import { Type, type Static } from 'typebox'
import { Instant, Nullable, Page, paging, Ref } from '../http/schema.ts'
import { PermissionName, RoleName } from './schema.ts'

const id = Type.String({ maxLength: 40 })
const Name = Type.String({ minLength: 1, maxLength: 64 })
const Day = Type.String({ pattern: '^\\d{4}-\\d{2}-\\d{2}$', description: 'Calendar day' })
const text = (most: number) => Type.String({ maxLength: most })

// ---- people ------------------------------------------------------------------------------------

/** active; locked for a while after failures; disabled by an administrator. */
export const userStates = ['active', 'locked', 'disabled'] as const

export const User = Type.Object({
  id: Type.String(),
  username: Type.String(),
  displayName: Type.String(),
  post: Nullable(Type.String()),
  phone: Nullable(Type.String()),
  region: Ref,
  /** Own roles and those of their teams. None for a reader who only has the directory, as all that follows. */
  roles: Type.Array(Type.String()),
  /** Null for that reader. */
  state: Nullable(Type.Enum([...userStates])),
  signedInAt: Nullable(Instant),
})
export type User = Static<typeof User>
export const UserPage = Page(User)
export const UserQuery = Type.Object({
  ...paging,
  /** Part of a name, user name, phone number or post. */
  q: Type.Optional(text(64)),
  regionId: Type.Optional(id),
  teamId: Type.Optional(id),
  role: Type.Optional(RoleName),
  /** Without it: all but the disabled. It and `role` find only whom the reader administers. */
  state: Type.Optional(Type.Enum([...userStates])),
})
export type UserQuery = Static<typeof UserQuery>

export const Certificate = Type.Object({
  name: Name,
  number: Type.Optional(text(64)),
  issuer: Type.Optional(text(64)),
  issuedOn: Type.Optional(Day),
  expiresOn: Type.Optional(Day),
})
export const Training = Type.Object({
  name: Name,
  heldOn: Type.Optional(Day),
  hours: Type.Optional(Type.Number({ minimum: 0, maximum: 10_000 })),
  result: Type.Optional(text(64)),
})
const directory = {
  email: Nullable(Type.String({ maxLength: 120, pattern: '^[^@\\s]+@[^@\\s]+$' })),
  post: Nullable(text(64)),
  phone: Nullable(text(40)),
  skills: Type.Array(Name, { maxItems: 50 }),
  certificates: Type.Array(Certificate, { maxItems: 50 }),
  trainings: Type.Array(Training, { maxItems: 200 }),
}

/** A grant as it is read: who, what, where, and why it is there. */
export const Grant = Type.Object({
  id: Type.String(),
  role: RoleName,
  region: Ref,
  user: Nullable(Ref),
  team: Nullable(Ref),
  /** The identity provider whose group gives it; such a grant is changed there. */
  provider: Nullable(Ref),
  expiresAt: Nullable(Instant),
  createdAt: Instant,
})
export type Grant = Static<typeof Grant>

/** From `certificates` on: for whoever administers the account, nothing or null for others; teams are for all. */
export const UserDetail = Type.Object({
  ...User.properties,
  email: Nullable(Type.String()),
  skills: Type.Array(Type.String()),
  certificates: Type.Array(Certificate),
  trainings: Type.Array(Training),
  provider: Nullable(Ref),
  teams: Type.Array(Ref),
  /** Own ones and those of teams. */
  grants: Type.Array(Grant),
  hasTotp: Nullable(Type.Boolean()),
  mustChangePassword: Nullable(Type.Boolean()),
  passwordChangedAt: Nullable(Instant),
  lockedUntil: Nullable(Instant),
  createdAt: Nullable(Instant),
})
export type UserDetail = Static<typeof UserDetail>

export const NewUser = Type.Object({
  username: Type.String({ minLength: 2, maxLength: 64, pattern: '^[a-z0-9._-]+$' }),
  displayName: Name,
  regionId: id,
  ...Type.Partial(Type.Object(directory)).properties,
  teamIds: Type.Optional(Type.Array(id, { maxItems: 20, uniqueItems: true })),
})
export type NewUser = Static<typeof NewUser>
/** `password` is shown this once, and has to be changed at the first sign-in. */
export const CreatedUser = Type.Object({ user: UserDetail, password: Type.String() })
export type CreatedUser = Static<typeof CreatedUser>
export const NewPassword = Type.Object({ password: Type.String() })

export const UserPatch = Type.Partial(Type.Object({ displayName: Name, regionId: id, ...directory }))
export type UserPatch = Static<typeof UserPatch>

// ---- grants ------------------------------------------------------------------------------------

export const GrantPage = Page(Grant)
export const GrantQuery = Type.Object({
  ...paging,
  regionId: Type.Optional(id),
  userId: Type.Optional(id),
  teamId: Type.Optional(id),
  role: Type.Optional(RoleName),
})
/** To a user or to a team, one of them. */
export const NewGrant = Type.Object({
  userId: Type.Optional(id),
  teamId: Type.Optional(id),
  role: RoleName,
  regionId: id,
  expiresAt: Type.Optional(Instant),
  reason: Type.Optional(text(200)),
})
export type NewGrant = Static<typeof NewGrant>

/** Who may do what in a region, and why: one entry a person, with every grant that reaches it. */
export const Right = Type.Object({
  user: Ref,
  via: Type.Array(
    Type.Object({
      grantId: Type.String(),
      role: RoleName,
      region: Ref,
      team: Nullable(Ref),
      expiresAt: Nullable(Instant),
    }),
  ),
  permissions: Type.Array(PermissionName),
})
export type Right = Static<typeof Right>
export const RightPage = Page(Right)
export const RightQuery = Type.Object({ ...paging, regionId: id, permission: Type.Optional(PermissionName) })
export type RightQuery = Static<typeof RightQuery>
export const RoleList = Type.Object({
  items: Type.Array(
    Type.Object({ role: RoleName, isOfficer: Type.Boolean(), permissions: Type.Array(PermissionName) }),
  ),
})

// ---- teams -------------------------------------------------------------------------------------

export const Team = Type.Object({
  id: Type.String(),
  name: Type.String(),
  region: Ref,
  members: Type.Array(Ref),
})
export type Team = Static<typeof Team>
export const TeamPage = Page(Team)
export const TeamQuery = Type.Object({ ...paging, regionId: Type.Optional(id) })
export const NewTeam = Type.Object({ name: Name, regionId: id })
export type NewTeam = Static<typeof NewTeam>
export const TeamPatch = Type.Object({ name: Name })
export const MemberParams = Type.Object({ id, userId: id })

// ---- regions -----------------------------------------------------------------------------------

/** 省管县: the region that manages a county may be its province instead of its city; null gives it back to its administrative parent. */
export const RegionPatch = Type.Object({ managingParentId: Nullable(id), reason: Type.Optional(text(200)) })

/** Sums of a region and all below it, without names. */
export const RegionSummary = Type.Object({
  region: Type.Object({ id: Type.String(), name: Type.String(), tier: Type.String() }),
  links: Type.Record(Type.String(), Type.Integer()),
  devices: Type.Record(Type.String(), Type.Integer()),
  checks: Type.Record(Type.String(), Type.Integer()),
  /** Root alarms that fire, by severity. */
  alarms: Type.Record(Type.String(), Type.Integer()),
})
export type RegionSummary = Static<typeof RegionSummary>
export const SummaryList = Type.Object({ items: Type.Array(RegionSummary) })
export const SummaryQuery = Type.Object({ regionId: id })
