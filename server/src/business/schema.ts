import { criticalities, healths, serviceKinds } from '@zongheng/inventory/business-service.ts'
import { relationKindNames } from '@zongheng/inventory/relation.ts'
import { Type, type Static } from 'typebox'
import { Instant, Nullable, Page, paging, Ref } from '../http/schema.ts'
import { RelationDetails, RelationEndView } from '../relations/schema.ts'

const Id = Type.String({ maxLength: 40 })
const ServiceState = Type.Enum([...healths])

export const Service = Type.Object({
  id: Type.String(),
  name: Type.String(),
  kind: Type.Enum([...serviceKinds]),
  criticality: Type.Enum([...criticalities]),
  region: Ref,
  owner: Nullable(Ref),
  organisation: Nullable(Ref),
  note: Nullable(Type.String()),
  state: ServiceState,
  since: Nullable(Instant),
  /** What it needs itself, and how many of that are not well. */
  needs: Type.Object({ total: Type.Integer(), ill: Type.Integer() }),
  /** Since the month began; null: nothing is known. */
  monthPercent: Nullable(Type.Number()),
  /** Of how much of it anything is known; unknown time is neither up nor down. */
  monthKnownPercent: Type.Number(),
})
export type Service = Static<typeof Service>
export const ServicePage = Page(Service)

export const ServiceQuery = Type.Object({
  ...paging,
  regionId: Type.Optional(Id),
  state: Type.Optional(ServiceState),
  kind: Type.Optional(Type.Enum([...serviceKinds])),
  /** Part of the name. */
  q: Type.Optional(Type.String({ maxLength: 100 })),
})
export type ServiceQuery = Static<typeof ServiceQuery>

const fields = {
  name: Type.String({ minLength: 1, maxLength: 100 }),
  kind: Type.Enum([...serviceKinds]),
  criticality: Type.Enum([...criticalities]),
}
const more = {
  ownerId: Type.Optional(Nullable(Id)),
  organisationId: Type.Optional(Nullable(Id)),
  note: Type.Optional(Nullable(Type.String({ maxLength: 2000 }))),
}
export const NewService = Type.Object({ ...fields, regionId: Id, ...more })
export type NewService = Static<typeof NewService>
export const ServicePatch = Type.Object({
  name: Type.Optional(fields.name),
  kind: Type.Optional(fields.kind),
  criticality: Type.Optional(fields.criticality),
  ...more,
})
export type ServicePatch = Static<typeof ServicePatch>

/** What a service needs, down to circuits. A node that is needed twice stands once; edges say by whom. */
export const TreeNode = Type.Intersect([
  RelationEndView,
  Type.Object({
    /** Within this tree; stays the same while the tree does. */
    key: Type.String(),
    since: Nullable(Instant),
    /** How that looks to who needs it. */
    health: ServiceState,
    /** Steps from the service. */
    depth: Type.Integer(),
  }),
])
export type TreeNode = Static<typeof TreeNode>

export const TreeEdge = Type.Object({
  from: Type.String(),
  to: Type.String(),
  /** Null: not by a relation: a link's own circuit. */
  relation: Nullable(
    Type.Object({ id: Type.String(), kind: Type.Enum(relationKindNames), details: RelationDetails }),
  ),
})
export type TreeEdge = Static<typeof TreeEdge>

export const ServiceTree = Type.Object({
  nodes: Type.Array(TreeNode),
  edges: Type.Array(TreeEdge),
  /** There is more than is told at once. */
  isCut: Type.Boolean(),
})
export type ServiceTree = Static<typeof ServiceTree>

/** What would be of services if this failed, too. */
export const HitQuery = Type.Object({ entityId: Id })
export const ServicesHit = Type.Object({
  items: Type.Array(
    Type.Object({ id: Type.String(), name: Type.String(), criticality: Type.Enum([...criticalities]), state: ServiceState, would: ServiceState }),
  ),
  /** Beyond the viewer's regions, unnamed. */
  outside: Type.Integer(),
}) // prettier-ignore
export type ServicesHit = Static<typeof ServicesHit>
