import { Type, type Static } from 'typebox'
import { ticketStates } from '../desk/kinds.ts'
import { Ticket } from '../desk/schema.ts'
import { Instant, Nullable, Page, paging, Ref } from '../http/schema.ts'
import { TaskPlans } from '../tasks/schema.ts'
import { Assessment, changeTypes, outcomes } from './schema.ts'

const Id = Type.String({ maxLength: 40 })
const long = Type.String({ maxLength: 8000 })
const Risk = Type.Enum([1, 2, 3])

/** A change that is drafted. By a model it takes everything but its place and time from there. */
export const NewChange = Type.Object({
  type: Type.Enum(changeTypes),
  modelId: Type.Optional(Id),
  title: Type.String({ minLength: 1, maxLength: 200, pattern: '\\S' }),
  reason: long,
  plan: long,
  testPlan: long,
  backout: long,
  /** Sites, devices, links, circuits. */
  entityIds: Type.Array(Id, { minItems: 1, maxItems: 20, uniqueItems: true }),
  startsAt: Instant,
  endsAt: Instant,
  teamId: Type.Optional(Id),
  tasks: Type.Optional(TaskPlans),
})
export type NewChange = Static<typeof NewChange>

/** A draft may be changed in all, one that is agreed upon in its time, one under way in its end. */
export const ChangePatch = Type.Intersect([
  Type.Partial(
    Type.Pick(NewChange, ['title', 'reason', 'plan', 'testPlan', 'backout', 'entityIds', 'startsAt', 'endsAt', 'tasks']), // prettier-ignore
  ),
  Type.Object({ revision: Type.Optional(Type.Integer()) }),
])
export type ChangePatch = Static<typeof ChangePatch>

export const editable = ['all', 'time', 'end', 'nothing'] as const
export const ChangeBrief = Type.Object({
  ticket: Ticket,
  type: Type.Enum(changeTypes),
  risk: Risk,
  startsAt: Nullable(Instant),
  endsAt: Nullable(Instant),
  outcome: Nullable(Type.Enum(outcomes)),
  /** Of an emergency that is to be reviewed. */
  reviewDueAt: Nullable(Instant),
})
export type ChangeBrief = Static<typeof ChangeBrief>

export const ChangeDetail = Type.Intersect([
  ChangeBrief,
  Type.Object({
    model: Nullable(Ref),
    /** As it was when it was last planned. */
    assessment: Nullable(Assessment),
    reason: Type.String(),
    plan: Type.String(),
    testPlan: Type.String(),
    backout: Type.String(),
    tasks: TaskPlans,
    windowId: Nullable(Type.String()),
    startedAt: Nullable(Instant),
    endedAt: Nullable(Instant),
    review: Nullable(Type.String()),
    reviewedBy: Nullable(Ref),
    /** Moves the signed-in person may make from here. */
    moves: Type.Array(Type.Enum([...ticketStates])),
    mayEdit: Type.Enum(editable),
  }),
])
export type ChangeDetail = Static<typeof ChangeDetail>

export const ChangePage = Page(ChangeBrief)
export const ChangeQuery = Type.Object({
  ...paging,
  state: Type.Optional(Type.Union([Type.Enum([...ticketStates]), Type.Literal('open')])),
})
