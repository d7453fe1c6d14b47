import { priorities, severities } from '@zongheng/inventory/severity.ts'
import { Type, type Static } from 'typebox'
import { Nullable, Ref } from '../http/schema.ts'

const Words = Type.Array(Type.String({ maxLength: 60 }), { maxItems: 60 })
const Match = Type.Object(
  {
    severities: Type.Optional(Type.Array(Type.Enum(severities), { maxItems: 4 })),
    conditions: Type.Optional(Words),
    entityTypes: Type.Optional(Words),
  },
  { additionalProperties: false },
)
const Action = Type.Object(
  {
    open: Type.Enum(['never', 'at-once', 'after']),
    /** With `after`: so long the alarm must speak for itself. */
    afterMinutes: Type.Optional(Type.Integer({ minimum: 1, maximum: 10_080 })),
    teamId: Type.Optional(Nullable(Type.String({ maxLength: 40 }))),
    priority: Type.Optional(Nullable(Type.Enum(priorities))),
  },
  { additionalProperties: false },
)

export const IncidentPolicyView = Type.Object({
  id: Type.String(),
  region: Ref,
  position: Type.Integer(),
  name: Type.String(),
  match: Match,
  action: Action,
  enabled: Type.Boolean(),
})
export type IncidentPolicyView = Static<typeof IncidentPolicyView>
export const IncidentPolicyList = Type.Object({ items: Type.Array(IncidentPolicyView) })

const Name = Type.String({ minLength: 1, maxLength: 100, pattern: '\\S' })
const Position = Type.Integer({ minimum: 0, maximum: 1000 })
export const NewIncidentPolicy = Type.Object(
  {
    regionId: Type.String({ maxLength: 40 }),
    position: Type.Optional(Position),
    name: Name,
    match: Match,
    action: Action,
    enabled: Type.Optional(Type.Boolean()),
  },
  { additionalProperties: false },
)
export type NewIncidentPolicy = Static<typeof NewIncidentPolicy>
export const IncidentPolicyPatch = Type.Object(
  {
    position: Type.Optional(Position),
    name: Type.Optional(Name),
    match: Type.Optional(Match),
    action: Type.Optional(Action),
    enabled: Type.Optional(Type.Boolean()),
  },
  { additionalProperties: false },
)
export type IncidentPolicyPatch = Static<typeof IncidentPolicyPatch>
