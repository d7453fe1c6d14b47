/** All the desk has to know of an alarm, put together from the estate and the states of the moment. */
import type { CircuitState } from '@zongheng/inventory/circuit.ts'
import type { LinkState } from '@zongheng/inventory/link.ts'
import type { AlarmForDesk } from '../desk/alarm-incidents.ts'
import { incidentText, type CircuitFacts, type IncidentFacts } from '../desk/incident-text.ts'
import type { EstateModel, LinkModel } from '../estate/model.ts'
import type { StateService } from '../state/service.ts'
import type { OpenAlarm } from './book.ts'
import { usual, type Decision } from './policies.ts'

export function alarmForDesk(
  alarm: OpenAlarm,
  state: StateService,
  { priority, teamId }: Pick<Decision, 'priority' | 'teamId'> = usual(alarm.finding),
): AlarmForDesk {
  const { finding } = alarm
  const sites = affectedSites(alarm, state)
  const link = linkOf(alarm, state.model)
  const text = incidentText(factsOf(alarm, state, sites))
  return {
    id: alarm.id,
    entity: { type: finding.entityType, id: finding.entityId, name: finding.entityName },
    regionId: finding.regionId,
    teamRegionId: (link && state.model.sites.get(link.upperSiteId)?.regionId) ?? finding.regionId,
    condition: finding.condition,
    severity: finding.severity,
    priority,
    teamId,
    startedAtMs: alarm.startedMs,
    ...text,
    siteId: finding.siteId,
    causeEntities: (link?.circuits ?? []).map((c) => ({ type: 'circuit', id: c.id, name: c.number })),
    affected: sites.map((id) => ({ type: 'site', id, name: state.nameOf(id) })),
  }
}

const linkOf = ({ finding }: OpenAlarm, model: EstateModel) =>
  finding.condition === 'link-state' ? model.links.get(finding.entityId) : undefined

function factsOf(alarm: OpenAlarm, state: StateService, siteIds: string[]): IncidentFacts {
  const { finding, startedMs: sinceMs } = alarm
  const { model } = state
  const affected = {
    sites: siteIds.map((id) => state.nameOf(id)),
    devices: devicesAt(model, new Set(siteIds)),
  }
  const link = linkOf(alarm, model)
  if (link) return { kind: 'link', sinceMs, affected, ...linkFacts(link, state) }
  const { condition, values, entityName: name } = finding
  if (finding.entityType === 'check') {
    const about = finding.deviceId ?? finding.siteId
    return { kind: 'check', condition, name, about: about ? state.nameOf(about) : '', sinceMs, values }
  }
  const device = finding.deviceId ? model.devices.get(finding.deviceId) : undefined
  if (finding.entityType === 'site' || !device) {
    return {
      kind: 'site',
      condition,
      name,
      address: null,
      contact: null,
      contactPhone: null,
      sinceMs,
      values,
      affected,
    }
  }
  return {
    kind: 'device',
    condition,
    name,
    model: device.hardware,
    address: device.address,
    site: state.nameOf(device.siteId),
    sinceMs,
    values,
    links: linksEndingAt(model, device.id).map((one) => one.name),
    affected,
  }
}

function linkFacts(link: LinkModel, state: StateService) {
  return {
    name: link.name,
    state: (state.stateOf(link.id)?.state ?? 'unknown') as LinkState,
    upperSite: state.nameOf(link.upperSiteId),
    lowerSite: state.nameOf(link.lowerSiteId),
    circuits: link.circuits.map((c): CircuitFacts => ({
      role: c.role,
      number: c.number,
      carrier: c.carrier,
      hotline: c.hotline,
      access: c.access,
      bandwidthBps: c.bandwidthBps,
      state: (state.stateOf(c.id)?.state ?? 'unknown') as CircuitState,
      a: `${state.nameOf(c.a.deviceId)} ${c.a.ifName}`,
      z: `${state.nameOf(c.z.deviceId)} ${c.z.ifName}`,
    })),
  }
}

/** A link's far side; a site with all that hangs below it; what the links that end at a device lead to. */
function affectedSites({ finding }: OpenAlarm, state: StateService): string[] {
  const { model, judge } = state
  const below = (links: LinkModel[]) => links.flatMap((link) => judge.topology.sitesBelow(link.id))
  switch (finding.entityType) {
    case 'link':
      return judge.topology.sitesBelow(finding.entityId)
    case 'site':
      return [...new Set([finding.entityId, ...below(linksBelow(finding.entityId, state))])]
    case 'device':
      return [...new Set(below(linksEndingAt(model, finding.entityId)))]
    default:
      return finding.siteId ? [finding.siteId] : []
  }
}

function linksEndingAt(model: EstateModel, deviceId: string): LinkModel[] {
  return [...model.links.values()].filter((link) =>
    link.circuits.some((c) => c.a.deviceId === deviceId || c.z.deviceId === deviceId),
  )
}

function linksBelow(siteId: string, { model, judge }: StateService): LinkModel[] {
  return [...model.links.values()].filter(
    (link) => judge.topology.nearSite({ ...link, circuits: [] }) === siteId,
  )
}

function devicesAt(model: EstateModel, siteIds: Set<string>): number {
  return [...model.devices.values()].filter((device) => siteIds.has(device.siteId)).length
}
