/**
 * New sites, devices and links in one go, as a spreadsheet or the demo brings them: they name one another by keys, which
 * become ids. A key may also be the id of something that exists.
 */
import type { SnmpCredential } from '@zongheng/collector/contract.ts'
import type { Access } from '@zongheng/inventory/access.ts'
import type { CircuitRole } from '@zongheng/inventory/circuit.ts'
import type { DeviceRole } from '@zongheng/inventory/device.ts'
import { newId, type EntityKind } from '@zongheng/inventory/id.ts'
import type { SiteKind } from '@zongheng/inventory/site.ts'
import type { Insertable } from 'kysely'
import type { Note } from '../audit/trail.ts'
import type { Db } from '../db/database.ts'
import type { Tables } from '../db/tables.ts'
import type { SecretBox } from '../secret-box.ts'
import { circuitAdded, deviceAdded, linkAdded, siteAdded } from './record.ts'
import * as store from './store-write.ts'

export interface EstateDraft {
  /** Found by name, or made; they belong to this region. */
  carriers: { key: string; name: string; hotline: string | null }[]
  carrierRegionId: string
  sites: {
    key: string
    regionId: string
    name: string
    kind: SiteKind
    address: string | null
    contact: string | null
    contactPhone: string | null
  }[]
  credentials: { key: string; name: string; regionId: string; snmp: SnmpCredential }[]
  devices: DeviceDraft[]
  links: LinkDraft[]
  /** On links that exist: which region each is of, and its place in carrying order. */
  circuits: { linkId: string; regionId: string; position: number; circuit: CircuitDraft }[]
}

export interface DeviceDraft {
  key: string
  siteKey: string
  name: string
  role: DeviceRole
  address: string
  port: number
  credentialKey: string
  collectorId: string | null
  /** As every device has it, unless told. */
  pingIntervalS?: number
  answersFrom?: string[]
}

export interface LinkDraft {
  key: string
  upperSiteKey: string
  lowerSiteKey: string
  /** Blank: named after its sites. */
  name: string
  /** In carrying order. */
  circuits: CircuitDraft[]
}

export interface CircuitDraft {
  key: string
  role: CircuitRole
  number: string
  carrierKey: string
  access: Access
  bandwidthBps: number
  promisedPercent: number
  monthlyFeeYuan: number | null
  contractUntil: string | null
  a: { deviceKey: string; ifName: string }
  z: { deviceKey: string; ifName: string }
  leg: { kind: 'snmp' | 'icmp' | 'tcp'; address: string; port: number } | null
}

export const noDraft = (carrierRegionId: string): EstateDraft => ({
  carriers: [],
  carrierRegionId,
  sites: [],
  credentials: [],
  devices: [],
  links: [],
  circuits: [],
})

const pollIntervalS = 60
const pingIntervalS = 10
const sshPort = 22

type Stamps = { created_at: number; updated_at: number }

/** Writes a draft within the caller's transaction, noting each site, device and link; answers the id of every key. */
export async function createEstate(
  tx: Db,
  draft: EstateDraft,
  secrets: SecretBox,
  nowMs: number,
  note: Note,
): Promise<Map<string, string>> {
  const writer = new DraftWriter(tx, { created_at: nowMs, updated_at: nowMs }, note)
  await writer.carriers(draft)
  await writer.sites(draft)
  await writer.credentials(draft, secrets)
  await writer.devices(draft)
  await writer.links(draft)
  await writer.circuits(draft)
  return writer.ids
}

class DraftWriter {
  readonly ids = new Map<string, string>()
  readonly #tx: Db
  readonly #stamps: Stamps
  readonly #note: Note
  readonly #sites = new Map<string, { regionId: string; name: string }>()

  constructor(tx: Db, stamps: Stamps, note: Note) {
    this.#tx = tx
    this.#stamps = stamps
    this.#note = note
  }

  #new(kind: EntityKind, key: string): string {
    const id = newId(kind, this.#stamps.created_at)
    this.ids.set(key, id)
    return id
  }

