/** A circuit's account of a period: how long it was up, and whose fault it was when it was not. Pure. */
import { percentOf, reckon, type Outage, type Period, type Span } from '../state/availability.ts'
import { causeOf, decisionOn, type Decision, type Ends, type FaultCause, type Surroundings, type Verdict } from './cause.ts' // prettier-ignore

/** An outage with its cause. */
export interface AccountedOutage extends Omit<Outage, 'evidence'>, Verdict {
  decision: Decision | null
}

/** up + down of all causes + planned + unknown is the period, to the millisecond. */
export interface Account {
  upMs: number
  down: Record<FaultCause, number>
  plannedMs: number
  unknownMs: number
  errorBoundMs: number
  /** Of the carrier's outages. */
  carrierErrorBoundMs: number
  outages: AccountedOutage[]
}

export interface AccountInput {
  history: readonly Span[]
  /** In order, without overlaps. */
  planned: readonly Period[]
  decisions: readonly Decision[]
  ends: Ends
}

/** What a person calls planned is planned time from its first to its last instant. */
export function account(
  { history, planned, decisions, ends }: AccountInput,
  around: Surroundings,
  period: Period,
): Account {
  const raw = reckon(history, planned, period)
  const excused = raw.outages.filter((one) => decisionOn(one, decisions, period.untilMs)?.cause === 'planned')
  const { outages, upMs, plannedMs, unknownMs, errorBoundMs } = excused.length
    ? reckon(history, withSpans(planned, excused, period.untilMs), period)
    : raw
  const told = outages.map(({ evidence: _, ...outage }, i): AccountedOutage => {
    const decision = decisionOn(outages[i]!, decisions, period.untilMs)
    if (decision) return { ...outage, cause: decision.cause, sign: 'person', entityId: null, decision }
    return { ...outage, ...causeOf(outages[i]!, ends, around), decision }
  })
  const sumOf = (cause: FaultCause, of: 'downMs' | 'errorBoundMs') =>
    told.reduce((sum, outage) => sum + (outage.cause === cause ? outage[of] : 0), 0)
  return {
    upMs,
    down: {
      carrier: sumOf('carrier', 'downMs'),
      mains: sumOf('mains', 'downMs'),
      own: sumOf('own', 'downMs'),
      unknown: sumOf('unknown', 'downMs'),
    },
    plannedMs,
    unknownMs,
    errorBoundMs,
    carrierErrorBoundMs: sumOf('carrier', 'errorBoundMs'),
    outages: told,
  }
}

/** Planned time with these stretches, still in order and without overlaps. */
function withSpans(planned: readonly Period[], outages: readonly Outage[], nowMs: number): Period[] {
  const spans = outages.map(({ fromMs, untilMs }) => ({ fromMs, untilMs: untilMs ?? nowMs }))
  const result: Period[] = []
  for (const { fromMs, untilMs } of [...planned, ...spans].sort((a, b) => a.fromMs - b.fromMs)) {
    const last = result.at(-1)
    if (last && fromMs <= last.untilMs) last.untilMs = Math.max(last.untilMs, untilMs)
    else result.push({ fromMs, untilMs })
  }
  return result
}

/** kept, broken: beyond what the looking can be off by. unsure: within it. none: nothing is known of the period. */
export const promiseVerdicts = ['kept', 'broken', 'unsure', 'none'] as const
export type PromiseVerdict = (typeof promiseVerdicts)[number]

/** The account as it stands against what was promised. */
export interface Measured {
  downMs: number
  percent: number | null
  /** Only what the carrier is to blame for counts. */
  carrierPercent: number | null
  /** Down time that the promise allows in the time that is known. */
  allowedMs: number
  beyondMs: number
  verdict: PromiseVerdict
  outages: number
  carrierOutages: number
  /** Of the carrier's outages: how long they lasted on average, and time up between them; null without any. */
  mttrMs: number | null
  mtbfMs: number | null
}

export function measure(one: Account, promisedPercent: number): Measured {
  const { carrier, mains, own, unknown } = one.down
  const downMs = carrier + mains + own + unknown
  const knownMs = one.upMs + downMs
  const allowedMs = Math.floor((knownMs * Math.round((100 - promisedPercent) * 1e6)) / 1e8)
  const counting = one.outages.filter((outage) => outage.downMs > 0)
  const carriers = counting.filter((outage) => outage.cause === 'carrier').length
  return {
    downMs,
    percent: percentOf(downMs, knownMs),
    carrierPercent: percentOf(carrier, knownMs),
    allowedMs,
    beyondMs: Math.max(0, carrier - allowedMs),
    verdict: verdictOf(carrier - allowedMs, one.carrierErrorBoundMs, knownMs),
    outages: counting.length,
    carrierOutages: carriers,
    mttrMs: carriers ? Math.round(carrier / carriers) : null,
    mtbfMs: carriers ? Math.round(one.upMs / carriers) : null,
  }
}

function verdictOf(beyondMs: number, errorBoundMs: number, knownMs: number): PromiseVerdict {
  if (knownMs === 0) return 'none'
  if (beyondMs > errorBoundMs) return 'broken'
  return beyondMs > -errorBoundMs && errorBoundMs > 0 ? 'unsure' : 'kept'
}
