/** Ranges of IPv4 addresses as people write them. Pure. */
import { isIP, isIPv4 } from 'node:net'

/** Both ends belong to it. */
export interface AddressRange {
  from: number
  to: number
}

const numberOf = (address: string): number =>
  address.split('.').reduce((number, octet) => number * 256 + Number(octet), 0)
const addressOf = (number: number): string =>
  [24, 16, 8, 0].map((shift) => (number / 2 ** shift) & 255).join('.')

/**
 * `10.1.2.0/24`, `10.1.2.3-10.1.2.40`, `10.1.2.3-40`, `10.1.2.3`; null for anything else. Of a network larger than a /31 its own
 * address and its broadcast are left out [RFC 919, RFC 3021].
 */
export function rangeOf(text: string): AddressRange | null {
  const parts = /^([\d.]+)(?:\s*[-–~]\s*([\d.]+)|\/(\d{1,2}))?$/.exec(text.trim())
  if (!parts) return null
  const [, first = '', last, bits] = parts
  return bits === undefined ? between(first, last ?? first) : networkOf(first, Number(bits))
}

function between(first: string, last: string): AddressRange | null {
  const whole = /^\d{1,3}$/.test(last) ? first.replace(/\d+$/, last) : last
  if (!isIPv4(first) || !isIPv4(whole)) return null
  const [from, to] = [numberOf(first), numberOf(whole)]
  return from <= to ? { from, to } : null
}

function networkOf(network: string, bits: number): AddressRange | null {
  if (!isIPv4(network) || bits > 32) return null
  const size = 2 ** (32 - bits)
  const from = Math.floor(numberOf(network) / size) * size
  return size > 2 ? { from: from + 1, to: from + size - 2 } : { from, to: from + size - 1 }
}

/** How many addresses the ranges hold, each counted once. */
export const countOf = (ranges: readonly AddressRange[]): number =>
  merged(ranges).reduce((count, { from, to }) => count + to - from + 1, 0)

/** Every address of the ranges once, in order. */
export function* addressesIn(ranges: readonly AddressRange[]): Generator<string> {
  for (const { from, to } of merged(ranges)) for (let at = from; at <= to; at++) yield addressOf(at)
}

/** Whether an address lies in one of them; what is no IPv4 address lies in none. */
export function isWithin(ranges: readonly AddressRange[], address: string): boolean {
  if (isIP(address) !== 4) return false
  const number = numberOf(address)
  return ranges.some(({ from, to }) => from <= number && number <= to)
}

function merged(ranges: readonly AddressRange[]): AddressRange[] {
  const apart: AddressRange[] = []
  for (const { from, to } of ranges.toSorted((a, b) => a.from - b.from)) {
    const last = apart.at(-1)
    if (last && from <= last.to + 1) last.to = Math.max(last.to, to)
    else apart.push({ from, to })
  }
  return apart
}