  /** What a key stands for: something of this draft, or what has it as its id. */
  #id(key: string): string {
    return this.ids.get(key) ?? key
  }

  async carriers({ carriers, carrierRegionId }: EstateDraft): Promise<void> {
    if (carriers.length === 0) return
    const names = carriers.map((carrier) => carrier.name)
    const known = new Map((await store.carriersNamed(this.#tx, names)).map((row) => [row.name, row.id]))
    const fresh: Insertable<Tables['organisations']>[] = []
    for (const { key, name, hotline } of carriers) {
      const id = known.get(name)
      if (id) this.ids.set(key, id)
      else
        fresh.push({
          id: this.#new('organisation', key),
          name,
          kind: 'carrier',
          region_id: carrierRegionId,
          hotline,
          ...this.#stamps,
        })
      known.set(name, this.ids.get(key)!)
    }
    await store.insert(this.#tx, 'organisations', fresh)
  }

  async sites({ sites, devices, links }: EstateDraft): Promise<void> {
    const rows = sites.map((site) => {
      const { key, regionId, name, kind, address, contact, contactPhone } = site
      const id = this.#new('site', key)
      this.#sites.set(id, { regionId, name })
      this.#note(siteAdded(site, id))
      return {
        id,
        region_id: regionId,
        organisation_id: null,
        name,
        kind,
        address,
        contact,
        contact_phone: contactPhone,
        ...this.#stamps,
      }
    })
    await store.insert(this.#tx, 'sites', rows)
    const named = [
      ...devices.map((d) => d.siteKey),
      ...links.flatMap((l) => [l.upperSiteKey, l.lowerSiteKey]),
    ]
    const existing = [...new Set(named)].filter((key) => !this.ids.has(key))
    if (existing.length === 0) return
    for (const row of await store.sitesByIds(this.#tx, existing)) {
      this.#sites.set(row.id, { regionId: row.region_id, name: row.name })
    }
  }

  async credentials({ credentials }: EstateDraft, secrets: SecretBox): Promise<void> {
    const rows = credentials.map(({ key, name, regionId, snmp }) => ({
      id: this.#new('credential', key),
      name,
      kind: 'snmp' as const,
      secret: secrets.seal(snmp, 'credential'),
      region_id: regionId,
      ...this.#stamps,
    }))
    await store.insert(this.#tx, 'credentials', rows)
  }

  async devices({ devices }: EstateDraft): Promise<void> {
    const rows = devices.map((device) => {
      const siteId = this.#id(device.siteKey)
      const { regionId } = this.#site(siteId)
      const id = this.#new('device', device.key)
      this.#note(deviceAdded(device, id, { id: siteId, regionId }))
      return {
        id,
        region_id: regionId,
        site_id: siteId,
        collector_id: device.collectorId,
        name: device.name,
        role: device.role,
        address: device.address,
        port: device.port,
        snmp_credential_id: this.#id(device.credentialKey),
        ssh_credential_id: null,
        ssh_port: sshPort,
        poll_interval_s: pollIntervalS,
        ping_interval_s: device.pingIntervalS ?? pingIntervalS,
        answers_from: JSON.stringify(device.answersFrom ?? []),
        ...unidentified,
        ...this.#stamps,
      }
    })
    await store.insert(this.#tx, 'devices', rows)
  }

  async links({ links }: EstateDraft): Promise<void> {
    const interfaces = await this.#interfaces(
      links.flatMap((link) => link.circuits.flatMap(({ a, z }) => [a, z])),
    )
    const rows: Insertable<Tables['links']>[] = []
    const circuits: Insertable<Tables['circuits']>[] = []
    for (const link of links) {
      const [upperSiteId, lowerSiteId] = [this.#id(link.upperSiteKey), this.#id(link.lowerSiteKey)]
      const [upper, lower] = [this.#site(upperSiteId), this.#site(lowerSiteId)]
      const id = this.#new('link', link.key)
      const name = link.name || `${upper.name}–${lower.name}`
      const [a, z] = [
        { id: upperSiteId, ...upper },
        { id: lowerSiteId, ...lower },
      ]
      this.#note(linkAdded(link, { id, name }, a, z))
      rows.push({
        id,
        region_id: lower.regionId,
        upper_site_id: upperSiteId,
        lower_site_id: lowerSiteId,
        name,
        ...this.#stamps,
      })
      link.circuits.forEach((circuit, position) =>
        circuits.push(this.#circuit(circuit, id, position, interfaces)),
      )
    }
    await store.insert(this.#tx, 'links', rows)
    await store.insert(this.#tx, 'circuits', circuits)
  }

  async circuits({ circuits }: EstateDraft): Promise<void> {
    if (circuits.length === 0) return
    const interfaces = await this.#interfaces(circuits.flatMap(({ circuit: { a, z } }) => [a, z]))
    const rows = circuits.map(({ linkId, regionId, position, circuit }) => {
      const row = this.#circuit(circuit, linkId, position, interfaces)
      this.#note(circuitAdded(circuit, row.id, linkId, regionId))
      return row
    })
    await store.insert(this.#tx, 'circuits', rows)
  }

  #circuit(circuit: CircuitDraft, linkId: string, position: number, interfaces: Map<string, string>) {
    const { role, number, access, leg } = circuit
    return {
      id: this.#new('circuit', circuit.key),
      link_id: linkId,
      role,
      position,
      number,
      carrier_id: this.#id(circuit.carrierKey),
      access,
      bandwidth_bps: circuit.bandwidthBps,
      promised_percent: circuit.promisedPercent,
      monthly_fee_yuan: circuit.monthlyFeeYuan,
      contract_until: circuit.contractUntil,
      a_interface_id: interfaces.get(this.#endKey(circuit.a))!,
      z_interface_id: interfaces.get(this.#endKey(circuit.z))!,
      leg_kind: leg?.kind ?? null,
      leg_address: leg?.address ?? null,
      leg_port: leg?.port ?? null,
      ...this.#stamps,
    }
  }

  #endKey = (end: { deviceKey: string; ifName: string }) => `${this.#id(end.deviceKey)} ${end.ifName}`

  /** Ids of circuits' ends by device and name; one that no discovery has seen yet is known by its name alone. */
  async #interfaces(ends: { deviceKey: string; ifName: string }[]): Promise<Map<string, string>> {
    const known = new Set(this.ids.values())
    const existing = ends.map((end) => this.#id(end.deviceKey)).filter((id) => !known.has(id))
    const rows = existing.length > 0 ? await store.interfacesToWrite(this.#tx, [...new Set(existing)]) : []
    const byEnd = new Map(rows.map((row) => [`${row.device_id} ${row.if_name}`, row.id]))
    const fresh: Insertable<Tables['interfaces']>[] = []
    for (const end of ends) {
      if (byEnd.has(this.#endKey(end))) continue
      const id = newId('interface', this.#stamps.created_at)
      byEnd.set(this.#endKey(end), id)
      fresh.push({ id, device_id: this.#id(end.deviceKey), if_name: end.ifName, ...unseen, ...this.#stamps })
    }
    await store.insert(this.#tx, 'interfaces', fresh)
    return byEnd
  }

  #site(id: string) {
    const site = this.#sites.get(id)
    if (!site) throw new Error(`the draft names the site ${id}, which does not exist`)
    return site
  }
}

const unidentified = {
  vendor: '',
  os: '',
  category: '',
  sys_object_id: '',
  sys_name: '',
  sys_descr: '',
  hardware: '',
  version: '',
  serial: '',
  identified_at: null,
  archived_at: null,
}

const unseen = {
  if_index: null,
  if_descr: '',
  if_alias: '',
  if_type: null,
  if_mtu: null,
  if_speed_bps: null,
  if_phys_address: '',
  if_admin_status: 'unknown',
  if_oper_status: 'unknown',
  oper_since: null,
}
