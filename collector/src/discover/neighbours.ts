/** Who stands at the other end of a device's cables, as LLDP [IEEE 802.1AB] and CDP say. */
import type { CableSeen } from '@zongheng/inventory/surroundings.ts'
import type { InterfaceFacts } from '@zongheng/inventory/interface.ts'
import type { SnmpValue } from '../snmp/value.ts'
import { rawNumber } from './plan.ts'
import type { Column, Tables } from './tables.ts'
import { macOf, textOf } from './text.ts'

export interface CableNeighbour {
  protocol: 'lldp' | 'cdp'
  localIfName: string
  localIfDescr: string
  remoteSysName: string
  remotePort: string
  remotePlatform: string
  /** The same, as the other side's own marks; absent from what earlier versions kept on disk. */
  seen?: CableSeen
}

const lldpLocSystem = '1.0.8802.1.1.2.1.3'
const lldpLocPort = '1.0.8802.1.1.2.1.3.7.1'
const lldpRem = '1.0.8802.1.1.2.1.4.1.1'
const cdpCache = '1.3.6.1.4.1.9.9.23.1.2.1.1'
/** LldpPortIdSubtype, LldpChassisIdSubtype. */
const macAddress = { port: 3, chassis: 4 }

export async function discoverNeighbours(
  tables: Tables,
  interfaces: Promise<readonly InterfaceFacts[]>,
): Promise<CableNeighbour[]> {
  return (await Promise.all([byLldp(tables, interfaces), byCdp(tables, interfaces)])).flat()
}

/** By which its neighbours know it; blank when it has none by LLDP. */
export async function discoverChassisId(tables: Tables): Promise<string> {
  if ((await tables.column(`${lldpRem}.7`)).size === 0) return ''
  const [kinds, ids] = await tables.columns([`${lldpLocSystem}.1`, `${lldpLocSystem}.2`])
  return idOf(ids.get('0'), kinds, '0', macAddress.chassis)
}

async function byLldp(
  tables: Tables,
  interfaces: Promise<readonly InterfaceFacts[]>,
): Promise<CableNeighbour[]> {
  const rem = (column: number) => tables.column(`${lldpRem}.${column}`)
  const portIds = await rem(7)
  if (portIds.size === 0) return []
  const [chassisKinds, chassisIds, portKinds, portDescrs, sysNames, sysDescrs, local] = await Promise.all([rem(4), rem(5), rem(6), rem(8), rem(9), rem(10), localPorts(tables, interfaces)]) // prettier-ignore
  return [...portIds].map(([index, portId]) => {
    const port = local(index.split('.')[1] ?? '')
    const id = idOf(portId, portKinds, index, macAddress.port)
    const descr = textOf(portDescrs.get(index))
    const [sysName, chassisId] = [textOf(sysNames.get(index)), idOf(chassisIds.get(index), chassisKinds, index, macAddress.chassis)] // prettier-ignore
    return {
      protocol: 'lldp',
      localIfName: port?.ifName ?? '',
      localIfDescr: port?.ifDescr ?? '',
      remoteSysName: sysName || chassisId,
      remotePort: descr && descr !== id ? `${descr} (${id})` : id,
      remotePlatform: textOf(sysDescrs.get(index)),
      seen: {
        protocol: 'lldp',
        ifName: port?.ifName ?? '',
        sysName,
        chassisId,
        portId: id,
        portDescr: descr,
      },
    }
  })
}

function idOf(value: SnmpValue | undefined, kinds: Column, index: string, mac: number): string {
  const isMac = rawNumber(kinds.get(index)?.value) === mac
  return (isMac && macOf(value)) || textOf(value)
}

/** lldpLocPortNum is the ifIndex or not, as a maker likes: the port's own id and description are asked first. */
async function localPorts(tables: Tables, interfaces: Promise<readonly InterfaceFacts[]>) {
  const [ids, descrs, ports] = await Promise.all([tables.column(`${lldpLocPort}.3`), tables.column(`${lldpLocPort}.4`), interfaces]) // prettier-ignore
  const byName = new Map<string, InterfaceFacts>()
  for (const port of ports.toReversed())
    for (const name of [port.ifAlias, port.ifPhysAddress, port.ifDescr, port.ifName]) if (name) byName.set(name.toLowerCase(), port) // prettier-ignore
  const byIndex = new Map(ports.map((port) => [String(port.ifIndex), port]))
  return (number: string): InterfaceFacts | undefined => {
    const names = [textOf(ids.get(number)), textOf(descrs.get(number)), macOf(ids.get(number))]
    const named = names.flatMap((name) => byName.get(name.toLowerCase()) ?? [])[0]
    return named ?? byIndex.get(number) ?? unknownPort(names)
  }
}

/** A port that the interfaces do not know has the name it gives itself. */
const unknownPort = ([id = '', descr = '']: string[]) => ({ ifName: id, ifDescr: descr }) as InterfaceFacts

/** CISCO-CDP-MIB: cdpCacheTable by ifIndex and a number. */
async function byCdp(
  tables: Tables,
  interfaces: Promise<readonly InterfaceFacts[]>,
): Promise<CableNeighbour[]> {
  const names = await tables.column(`${cdpCache}.6`)
  if (names.size === 0) return []
  const [ports, platforms, local] = await Promise.all([tables.column(`${cdpCache}.7`), tables.column(`${cdpCache}.8`), interfaces]) // prettier-ignore
  const byIndex = new Map(local.map((port) => [String(port.ifIndex), port]))
  return [...names].map(([index, name]) => {
    const port = byIndex.get(index.split('.')[0] ?? '')
    const [ifName, sysName, portId] = [port?.ifName ?? '', textOf(name), textOf(ports.get(index))]
    return {
      protocol: 'cdp',
      localIfName: ifName,
      localIfDescr: port?.ifDescr ?? '',
      remoteSysName: sysName,
      remotePort: portId,
      remotePlatform: textOf(platforms.get(index)),
      seen: { protocol: 'cdp', ifName, sysName, chassisId: '', portId, portDescr: '' },
    }
  })
}
