import { Type, type Static } from 'typebox'
import { ticketStates } from '../desk/kinds.ts'
import { Ticket } from '../desk/schema.ts'
import { Instant, Nullable, Page, paging, Ref } from '../http/schema.ts'
import { groupReasons } from './similar.ts'

const Id = Type.String({ maxLength: 40 })
const long = Type.String({ maxLength: 10_000 })

export const NewProblem = Type.Object({
  title: Type.String({ minLength: 1, maxLength: 200, pattern: '\\S' }),
  description: long,
  /** What it caused; what they are about is what the problem is about. */
  incidentIds: Type.Array(Id, { maxItems: 200, uniqueItems: true }),
  /** By default the lowest that holds all its incidents, or where its author belongs. */
  regionId: Type.Optional(Id),
  category: Type.Optional(Nullable(Type.String({ maxLength: 60 }))),
})
export type NewProblem = Static<typeof NewProblem>

export const ProblemPatch = Type.Partial(
  Type.Object({
    title: NewProblem.properties.title,
    description: long,
    category: Nullable(Type.String({ maxLength: 60 })),
    rootCause: Nullable(long),
    workaround: Nullable(long),
    revision: Type.Integer(),
  }),
)
export type ProblemPatch = Static<typeof ProblemPatch>

export const ProblemBrief = Type.Object({
  ticket: Ticket,
  /** How many incidents it caused, seen or not. */
  incidents: Type.Integer(),
  workaround: Nullable(Type.String()),
  /** Since when its workaround is offered. */
  knownErrorAt: Nullable(Instant),
})
export type ProblemBrief = Static<typeof ProblemBrief>

const Incident = Type.Pick(Ticket, ['id', 'number', 'title', 'state', 'priority', 'region', 'createdAt'])
export const ProblemDetail = Type.Intersect([
  ProblemBrief,
  Type.Object({
    rootCause: Nullable(Type.String()),
    /** Those in the viewer's sight, newest first. */
    caused: Type.Array(Incident),
    moves: Type.Array(Type.Enum([...ticketStates])),
    mayEdit: Type.Boolean(),
  }),
])
export type ProblemDetail = Static<typeof ProblemDetail>

export const ProblemPage = Page(ProblemBrief)
export const ProblemQuery = Type.Object({
  ...paging,
  state: Type.Optional(Type.Union([Type.Enum([...ticketStates]), Type.Literal('open')])),
})

export const SuggestionQuery = Type.Object({ days: Type.Optional(Type.Integer({ minimum: 1, maximum: 365 })) }) // prettier-ignore
export const ProblemSuggestion = Type.Object({
  why: Type.Enum(groupReasons),
  /** What they share: a name, or the oldest title. */
  shared: Type.String(),
  entity: Nullable(Ref),
  total: Type.Integer(),
  /** At most 200, oldest first. */
  incidents: Type.Array(Incident),
})
export type ProblemSuggestion = Static<typeof ProblemSuggestion>
export const ProblemSuggestions = Type.Object({ items: Type.Array(ProblemSuggestion) })

export const KnownError = Type.Object({
  id: Type.String(),
  number: Type.String(),
  title: Type.String(),
  workaround: Type.String(),
  rootCause: Nullable(Type.String()),
  /** By what it fits. */
  why: Type.Array(Type.Enum(['linked', 'entity', 'category', 'words'])),
  /** Whether the viewer may open it. */
  isSeen: Type.Boolean(),
})
export type KnownError = Static<typeof KnownError>
export const KnownErrors = Type.Object({ items: Type.Array(KnownError) })
