import type { BuiltInCondition } from '@zongheng/inventory/condition.ts'
import type { AskedFinding } from '@zongheng/inventory/causes.ts'
import type { RelationEnd } from '@zongheng/inventory/relation.ts'
import { findingKey } from './finding.ts'
import type { Ground, Pass } from './pass.ts'

export interface End {
  type: RelationEnd
  id: string
}

/** What may be found of it, gravest first. */
const conditionsOf: Record<Exclude<RelationEnd, 'circuit'>, BuiltInCondition[]> = {
  link: ['link-state'],
  device: ['device-down', 'device-unreachable'],
  site: ['mains-lost', 'site-silent'],
  check: ['check-failed', 'check-limit'],
  service: ['service-down', 'service-degraded'],
  room: ['room-state'],
}
const sensorConditions = ['sensor-state', 'sensor-limit', 'temperature-rising'] as const

/**
 * The finding at the root of the first of these of which anything is found, by key; null while nothing is. `decisiveOf`: what
 * decides of a service or room that is needed itself.
 */
export function rootAmong(
  ends: readonly End[],
  ground: Ground,
  pass: Pass,
  decisiveOf: (id: string) => readonly End[] = () => [],
  seen = new Set<string>(),
): string | null {
  for (const end of ends) {
    if (seen.has(end.id)) continue
    seen.add(end.id)
    const root = rootAmong(decisiveOf(end.id), ground, pass, decisiveOf, seen) ?? rootOf(end, ground, pass)
    if (root) return root
  }
  return null
}

function rootOf({ type, id }: End, ground: Ground, pass: Pass): string | null {
  const { model, causes } = ground
  if (type === 'circuit')
    return rootOf({ type: 'link', id: model.circuits.get(id)?.linkId ?? '' }, ground, pass)
  const condition = conditionsOf[type].find((one) => pass.moment.has(id, one))
  if (condition) {
    const check = type === 'check' ? model.checks.get(id) : undefined
    const { deviceId = null, siteId = null } = check ?? {}
    const found: AskedFinding = { entityId: id, entityType: type, condition, deviceId, siteId }
    return findingKey(causes.explain(found, pass.moment)?.primary ?? found)
  }
  if (type === 'device') return rootOfParts(id, ground, pass)
  const lost = type === 'site' ? causes.explainLost(id, pass.moment) : null
  return lost && findingKey(lost.primary)
}

/** Something on the device is wrong, though it answers. */
function rootOfParts(deviceId: string, { model }: Ground, { moment }: Pass): string | null {
  const device = model.devices.get(deviceId)
  if (device?.role === 'ups' && moment.has(device.siteId, 'mains-lost'))
    return findingKey({ entityId: device.siteId, condition: 'mains-lost' })
  for (const { id: entityId } of device?.sensors ?? []) {
    const condition = sensorConditions.find((one) => moment.has(entityId, one))
    if (condition) return findingKey({ entityId, condition })
  }
  return null
}
