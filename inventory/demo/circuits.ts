import { accessLimits, type Access } from '../src/access.ts'
import type { CircuitRole } from '../src/circuit.ts'
import { pick, whole } from './hash.ts'
import { initials } from './names.ts'
import type { DemoCircuit, Division } from './province.ts'

export const carriers = [
  { key: 'telecom', name: '电信', hotline: '10000' },
  { key: 'mobile', name: '移动', hotline: '10086' },
  { key: 'unicom', name: '联通', hotline: '10010' },
  { key: 'broadnet', name: '广电', hotline: '10099' },
]

interface Offer {
  access: Access
  mbps: number
}

/** What is rented; an offer that stands twice is rented twice as often. */
const countyPrimary: [Offer, ...Offer[]] = [
  { access: 'sdh', mbps: 2 },
  { access: 'mstp', mbps: 2 },
  { access: 'mstp', mbps: 4 },
  { access: 'mstp', mbps: 10 },
  { access: 'mstp', mbps: 10 },
  { access: 'mstp', mbps: 10 },
  { access: 'mstp', mbps: 20 },
  { access: 'fibre', mbps: 50 },
  { access: 'fibre', mbps: 100 },
]
const countyBackup: [Offer, ...Offer[]] = [
  { access: 'ipsec-vpn', mbps: 10 },
  { access: 'ipsec-vpn', mbps: 20 },
  { access: 'ipsec-vpn', mbps: 20 },
  { access: 'ipsec-vpn', mbps: 20 },
  { access: 'ipsec-vpn', mbps: 50 },
  { access: 'ipsec-vpn', mbps: 50 },
  { access: '4g', mbps: 20 },
]
const cityPrimary: [Offer, ...Offer[]] = [
  { access: 'mstp', mbps: 155 },
  { access: 'mstp', mbps: 300 },
  { access: 'fibre', mbps: 500 },
  { access: 'fibre', mbps: 1000 },
]
const cityBackup: [Offer, ...Offer[]] = [{ access: 'ipsec-vpn', mbps: 200 }]

const primaryCarriers = [
  'telecom', 'telecom', 'telecom', 'telecom', 'unicom', 'unicom', 'unicom', 'mobile', 'mobile', 'broadnet',
] as const // prettier-ignore
const backupCarriers = ['unicom', 'telecom', 'mobile'] as const

/** Monthly rent in yuan: a connection, and each Mbit/s. */
const rents: Partial<Record<Access, { base: number; perMbps: number }>> = {
  sdh: { base: 1200, perMbps: 150 },
  mstp: { base: 1000, perMbps: 140 },
  fibre: { base: 1800, perMbps: 36 },
  'ipsec-vpn': { base: 280, perMbps: 20 },
  '4g': { base: 199, perMbps: 5 },
}

const contractEnds = [
  '2027-03-31',
  '2027-06-30',
  '2027-12-31',
  '2028-06-30',
  '2028-12-31',
  '2029-06-30',
] as const

export type Rented = Omit<DemoCircuit, 'aDeviceKey' | 'aIfName' | 'zDeviceKey' | 'zIfName' | 'zAddress'>

function rent(
  lower: Division,
  upper: Division,
  role: CircuitRole,
  offer: Offer,
  carrierKey: string,
  serial: number,
): Rented {
  const { access, mbps } = offer
  const { base, perMbps } = rents[access]!
  const place = lower.tier === 'city' ? initials(lower.code) : lower.code.slice(2)
  const kind = access.replace('ipsec-', '').toUpperCase()
  return {
    key: `${lower.code}-${role}`,
    role,
    number: `${initials(upper.code)}-${place}-${kind}${String(serial).padStart(4, '0')}`,
    carrierKey,
    access,
    bandwidthBps: mbps * 1e6,
    promisedPercent: accessLimits[access].availabilityPercent,
    monthlyFeeYuan: Math.round((base + mbps * perMbps) / 10) * 10,
    contractUntil: pick(`contract ${lower.code} ${role}`, contractEnds),
  }
}

/** The two circuits of a link, primary first, from different carriers. `link`: counts the links, from 0. */
export function rentedFor(lower: Division, upper: Division, link: number): Rented[] {
  const city = lower.tier === 'city'
  const primaryCarrier = pick(`carrier ${lower.code}`, primaryCarriers)
  const others = backupCarriers.filter((carrier) => carrier !== primaryCarrier)
  const backupCarrier = others[whole(`backup carrier ${lower.code}`, 0, others.length - 1)]!
  const primary = pick(`primary ${lower.code}`, city ? cityPrimary : countyPrimary)
  const backup = pick(`backup ${lower.code}`, city ? cityBackup : countyBackup)
  return [
    rent(lower, upper, 'primary', primary, primaryCarrier, 2 * link + 1),
    rent(lower, upper, 'backup', backup, backupCarrier, 2 * link + 2),
  ]
}
