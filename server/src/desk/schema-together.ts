/** Working together on a ticket: what is asked and answered. */
import { Type, type Static } from 'typebox'
import { Instant, Nullable, Ref } from '../http/schema.ts'
import { ticketKinds, ticketStates } from './kinds.ts'

const Id = Type.String({ maxLength: 40 })
const Text = Type.String({ maxLength: 2000 })
const Said = Type.String({ minLength: 1, maxLength: 2000, pattern: '\\S' })

export const escalationStates = ['offered', 'accepted', 'returned', 'withdrawn'] as const

export const Escalation = Type.Object({
  id: Type.String(),
  state: Type.Enum(escalationStates),
  fromTeam: Nullable(Ref),
  toTeam: Ref,
  reason: Type.String(),
  offeredBy: Nullable(Ref),
  offeredAt: Instant,
  decidedBy: Nullable(Ref),
  decidedAt: Nullable(Instant),
  answer: Nullable(Type.String()),
  /** What the signed-in person may do about it. */
  may: Type.Array(Type.Enum(['accepted', 'returned', 'withdrawn'])),
})
export type Escalation = Static<typeof Escalation>
export const Escalations = Type.Object({ items: Type.Array(Escalation) })

export const EscalationTarget = Type.Object({
  id: Type.String(),
  name: Type.String(),
  region: Ref,
  /** Of a tier above, or specialists beside it. */
  kind: Type.Enum(['above', 'specialist']),
  members: Type.Integer(),
})
export type EscalationTarget = Static<typeof EscalationTarget>
export const EscalationTargets = Type.Object({ items: Type.Array(EscalationTarget) })

export const NewEscalation = Type.Object({ teamId: Id, reason: Said })
export type NewEscalation = Static<typeof NewEscalation>
export const EscalationDecision = Type.Object({
  decision: Type.Enum(['accepted', 'returned', 'withdrawn']),
  /** A return says why. */
  text: Type.Optional(Text),
})
export type EscalationDecision = Static<typeof EscalationDecision>
export const EscalationParams = Type.Object({ id: Id, escalationId: Id })

export const NewUrging = Type.Object({ text: Said })

export const Major = Type.Object({ major: Type.Boolean(), text: Type.Optional(Text) })
export type Major = Static<typeof Major>
export const Parent = Type.Object({ parentId: Id })
export const Merge = Type.Object({ intoId: Id })
export const Split = Type.Object({
  title: Type.String({ minLength: 1, maxLength: 200, pattern: '\\S' }),
  entryIds: Type.Array(Id, { maxItems: 50, uniqueItems: true }),
})
export type Split = Static<typeof Split>
export const linkKinds = ['related', 'duplicate', 'caused-by'] as const
export const Link = Type.Object({ kind: Type.Enum(linkKinds) })
export const LinkParams = Type.Object({ id: Id, otherId: Id })

export const NewMeToo = Type.Object({ text: Type.Optional(Text), siteId: Type.Optional(Id) })
export type NewMeToo = Static<typeof NewMeToo>
export const Rating = Type.Object({
  score: Type.Integer({ minimum: 1, maximum: 5 }),
  text: Type.Optional(Text),
})
export type Rating = Static<typeof Rating>

export const DutyPolicy = Type.Object({ policy: Type.Enum(['off', 'offer', 'assign']) })

/** A ticket in a line of another's page. */
export const TicketLine = Type.Object({
  id: Type.String(),
  number: Type.String(),
  kind: Type.Enum(ticketKinds),
  state: Type.Enum([...ticketStates]),
  priority: Type.String(),
  title: Type.String(),
  region: Ref,
  createdAt: Instant,
})
export type TicketLine = Static<typeof TicketLine>

/** Only what the reader may look at is named. */
export const Related = Type.Object({
  parent: Nullable(TicketLine),
  children: Type.Array(TicketLine),
  links: Type.Array(
    Type.Object({
      kind: Type.Enum([...linkKinds, 'split']),
      /** Whether this ticket is where the link starts: it is the duplicate, the consequence, what was split. */
      outward: Type.Boolean(),
      ticket: TicketLine,
    }),
  ),
  mergedInto: Nullable(TicketLine),
  /** What was merged into it. */
  merged: Type.Array(TicketLine),
  escalations: Type.Array(Escalation),
  meToos: Type.Object({
    count: Type.Integer(),
    people: Type.Array(
      Type.Object({
        id: Type.String(),
        user: Nullable(Ref),
        name: Nullable(Type.String()),
        phone: Nullable(Type.String()),
        site: Nullable(Ref),
        text: Nullable(Type.String()),
        at: Instant,
      }),
    ),
  }),
  watchers: Type.Array(Ref),
  /** Of the same site, or caused by the same thing, of the last thirty days. */
  similar: Type.Array(TicketLine),
})
export type Related = Static<typeof Related>

/** What a ticket's page says of it at once. */
export const togetherFields = {
  /** The offer that nobody has decided yet; null to its reporter. */
  escalation: Nullable(
    Type.Object({
      id: Type.String(),
      state: Type.Enum(escalationStates),
      fromTeam: Nullable(Ref),
      toTeam: Ref,
      reason: Type.String(),
      may: Escalation.properties.may,
    }),
  ),
  /** How often it was urged from above. */
  isUrged: Type.Integer(),
  /** Whether the signed-in person stands above the team that has it. */
  mayUrge: Type.Boolean(),
  meToos: Type.Integer(),
  children: Type.Integer(),
  /** Its number is its name. */
  mergedInto: Nullable(Ref),
  /** Whether the signed-in person may rate it now. */
  mayRate: Type.Boolean(),
}
export type TogetherFields = {
  [K in keyof typeof togetherFields]: Static<(typeof togetherFields)[K]>
}
