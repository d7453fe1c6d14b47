/** What one collector's samples alone can say something of, and the estate as it sees it. */
import type { CheckModel, CircuitModel, EstateModel } from '../estate/model.ts'

export interface LateScope {
  model: EstateModel
  /** Entities whose states follow from its samples and from nobody else's. */
  own: ReadonlySet<string>
}

/**
 * Links, sites and checks on which several collectors have a word are left as they are known: half of the evidence would be
 * taken for all of it.
 */
export function lateScope(estate: EstateModel, collectorId: string): LateScope {
  const isOwnDevice = (id: string) => estate.devices.get(id)?.collectorId === collectorId
  const isOwnCircuit = ({ leg, a, z }: CircuitModel) =>
    isOwnDevice(z.deviceId) && (leg !== null || isOwnDevice(a.deviceId))
  const isOwnCheck = ({ points }: CheckModel) =>
    points.length > 0 && points.every((point) => point.collectorId === collectorId)
  const own = new Set<string>()
  const ownIf = (id: string, isOwn: boolean) => isOwn && own.add(id)
  const foreignSites = new Set<string>()
  for (const device of estate.devices.values()) {
    ownIf(device.id, device.collectorId === collectorId)
    if (device.collectorId !== null && device.collectorId !== collectorId) foreignSites.add(device.siteId)
  }
  for (const circuit of estate.circuits.values()) ownIf(circuit.id, isOwnCircuit(circuit))
  for (const { id, circuits } of estate.links.values()) ownIf(id, circuits.every(isOwnCircuit))
  for (const id of estate.sites.keys()) ownIf(id, !foreignSites.has(id))
  for (const check of estate.checks.values()) ownIf(check.id, isOwnCheck(check))
  return { model: seenBy(estate, own), own }
}

/** Nobody else is asked, and what was last told of a check's outcome is told of another time. */
function seenBy(estate: EstateModel, own: ReadonlySet<string>): EstateModel {
  const asSeen = (circuit: CircuitModel) => (own.has(circuit.id) ? circuit : { ...circuit, leg: null })
  const circuits = new Map([...estate.circuits].map(([id, circuit]) => [id, asSeen(circuit)]))
  const checks = [...estate.checks].filter(([id]) => own.has(id))
  return {
    ...estate,
    circuits,
    devices: new Map(
      [...estate.devices].map(([id, one]) => [id, own.has(id) ? one : { ...one, collectorId: null }]),
    ),
    links: new Map(
      [...estate.links].map(([id, link]) => [
        id,
        { ...link, circuits: link.circuits.map((circuit) => circuits.get(circuit.id)!) },
      ]),
    ),
    checks: new Map(
      checks.map(([id, check]) => [
        id,
        { ...check, points: check.points.map((point) => ({ ...point, outcome: null, outcomeAtMs: 0 })) },
      ]),
    ),
  }
}
