import { accesses } from '@zongheng/inventory/access.ts'
import { circuitRoles } from '@zongheng/inventory/circuit.ts'
import { Type, type Static } from 'typebox'
import { Instant, Nullable, Page, paging, Ref } from '../http/schema.ts'
import { promiseVerdicts } from './account.ts'
import { causeSigns, outageCauses } from './cause.ts'

const Ms = Type.Integer({ description: 'milliseconds' })
const Percent = Nullable(Type.Number())
const id = Type.Optional(Type.String({ maxLength: 40 }))

/** A calendar month, cut at the installation's midnight; the present one without it. */
const monthly = {
  month: Type.Optional(Type.String({ pattern: '^[12]\\d{3}-(0[1-9]|1[0-2])$', description: '2026-11' })),
  carrierId: id,
  regionId: id,
  linkId: id,
}
export const StatementQuery = Type.Object(monthly)
export type StatementQuery = Static<typeof StatementQuery>
export const CircuitMonthQuery = Type.Object({
  ...monthly,
  ...paging,
  verdict: Type.Optional(Type.Enum(promiseVerdicts)),
})
export type CircuitMonthQuery = Static<typeof CircuitMonthQuery>
export const OutageQuery = Type.Object({
  ...monthly,
  ...paging,
  circuitId: id,
  cause: Type.Optional(Type.Enum(outageCauses)),
})
export type OutageQuery = Static<typeof OutageQuery>

const down = Type.Object({ carrier: Ms, mains: Ms, own: Ms, unknown: Ms })

/** Of circuits added up. up + down of all causes + planned + unknown is `circuits` times the period. */
const Sum = Type.Object({
  circuits: Type.Integer(),
  kept: Type.Integer(),
  broken: Type.Integer(),
  unsure: Type.Integer(),
  upMs: Ms,
  down,
  plannedMs: Ms,
  unknownMs: Ms,
  errorBoundMs: Ms,
  carrierErrorBoundMs: Ms,
  beyondMs: Ms,
  carrierOutages: Type.Integer(),
  percent: Percent,
  carrierPercent: Percent,
})
export type Sum = Static<typeof Sum>

export const Statement = Type.Object({
  month: Type.String(),
  timeZone: Type.String(),
  from: Instant,
  /** Of a month that is not over: now. */
  until: Instant,
  isOver: Type.Boolean(),
  total: Sum,
  /** By name. */
  carriers: Type.Array(
    Type.Intersect([Type.Object({ carrier: Ref, hotline: Nullable(Type.String()) }), Sum]),
  ),
})
export type Statement = Static<typeof Statement>

/** One circuit's month. Availability = 1 − unplanned down ÷ (period − planned − unknown). */
export const CircuitMonth = Type.Object({
  circuit: Ref,
  link: Ref,
  region: Ref,
  carrier: Ref,
  role: Type.Enum(circuitRoles),
  access: Type.Enum(accesses),
  bandwidthBps: Type.Number(),
  promisedPercent: Type.Number(),
  upMs: Ms,
  downMs: Ms,
  down,
  plannedMs: Ms,
  unknownMs: Ms,
  /** By how much the down time can be off, from the rhythm of looking; of the carrier's outages. */
  errorBoundMs: Ms,
  carrierErrorBoundMs: Ms,
  percent: Percent,
  /** Only what the carrier is to blame for counts: held against the promise. */
  carrierPercent: Percent,
  allowedMs: Ms,
  beyondMs: Ms,
  verdict: Type.Enum(promiseVerdicts),
  outages: Type.Integer(),
  carrierOutages: Type.Integer(),
  mttrMs: Nullable(Ms),
  mtbfMs: Nullable(Ms),
})
export type CircuitMonth = Static<typeof CircuitMonth>
export const CircuitMonthPage = Page(CircuitMonth)

export const Outage = Type.Object({
  circuit: Ref,
  link: Ref,
  carrier: Ref,
  /** Its own begin, before the month or in it. */
  fromAt: Instant,
  /** Null: it lasts. */
  untilAt: Nullable(Instant),
  /** Within the month, outside of and within planned time. */
  downMs: Ms,
  plannedMs: Ms,
  errorBoundMs: Ms,
  cause: Type.Enum(outageCauses),
  /** What said so. */
  sign: Type.Enum(causeSigns),
  entity: Nullable(Ref),
  /** The person who decided otherwise, and why. */
  decidedBy: Nullable(Ref),
  note: Nullable(Type.String()),
  ticket: Nullable(Type.Object({ id: Type.String(), number: Type.String() })),
})
export type Outage = Static<typeof Outage>
export const OutagePage = Page(Outage)

/** An outage is known by its circuit and an instant in it. */
export const OutageParams = Type.Object({
  id: Type.String({ maxLength: 40 }),
  at: Type.Integer({ minimum: 0, description: 'UTC epoch milliseconds' }),
})
export const CauseInput = Type.Object(
  {
    cause: Type.Enum(outageCauses),
    note: Type.String({ minLength: 1, maxLength: 500, pattern: '\\S' }),
  },
  { additionalProperties: false },
)
export type CauseInput = Static<typeof CauseInput>
