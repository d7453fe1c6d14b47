import type { CheckOutcome } from '@zongheng/collector/contract.ts'
import { checkStateOf, judgePoint, type PointState } from '@zongheng/inventory/check-state.ts'
import { unjudgedCodes } from '@zongheng/inventory/check.ts'
import { evidence, type EvidenceItem } from '@zongheng/inventory/evidence.ts'
import type { CheckModel, CheckPointModel, EstateModel } from '../estate/model.ts'
import { CheckTrack } from './check-track.ts'
import type { Observations } from './observations.ts'
import type { Verdict } from './state-book.ts'

/** How one collector sees a check now. */
export interface PointLook extends PointState {
  point: CheckPointModel
  track: CheckTrack
}

export interface CheckLook {
  verdict: Verdict
  points: PointLook[]
}

const neverRun = new CheckTrack()

/** The collectors that give a sign; the word of any other stands for nothing. */
export type IsAway = (collectorId: string) => boolean

export function lookAtCheck(
  check: CheckModel,
  { model, observations, isAway }: { model: EstateModel; observations: Observations; isAway: IsAway },
  before: string,
  nowMs: number,
): CheckLook {
  const points = check.points.map((point): PointLook => {
    const track = observations.checks.get(point.id) ?? neverRun
    const seen = { runs: track.runs, isAway: isAway(point.collectorId) || isUnjudged({ track, point }) }
    return { point, track, ...judgePoint(seen, check, before === 'down', nowMs) }
  })
  const state = checkStateOf(points.map((point) => point.state))
  const deciding = points.filter((point) => point.atMs !== null && (state === 'up' || point.state !== 'up'))
  const atMs = deciding.length ? Math.min(...deciding.map((point) => point.atMs!)) : null
  const words = points.map((look) => wordOf(look, model))
  const { id, regionId } = check
  return { verdict: { type: 'check', id, regionId, state, atMs, evidence: words }, points }
}

type Source = Pick<PointLook, 'track' | 'point'>

const toldOf = ({ track, point }: Source) =>
  track.outcome ?? (point.outcome && { outcome: point.outcome, atMs: point.outcomeAtMs })

/** It could not be tried of late: nothing follows about the service. */
function isUnjudged(source: Source): boolean {
  const told = toldOf(source)
  return (
    told !== null && unjudgedCodes.has(told.outcome.code) && told.atMs > (source.track.runs[0]?.atMs ?? 0)
  )
}

/** What the newest run said: as it was told, if that was of the same outcome. */
export function outcomeOf(source: Source): CheckOutcome | null {
  const told = toldOf(source)?.outcome ?? null
  const [last] = source.track.runs
  if (!last || isUnjudged(source) || told?.ok === last.ok) return told
  return { ok: last.ok, code: last.ok ? 'ok' : 'failed', values: {} }
}

function wordOf(look: PointLook, model: EstateModel): EvidenceItem {
  const { point, state, limit, track, isFirst } = look
  const collector = model.collectors.get(point.collectorId)?.name ?? point.collectorId
  const [last] = track.runs
  const at = last?.atMs ?? null
  const outcome = outcomeOf(look)
  if (state === 'unknown' || !last || !outcome)
    return evidence('check-unheard', 'neutral', at, {
      collector,
      code: isUnjudged(look) ? outcome!.code : null,
    })
  const { code, values } = outcome
  const said = { ...values, code, collector, ms: last.metrics.checkMs ?? null, isFirst: isFirst ? 1 : 0 }
  if (!limit) return evidence(last.ok ? 'check-ok' : 'check-failed', last.ok ? 'good' : 'bad', at, said)
  const { metric, warning, critical } = limit
  const value = last.metrics[metric] ?? null
  return evidence('check-limit', 'bad', at, { ...said, metric, value, warning, critical })
}
