import { Type, type Static } from 'typebox'
import { Instant, Nullable } from '../http/schema.ts'

const Name = Type.String({ maxLength: 40 })
const entity = Type.Array(Name, { minItems: 1, maxItems: 64 })
const metric = Type.Array(Name, { minItems: 1, maxItems: 8 })

/** `entities` × `metrics`, thinned to about `points` steps. Increments come as rates per second (octets as bit/s). */
export const SeriesQuery = Type.Object({
  entity,
  metric,
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

/** As `SeriesQuery`, in steps of `stepS`; without it as fine as 2000 rows are. */
export const SeriesFileQuery = Type.Object({
  entity,
  metric,
  from: Instant,
  until: Instant,
  stepS: Type.Optional(Type.Integer({ minimum: 1, maximum: 86_400 })),
})

/** The newest value of each; `sinceMs`: older ones are not told (default: an hour ago). */
export const LastQuery = Type.Object({
  entity: Type.Array(Name, { minItems: 1, maxItems: 500 }),
  metric,
  sinceMs: Type.Optional(Instant),
})
export const LastAnswer = Type.Object({
  items: Type.Array(
    Type.Object({
      entityId: Type.String(),
      metric: Type.String(),
      unit: Type.String(),
      atMs: Instant,
      value: Type.Number(),
    }),
  ),
})

/** The busiest of what the viewer sees. `of: circuit` asks an interface's metric of the circuits' lower ends. */
export const TopQuery = Type.Object({
  metric: Name,
  of: Type.Optional(Type.Enum(['device', 'interface', 'circuit', 'sensor'])),
  by: Type.Optional(Type.Enum(['mean', 'max', 'total'], { default: 'mean' })),
  from: Instant,
  until: Instant,
  limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 100, default: 10 })),
  regionId: Type.Optional(Name),
})
export const TopAnswer = Type.Object({
  unit: Type.String(),
  items: Type.Array(
    Type.Object({
      entityId: Type.String(),
      name: Type.String(),
      value: Type.Number(),
      /** What carries the series: of a circuit's traffic an interface. */
      measuredId: Type.String(),
      /** The device it is or is a part of, or the link that a circuit is of; `part`: its name in there. */
      ofId: Type.String(),
      part: Nullable(Type.String()),
      /** What is rented, bit/s; null: nothing is. */
      bandwidthBps: Nullable(Type.Number()),
    }),
  ),
})
export type Ranking = Static<typeof TopAnswer>

/** Of an interface, or of a circuit's lower end. `per`: the installation's days or months, or the period as it is. */
export const VolumeQuery = Type.Object({
  entity: Name,
  from: Instant,
  until: Instant,
  per: Type.Optional(Type.Enum(['period', 'day', 'month'], { default: 'period' })),
})
/** Octets, pro rata at the edges, and for how much of the period they are known. */
const Volume = Type.Object({ octets: Type.Number(), coveredMs: Type.Number() })
export const VolumeAnswer = Type.Object({
  entityId: Type.String(),
  items: Type.Array(Type.Object({ from: Instant, until: Instant, in: Volume, out: Volume })),
})

/** Of a calendar month's 5-minute means; `working`: only those within working time. */
export const PercentileQuery = Type.Object({
  entity: Name,
  month: Type.String({ pattern: '^20\\d\\d-(0[1-9]|1[0-2])$' }),
  hours: Type.Optional(Type.Enum(['all', 'working'], { default: 'all' })),
  percentile: Type.Optional(Type.Number({ minimum: 50, maximum: 100, default: 95 })),
})
/** bit/s; null when nothing is known. `max` is the higher of both, as carriers bill it. */
export const PercentileAnswer = Type.Object({
  entityId: Type.String(),
  from: Instant,
  until: Instant,
  percentile: Type.Number(),
  hours: Type.String(),
  in: Nullable(Type.Number()),
  out: Nullable(Type.Number()),
  max: Nullable(Type.Number()),
  /** 5-minute steps that had to be known until now, and those that are, in both directions. */
  steps: Type.Integer(),
  knownSteps: Type.Integer(),
})
export type Percentile = Static<typeof PercentileAnswer>
export type VolumeOfPeriod = Static<typeof VolumeAnswer>['items'][number]

/** Where measured values are kept, and how much room there is. */
export const SeriesStatus = Type.Object({
  store: Type.String(),
  series: Type.Integer(),
  mostSeries: Nullable(Type.Integer()),
  bytes: Type.Integer(),
  oldestMs: Nullable(Instant),
  /** Batches that wait for a store elsewhere, and since when it is away. */
  waitingBatches: Type.Integer(),
  awaySinceMs: Nullable(Instant),
})
export type SeriesStatus = Static<typeof SeriesStatus>
