import { targetOf } from '@zongheng/inventory/check-state.ts'
import type { CheckModel } from '../estate/model.ts'
import { outcomeOf, type PointLook } from '../state/check-judge.ts'
import type { StateService } from '../state/service.ts'
import type { Check, CheckPoint } from './schema.ts'

export type CheckState = Check['state']

/** `paused` is said of what is off, whatever was last seen. */
export function stateOf(check: CheckModel, state: StateService): { state: CheckState; since: number | null } {
  if (!check.isEnabled) return { state: 'paused', since: null }
  const held = state.stateOf(check.id)
  return { state: (held?.state ?? 'unknown') as CheckState, since: held?.sinceMs ?? null }
}

export function checkView(check: CheckModel, state: StateService, nowMs: number): Check {
  const { regions, sites, devices } = state.model
  const ref = (id: string | null, of: Map<string, { name: string }>) =>
    id === null ? null : { id, name: of.get(id)?.name ?? id }
  const { id, name, spec, limits, intervalS, timeoutMs } = check
  const { points } = state.judge.lookAtCheck(check, nowMs)
  return {
    id,
    name,
    kind: spec.kind,
    target: targetOf(spec),
    spec,
    limits,
    intervalS,
    timeoutMs,
    enabled: check.isEnabled,
    hasCredential: check.credentialId !== null,
    region: ref(check.regionId, regions)!,
    site: ref(check.siteId, sites),
    device: ref(check.deviceId, devices),
    ...stateOf(check, state),
    points: points.map((look) => pointView(look, state)),
  }
}

function pointView(look: PointLook, { model }: StateService): CheckPoint {
  const { point, track, state, limit, isFirst } = look
  const [last] = track.runs
  return {
    id: point.id,
    collector: {
      id: point.collectorId,
      name: model.collectors.get(point.collectorId)?.name ?? point.collectorId,
    },
    state,
    ranAt: last?.atMs ?? null,
    outcome: outcomeOf(look),
    metrics: { ...last?.metrics } as Record<string, number>,
    limit,
    isFirst,
  }
}
