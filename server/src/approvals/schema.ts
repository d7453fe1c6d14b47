import { Type, type Static } from 'typebox'
import { Fact } from './fact.ts'
import { Instant, Nullable, Page, paging, Ref } from '../http/schema.ts'

const Id = Type.String({ maxLength: 40 })
export const StepRuleShape = Type.Union([
  Type.Object({ need: Type.Literal('all') }, { additionalProperties: false }),
  Type.Object({ need: Type.Literal('any') }, { additionalProperties: false }),
  Type.Object(
    { need: Type.Literal('quorum'), count: Type.Integer({ minimum: 1, maximum: 50 }) },
    { additionalProperties: false },
  ),
])
/** `manager`: who answers for the requester's region, or for its city or province. */
export const ApproverShape = Type.Union([
  Type.Object({ kind: Type.Literal('person'), id: Id }, { additionalProperties: false }),
  Type.Object({ kind: Type.Literal('team'), id: Id }, { additionalProperties: false }),
  Type.Object(
    { kind: Type.Literal('manager'), tier: Type.Enum(['own', 'city', 'province']) },
    { additionalProperties: false },
  ),
])
/** One step of a sequence, as an item or a change asks for it. */
export const ApprovalPlan = Type.Object(
  {
    name: Type.String({ minLength: 1, maxLength: 60, pattern: '\\S' }),
    rule: StepRuleShape,
    by: Type.Array(ApproverShape, { minItems: 1, maxItems: 20 }),
  },
  { additionalProperties: false },
)
export type ApprovalPlan = Static<typeof ApprovalPlan>
export const ApprovalPlans = Type.Array(ApprovalPlan, { maxItems: 8 })

export const Vote = Type.Object({
  id: Type.String(),
  approver: Ref,
  state: Type.Enum(['waiting', 'approved', 'rejected']),
  /** The approver or the deputy. */
  decidedBy: Nullable(Ref),
  decidedAt: Nullable(Instant),
  text: Nullable(Type.String()),
  /** Whether the viewer may decide it now. */
  mine: Type.Boolean(),
})
export const ApprovalStep = Type.Object({
  id: Type.String(),
  round: Type.Integer(),
  position: Type.Integer(),
  name: Type.String(),
  rule: StepRuleShape,
  state: Type.Enum(['waiting', 'open', 'approved', 'rejected', 'withdrawn']),
  openedAt: Nullable(Instant),
  decidedAt: Nullable(Instant),
  votes: Type.Array(Vote),
})
export type ApprovalStep = Static<typeof ApprovalStep>
export const ApprovalSteps = Type.Object({ items: Type.Array(ApprovalStep) })

/** What somebody is asked. */
export const AskedApproval = Type.Object({
  id: Type.String(),
  step: Type.String(),
  ticket: Type.Object({
    id: Type.String(),
    number: Type.String(),
    kind: Type.String(),
    title: Type.String(),
    description: Type.String(),
    priority: Type.String(),
    region: Ref,
    requester: Nullable(Ref),
    createdAt: Instant,
  }),
  /** What is asked for, line by line, where its kind has it so; else the description says it. */
  facts: Type.Array(Fact),
  /** Whether the viewer may open the ticket itself. */
  mayOpen: Type.Boolean(),
  /** Whose turn it is, where the viewer stands in for them. */
  onBehalfOf: Nullable(Ref),
  state: Type.Enum(['waiting', 'approved', 'rejected']),
  openedAt: Nullable(Instant),
  decidedAt: Nullable(Instant),
  text: Nullable(Type.String()),
})
export type AskedApproval = Static<typeof AskedApproval>
export const AskedPage = Page(AskedApproval)
export const AskedQuery = Type.Object({
  ...paging,
  state: Type.Optional(Type.Enum(['waiting', 'decided'], { default: 'waiting' })),
})
export const AskedCount = Type.Object({ waiting: Type.Integer() })

/** A rejection says why. */
export const Decision = Type.Object(
  { approved: Type.Boolean(), text: Type.Optional(Type.String({ maxLength: 2000 })) },
  { additionalProperties: false },
)
export type Decision = Static<typeof Decision>

export const Deputy = Type.Object({
  id: Type.String(),
  user: Ref,
  deputy: Ref,
  startsAt: Instant,
  endsAt: Instant,
})
export type Deputy = Static<typeof Deputy>
/** Mine, and those whom I stand in for. */
export const Deputies = Type.Object({ items: Type.Array(Deputy) })
export const NewDeputy = Type.Object(
  { deputyId: Id, startsAt: Instant, endsAt: Instant },
  { additionalProperties: false },
)
export type NewDeputy = Static<typeof NewDeputy>
