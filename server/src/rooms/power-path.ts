import { healthOf, type Health } from '@zongheng/inventory/business-service.ts'
import type { Relation } from '@zongheng/inventory/relation.ts'
import { upsKeys, upsOnBattery } from '@zongheng/inventory/sensor.ts'
import type { DeviceModel, EstateModel } from '../estate/model.ts'
import type { PowerNode, Room } from './schema.ts'

type Path = Room['powerPath']

export interface PowerSight {
  model: EstateModel
  stateOf(id: string): string
  valueOf(sensorId: string): number | null
}

/**
 * Who powers the devices of a room, from the mains on. A device is fed singly when one failure before it takes all of its power: it
 * has one supply, or all of them hang on the same one. That its mains fail counts for none that hangs on a UPS.
 */
export function powerPathOf(deviceIds: readonly string[], sight: PowerSight): Path {
  const { model } = sight
  const edges = new Map<string, Relation>()
  const nodes = new Set(deviceIds.filter((id) => model.relations.to(id, ['powers']).length || model.relations.from(id, ['powers']).length)) // prettier-ignore
  for (const id of nodes)
    for (const relation of model.relations.to(id, ['powers'])) {
      edges.set(relation.id, relation)
      nodes.add(relation.fromId)
    }
  const depths = new Map<string, number>()
  const feedersOf = (id: string) => model.relations.to(id, ['powers']).map(({ fromId }) => fromId)
  const depthOf = (id: string, path: readonly string[] = []): number => {
    const known = depths.get(id)
    if (known !== undefined || path.includes(id)) return known ?? 0
    const depth = feedersOf(id).reduce((most, from) => Math.max(most, 1 + depthOf(from, [...path, id])), 0)
    depths.set(id, depth)
    return depth
  }
  return {
    nodes: [...nodes]
      .flatMap((id) => nodeOf(id, depthOf(id), sight) ?? [])
      .sort((a, b) => a.depth - b.depth || (a.name < b.name ? -1 : 1)),
    edges: [...edges.values()].map(({ id, fromId, toId, details }) => ({
      relationId: id,
      from: fromId,
      to: toId,
      feed: details.feed ?? null,
    })),
  }
}

function nodeOf(id: string, depth: number, sight: PowerSight): PowerNode | null {
  const { model, stateOf } = sight
  const site = model.sites.get(id)
  if (site)
    return { id, kind: 'mains', name: site.name, state: mainsState(id, sight), depth, isSingleFed: false }
  const device = model.devices.get(id)
  if (!device) return null
  const kind = device.role === 'ups' || device.role === 'pdu' ? device.role : 'device'
  const isSingleFed = kind === 'device' && depth > 0 && isFedSingly(id, model)
  return { id, kind, name: device.name, state: healthOf('device', stateOf(id)), depth, isSingleFed }
}

/** Without any one device before it, is it still fed? */
function isFedSingly(id: string, { relations, devices }: EstateModel): boolean {
  const feeders = (of: string) => relations.to(of, ['powers']).map(({ fromId }) => fromId)
  const before = new Set(feeders(id))
  for (const one of before) for (const next of feeders(one)) before.add(next)
  const isFedWithout = (gone: string, of: string, path: Set<string>): boolean =>
    feeders(of).some((from) => {
      if (from === gone || path.has(from)) return false
      return feeders(from).length === 0 || isFedWithout(gone, from, new Set([...path, from]))
    })
  return [...before].some((one) => devices.has(one) && !isFedWithout(one, id, new Set([id])))
}

/** By what the UPS there say; nobody else looks. */
function mainsState(siteId: string, { model, valueOf }: PowerSight): Health {
  const sources = model.relations
    .from(siteId, ['powers'])
    .flatMap(({ toId }) => sourceOf(model.devices.get(toId), valueOf) ?? [])
  if (sources.length === 0) return 'unknown'
  return sources.every((source) => source === upsOnBattery) ? 'down' : 'up'
}

const sourceOf = (device: DeviceModel | undefined, valueOf: PowerSight['valueOf']): number | null => {
  const sensor = device?.sensors.find(({ key }) => key === upsKeys.outputSource || key.startsWith(`${upsKeys.outputSource}.`)) // prettier-ignore
  return sensor ? valueOf(sensor.id) : null
}
