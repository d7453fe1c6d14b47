import type { Access } from '../src/access.ts'
import type { CircuitRole } from '../src/circuit.ts'
import type { DeviceRole } from '../src/device.ts'
import type { SiteKind } from '../src/site.ts'
import type { Tier } from '../src/region.ts'

/** A division as the GB/T 2260 package gives it: 6 digits, `parentCode` null for the province. */
export interface Division {
  code: string
  name: string
  tier: Tier
  parentCode: string | null
}

/** Keys are stable names within the demo (`130123-router`); the server gives them ids. */
export interface DemoSite {
  key: string
  regionCode: string
  name: string
  kind: SiteKind
  address: string
  contact: string
  contactPhone: string
}

/** `model` names a device family that the simulator knows how to play. Addresses are in 127/8. */
export interface DemoDevice {
  key: string
  siteKey: string
  name: string
  role: DeviceRole
  model: string
  address: string
}

export interface DemoCircuit {
  key: string
  role: CircuitRole
  number: string
  carrierKey: string
  access: Access
  bandwidthBps: number
  promisedPercent: number
  monthlyFeeYuan: number
  contractUntil: string
  aDeviceKey: string
  aIfName: string
  zDeviceKey: string
  zIfName: string
  /** The lower end's own address on this circuit: what the leg's probe asks. */
  zAddress: string
}

export interface DemoLink {
  key: string
  upperSiteKey: string
  lowerSiteKey: string
  /** Primary first. */
  circuits: DemoCircuit[]
}

export interface DemoProvince {
  divisions: Division[]
  carriers: { key: string; name: string; hotline: string }[]
  sites: DemoSite[]
  devices: DemoDevice[]
  links: DemoLink[]
  /** Where the collector stands: reachability is seen from here. */
  collectorSiteKey: string
}
