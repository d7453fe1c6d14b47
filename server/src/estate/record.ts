/** What the audit trail is told of the estate, in the API's words. */
import type { Change } from '../audit/change.ts'
import type { CircuitDraft, DeviceDraft, EstateDraft, LinkDraft } from './draft.ts'
import type { DeviceRow } from './store.ts'

type Place = { id: string; regionId: string }

export const deviceEntity = ({ id, name }: { id: string; name: string }) => ({ type: 'device', id, name })

/** The fields that people set. */
export const deviceFields = (row: DeviceRow) => ({
  name: row.name,
  role: row.role,
  siteId: row.site_id,
  address: row.address,
  port: row.port,
  pollIntervalS: row.poll_interval_s,
  pingIntervalS: row.ping_interval_s,
  answersFrom: JSON.parse(row.answers_from) as string[],
  collectorId: row.collector_id,
})

export const siteAdded = (site: EstateDraft['sites'][number], id: string): Change => {
  const { name, kind, address, contact, contactPhone, regionId } = site
  const after = { name, kind, address, contact, contactPhone }
  return { action: 'estate.site-added', entity: { type: 'site', id, name }, regionId, after }
}

export const deviceAdded = (
  { name, role, address, port, collectorId, pingIntervalS, answersFrom }: DeviceDraft,
  id: string,
  site: Place,
): Change => ({
  action: 'estate.device-added',
  entity: deviceEntity({ id, name }),
  regionId: site.regionId,
  after: {
    name,
    role,
    siteId: site.id,
    address,
    port,
    collectorId,
    ...(pingIntervalS !== undefined && { pingIntervalS }),
    ...(answersFrom && { answersFrom }),
  },
})

export const linkAdded = (
  link: LinkDraft,
  { id, name }: { id: string; name: string },
  upper: Place,
  lower: Place,
): Change => ({
  // prettier-ignore
  action: 'estate.link-added',
  entity: { type: 'link', id, name },
  regionId: lower.regionId,
  after: {
    name,
    upperSiteId: upper.id,
    lowerSiteId: lower.id,
    circuits: link.circuits.map(circuitFields),
  },
})

const circuitFields = ({ number, role, access, bandwidthBps, a, z, leg }: CircuitDraft) => ({
  number,
  role,
  access,
  bandwidthBps,
  aIfName: a.ifName,
  zIfName: z.ifName,
  legAddress: leg?.address ?? null,
})

export const circuitEntity = ({ id, number }: { id: string; number: string }) => ({ type: 'circuit', id, name: number }) // prettier-ignore

export const circuitAdded = (
  circuit: CircuitDraft,
  id: string,
  linkId: string,
  regionId: string,
): Change => ({
  action: 'estate.circuit-added',
  entity: circuitEntity({ id, number: circuit.number }),
  regionId,
  after: { linkId, carrier: circuit.carrierKey, ...circuitFields(circuit) },
})
