/** Whose fault an outage was, by what else was seen. Pure. */
import type { EvidenceItem } from '@zongheng/inventory/evidence.ts'
import type { Outage, Period, Span } from '../state/availability.ts'

/** planned: within announced time. unknown: a person looked, and cannot tell; it counts as down, and against nobody. */
export const outageCauses = ['carrier', 'mains', 'own', 'planned', 'unknown'] as const
export type OutageCause = (typeof outageCauses)[number]
/** Of down time that counts. */
export type FaultCause = Exclude<OutageCause, 'planned'>

/** What said so, first match wins; `else`: nothing did, and the line is the carrier's. */
export const causeSigns = [
  'person',
  'window',
  'mains-lost',
  'on-battery',
  'site-dark',
  'admin-down',
  'device-down',
  'else',
] as const
export type CauseSign = (typeof causeSigns)[number]

export interface Verdict {
  cause: OutageCause
  sign: CauseSign
  /** The site or device that the sign is about. */
  entityId: string | null
}

/** What stands at a circuit's ends. */
export interface Ends {
  siteIds: readonly string[]
  /** Where the circuit itself ends. */
  deviceIds: readonly string[]
  /** UPS at the sites, and what tells that they are on battery. */
  upsIds: readonly string[]
}

/** What happened elsewhere around the time of the outages. */
export interface Surroundings {
  /** When the mains were said to be lost, by site. */
  mainsLost: ReadonlyMap<string, readonly Period[]>
  /** When a UPS ran on battery by what it measured, by device. */
  onBattery: ReadonlyMap<string, readonly Period[]>
  /** By site and device; of a device that was not asked about there are none. */
  histories: ReadonlyMap<string, readonly Span[]>
}

/** A sign may be this much older than the outage: a router lives on in its UPS for a while. */
export const lookbackMs = 15 * 60_000
/** A device is asked once a minute and asked again before it counts as down; its line is probed every 10 s. */
export const settleMs = 3 * 60_000
/** What makes a line fall silent is seen within a round of probes before and after it. */
const aboutMs = 60_000

const isPlanned = ({ downMs, plannedMs }: Outage) => downMs === 0 && plannedMs > 0

/**
 * | outage | cause |
 * | --- | --- |
 * | wholly within maintenance windows | planned |
 * | mains lost or UPS on battery at an end's site, or the site dark by itself, within the 15 min before it | mains |
 * | the interface shut by hand, or a device at an end down as it began | own |
 * | otherwise | carrier |
 */
export function causeOf(outage: Outage, ends: Ends, around: Surroundings): Verdict {
  if (isPlanned(outage)) return { cause: 'planned', sign: 'window', entityId: null }
  return mainsSign(outage, ends, around) ?? ownSign(outage, ends, around) ?? carrierAtFault
}

const carrierAtFault: Verdict = { cause: 'carrier', sign: 'else', entityId: null }

function mainsSign({ fromMs }: Outage, ends: Ends, around: Surroundings): Verdict | null {
  const before = { fromMs: fromMs - lookbackMs, untilMs: fromMs + aboutMs }
  const found = (sign: CauseSign, ids: readonly string[], touches: (id: string) => boolean) => {
    const entityId = ids.find(touches)
    return entityId === undefined ? null : ({ cause: 'mains', sign, entityId } as const)
  }
  const within = (periods: readonly Period[] | undefined) =>
    periods?.some((one) => meet(one, before)) ?? false
  return (
    found('mains-lost', ends.siteIds, (id) => within(around.mainsLost.get(id))) ??
    found('on-battery', ends.upsIds, (id) => within(around.onBattery.get(id))) ??
    found('site-dark', ends.siteIds, (id) => wasIn(around.histories.get(id), 'down', before))
  )
}

function ownSign(outage: Outage, ends: Ends, { histories }: Surroundings): Verdict | null {
  const shut = outage.evidence.some(({ code }: EvidenceItem) => code === 'end-admin-down')
  if (shut) return { cause: 'own', sign: 'admin-down', entityId: null }
  const { fromMs, untilMs } = outage
  const asItBegan = { fromMs: fromMs - aboutMs, untilMs: Math.min(fromMs + settleMs, untilMs ?? Infinity) }
  const entityId = ends.deviceIds.find((id) => wasIn(histories.get(id), 'down', asItBegan))
  return entityId === undefined ? null : { cause: 'own', sign: 'device-down', entityId }
}

const wasIn = (history: readonly Span[] | undefined, state: string, period: Period): boolean =>
  history?.some((span) => span.state === state && meet({ ...span, untilMs: span.untilMs ?? Infinity }, period)) ?? false // prettier-ignore

export const meet = (a: Period, b: Period): boolean => a.fromMs < b.untilMs && b.fromMs < a.untilMs

// ---- what people decided ----

/** Of the outage that it lies over most; it stays with it when late evidence moves the outage's edges. */
export interface Decision {
  id: string
  circuitId: string
  fromMs: number
  untilMs: number
  cause: OutageCause
  note: string | null
  decidedBy: string | null
  atMs: number
}

/** The newest of those that share the most time with it. */
export function decisionOn(
  { fromMs, untilMs }: Outage,
  decisions: readonly Decision[],
  nowMs: number,
): Decision | null {
  const shared = (one: Decision) => Math.min(untilMs ?? nowMs, one.untilMs) - Math.max(fromMs, one.fromMs)
  let best: Decision | null = null
  for (const one of decisions) {
    if (shared(one) <= 0) continue
    if (!best || shared(one) > shared(best) || (shared(one) === shared(best) && one.atMs > best.atMs))
      best = one
  }
  return best
}
