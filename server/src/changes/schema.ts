import { Type, type Static } from 'typebox'
import { Instant, Nullable, Page, paging, Ref } from '../http/schema.ts'
import { conflictReasons } from './conflicts.ts'

const Id = Type.String({ maxLength: 40 })
const name = Type.String({ minLength: 1, maxLength: 120, pattern: '\\S' })
const long = Type.String({ maxLength: 8000 })

export const changeTypes = ['standard', 'normal', 'emergency'] as const
export const outcomes = ['successful', 'failed', 'rolled-back'] as const
export const affectedTypes = ['site', 'device', 'link', 'circuit'] as const
const conflictKinds = ['window', 'change', 'freeze', 'booking'] as const
const riskKeys = [
  'sites',
  'devices',
  'services',
  'bareLinks',
  'overloaded',
  'tier',
  'inWorkingTime',
  'hasBackout',
  'hasTest',
  'conflicts',
] as const

// ---- what a plan would do -----------------------------------------------------------------------

export const ChangePlan = Type.Object({
  type: Type.Enum(changeTypes),
  /** Sites, devices, links, circuits. */
  entityIds: Type.Array(Id, { minItems: 1, maxItems: 20, uniqueItems: true }),
  startsAt: Instant,
  endsAt: Instant,
  hasBackout: Type.Boolean(),
  hasTest: Type.Boolean(),
  /** The change itself, which does not meet itself. */
  changeId: Type.Optional(Id),
})

export const ChangeConflict = Type.Object({
  kind: Type.Enum(conflictKinds),
  /** Null, as the title: beyond the viewer's regions. */
  id: Nullable(Type.String()),
  title: Nullable(Type.String()),
  fromAt: Instant,
  untilAt: Instant,
  why: Type.Enum(conflictReasons),
  entities: Type.Array(Ref),
  forbids: Type.Boolean(),
})

const Counted = Type.Object({ items: Type.Array(Ref), total: Type.Integer() })

export const Assessment = Type.Object({
  risk: Type.Enum([1, 2, 3]),
  score: Type.Integer(),
  factors: Type.Array(
    Type.Object({ key: Type.Enum(riskKeys), found: Type.Integer(), points: Type.Integer() }),
  ),
  /** If all of it fails: what would be cut, what is left without a backup; at most 20 are named. */
  sites: Counted,
  services: Counted,
  devices: Type.Integer(),
  bareLinks: Counted,
  overloaded: Counted,
  /** Nothing is cut: another way stands in. */
  redundant: Type.Boolean(),
  conflicts: Type.Array(ChangeConflict),
  /** Who would be asked, in order. */
  approvals: Type.Array(Type.String()),
})

// ---- freezes ------------------------------------------------------------------------------------

export const Freeze = Type.Object({
  id: Type.String(),
  region: Ref,
  name: Type.String(),
  startsAt: Instant,
  endsAt: Instant,
  note: Nullable(Type.String()),
  createdBy: Nullable(Ref),
})
export const FreezePage = Page(Freeze)
export const NewFreeze = Type.Object({
  regionId: Id,
  name,
  startsAt: Instant,
  endsAt: Instant,
  note: Type.Optional(Nullable(Type.String({ maxLength: 500 }))),
})
export const FreezeQuery = Type.Object({ ...paging })

// ---- models -------------------------------------------------------------------------------------

export const Template = Type.Object({
  title: name,
  reason: long,
  plan: long,
  testPlan: long,
  backout: long,
  durationMinutes: Type.Integer({ minimum: 5, maximum: 7 * 24 * 60 }),
  tasks: Type.Array(name, { maxItems: 30 }),
})
export const ChangeModel = Type.Object({
  id: Type.String(),
  region: Ref,
  name: Type.String(),
  template: Template,
  /** Neither of them approves it; null: the system, or before that was kept. */
  createdBy: Nullable(Ref),
  changedBy: Nullable(Ref),
  updatedAt: Instant,
  /** Null: nobody has approved it as it stands, and no change may be made by it. */
  approvedBy: Nullable(Ref),
  approvedAt: Nullable(Instant),
})
export const ModelPage = Page(ChangeModel)
export const NewModel = Type.Object({ regionId: Id, name, template: Template })
export const ModelPatch = Type.Partial(Type.Object({ name, template: Template }))
/** The model as it was read: another means that it was changed meanwhile. */
export const ModelApproval = Type.Object({ updatedAt: Instant }, { additionalProperties: false })
export const ModelQuery = Type.Object({ ...paging })

// ---- calendar -----------------------------------------------------------------------------------

export const PlanQuery = Type.Object({ from: Instant, until: Instant })
export const PlanCalendar = Type.Object({
  /** In order of time, at most 2,000. */
  items: Type.Array(
    Type.Object({
      kind: Type.Enum(conflictKinds),
      id: Type.String(),
      title: Type.String(),
      fromAt: Instant,
      untilAt: Instant,
      /** Of a change. */
      state: Nullable(Type.String()),
    }),
  ),
})

export type ChangePlan = Static<typeof ChangePlan>
export type ChangeConflict = Static<typeof ChangeConflict>
export type Assessment = Static<typeof Assessment>
export type Freeze = Static<typeof Freeze>
export type NewFreeze = Static<typeof NewFreeze>
export type Template = Static<typeof Template>
export type ChangeModel = Static<typeof ChangeModel>
export type NewModel = Static<typeof NewModel>
export type ModelPatch = Static<typeof ModelPatch>
export type ModelApproval = Static<typeof ModelApproval>
export type PlanCalendar = Static<typeof PlanCalendar>
