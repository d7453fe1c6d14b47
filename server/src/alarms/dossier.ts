import type { CircuitRole } from '@zongheng/inventory/circuit.ts'
import type { Condition } from '@zongheng/inventory/condition.ts'
import type { LinkState } from '@zongheng/inventory/link.ts'
import type { Priority, Severity } from '@zongheng/inventory/severity.ts'
import type { EstateModel, LinkModel } from '../estate/model.ts'
import type { StateService } from '../state/service.ts'
import type { OpenAlarm } from './book.ts'

export interface EntityRef {
  type: string
  id: string
  name: string
}

/** All an incident has to say, as data: the desk puts it in words. */
export interface AlarmDossier {
  alarmId: string
  condition: Condition
  severity: Severity
  priority: Priority
  entity: EntityRef
  regionId: string
  site: EntityRef | null
  startedMs: number
  values: Record<string, string | number | null>
  link: { state: LinkState; upperSite: string; lowerSite: string; circuits: DossierCircuit[] } | null
  device: { role: string; address: string; hardware: string } | null
  /** What it is about: links, circuits, devices. */
  causes: EntityRef[]
  /** Sites cut off or hanging on a thread because of it. */
  affectedSites: EntityRef[]
  affectedDevices: number
}

export interface DossierCircuit {
  id: string
  role: CircuitRole
  number: string
  carrier: string
  hotline: string | null
  access: string
  bandwidthBps: number
  state: string
  aEnd: string
  zEnd: string
}

export function dossierOf(alarm: OpenAlarm, state: StateService): AlarmDossier {
  const { finding } = alarm
  const { model } = state
  const link = finding.condition === 'link-state' ? model.links.get(finding.entityId) : undefined
  const device = finding.deviceId ? model.devices.get(finding.deviceId) : undefined
  const site = finding.siteId ? model.sites.get(finding.siteId) : undefined
  const affected = affectedSites(alarm, state)
  const entity = { type: finding.entityType, id: finding.entityId, name: finding.entityName }
  return {
    alarmId: alarm.id,
    condition: finding.condition,
    severity: finding.severity,
    priority: finding.priority!,
    entity,
    regionId: finding.regionId,
    site: site ? { type: 'site', id: site.id, name: site.name } : null,
    startedMs: alarm.startedMs,
    values: finding.values,
    link: link ? linkFacts(link, state) : null,
    device: device ? { role: device.role, address: device.address, hardware: device.hardware } : null,
    causes: [entity, ...(link?.circuits ?? []).map((c) => ({ type: 'circuit', id: c.id, name: c.number }))],
    affectedSites: affected.map((id) => ({ type: 'site', id, name: model.sites.get(id)?.name ?? id })),
    affectedDevices: devicesAt(model, new Set(affected)),
  }
}

function linkFacts(link: LinkModel, state: StateService): NonNullable<AlarmDossier['link']> {
  const { sites, devices } = state.model
  const end = (deviceId: string, ifName: string) => `${devices.get(deviceId)?.name ?? deviceId} ${ifName}`
  return {
    state: (state.stateOf(link.id)?.state ?? 'unknown') as LinkState,
    upperSite: sites.get(link.upperSiteId)?.name ?? link.upperSiteId,
    lowerSite: sites.get(link.lowerSiteId)?.name ?? link.lowerSiteId,
    circuits: link.circuits.map((c) => ({
      id: c.id,
      role: c.role,
      number: c.number,
      carrier: c.carrier,
      hotline: c.hotline,
      access: c.access,
      bandwidthBps: c.bandwidthBps,
      state: state.stateOf(c.id)?.state ?? 'unknown',
      aEnd: end(c.a.deviceId, c.a.ifName),
      zEnd: end(c.z.deviceId, c.z.ifName),
    })),
  }
}

/** A link's far side, or a site with all that hangs below it, or what the links that end at a device lead to. */
function affectedSites(alarm: OpenAlarm, state: StateService): string[] {
  const { finding } = alarm
  const { model, judge } = state
  switch (finding.entityType) {
    case 'link':
      return judge.topology.sitesBelow(finding.entityId)
    case 'site': {
      const below = linksFrom(model, finding.entityId).flatMap((link) =>
        judge.topology.nearSite(topologyLink(link)) === finding.entityId
          ? judge.topology.sitesBelow(link.id)
          : [],
      )
      return [...new Set([finding.entityId, ...below])]
    }
    case 'device': {
      const links = [...model.links.values()].filter((link) =>
        link.circuits.some((c) => c.a.deviceId === finding.entityId || c.z.deviceId === finding.entityId),
      )
      return [...new Set(links.flatMap((link) => judge.topology.sitesBelow(link.id)))]
    }
    default:
      return finding.siteId ? [finding.siteId] : []
  }
}

const topologyLink = (link: LinkModel) => ({ ...link, circuits: [] })
const linksFrom = (model: EstateModel, siteId: string) =>
  [...model.links.values()].filter((link) => link.upperSiteId === siteId || link.lowerSiteId === siteId)

function devicesAt(model: EstateModel, siteIds: Set<string>): number {
  return [...model.devices.values()].filter((device) => siteIds.has(device.siteId)).length
}
