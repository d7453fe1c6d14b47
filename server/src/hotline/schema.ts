import { Type, type Static } from 'typebox'
import { Ticket } from '../desk/schema.ts'
import { Instant, Nullable, Page, paging, Ref } from '../http/schema.ts'
import { reportCategories } from '../portal/categories.ts'
import { DraftKey, PortalOutage } from '../portal/schema.ts'

const Id = Type.String({ maxLength: 40 })
const Number = Type.String({ minLength: 1, maxLength: 40 })
const Line = Type.String({ minLength: 1, maxLength: 20, pattern: '^[0-9A-Za-z_-]+$' })
const Name = Type.String({ maxLength: 60 })
const Note = Type.String({ maxLength: 2000 })

export const callEvents = ['ringing', 'answered', 'ended'] as const
export const callStates = ['ringing', 'talking', 'ended', 'missed'] as const

/** `person`: has an account; `site`: its contact on file; `earlier`: called before, and said who they are. */
export const HotlineCaller = Type.Object({
  kind: Type.Enum(['person', 'site', 'earlier']),
  userId: Nullable(Type.String()),
  name: Type.String(),
  post: Nullable(Type.String()),
  phone: Nullable(Type.String()),
  region: Ref,
  site: Nullable(Ref),
})
export const LookupQuery = Type.Object({ q: Type.String({ minLength: 1, maxLength: 60 }) })
export const LookupAnswer = Type.Object({ items: Type.Array(HotlineCaller) })

export const HotlineCall = Type.Object({
  id: Type.String(),
  /** The exchange’s. */
  callId: Nullable(Type.String()),
  number: Type.String(),
  direction: Type.Enum(['in', 'out']),
  line: Nullable(Type.String()),
  state: Type.Enum(callStates),
  region: Ref,
  site: Nullable(Ref),
  user: Nullable(Ref),
  name: Nullable(Type.String()),
  rungFor: Nullable(Ref),
  answeredBy: Nullable(Ref),
  ticket: Nullable(Type.Object({ id: Type.String(), number: Type.String() })),
  startedAt: Instant,
  answeredAt: Nullable(Instant),
  endedAt: Nullable(Instant),
  note: Nullable(Type.String()),
})
export const CallPage = Page(HotlineCall)
export const CallQuery = Type.Object({ ...paging, missed: Type.Optional(Type.Boolean()), mine: Type.Optional(Type.Boolean()) }) // prettier-ignore

/** What an exchange tells of a call, or an agent writes down of one. Told twice, it is the same call. */
export const CallTold = Type.Object({
  callId: Type.Optional(Type.String({ minLength: 1, maxLength: 80 })),
  number: Number,
  direction: Type.Optional(Type.Enum(['in', 'out'])),
  line: Type.Optional(Line),
  event: Type.Optional(Type.Enum(callEvents)),
  at: Type.Optional(Instant),
})

export const CallPatch = Type.Object({
  userId: Type.Optional(Nullable(Id)),
  name: Type.Optional(Nullable(Name)),
  siteId: Type.Optional(Nullable(Id)),
  /** Adds the call to the ticket’s timeline. */
  ticketId: Type.Optional(Id),
  note: Type.Optional(Nullable(Note)),
  event: Type.Optional(Type.Enum(['answered', 'ended'])),
})
export const CallMeToo = Type.Object({ ticketId: Id, siteId: Type.Optional(Id) })

export const SituationQuery = Type.Object({
  userId: Type.Optional(Id),
  siteId: Type.Optional(Id),
  number: Type.Optional(Number),
})
const Stateful = Type.Object({
  id: Type.String(),
  name: Type.String(),
  state: Type.String(),
  since: Nullable(Instant),
})
/** Who calls, what is broken where they are, what is open, when they called before. */
export const Situation = Type.Object({
  caller: Nullable(HotlineCaller),
  site: Nullable(Stateful),
  /** Of the caller’s region, to choose from where none is known. */
  sites: Type.Array(Ref),
  links: Type.Array(Stateful),
  /** Devices of the site that are not well. */
  ill: Type.Array(Stateful),
  outages: Type.Array(PortalOutage),
  tickets: Type.Array(Ticket),
  calls: Type.Array(HotlineCall),
})

export const NewHotlineTicket = Type.Object({
  key: Type.Optional(DraftKey),
  callId: Type.Optional(Id),
  userId: Type.Optional(Id),
  contact: Type.Optional(Type.Object({ name: Type.Optional(Name), phone: Type.Optional(Number) })),
  siteId: Id,
  category: Type.Enum(reportCategories),
  title: Type.String({ minLength: 1, maxLength: 200, pattern: '\\S' }),
  text: Type.Optional(Type.String({ maxLength: 10_000 })),
  impact: Type.Optional(Type.Integer({ minimum: 1, maximum: 3 })),
  urgency: Type.Optional(Type.Integer({ minimum: 1, maximum: 3 })),
})

export const OwnLine = Type.Object({ line: Nullable(Line) })
export const HotlineNumber = Type.Object({ region: Ref, phone: Type.String() })
export const HotlineNumbers = Type.Object({ items: Type.Array(HotlineNumber) })
export const NewHotlineNumber = Type.Object({ regionId: Id, phone: Nullable(Number) })

export type HotlineCaller = Static<typeof HotlineCaller>
export type HotlineCall = Static<typeof HotlineCall>
export type CallTold = Static<typeof CallTold>
export type CallPatch = Static<typeof CallPatch>
export type CallQuery = Static<typeof CallQuery>
export type Situation = Static<typeof Situation>
export type SituationQuery = Static<typeof SituationQuery>
export type NewHotlineTicket = Static<typeof NewHotlineTicket>
export type HotlineNumber = Static<typeof HotlineNumber>
