/** Rows become a draft, if every one of them is right and agrees with the others and with what exists. Pure. */
import { accessLimits } from '@zongheng/inventory/access.ts'
import { noDraft, type EstateDraft, type LinkDraft } from '../draft.ts'
import { missingOf, snmpCredential } from '../snmp-input.ts'
import type { CircuitRow, DeviceRow } from './columns.ts'
import type { ErrorList, Numbered } from './rows.ts'

/** What exists already, as far as the person who imports may see it. */
export interface Known {
  rootRegionId: string
  /** By code. */
  regions: Map<string, { id: string; name: string }>
  sites: { id: string; regionId: string; name: string }[]
  devices: { id: string; name: string; siteId: string }[]
  /** `address port` of all devices, seen or not. */
  addresses: Set<string>
  /** `carrier number` of all circuits. */
  circuits: Set<string>
  /** `upper lower`, by site id, both ways. */
  links: Set<string>
  collectorId: string | null
}

const defaultPort = 161

export function planImport(
  devices: Numbered<DeviceRow>[],
  circuits: Numbered<CircuitRow>[],
  known: Known,
  errors: ErrorList,
): EstateDraft {
  const plan = new Plan(known, errors)
  for (const device of devices) plan.device(device)
  for (const circuit of circuits) plan.circuit(circuit)
  return plan.finish()
}

class Plan {
  readonly #draft: EstateDraft
  readonly #known: Known
  readonly #errors: ErrorList
  /** Keys of devices by name, of those that exist and those to come. */
  readonly #devices: Map<string, { key: string; siteKey: string }[]>
  readonly #addresses: Set<string>
  readonly #circuits: Set<string>
  readonly #answers: { row: number; address: string; answersFrom: string[] }[] = []
  readonly #links = new Map<string, { link: LinkDraft; row: number }>()

  constructor(known: Known, errors: ErrorList) {
    this.#draft = noDraft(known.rootRegionId)
    this.#known = known
    this.#errors = errors
    const devices = known.devices.map(({ id, name, siteId }) => ({ key: id, name, siteKey: siteId }))
    this.#devices = Map.groupBy(devices, (device) => device.name)
    this.#addresses = new Set(known.addresses)
    this.#circuits = new Set(known.circuits)
  }

