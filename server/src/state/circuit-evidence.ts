import type {
  CircuitEvidence,
  EndEvidence,
  NeighbourEvidence,
  ProbeNoise,
} from '@zongheng/inventory/circuit-state.ts'
import { evidence, type EvidenceItem } from '@zongheng/inventory/evidence.ts'
import { neighbourSaid } from '@zongheng/inventory/neighbour.ts'
import type { CircuitEndModel, CircuitModel, EstateModel } from '../estate/model.ts'
import type { Observations } from './observations.ts'
import type { PathQuality } from './path-quality.ts'
import type { SiteLook } from './site-view.ts'
import { carries, type Traffic, type UtilisationWatch } from './traffic.ts'

const legIntervalMs = 10_000

/** Where the evidence of one pass comes from. */
export interface EvidenceSources {
  model: EstateModel
  observations: Observations
  paths: PathQuality
  utilisation: UtilisationWatch
  noise: ProbeNoise
}

/** All that is known of a circuit now, for its judgement. */
export function gatherCircuit(
  circuit: CircuitModel,
  near: { siteId: string; look: SiteLook },
  traffic: Traffic | null,
  sources: EvidenceSources,
  nowMs: number,
): CircuitEvidence {
  const { model, observations, paths, utilisation, noise } = sources
  const leg = observations.legs.get(circuit.id)
  return {
    probe:
      leg && circuit.leg
        ? {
            address: circuit.leg.address,
            intervalMs: legIntervalMs,
            okAtMs: leg.okAtMs,
            lostAtMs: leg.lostAtMs,
            lostSinceMs: leg.lostSinceMs,
            okSinceMs: leg.okSinceMs,
            ...paths.net(circuit.id, near.siteId),
            noise,
          }
        : null,
    a: gatherEnd(circuit.a, model, observations),
    z: gatherEnd(circuit.z, model, observations),
    near: {
      site: model.sites.get(near.siteId)?.name ?? near.siteId,
      seenAtMs: near.look.seenAtMs,
      dark: near.look.dark,
    },
    utilisation: utilisation.of(circuit, traffic, nowMs),
    errors:
      traffic && traffic.packets > 0
        ? { ratio: traffic.errors / traffic.packets, count: traffic.errors }
        : null,
    neighbour: gatherNeighbour(circuit.id, observations),
  }
}

function gatherNeighbour(circuitId: string, { neighbours }: Observations): NeighbourEvidence | null {
  const seen = neighbours.get(circuitId)
  const said = seen && neighbourSaid(seen.code)
  return said ? { ...said, atMs: seen.atMs, sinceMs: seen.sinceMs } : null
}

function gatherEnd(end: CircuitEndModel, model: EstateModel, observations: Observations): EndEvidence | null {
  const seen = observations.interfaces.get(end.interfaceId)
  if (!seen || seen.ifOperStatus === null) return null
  const device = model.devices.get(end.deviceId)?.name ?? end.deviceId
  const shut = seen.ifAdminStatus === 2 // ifAdminStatus down(2)
  return { device, ifName: end.ifName, up: seen.ifOperStatus === 1 && !shut, shut, atMs: seen.statusAtMs }
}

/** Why a circuit is judged as it is, and what it carries, as its link tells it. */
export function linkWords(
  circuit: CircuitModel,
  why: EvidenceItem[],
  traffic: Traffic | null,
): EvidenceItem[] {
  const words = why.map((item) => ({ ...item, circuitId: circuit.id }))
  if (!traffic) return words
  const { inBps, outBps, atMs } = traffic
  const { bandwidthBps } = circuit
  const code = carries(traffic, bandwidthBps) ? 'traffic-carried' : 'traffic-none'
  const percent = (100 * Math.max(inBps, outBps)) / bandwidthBps
  return [...words, evidence(code, 'neutral', atMs, { inBps, outBps, percent, bandwidthBps }, circuit.id)]
}
