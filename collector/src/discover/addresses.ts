/** A device's own IPv4 addresses: ipAddrTable [RFC 4293], which most have, else ipAddressTable. */
import { rawNumber } from './plan.ts'
import type { Column, Tables } from './tables.ts'
import { textOf } from './text.ts'

/** `prefixLength`: null where the device does not say. */
export interface OwnAddress {
  address: string
  prefixLength: number | null
  ifIndex: number
}

const ipAdEntIfIndex = '1.3.6.1.2.1.4.20.1.2'
const ipAdEntNetMask = '1.3.6.1.2.1.4.20.1.3'
const ipAddressIfIndex = '1.3.6.1.2.1.4.34.1.3'
const ipAddressPrefix = '1.3.6.1.2.1.4.34.1.5'
/** InetAddressType ipv4, and its four octets [RFC 4001]. */
const ipv4Index = /^1\.4\.(\d{1,3}\.\d{1,3}\.\d{1,3}\.\d{1,3})$/
/** ipAddressPrefixOrigin.ifIndex.type.length.octets.prefixLength, which the pointer ends with. */
const prefixEnd = /\.(\d{1,2})$/

export async function discoverAddresses(tables: Tables): Promise<OwnAddress[]> {
  const [old, masks] = await tables.columns([ipAdEntIfIndex, ipAdEntNetMask])
  return old.size > 0 ? ofAddrTable(old, masks) : ofAddressTable(tables)
}

function ofAddrTable(ifIndexes: Column, masks: Column): OwnAddress[] {
  return [...ifIndexes].map(([address, ifIndex]) => ({
    address,
    prefixLength: prefixOf(textOf(masks.get(address))),
    ifIndex: rawNumber(ifIndex.value) ?? 0,
  }))
}

async function ofAddressTable(tables: Tables): Promise<OwnAddress[]> {
  const ifIndexes = await tables.column(ipAddressIfIndex)
  const prefixes = ifIndexes.size > 0 ? await tables.column(ipAddressPrefix) : ifIndexes
  return [...ifIndexes].flatMap(([index, ifIndex]) => {
    const address = ipv4Index.exec(index)?.[1]
    const length = prefixEnd.exec(textOf(prefixes.get(index)))?.[1]
    if (address === undefined) return []
    return [{ address, prefixLength: length ? Number(length) : null, ifIndex: rawNumber(ifIndex.value) ?? 0 }]
  })
}

/** 255.255.255.0 → 24; null for what is no mask. */
function prefixOf(mask: string): number | null {
  const octets = mask.split('.').map(Number)
  if (octets.length !== 4 || octets.some((octet) => !Number.isInteger(octet) || octet < 0 || octet > 255))
    return null
  const bits = octets.map((octet) => octet.toString(2).padStart(8, '0')).join('')
  return /^1*0*$/.test(bits) ? bits.replaceAll('0', '').length : null
}
