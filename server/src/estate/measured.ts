/** What can be measured of the estate, by name: for rankings and files. */
import type { Viewer } from '../identity/viewer.ts'
import { covers } from '../identity/viewer.ts'
import type { CircuitModel, EstateModel } from './model.ts'

export const measuredKinds = ['device', 'interface', 'circuit', 'sensor'] as const
export type MeasuredKind = (typeof measuredKinds)[number]

/** `trafficId`: what counts its traffic; of a circuit that is its lower end's interface. */
export interface Measured {
  id: string
  trafficId: string
  name: string
  /** The device it is or is a part of, or the link that a circuit is of. */
  ofId: string
  /** What it is called within that, if it is a part. */
  part: string | null
  /** What is rented; null: nothing is. */
  bandwidthBps: number | null
}

type Scope = Pick<Viewer, 'regionPaths'>

/** Those of a kind that the viewer may see, within a region's subtree if one is named. */
export function measuredOf(
  model: EstateModel,
  viewer: Scope,
  kind: MeasuredKind,
  regionId: string | null = null,
): Measured[] {
  const subtree = regionId === null ? null : (model.regions.get(regionId)?.path ?? '/none/')
  const isSeen = (ofRegion: string | undefined) => {
    const path = model.regions.get(ofRegion ?? '')?.path
    return path !== undefined && covers(viewer, path) && (subtree === null || path.startsWith(subtree))
  }
  if (kind === 'circuit')
    return [...model.circuits.values()]
      .filter((circuit) => endsOf(model, circuit).some(isSeen))
      .map((circuit) => measuredCircuit(model, circuit))
  const devices = [...model.devices.values()].filter((device) => isSeen(device.regionId))
  const measured = (id: string, device: { id: string; name: string }, part: string | null): Measured => ({
    id,
    trafficId: id,
    name: [device.name, part].filter(Boolean).join(' '),
    ofId: device.id,
    part,
    bandwidthBps: null,
  })
  if (kind === 'device') return devices.map((device) => measured(device.id, device, null))
  return devices.flatMap((device) =>
    kind === 'interface'
      ? device.interfaces.map(({ id, ifName }) => measured(id, device, ifName))
      : device.sensors.map(({ id, descr }) => measured(id, device, descr)),
  )
}

/** Regions in which a circuit's link lies: its lower end's, and its upper site's. */
function endsOf(model: EstateModel, { linkId }: CircuitModel): (string | undefined)[] {
  const link = model.links.get(linkId)
  return [link?.regionId, model.sites.get(link?.upperSiteId ?? '')?.regionId]
}

const measuredCircuit = (model: EstateModel, circuit: CircuitModel): Measured => ({
  id: circuit.id,
  trafficId: circuit.z.interfaceId,
  name: [model.links.get(circuit.linkId)?.name, circuit.carrier, circuit.number].filter(Boolean).join(' '),
  ofId: circuit.linkId,
  part: circuit.number,
  bandwidthBps: circuit.bandwidthBps,
})

/** Names of these, whoever asks. */
export function namesOf(model: EstateModel, ids: ReadonlySet<string>): Map<string, string> {
  const names = new Map<string, string>()
  for (const { id, name, interfaces, sensors } of model.devices.values()) {
    if (ids.has(id)) names.set(id, name)
    for (const { id: interfaceId, ifName } of interfaces)
      if (ids.has(interfaceId)) names.set(interfaceId, `${name} ${ifName}`)
    for (const sensor of sensors) if (ids.has(sensor.id)) names.set(sensor.id, `${name} ${sensor.descr}`)
  }
  for (const { name, points } of model.checks.values())
    for (const { id, collectorId } of points)
      if (ids.has(id)) names.set(id, `${name} ${model.collectors.get(collectorId)?.name ?? ''}`.trimEnd())
  for (const circuit of model.circuits.values())
    if (ids.has(circuit.id)) names.set(circuit.id, measuredCircuit(model, circuit).name)
  return names
}
