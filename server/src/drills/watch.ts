/** What a planned failover showed, and whether that is good enough. Pure: the service tells what it sees, and keeps what follows. */
import { accessLimits, utilisationLimit, type Access } from '@zongheng/inventory/access.ts'
import type { CircuitState } from '@zongheng/inventory/circuit.ts'
import type { LinkState } from '@zongheng/inventory/link.ts'

/** A link at an instant of its drill. */
export interface DrillLook {
  atMs: number
  linkState: LinkState
  activeCircuitId: string | null
  primary: { id: string; state: CircuitState; sinceMs: number }
  standby: {
    id: string
    /** Its counters show traffic, as read then; null when they are not known. */
    carriesAtMs: number | null
    rttMs: number | null
    lossPercent: number | null
    /** Of the rented bandwidth, the busier direction. */
    loadPercent: number | null
  }
  /** When a device at the lower site last answered; null where none is polled. */
  answeredMs: number | null
  silentDevices: number
}

export const drillReasons = [
  'not-switched',
  'not-taken-over',
  'slow',
  'loss',
  'latency',
  'overload',
  'not-back',
] as const
export type DrillReason = (typeof drillReasons)[number]

/** What is kept of a drill. Instants are null until they come. */
export interface DrillRecord {
  endsAtMs: number
  note: string | null
  /** The primary carried no more. */
  leftMs: number | null
  /** The lower site was reached again, or traffic seen, without the primary. */
  tookMs: number | null
  /** The primary carries again. */
  backMs: number | null
  /** At most so many devices of the lower site were silent at once. */
  silentDevices: number
  looks: number
  rttMs: { mean: number | null; max: number | null }
  lossPercent: number | null
  loadPercent: number | null
  reasons: DrillReason[]
}

/** A drill is over once the primary carried again for so long. */
export const settledMs = 60_000
/** By how much the time of the takeover can be off: the rhythm of probes, and of the polls that follow a loss. */
export const takeoverBoundMs = 15_000
/** OSPF's dead interval and the retries of a tunnel; slower is no automatic failover. */
export const takeoverLimitMs = 60_000

export const newRecord = (endsAtMs: number, note: string | null): DrillRecord => ({
  endsAtMs,
  note,
  leftMs: null,
  tookMs: null,
  backMs: null,
  silentDevices: 0,
  looks: 0,
  rttMs: { mean: null, max: null },
  lossPercent: null,
  loadPercent: null,
  reasons: [],
})

/** The record after one more look. */
export function watchDrill(before: DrillRecord, startedMs: number, look: DrillLook): DrillRecord {
  const record = { ...before }
  record.leftMs ??= leftAt(startedMs, look)
  if (record.leftMs === null) return record
  if (record.backMs === null) record.silentDevices = Math.max(record.silentDevices, look.silentDevices)
  if (!carries(look)) {
    record.tookMs ??= tookAt(record.leftMs, look)
    record.backMs = null // went again: not back yet
    return record.tookMs === null ? record : measured(record, look.standby)
  }
  const { primary, atMs } = look
  record.backMs ??= primary.sinceMs > (record.tookMs ?? record.leftMs) ? primary.sinceMs : atMs
  return record
}

/** The primary is there, and it is the way: traffic moved by hand leaves it up, and not the way. */
const carries = ({ primary, activeCircuitId }: DrillLook) =>
  activeCircuitId === primary.id && (primary.state === 'up' || primary.state === 'degraded')

function leftAt(startedMs: number, { atMs, primary, standby, activeCircuitId }: DrillLook): number | null {
  if (primary.state === 'down') return Math.max(primary.sinceMs, startedMs)
  return activeCircuitId === standby.id ? Math.max(startedMs, standby.carriesAtMs ?? atMs) : null
}

/** Whichever shows it first: an answer from below, or the standby's counters. */
function tookAt(leftMs: number, { answeredMs, standby, linkState, atMs }: DrillLook): number | null {
  const shown = [answeredMs, standby.carriesAtMs].filter((at) => at !== null && at >= leftMs) as number[]
  if (shown.length > 0) return Math.min(...shown)
  return answeredMs === null && linkState === 'on-backup' ? atMs : null
}

function measured(
  record: DrillRecord,
  { rttMs, lossPercent, loadPercent }: DrillLook['standby'],
): DrillRecord {
  const { looks, rttMs: known } = record
  const most = (a: number | null, b: number | null) => (a === null || b === null ? (a ?? b) : Math.max(a, b))
  const mean = rttMs === null ? known.mean : ((known.mean ?? 0) * looks + rttMs) / (looks + 1)
  return {
    ...record,
    looks: looks + (rttMs === null ? 0 : 1),
    rttMs: { mean, max: most(known.max, rttMs) },
    lossPercent: most(record.lossPercent, lossPercent),
    loadPercent: most(record.loadPercent, loadPercent),
  }
}

/** Nothing more is to come: the primary is back for good, or time is up. */
export function isOver({ backMs, endsAtMs }: DrillRecord, nowMs: number): boolean {
  return nowMs >= endsAtMs || (backMs !== null && nowMs - backMs >= settledMs)
}

/** Why it failed; empty for a drill that passed. */
export function failures(record: DrillRecord, access: Access): DrillReason[] {
  const { leftMs, tookMs, backMs, rttMs, lossPercent, loadPercent } = record
  if (leftMs === null) return ['not-switched']
  if (tookMs === null) return ['not-taken-over', ...(backMs === null ? (['not-back'] as const) : [])]
  const limits = accessLimits[access]
  const found: [DrillReason, boolean][] = [
    ['slow', tookMs - leftMs > takeoverLimitMs + takeoverBoundMs],
    ['loss', (lossPercent ?? 0) > limits.lossPercent.major],
    ['latency', (rttMs.mean ?? 0) > limits.rttMs.major],
    ['overload', (loadPercent ?? 0) > utilisationLimit.major],
    ['not-back', backMs === null],
  ]
  return found.flatMap(([reason, isSo]) => (isSo ? [reason] : []))
}
