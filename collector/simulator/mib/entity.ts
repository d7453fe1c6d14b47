import type { Family } from '@zongheng/inventory/demo/models.ts'
import type { DeviceState } from '../world/device.ts'
import { hex, int, oid, text } from './value.ts'
import { table, type Oid } from './view.ts'

/** entPhysicalClass [ENTITY-MIB, RFC 6933]. */
const classes = { chassis: 3, psu: 6, fan: 7, sensor: 8, board: 9 } as const
export type PartKind = keyof typeof classes

interface Part {
  physicalIndex: number
  kind: PartKind
  name: string
  containedIn: number
}

export interface PartRow extends Part {
  index: Oid
  device: DeviceState
  /** Counts the parts of its kind, from 0. */
  ordinal: number
}

const part = (physicalIndex: number, kind: PartKind, name: string, containedIn = 0): Part => ({
  physicalIndex,
  kind,
  name,
  containedIn,
})

/** What is inside, numbered as each vendor numbers it. */
const layouts: Partial<Record<Family, Part[]>> = {
  huawei: [
    part(16777216, 'chassis', '{hardware} frame'),
    part(17432577, 'board', '{hardware} 10', 16777216),
    part(17498113, 'psu', 'POWER 11', 16777216),
    part(17563649, 'psu', 'POWER 12', 16777216),
    part(17629185, 'fan', 'FAN 13', 16777216),
    part(17694721, 'fan', 'FAN 14', 16777216),
  ],
  h3c: [
    part(2, 'chassis', '{hardware}'),
    part(65, 'board', 'Board', 2),
    part(66, 'psu', 'PSU 1', 2),
    part(67, 'psu', 'PSU 2', 2),
    part(68, 'fan', 'Fan 1', 2),
    part(69, 'fan', 'Fan 2', 2),
    part(70, 'sensor', 'Temperature Sensor on Board', 65),
  ],
  cisco: [
    part(1, 'chassis', 'Chassis'),
    part(3, 'psu', 'Power Supply Module 0', 1),
    part(14, 'fan', 'Fan Tray 0/0', 1),
    part(15, 'fan', 'Fan Tray 0/1', 1),
    part(7000, 'board', 'module R0', 1),
    part(7001, 'sensor', 'Temp: Internal', 7000),
  ],
  ruijie: [
    part(1, 'chassis', 'RG-{hardware}'),
    part(3, 'board', 'RG-{hardware}', 1),
    part(4, 'psu', 'Power 1', 1),
    part(5, 'psu', 'Power 2', 1),
    part(6, 'fan', 'Fan 1', 1),
    part(7, 'fan', 'Fan 2', 1),
  ],
  // Probe in the tens, quantity in the last digit: 1 temperature, 2 humidity.
  environment: [
    part(1, 'chassis', '{hardware}'),
    part(101, 'sensor', '机柜前温度', 1),
    part(102, 'sensor', '机柜前湿度', 1),
    part(111, 'sensor', '机柜后温度', 1),
    part(112, 'sensor', '机柜后湿度', 1),
    part(121, 'sensor', '空调回风温度', 1),
    part(122, 'sensor', '空调回风湿度', 1),
  ],
}

export function partsOf(device: DeviceState): PartRow[] {
  const seen: Partial<Record<PartKind, number>> = {}
  return (layouts[device.model.family] ?? []).map((part) => {
    const ordinal = seen[part.kind] ?? 0
    seen[part.kind] = ordinal + 1
    const name = part.name.replace('{hardware}', device.model.hardware)
    return { ...part, name, index: [part.physicalIndex], device, ordinal }
  })
}

/** Whether the part does its work: only a fan may be told to fail, and then the first one does. */
export function isSound({ kind, ordinal, device }: PartRow): boolean {
  return !(kind === 'fan' && ordinal === 0 && device.fanFailed)
}

const isWhole = ({ kind }: PartRow) => kind === 'chassis' || kind === 'board'

/** entPhysicalTable [RFC 6933]. */
export const entPhysicalTable = table<PartRow>('1.3.6.1.2.1.47.1.1.1.1', {
  2: ({ name }) => text(name),
  3: ({ kind, device }) => oid(kind === 'chassis' ? device.model.sysObjectID : '0.0'),
  4: ({ containedIn }) => int(containedIn),
  5: ({ kind }) => int(classes[kind]),
  6: ({ ordinal }) => int(ordinal),
  7: ({ name }) => text(name),
  8: () => text(''),
  9: () => text(''),
  10: (row) => text(isWhole(row) ? row.device.model.version : ''),
  11: ({ kind, device }) => text(kind === 'chassis' ? device.serial : ''),
  12: (row) => text(isWhole(row) ? row.device.model.vendor : ''),
  13: (row) => text(isWhole(row) ? row.device.model.hardware : ''),
  14: () => text(''),
  15: () => text(''),
  16: ({ kind }) => int(kind === 'psu' || kind === 'fan' ? 1 : 2),
  17: () => hex('07b20101000000002b0000'),
})
