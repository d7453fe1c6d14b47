/** Tags, watchers, the fields of a ticket, and many tickets at once. */
import { priorities } from '@zongheng/inventory/severity.ts'
import { Type, type Static, type TObject } from 'typebox'
import { Nullable, Ref } from '../http/schema.ts'
import { pendingReasons, ticketStates } from './kinds.ts'

const Id = Type.String({ maxLength: 40 })
const Revision = Type.Optional(Type.Integer())

/** Of a ticket's page; watchers are shown to staff alone. */
export const keepingFields = {
  tags: Type.Array(Type.String()),
  /** Whether the reader watches it. */
  watching: Type.Boolean(),
  watchers: Type.Array(Ref),
}
export type KeepingFields = Static<TObject<typeof keepingFields>>

/** A word, no white space around it. */
const Tag = Type.String({ minLength: 1, maxLength: 40, pattern: '^\\S(.*\\S)?$' })
const Tags = Type.Array(Tag, { maxItems: 20, uniqueItems: true })
export const SetTags = Type.Object({ tags: Tags, revision: Revision })
export type SetTags = Static<typeof SetTags>
export const TagQuery = Type.Object({ q: Type.Optional(Type.String({ maxLength: 40 })) })
export const TagList = Type.Object({ items: Type.Array(Type.String()) })

export const WatcherParams = Type.Object({ id: Id, userId: Id })

const Grade = Type.Integer({ minimum: 1, maximum: 3 })
const Line = Type.Optional(Nullable(Type.String({ maxLength: 100 })))
export const TicketPatch = Type.Object({
  title: Type.Optional(Type.String({ minLength: 1, maxLength: 200, pattern: '\\S' })),
  description: Type.Optional(Type.String({ maxLength: 10_000 })),
  category: Type.Optional(Nullable(Type.String({ minLength: 1, maxLength: 40 }))),
  /** Or impact and urgency, of which it follows. */
  priority: Type.Optional(Type.Enum(priorities)),
  impact: Type.Optional(Grade),
  urgency: Type.Optional(Grade),
  /** A site of its region. */
  siteId: Type.Optional(Nullable(Id)),
  serviceId: Type.Optional(Nullable(Id)),
  contact: Type.Optional(Type.Object({ name: Line, phone: Line, email: Line })),
  revision: Revision,
})
export type TicketPatch = Static<typeof TicketPatch>

/** One act on many tickets. */
export const BulkAct = Type.Union([
  Type.Object({
    kind: Type.Literal('assign'),
    teamId: Type.Optional(Id),
    assigneeId: Type.Optional(Nullable(Id)),
  }),
  Type.Object({
    kind: Type.Literal('move'),
    to: Type.Enum([...ticketStates]),
    reason: Type.Optional(Type.Enum(pendingReasons)),
    text: Type.Optional(Type.String({ maxLength: 10_000 })),
    resolution: Type.Optional(Type.String({ maxLength: 10_000 })),
    resolutionCode: Type.Optional(Type.String({ maxLength: 40 })),
  }),
  Type.Object({
    kind: Type.Literal('tag'),
    add: Type.Optional(Tags),
    remove: Type.Optional(Tags),
  }),
  Type.Object({ kind: Type.Literal('priority'), priority: Type.Enum(priorities) }),
  Type.Object({ kind: Type.Literal('category'), category: Nullable(Type.String({ maxLength: 40 })) }),
])
export type BulkAct = Static<typeof BulkAct>
export const Bulk = Type.Object({
  ids: Type.Array(Id, { minItems: 1, maxItems: 200, uniqueItems: true }),
  act: BulkAct,
})
/** Each ticket by itself: what one is refused does not stop the others. */
export const BulkResults = Type.Object({
  results: Type.Array(
    Type.Object({
      id: Type.String(),
      ok: Type.Boolean(),
      problem: Type.Optional(
        Type.Object({
          status: Type.Integer(),
          code: Type.String(),
          title: Type.String(),
          detail: Type.Optional(Type.String()),
        }),
      ),
    }),
  ),
})
export type BulkResult = Static<typeof BulkResults>['results'][number]
