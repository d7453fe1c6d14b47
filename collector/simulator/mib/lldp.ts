/** LLDP-MIB [IEEE 802.1AB]: who stands at the other end of a device's cables. */
import type { DeviceState } from '../world/device.ts'
import type { PortState } from '../world/port.ts'
import type { Agent } from './agent.ts'
import { hex, int, text } from './value.ts'
import { rows, table, type Leaf, type Row } from './view.ts'

const subtypes = { chassisMac: 4, portName: 5, ipv4: 1, ifIndex: 2 }

/** A port's MAC stands for the device: the first it has. */
const chassisOf = ({ ports }: DeviceState) => ports.find(({ port }) => port.ifPhysAddress)?.port.ifPhysAddress ?? '' // prettier-ignore

interface Neighbour extends Row {
  far: PortState
}

const lldpLocSystem = table<Agent>('1.0.8802.1.1.2.1.3', {
  1: () => int(subtypes.chassisMac),
  2: ({ device }) => hex(chassisOf(device)),
  3: ({ device }) => text(device.sysName),
})

const lldpLocPort = table<PortState>('1.0.8802.1.1.2.1.3.7.1', {
  2: () => int(subtypes.portName),
  3: ({ port }) => text(port.ifName),
  4: ({ port }) => text(port.ifDescr),
})

const lldpRem = table<Neighbour>('1.0.8802.1.1.2.1.4.1.1', {
  4: () => int(subtypes.chassisMac),
  5: ({ far }) => hex(chassisOf(far.device)),
  6: () => int(subtypes.portName),
  7: ({ far }) => text(far.port.ifName),
  8: ({ far }) => text(far.port.ifDescr),
  9: ({ far }) => text(far.device.sysName),
  10: ({ far }) => text(far.device.model.sysDescr.replace('{sysName}', far.device.sysName)),
})

const lldpRemManAddr = table<Neighbour>('1.0.8802.1.1.2.1.4.2.1', {
  3: () => int(subtypes.ifIndex),
  4: ({ far }) => int(far.port.ifIndex),
})

/** lldpRemTimeMark, lldpRemLocalPortNum, lldpRemIndex. */
const indexOf = ({ port }: PortState) => [0, port.ifIndex, 1]

/** Nothing of those that speak no LLDP. */
export function lldp(device: DeviceState): Leaf[] {
  if (device.cables.length === 0) return []
  const neighbours = () => device.cables.filter(({ isUp }) => isUp())
  const seen = () => neighbours().map(({ near, far }): Neighbour => ({ index: indexOf(near), far }))
  const managed = () => neighbours().map(({ near, far }): Neighbour => ({ index: [...indexOf(near), subtypes.ipv4, 4, ...far.device.device.address.split('.').map(Number)], far })) // prettier-ignore
  return [
    ...rows(lldpLocSystem, [{ index: [0], device }]),
    ...rows(lldpLocPort, device.cables.map(({ near }) => near)), // prettier-ignore
    ...rows(lldpRem, seen),
    ...rows(lldpRemManAddr, managed),
  ]
}