  device(device: Numbered<DeviceRow>): void {
    const { row, name, role, address, port = defaultPort } = device
    const wrong = (column: keyof DeviceRow, code: Parameters<ErrorList['add']>[3]) =>
      this.#errors.add('devices', row, column, code)
    const region = this.#known.regions.get(device.regionCode)
    if (!region) return wrong('regionCode', 'unknown-region')
    const snmp = { ...device, version: device.version ?? '2c' }
    const missing = missingOf(snmp)
    if (missing) return wrong(missing as keyof DeviceRow, 'snmp-incomplete')
    if (this.#addresses.has(`${address} ${port}`)) return wrong('address', 'duplicate-address')
    const siteKey = this.#site(region, device.site)
    const namesakes = this.#devices.get(name) ?? []
    if (namesakes.some((other) => other.siteKey === siteKey || other.key.startsWith(newKey)))
      return wrong('name', 'duplicate-name')
    this.#addresses.add(`${address} ${port}`)
    const key = `${newKey}device ${name}`
    this.#devices.set(name, [...namesakes, { key, siteKey }])
    const credentialKey = this.#credential(region.id, snmpCredential(snmp))
    this.#draft.devices.push({
      key,
      siteKey,
      name,
      role,
      address,
      port,
      credentialKey,
      collectorId: this.#known.collectorId,
      pingIntervalS: device.pingIntervalS,
      answersFrom: device.answersFrom,
    })
    this.#answers.push({ row, address, answersFrom: device.answersFrom ?? [] })
  }

  /** The named site of a region, or its first; made if there is none. */
  #site(region: { id: string; name: string }, name?: string): string {
    const existing = this.#known.sites.find(
      (site) => site.regionId === region.id && (!name || site.name === name),
    )
    if (existing) return existing.id
    const key = `${newKey}site ${region.id} ${name ?? region.name}`
    if (!this.#draft.sites.some((site) => site.key === key)) {
      const nowhere = { address: null, contact: null, contactPhone: null }
      this.#draft.sites.push({
        key,
        regionId: region.id,
        name: name ?? region.name,
        kind: 'machine-room',
        ...nowhere,
      })
    }
    return key
  }

  /** Devices of one region that are asked alike share a credential. */
  #credential(regionId: string, snmp: ReturnType<typeof snmpCredential>): string {
    const key = `${newKey}credential ${regionId} ${JSON.stringify(snmp)}`
    if (!this.#draft.credentials.some((credential) => credential.key === key)) {
      this.#draft.credentials.push({ key, name: `SNMP v${snmp.version}`, regionId, snmp })
    }
    return key
  }

  circuit(circuit: Numbered<CircuitRow>): void {
    const { row, role, number, carrier, access } = circuit
    const wrong = (column: keyof CircuitRow, code: Parameters<ErrorList['add']>[3]) =>
      this.#errors.add('circuits', row, column, code)
    const [upper, lower] = [this.#end(circuit, 'upperDevice'), this.#end(circuit, 'lowerDevice')]
    if (!upper || !lower) return
    if (upper.siteKey === lower.siteKey) return wrong('lowerDevice', 'same-site')
    if (this.#known.links.has(`${upper.siteKey} ${lower.siteKey}`)) return wrong('lowerDevice', 'link-exists')
    if (this.#circuits.has(`${carrier} ${number}`)) return wrong('number', 'duplicate-circuit')
    this.#circuits.add(`${carrier} ${number}`)
    const { link } = this.#link(upper.siteKey, lower.siteKey, row)
    if (role === 'primary' && link.circuits[0]?.role === 'primary') return wrong('role', 'primary-twice')
    if (!this.#draft.carriers.some(({ key }) => key === carrier)) {
      this.#draft.carriers.push({ key: carrier, name: carrier, hotline: circuit.hotline ?? null })
    }
    link.circuits.splice(role === 'primary' ? 0 : link.circuits.length, 0, {
      key: `${newKey}circuit ${carrier} ${number}`,
      role,
      number,
      carrierKey: carrier,
      access,
      bandwidthBps: circuit.bandwidthMbps * 1e6,
      promisedPercent: circuit.promisedPercent ?? accessLimits[access].availabilityPercent,
      monthlyFeeYuan: circuit.monthlyFeeYuan ?? null,
      contractUntil: circuit.contractUntil ?? null,
      a: { deviceKey: upper.key, ifName: circuit.upperInterface },
      z: { deviceKey: lower.key, ifName: circuit.lowerInterface },
      leg: legOf(circuit),
    })
  }

  #end(circuit: Numbered<CircuitRow>, column: 'upperDevice' | 'lowerDevice') {
    const found = this.#devices.get(circuit[column]) ?? []
    if (found.length === 1) return found[0]
    this.#errors.add(
      'circuits',
      circuit.row,
      column,
      found.length === 0 ? 'unknown-device' : 'ambiguous-device',
    )
    return undefined
  }

  #link(upperSiteKey: string, lowerSiteKey: string, row: number) {
    const key = `${newKey}link ${upperSiteKey} ${lowerSiteKey}`
    const known = this.#links.get(key)
    if (known) return known
    const fresh = { link: { key, upperSiteKey, lowerSiteKey, name: '', circuits: [] }, row }
    this.#links.set(key, fresh)
    return fresh
  }

  finish(): EstateDraft {
    this.#refuseOthersAddress()
    for (const { link, row } of this.#links.values()) {
      if (link.circuits[0]?.role === 'backup') this.#errors.add('circuits', row, 'role', 'primary-missing')
      this.#draft.links.push(link)
    }
    return this.#draft
  }

  /** Else one device's replies would pass for another's. */
  #refuseOthersAddress(): void {
    const taken = new Set([...this.#addresses].map((peer) => peer.slice(0, peer.lastIndexOf(' '))))
    for (const { row, address, answersFrom } of this.#answers)
      if (answersFrom.some((other) => other !== address && taken.has(other)))
        this.#errors.add('devices', row, 'answersFrom', 'foreign-address')
  }
}

/** Begins the key of what is still to be made: no id begins so. */
const newKey = 'new '

function legOf({ legAddress, legKind = 'icmp', legPort = defaultPort }: CircuitRow) {
  return legAddress ? { kind: legKind, address: legAddress, port: legPort } : null
}
