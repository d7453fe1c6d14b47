import { Type, type Static } from 'typebox'
import { Evidence } from '../estate/schema.ts'
import { Instant, Nullable, Page, paging, Ref } from '../http/schema.ts'

/** One stretch of a state; `untilAt` null while it lasts. */
export const StateSpan = Type.Object({
  state: Type.String(),
  fromAt: Instant,
  untilAt: Nullable(Instant),
  evidence: Type.Array(Evidence),
})
export type StateSpan = Static<typeof StateSpan>

export const HistoryQuery = Type.Object({ from: Instant, until: Instant })
export const History = Type.Object({ items: Type.Array(StateSpan) })

/** Histories of many links at once, for bands in lists. */
export const BandsQuery = Type.Object({
  from: Instant,
  until: Instant,
  regionId: Type.Optional(Type.String()),
})
export const Bands = Type.Object({
  items: Type.Array(
    Type.Object({
      linkId: Type.String(),
      spans: Type.Array(Type.Object({ state: Type.String(), fromAt: Instant, untilAt: Nullable(Instant) })),
    }),
  ),
})
export type Bands = Static<typeof Bands>

/**
 * 1 − unplanned down ÷ (period − planned − unknown), in ms. `errorBoundMs`: by how much the down time can be off, from the
 * probing's rhythm.
 */
export const Availability = Type.Object({
  entityId: Type.String(),
  from: Instant,
  until: Instant,
  knownMs: Type.Integer(),
  unknownMs: Type.Integer(),
  plannedMs: Type.Integer(),
  downMs: Type.Integer(),
  errorBoundMs: Type.Integer(),
  outages: Type.Integer(),
  percent: Nullable(Type.Number()),
})
export type Availability = Static<typeof Availability>

/** A change of state of anything in scope, newest first. */
export const StateChange = Type.Object({
  id: Type.String(),
  entity: Type.Intersect([Ref, Type.Object({ type: Type.String() })]),
  from: Nullable(Type.String()),
  to: Type.String(),
  at: Instant,
})
export type StateChange = Static<typeof StateChange>
export const StateChangePage = Page(StateChange)
export const StateChangeQuery = Type.Object({ ...paging, regionId: Type.Optional(Type.String()) })
