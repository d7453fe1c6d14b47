/** What hangs on a site's switches: Q-BRIDGE-MIB [RFC 4363] there, and its router's ipNetToMediaTable [RFC 4293]. */
import { fraction, whole } from '@zongheng/inventory/demo/hash.ts'
import { ifTypes } from '@zongheng/inventory/demo/models.ts'
import type { DeviceState } from '../world/device.ts'
import type { PortState } from '../world/port.ts'
import { address, hex, int, text } from './value.ts'
import { compareOids, rows, table, type Leaf, type Row } from './view.ts'

interface Station extends Row {
  port: PortState
  mac: string
  address: string
}

const [officeVlan, learned, dynamic] = [10, 3, 3]

const dot1dBasePort = table<PortState>('1.3.6.1.2.1.17.1.4.1', {
  1: ({ port }) => int(port.ifIndex),
  2: ({ port }) => int(port.ifIndex),
})

const dot1qTpFdb = table<Station>('1.3.6.1.2.1.17.7.1.2.2.1', {
  2: ({ port }) => int(port.port.ifIndex),
  3: () => int(learned),
})

interface Vlan extends Row {
  name: string
}
const dot1qVlanStatic = table<Vlan>('1.3.6.1.2.1.17.7.1.4.3.1', { 1: ({ name }) => text(name) })
const vlans: Vlan[] = Object.entries({ 1: 'VLAN 0001', [officeVlan]: '办公', 20: '视频会议', 99: '网管' }).map(([id, name]) => ({ index: [Number(id)], name })) // prettier-ignore

const ipNetToMedia = table<Station>('1.3.6.1.2.1.4.22.1', {
  1: ({ port }) => int(port.port.ifIndex),
  2: ({ mac }) => hex(mac),
  3: (row) => address(row.address),
  4: () => int(dynamic),
})

const isSwitch = ({ device }: DeviceState) => device.role.endsWith('switch')
const isRouter = ({ device }: DeviceState) => device.role.endsWith('router')
const numbers = (mac: string) => [...Buffer.from(mac, 'hex')]
const sorted = (stations: Station[]) => stations.toSorted((a, b) => compareOids(a.index, b.index))

/** A computer on each of its ports that runs and leads to no other device; some have a telephone before it. */
function officeStations(device: DeviceState): Omit<Station, 'index'>[] {
  const cabled = new Set(device.cables.map(({ near }) => near))
  const free = device.ports.filter((one) => one.port.ifType === ifTypes.ethernet && one.running && !cabled.has(one)) // prettier-ignore
  const site = device.site.site.key
  const network = [10, whole(`net ${site}`, 64, 127), whole(`office ${site}`, 0, 255)]
  return free.flatMap((port) => {
    const at = `${device.device.key} ${port.port.ifIndex}`
    return Array.from({ length: fraction(`telephone ${at}`) < 0.25 ? 2 : 1 }, (_, n) => ({
      port,
      mac: `0${n === 0 ? '0e04c' : '01565'}${whole(`station ${at} ${n}`, 0, 0xffffff).toString(16).padStart(6, '0')}`,
      address: [...network, 20 + ((port.port.ifIndex * 2 + n) % 220)].join('.'),
    }))
  })
}

/** Of a cable inside the site: the device at its other end. */
const cabledStations = (device: DeviceState): Omit<Station, 'index'>[] =>
  device.cables
    .filter(({ near, isUp }) => !near.circuit && isUp())
    .map(({ near, far }) => ({ port: near, mac: far.port.ifPhysAddress, address: far.device.device.address }))

function onSwitch(device: DeviceState): Leaf[] {
  const bridged = device.ports.filter(({ port }) => port.ifType === ifTypes.ethernet)
  const all = () => [...officeStations(device), ...cabledStations(device)]
  const fdb = () => sorted(all().map((one) => ({ ...one, index: [officeVlan, ...numbers(one.mac)] })))
  return [...rows(dot1dBasePort, bridged), ...rows(dot1qTpFdb, fdb), ...rows(dot1qVlanStatic, vlans)]
}

/** The gateway of its site knows whoever hangs on the switch it is cabled to. */
function onRouter(device: DeviceState): Leaf[] {
  const known = () =>
    device.cables
      .filter(({ far, near, isUp }) => isSwitch(far.device) && !near.circuit && isUp())
      .flatMap(({ near, far }) => officeStations(far.device).map((one) => ({ ...one, port: near })))
  const arp = () => known().map((one) => ({ ...one, index: [one.port.port.ifIndex, ...one.address.split('.').map(Number)] })) // prettier-ignore
  return rows(ipNetToMedia, () => sorted(arp()))
}

export function bridge(device: DeviceState): Leaf[] {
  if (isSwitch(device)) return onSwitch(device)
  return isRouter(device) ? onRouter(device) : []
}
