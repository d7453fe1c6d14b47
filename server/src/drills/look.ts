import type { CircuitState } from '@zongheng/inventory/circuit.ts'
import type { LinkState } from '@zongheng/inventory/link.ts'
import type { CircuitModel, LinkModel } from '../estate/model.ts'
import type { StateService } from '../state/service.ts'
import type { DrillLook } from './watch.ts'

type Sight = Pick<StateService, 'model' | 'judge' | 'circuit' | 'stateOf' | 'evidenceOf' | 'activeCircuitOf'>

/** A link and what lies below it, as states and readings have them now. */
export function lookAt(state: Sight, link: LinkModel, standby: CircuitModel, nowMs: number): DrillLook {
  const primary = link.circuits[0]!
  const held = state.stateOf(primary.id)
  const readings = state.circuit(standby.id)
  const carried = state
    .evidenceOf(link.id)
    .find(({ code, circuitId }) => code === 'traffic-carried' && circuitId === standby.id)
  const below = [...state.model.devices.values()]
    .filter((device) => device.siteId === link.lowerSiteId && device.collectorId !== null)
    .flatMap(({ id }) => state.judge.observations.devices.get(id) ?? [])
  const answers = below.flatMap(({ answeredAtMs }) => answeredAtMs ?? [])
  const busier = Math.max(readings?.inBps ?? -1, readings?.outBps ?? -1)
  return {
    atMs: nowMs,
    linkState: (state.stateOf(link.id)?.state ?? 'unknown') as LinkState,
    activeCircuitId: state.activeCircuitOf(link.id),
    primary: {
      id: primary.id,
      state: (held?.state ?? 'unknown') as CircuitState,
      sinceMs: held?.sinceMs ?? 0,
    },
    standby: {
      id: standby.id,
      carriesAtMs: carried?.at ?? null,
      rttMs: readings?.rttMs ?? null,
      lossPercent: readings?.lossPercent ?? null,
      loadPercent: busier < 0 ? null : (100 * busier) / standby.bandwidthBps,
    },
    answeredMs: answers.length > 0 ? Math.max(...answers) : null,
    silentDevices: below.filter(({ silentSinceMs }) => silentSinceMs !== null).length,
  }
}
