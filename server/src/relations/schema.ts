import { feeds, relationEnds, relationKindNames } from '@zongheng/inventory/relation.ts'
import { Type, type Static } from 'typebox'
import { Nullable, Page, paging } from '../http/schema.ts'

const Id = Type.String({ maxLength: 40 })

/** Something a relation joins; no name: it lies beyond the viewer's regions. */
export const RelationEndView = Type.Object({
  type: Type.Enum([...relationEnds]),
  id: Nullable(Type.String()),
  name: Nullable(Type.String()),
  state: Type.String(),
})
export type RelationEndView = Static<typeof RelationEndView>

export const RelationDetails = Type.Object({
  /** Those of one name, from one end, stand in for one another. */
  group: Type.Optional(Type.String({ minLength: 1, maxLength: 60 })),
  /** How many of the group must do. */
  needed: Type.Optional(Type.Integer({ minimum: 1, maximum: 100 })),
  feed: Type.Optional(Type.Enum([...feeds])),
})

export const Relation = Type.Object({
  id: Type.String(),
  kind: Type.Enum(relationKindNames),
  from: RelationEndView,
  to: RelationEndView,
  details: RelationDetails,
})
export type Relation = Static<typeof Relation>
export const RelationPage = Page(Relation)

/** Relations of one thing, from it or to it. */
export const RelationQuery = Type.Object({
  ...paging,
  entityId: Id,
  direction: Type.Optional(Type.Enum(['from', 'to'])),
  kind: Type.Optional(Type.Enum(relationKindNames)),
})
export type RelationQuery = Static<typeof RelationQuery>

export const NewRelation = Type.Object({
  kind: Type.Enum(relationKindNames),
  fromId: Id,
  toId: Id,
  details: Type.Optional(RelationDetails),
})
export type NewRelation = Static<typeof NewRelation>
