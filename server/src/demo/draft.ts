import { shortName } from '@zongheng/inventory/short-name.ts'
import type { DemoCircuit, DemoLink, DemoProvince } from '@zongheng/inventory/demo/province.ts'
import type { EstateDraft } from '../estate/draft.ts'

/** What the simulated agents are asked with. */
const community = { version: '2c', community: 'public' } as const
const credentialKey = 'snmp'

export interface DraftOptions {
  /** Region ids by division code. */
  regions: ReadonlyMap<string, string>
  /** UDP port of every simulated device. */
  port: number
  collectorId: string | null
}

/** The demo province as an estate to be kept; its keys become ids. Pure. */
export function draftOf(province: DemoProvince, { regions, port, collectorId }: DraftOptions): EstateDraft {
  const regionOf = (code: string) => {
    const id = regions.get(code)
    if (!id) throw new Error(`there is no region with the code ${code}`)
    return id
  }
  const rootId = regionOf(province.divisions.find((division) => division.parentCode === null)!.code)
  return {
    carriers: province.carriers,
    carrierRegionId: rootId,
    sites: province.sites.map(({ regionCode, ...site }) => ({ ...site, regionId: regionOf(regionCode) })),
    credentials: [{ key: credentialKey, name: 'SNMP v2c', regionId: rootId, snmp: community }],
    devices: province.devices.map(({ key, siteKey, name, role, address }) => {
      return { key, siteKey, name, role, address, port, credentialKey, collectorId }
    }),
    links: province.links.map((link) => ({
      ...link,
      name: nameOf(link, province),
      circuits: link.circuits.map((circuit) => circuitOf(circuit, port)),
    })),
    circuits: [],
  }
}

function circuitOf(
  { aDeviceKey, aIfName, zDeviceKey, zIfName, zAddress, ...circuit }: DemoCircuit,
  port: number,
) {
  return {
    ...circuit,
    a: { deviceKey: aDeviceKey, ifName: aIfName },
    z: { deviceKey: zDeviceKey, ifName: zIfName },
    leg: { kind: 'snmp' as const, address: zAddress, port },
  }
}

/** 石家庄–正定: by the divisions it joins. */
function nameOf({ upperSiteKey, lowerSiteKey }: DemoLink, { sites, divisions }: DemoProvince): string {
  const place = (siteKey: string) => {
    const code = sites.find((site) => site.key === siteKey)?.regionCode
    return shortName(divisions.find((division) => division.code === code)?.name ?? '')
  }
  return `${place(upperSiteKey)}–${place(lowerSiteKey)}`
}
