import { checkStateOf, judgePoint, type PointState } from '@zongheng/inventory/check-state.ts'
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
    const seen = { runs: track.runs, isAway: isAway(point.collectorId) }
    return { point, track, ...judgePoint(seen, check, before === 'down', nowMs) }
  })
  const state = checkStateOf(points.map((point) => point.state))
  const deciding = points.filter((point) => point.atMs !== null && (state === 'up' || point.state !== 'up'))
  const atMs = deciding.length ? Math.min(...deciding.map((point) => point.atMs!)) : null
  const words = points.map((look) => wordOf(look, model))
  const { id, regionId } = check
  return { verdict: { type: 'check', id, regionId, state, atMs, evidence: words }, points }
}

/** What the newest run said: as it was told, if that was of the same outcome. */
export function outcomeOf({ track, point }: Pick<PointLook, 'track' | 'point'>) {
  const told = track.outcome ?? point.outcome
  const [last] = track.runs
  if (!last) return told
  return told?.ok === last.ok ? told : { ok: last.ok, code: last.ok ? 'ok' : 'failed', values: {} }
}

function wordOf(look: PointLook, model: EstateModel): EvidenceItem {
  const { point, state, limit, track, isFirst } = look
  const collector = model.collectors.get(point.collectorId)?.name ?? point.collectorId
  const [last] = track.runs
  const at = last?.atMs ?? null
  if (state === 'unknown' || !last) return evidence('check-unheard', 'neutral', at, { collector })
  const { code, values } = outcomeOf(look)!
  const said = { ...values, code, collector, ms: last.metrics.checkMs ?? null, isFirst: isFirst ? 1 : 0 }
  if (!limit) return evidence(last.ok ? 'check-ok' : 'check-failed', last.ok ? 'good' : 'bad', at, said)
  const { metric, warning, critical } = limit
  const value = last.metrics[metric] ?? null
  return evidence('check-limit', 'bad', at, { ...said, metric, value, warning, critical })
}
