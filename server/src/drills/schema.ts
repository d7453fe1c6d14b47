import { Type, type Static } from 'typebox'
import { Instant, Nullable, Page, paging, Ref } from '../http/schema.ts'
import { drillReasons } from './watch.ts'

export const drillPhases = ['planned', 'running', 'over', 'cancelled'] as const

/** A planned failover of a link onto one of its backups. */
export const Drill = Type.Object({
  id: Type.String(),
  link: Ref,
  /** The standby that is to carry, by its number. */
  circuit: Ref,
  windowId: Nullable(Type.String()),
  phase: Type.Enum(drillPhases),
  plannedAt: Instant,
  endsAt: Instant,
  plannedBy: Nullable(Ref),
  startedAt: Nullable(Instant),
  endedAt: Nullable(Instant),
  note: Nullable(Type.String()),
  outcome: Nullable(Type.Enum(['passed', 'failed'])),
  reasons: Type.Array(Type.Enum(drillReasons)),
  leftAt: Nullable(Instant),
  tookAt: Nullable(Instant),
  backAt: Nullable(Instant),
  /** From the primary's loss to the standby's takeover, ms, give or take the bound. */
  takeoverMs: Nullable(Type.Integer()),
  takeoverBoundMs: Type.Integer(),
  silentDevices: Type.Integer(),
  /** Of the standby while it carried: mean and most, the most loss and load, percent. */
  rttMs: Type.Object({ mean: Nullable(Type.Number()), max: Nullable(Type.Number()) }),
  lossPercent: Nullable(Type.Number()),
  loadPercent: Nullable(Type.Number()),
})
export type Drill = Static<typeof Drill>
export const DrillPage = Page(Drill)

export const DrillQuery = Type.Object({
  ...paging,
  linkId: Type.Optional(Type.String({ maxLength: 40 })),
  regionId: Type.Optional(Type.String({ maxLength: 40 })),
})

export const NewDrill = Type.Object(
  {
    linkId: Type.String({ maxLength: 40 }),
    /** A backup of the link; the first without. */
    circuitId: Type.Optional(Type.String({ maxLength: 40 })),
    startsAt: Instant,
    minutes: Type.Integer({ minimum: 5, maximum: 480 }),
    note: Type.Optional(Nullable(Type.String({ maxLength: 2000 }))),
  },
  { additionalProperties: false },
)
export type NewDrill = Static<typeof NewDrill>
