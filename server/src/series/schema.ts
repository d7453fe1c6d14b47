import { Type, type Static } from 'typebox'
import { Instant, Nullable } from '../http/schema.ts'

/** `entities` × `metrics`, thinned to about `points` steps. Increments come as rates per second (octets as bit/s). */
export const SeriesQuery = Type.Object({
  entity: Type.Array(Type.String({ maxLength: 40 }), { minItems: 1, maxItems: 64 }),
  metric: Type.Array(Type.String({ maxLength: 40 }), { minItems: 1, maxItems: 8 }),
  from: Instant,
  until: Instant,
  points: Type.Optional(Type.Integer({ minimum: 10, maximum: 2000, default: 300 })),
})

/** Columns of one length, a row a step; null where nothing was measured (shown as a gap, never as zero). */
export const Series = Type.Object({
  entityId: Type.String(),
  metric: Type.String(),
  unit: Type.String(),
  stepMs: Type.Integer(),
  atMs: Type.Array(Instant),
  mean: Type.Array(Nullable(Type.Number())),
  min: Type.Array(Nullable(Type.Number())),
  max: Type.Array(Nullable(Type.Number())),
})
export type Series = Static<typeof Series>
export const SeriesAnswer = Type.Object({ items: Type.Array(Series) })
