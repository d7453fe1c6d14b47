/** How a circuit reaches the site, and what such a line may be expected to do. */
export const accesses = [
  'sdh',
  'mstp',
  'fibre',
  'mpls-vpn',
  'ipsec-vpn',
  'adsl-vpn',
  'pon',
  '4g',
  '5g',
] as const
export type Access = (typeof accesses)[number]

/** A raised limit and the graver one above it. */
export interface Limit {
  warn: number
  major: number
}

export interface AccessLimits {
  rttMs: Limit
  lossPercent: Limit
  jitterMs: number
  /** Promised availability in percent, where the contract names none. */
  availabilityPercent: number
}

const leased = { lossPercent: { warn: 0.1, major: 1 }, jitterMs: 5, availabilityPercent: 99.9 }
const domestic = {
  rttMs: { warn: 80, major: 150 },
  lossPercent: { warn: 1, major: 3 },
  jitterMs: 40,
  availabilityPercent: 99,
}
const mobile = {
  rttMs: { warn: 100, major: 200 },
  lossPercent: { warn: 2, major: 5 },
  jitterMs: 50,
  availabilityPercent: 98,
}

/** Our editable defaults; no public source sets them. */
export const accessLimits: Record<Access, AccessLimits> = {
  sdh: { rttMs: { warn: 15, major: 30 }, ...leased },
  mstp: { rttMs: { warn: 15, major: 30 }, ...leased },
  fibre: { rttMs: { warn: 10, major: 20 }, ...leased },
  'mpls-vpn': {
    rttMs: { warn: 40, major: 80 },
    lossPercent: { warn: 0.5, major: 1 },
    jitterMs: 20,
    availabilityPercent: 99.8,
  },
  'ipsec-vpn': {
    rttMs: { warn: 60, major: 120 },
    lossPercent: { warn: 1, major: 3 },
    jitterMs: 30,
    availabilityPercent: 99.5,
  },
  'adsl-vpn': domestic,
  pon: domestic,
  '4g': mobile,
  '5g': mobile,
}

/** Utilisation of the rented bandwidth, percent, held for 15 minutes; errors as a share of packets. */
export const utilisationLimit: Limit & { forMs: number } = { warn: 70, major: 85, forMs: 15 * 60_000 }
export const errorLimit: Limit = { warn: 1e-4, major: 1e-3 }
