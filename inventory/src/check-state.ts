/** What a check's runs mean, from one collector and from several. Pure: the time is an argument. */
import { judgeCheck, type CheckLimit, type CheckMetric, type CheckState } from './check.ts'

export interface CheckRun {
  atMs: number
  ok: boolean
  metrics: Partial<Record<CheckMetric, number>>
}

/** How one collector sees it. */
export interface PointState {
  state: CheckState | 'unknown'
  /** The limit that decided; null when the run itself did. */
  limit: CheckLimit | null
  /** A first failure, that the next run has yet to confirm. */
  isFirst: boolean
  /** When the evidence that decides was seen. */
  atMs: number | null
}

export interface PointSeen {
  /** The newest two, newest first. */
  runs: readonly CheckRun[]
  /** The collector gives no sign, or is gone: its last word stands for nothing. */
  isAway: boolean
}

/** These move by the day: there is nothing to confirm. */
const slowlyMoving: ReadonlySet<CheckMetric> = new Set(['checkDaysLeft', 'checkAgeS'])

const unheard: PointState = { state: 'unknown', limit: null, isFirst: false, atMs: null }

/** A run is believed for two and a half intervals: one may be lost, and the next one late. */
export const freshMs = ({ intervalS, timeoutMs }: { intervalS: number; timeoutMs: number }) =>
  2500 * intervalS + timeoutMs + 15_000

/**
 * | newest run | the one before | state |
 * | --- | --- | --- |
 * | none, too old, or the collector is away | any | unknown |
 * | good | any | up, or degraded beyond a warning |
 * | bad, by days left or age | any | down |
 * | bad | bad, or not known and it was down | down |
 * | bad | good | degraded: to be confirmed |
 */
export function judgePoint(
  { runs: [last, previous], isAway }: PointSeen,
  { limits, ...rhythm }: { limits: CheckLimit[]; intervalS: number; timeoutMs: number },
  wasDown: boolean,
  nowMs: number,
): PointState {
  if (!last || isAway || nowMs - last.atMs > freshMs(rhythm)) return unheard
  const { state, limit } = judgeCheck(last.ok, last.metrics, limits)
  const seen = { state, limit, isFirst: false, atMs: last.atMs }
  if (state !== 'down' || (limit && slowlyMoving.has(limit.metric))) return seen
  if (!previous) return wasDown ? seen : { ...seen, state: 'degraded', isFirst: true }
  const wasBad = judgeCheck(previous.ok, previous.metrics, limits).state === 'down'
  const isOneFailure = last.atMs - previous.atMs <= freshMs(rhythm)
  if (wasBad && !isOneFailure) return seen
  return wasBad ? { ...seen, atMs: previous.atMs } : { ...seen, state: 'degraded', isFirst: true }
}

/** Of all collectors that were heard in time: down when all say so, degraded when some do; unknown when none was heard. */
export function checkStateOf(points: readonly (CheckState | 'unknown')[]): CheckState | 'unknown' {
  const heard = points.filter((state) => state !== 'unknown')
  if (heard.length === 0) return 'unknown'
  if (heard.every((state) => state === 'down')) return 'down'
  return heard.every((state) => state === 'up') ? 'up' : 'degraded'
}

export function targetOf(spec: { kind: string } & Record<string, unknown>): string {
  if (spec.kind === 'http') return String(spec.url)
  if (spec.kind === 'dns') return `${String(spec.name)} ${String(spec.type)}`
  if (spec.kind === 'backup') return `${String(spec.host)}:${String(spec.folder)}`
  return typeof spec.port === 'number' ? `${String(spec.host)}:${spec.port}` : String(spec.host)
}
