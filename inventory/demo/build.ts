import type { DeviceRole } from '../src/device.ts'
import { carriers, rentedFor } from './circuits.ts'
import { equipmentOf, roleLetters } from './equipment.ts'
import { addressOf, contactOf, initials, labelsOf, siteName } from './names.ts'
import { TerminationNames } from './ports.ts'
import type { DemoCircuit, DemoDevice, DemoLink, DemoProvince, DemoSite, Division } from './province.ts'

/** Statistical zones (development areas and the like) are no divisions of GB/T 2260 [统计用区划代码]. */
const isStatisticalZone = ({ code, tier }: Division) => tier === 'county' && code[4] === '7'

const siteKey = (code: string) => `${code}-site`
const deviceKey = (code: string, role: DeviceRole, ordinal = 1) =>
  ordinal === 1 ? `${code}-${role}` : `${code}-${role}-${ordinal}`

/** An address on 127/8 that the code alone decides: no two divisions of a province share one. */
const loopback = (code: string, host: number) =>
  `127.${100 + Number(code.slice(2, 4))}.${Number(code.slice(4, 6))}.${host}`
const legHost = { primary: 201, backup: 202 } as const

/** The ancestors of a division, from the province down. */
function above(division: Division, byCode: Map<string, Division>): Division[] {
  const parent = division.parentCode === null ? undefined : byCode.get(division.parentCode)
  return parent ? [...above(parent, byCode), parent] : []
}

function buildSite(division: Division, ancestors: Division[]): DemoSite {
  const city = ancestors[1] ?? (division.tier === 'city' ? division : (ancestors[0] ?? division))
  return {
    key: siteKey(division.code),
    regionCode: division.code,
    name: siteName(division),
    kind: division.tier === 'province' ? 'data-centre' : 'machine-room',
    address: addressOf(division, ancestors),
    ...contactOf(division, city.code),
  }
}

function buildDevices(
  division: Division,
  ancestors: Division[],
  nth: number,
  labels: Map<string, string>,
): DemoDevice[] {
  const places = division.tier === 'province' ? [division] : [...ancestors.slice(1), division]
  const prefix = places.map((place) => labels.get(place.code)!).join('-')
  return equipmentOf(division.tier, division.code, nth).map(({ role, ordinal, model }, n) => ({
    key: deviceKey(division.code, role, ordinal),
    siteKey: siteKey(division.code),
    name: `${prefix}-${roleLetters[role]}-${String(ordinal).padStart(2, '0')}`,
    role,
    model,
    address: loopback(division.code, n + 1),
  }))
}

/** Primary circuits join routers; backup circuits the upper site's VPN gateway and, at a city, its own. */
function endsOf(upper: Division, lower: Division, role: DemoCircuit['role']): { a: string; z: string } {
  const a = deviceKey(upper.code, role === 'primary' ? 'core-router' : 'vpn-gateway')
  if (lower.tier === 'county') return { a, z: deviceKey(lower.code, 'access-router') }
  return { a, z: deviceKey(lower.code, role === 'primary' ? 'core-router' : 'vpn-gateway') }
}

function buildLinks(
  lowers: Division[],
  byCode: Map<string, Division>,
  devices: Map<string, DemoDevice>,
): DemoLink[] {
  const names = new TerminationNames()
  return lowers.map((lower, n) => {
    const upper = byCode.get(lower.parentCode!)!
    const circuits = rentedFor(lower, upper, n).map((rented): DemoCircuit => {
      const ends = endsOf(upper, lower, rented.role)
      return {
        ...rented,
        aDeviceKey: ends.a,
        aIfName: names.next(devices.get(ends.a)!, rented.access).ifName,
        zDeviceKey: ends.z,
        zIfName: names.next(devices.get(ends.z)!, rented.access).ifName,
        zAddress: loopback(lower.code, legHost[rented.role]),
      }
    })
    return {
      key: `${lower.code}-link`,
      upperSiteKey: siteKey(upper.code),
      lowerSiteKey: siteKey(lower.code),
      circuits,
    }
  })
}

/** Refuses divisions that are no tree of one province; statistical zones are to be left out before. */
function check(divisions: Division[], byCode: Map<string, Division>): void {
  const roots = divisions.filter((division) => division.parentCode === null)
  if (roots.length !== 1 || roots[0]!.tier !== 'province')
    throw new Error(`a demo province has one province at its root, not ${roots.length}`)
  if (byCode.size !== divisions.length) throw new Error('a division stands twice')
  for (const division of divisions) {
    if (!/^\d{6}$/.test(division.code)) throw new Error(`no code of GB/T 2260: ${division.code}`)
    if (isStatisticalZone(division))
      throw new Error(`${division.code} ${division.name} is a statistical zone`)
    if (division.parentCode !== null && !byCode.has(division.parentCode))
      throw new Error(`${division.code} ${division.name}: its parent ${division.parentCode} is missing`)
  }
}

/**
 * The three-tier province over these divisions: the same divisions always give the same province, byte for byte.
 * Upper tiers come before lower ones, in sites, devices and links.
 */
export function buildProvince(divisions: Division[]): DemoProvince {
  const byCode = new Map(divisions.map((division) => [division.code, division]))
  check(divisions, byCode)
  const byTier = (['province', 'city', 'county'] as const).map((tier) =>
    divisions.filter((division) => division.tier === tier).sort((a, b) => (a.code < b.code ? -1 : 1)),
  )
  const placed = byTier.flatMap((tier) =>
    tier.map((division, nth) => ({ division, nth, ancestors: above(division, byCode) })),
  )
  const labels = labelsOf(divisions)
  const sites = placed.map(({ division, ancestors }) => buildSite(division, ancestors))
  const devices = placed.flatMap(({ division, ancestors, nth }) =>
    buildDevices(division, ancestors, nth, labels),
  )
  const lowers = byTier.slice(1).flat()
  return {
    divisions,
    carriers,
    sites,
    devices,
    links: buildLinks(lowers, byCode, new Map(devices.map((device) => [device.key, device]))),
    collectorSiteKey: sites[0]!.key,
  }
}

/** sysName: ASCII, as RFC 3418 has it; `SJZ-130123-RT-01`. */
export function sysNameOf(device: DemoDevice): string {
  const code = device.siteKey.slice(0, 6)
  const place = initials(code.slice(0, 4) + '00')
  const suffix = device.name.slice(device.name.lastIndexOf('-', device.name.lastIndexOf('-') - 1))
  return `${place}-${code}${suffix}`
}
