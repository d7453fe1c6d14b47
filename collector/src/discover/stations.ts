/** What hangs on a switch's ports, and by which addresses: Q-BRIDGE-MIB [RFC 4363], BRIDGE-MIB [RFC 4188], IP-MIB [RFC 4293]. */
import type { InterfaceFacts } from '@zongheng/inventory/interface.ts'
import { mostOfStations as most, type Stations } from '@zongheng/inventory/surroundings.ts'
import { rawNumber } from './plan.ts'
import type { SnmpReader } from '../snmp/session.ts'
import { readTwice, Tables, type Column } from './tables.ts'
import { macOf } from './text.ts'

const dot1dBasePortIfIndex = '1.3.6.1.2.1.17.1.4.1.2'
/** By filtering database and MAC. */
const dot1qTpFdbPort = '1.3.6.1.2.1.17.7.1.2.2.1.2'
/** By MAC. */
const dot1dTpFdbPort = '1.3.6.1.2.1.17.4.3.1.2'
/** By ifIndex and address. */
const ipNetToMediaPhysAddress = '1.3.6.1.2.1.4.22.1.2'
/** By ifIndex, kind of address, its length and octets. */
const ipNetToPhysicalPhysAddress = '1.3.6.1.2.1.4.35.1.4'

const macIndex = /(?:^|\.)((?:\d{1,3}\.){5}\d{1,3})$/
const mediaIndex = /^\d+\.((?:\d{1,3}\.){3}\d{1,3})$/
const ipv4PhysicalIndex = /^\d+\.1\.4\.((?:\d{1,3}\.){3}\d{1,3})$/

/** A table that does not end is left after so long. */
const timeLimitMs = 60_000

/** Throws when a table could not be read: half of them would be taken for all. */
export async function discoverStations(
  reader: SnmpReader,
  interfaces: readonly InterfaceFacts[],
  now = () => performance.now(),
): Promise<Stations> {
  const tables = new Tables(reader, now() + timeLimitMs, now)
  const stations = await readTwice(tables, () => read(tables, interfaces))
  const [lost] = tables.problems
  if (lost) throw new Error(`${lost.oid}: ${lost.text}`)
  return stations
}

async function read(tables: Tables, interfaces: readonly InterfaceFacts[]): Promise<Stations> {
  const [basePorts, inVlans, media] = await tables.columns([dot1dBasePortIfIndex, dot1qTpFdbPort, ipNetToMediaPhysAddress]) // prettier-ignore
  const isPlain = basePorts.size > 0 && inVlans.size === 0
  const [inOne, physical] = await tables.columns([
    isPlain ? dot1dTpFdbPort : undefined,
    media.size === 0 ? ipNetToPhysicalPhysAddress : undefined,
  ])
  const own = new Set(interfaces.map(({ ifPhysAddress }) => ifPhysAddress))
  return {
    ...onPorts(isPlain ? inOne : inVlans, portNames(basePorts, interfaces), own),
    hosts: [...hostsOf(media, mediaIndex), ...hostsOf(physical, ipv4PhysicalIndex)],
  }
}

/** ifName by the bridge's own number of a port; a bridge that does not say numbers them by ifIndex. */
function portNames(basePorts: Column, ports: readonly InterfaceFacts[]): Map<number, string> {
  const names = new Map(ports.map(({ ifIndex, ifName }) => [ifIndex, ifName]))
  if (basePorts.size === 0) return names
  return new Map(
    [...basePorts].flatMap(([port, ifIndex]) => {
      const ifName = names.get(rawNumber(ifIndex.value) ?? 0)
      return ifName === undefined ? [] : [[Number(port), ifName] as const]
    }),
  )
}

/** Port 0 is nowhere; the device's own MACs hang on none. */
function onPorts(learned: Column, names: Map<number, string>, own: Set<string>): Omit<Stations, 'hosts'> {
  const byPort = new Map<string, Set<string>>()
  for (const [index, port] of learned) {
    const ifName = names.get(rawNumber(port.value) ?? 0)
    const mac = macIn(index)
    if (ifName === undefined || mac === null || own.has(mac)) continue
    byPort.set(ifName, (byPort.get(ifName) ?? new Set()).add(mac))
  }
  const all = [...byPort].map(([ifName, macs]) => ({ ifName, macs: [...macs].sort() }))
  all.sort((a, b) => (a.ifName < b.ifName ? -1 : 1))
  return {
    ports: all.filter(({ macs }) => macs.length <= most.onPort).slice(0, most.ports),
    crowded: all.filter(({ macs }) => macs.length > most.onPort).slice(0, most.ports).map(({ ifName, macs }) => ({ ifName, count: macs.length })), // prettier-ignore
  }
}

/** A station's, in the last six numbers of an index; a group's is none [IEEE 802 §8.2]. */
function macIn(index: string): string | null {
  const octets = macIndex.exec(index)?.[1]?.split('.').map(Number)
  if (!octets || octets.some((octet) => octet > 255) || (octets[0]! & 1) === 1) return null
  return Buffer.from(octets).toString('hex')
}

function hostsOf(physAddresses: Column, index: RegExp): Stations['hosts'] {
  return [...physAddresses].slice(0, most.hosts).flatMap(([at, physAddress]) => {
    const [address, mac] = [index.exec(at)?.[1], macOf(physAddress)]
    return address === undefined || !isStation(mac) ? [] : [{ mac, address }]
  })
}

const isStation = (mac: string) => mac !== '' && mac !== '000000000000' && (parseInt(mac.slice(0, 2), 16) & 1) === 0 // prettier-ignore
