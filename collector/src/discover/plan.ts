/**
 * What a discovery hands to the poller: who the device is, and how each number is read off it from now on.
 * Plain data throughout, so that it can be cached as JSON.
 */
import type { DeviceIdentity } from '@zongheng/inventory/device.ts'
import type { IdentifiedField, TextOrigin } from '@zongheng/inventory/explanation.ts'
import type { InterfaceFacts } from '@zongheng/inventory/interface.ts'
import type { Quirks } from '@zongheng/inventory/profile.ts'
import type { SensorFacts } from '@zongheng/inventory/sensor.ts'
import type { OwnAddress } from './addresses.ts'
import type { BgpPeer } from './bgp-peers.ts'
import type { CableNeighbour } from './neighbours.ts'
import type { Supply } from './supplies.ts'
import type { Vlan } from './vlans.ts'

/** The value of a variable binding: what `SnmpValue.value` holds. */
export type RawValue = number | bigint | Uint8Array | string | null | undefined

/**
 * `microwatt`: optical power in µW, read as dBm; `opticalPower`: the same, or hundredths of a dBm where it is negative.
 * `biasCurrent`: a laser's, mA, or µA from a thousand on (no laser takes an ampere, none lights at 1 mA), read as A.
 */
export const readingForms = ['number', 'microwatt', 'opticalPower', 'biasCurrent'] as const
export type ReadingForm = (typeof readingForms)[number]

/** One number of a device: value = raw × scale + offset, in the unit its user names; null outside [min, max]. */
export interface Reading {
  /** An instance, dotted. */
  oid: string
  form: ReadingForm
  /** Where in a text the number stands: a regular expression's first group. */
  match?: string
  scale: number
  offset: number
  /** Raw numbers by which the device says that it has no value. */
  invalid: number[]
  min: number | null
  max: number | null
  /** A vendor's codes → those of the standard object that the sensor is named after; a code without one means none. */
  codes: Record<string, number> | null
}

/** Plans that earlier versions kept on disk do not say by which rule (`huawei-vrp/sensors/3`) they were made. */
interface Ruled {
  rule?: string
}

export interface SensorPlan extends Ruled {
  facts: SensorFacts
  reading: Reading
}

/** A processor's load, percent. */
export interface ProcessorPlan extends Ruled {
  descr: string
  reading: Reading
}

export type MemoryRead =
  | { kind: 'percent'; percent: Reading }
  | { kind: 'used-size'; used: Reading; size: Reading }
  | { kind: 'used-free'; used: Reading; free: Reading }
  /** Several kinds of free memory add up (available, buffers, cached). */
  | { kind: 'free-size'; free: Reading[]; size: Reading }

/** A pool of memory. `main`: it counts for the device's own memoryPercent (swap and driver pools do not). */
export interface MemoryPlan extends Ruled {
  descr: string
  main: boolean
  read: MemoryRead
  /** How much there was when it was discovered, in the unit of its readings; null when it does not say. */
  total?: number | null
}

/** How several processors make one cpuPercent: cores of one machine by their mean, boards of a chassis by the worst. */
export const cpuCombinations = ['mean', 'max'] as const
export type CpuCombination = (typeof cpuCombinations)[number]

/** How interfaces are told apart whatever their ifIndex: `marks` in the order of the interfaces, hashes of their names' octets. */
export interface InterfaceNames {
  column: 'ifName' | 'ifDescr'
  marks: number[]
}

/** How the device was recognised: by which rule (null for none), and where each text of its identity comes from. */
export interface Recognition {
  rule: string | null
  identity: Partial<Record<IdentifiedField, TextOrigin>>
}

export interface Discovery {
  /** The name of the profile that knew the device; `generic` when none did. */
  profile: string
  identity: DeviceIdentity
  /** Absent from what earlier versions kept on disk. */
  recognition?: Recognition
  interfaces: InterfaceFacts[]
  /** Absent from what earlier versions kept on disk. */
  names?: InterfaceNames
  sensors: SensorPlan[]
  processors: ProcessorPlan[]
  cpuCombination: CpuCombination
  memory: MemoryPlan[]
  /** Disks and file systems; this and what follows is absent from what earlier versions kept on disk. */
  storage?: MemoryPlan[]
  supplies?: Supply[]
  /** Of both, as sensors. */
  fills?: SensorPlan[]
  neighbours?: CableNeighbour[]
  /** LldpChassisId of its own; blank where it does not tell. */
  chassisId?: string
  vlans?: Vlan[]
  addresses?: OwnAddress[]
  bgpPeers?: BgpPeer[]
  /** Addresses. */
  ospfNeighbours?: string[]
  /** Of its profile: how it is polled as well. */
  quirks?: Quirks
  /** What could not be read, and why. */
  problems: { oid: string; text: string }[]
}

/** All that is read as a sensor. */
export const allSensors = ({ sensors, fills = [] }: Discovery): SensorPlan[] => [...sensors, ...fills]

/** Looks up what was just read; an absent instance gives undefined. */
export type Lookup = (oid: string) => RawValue

const opaqueFloat = Buffer.from('9f7804', 'hex') // NET-SNMP-TC Float: a BER-wrapped IEEE 754 single
const opaqueDouble = Buffer.from('9f7908', 'hex')

function numberInOctets(octets: Uint8Array): number | null {
  const bytes = Buffer.from(octets.buffer, octets.byteOffset, octets.byteLength)
  if (bytes.length === 7 && bytes.subarray(0, 3).equals(opaqueFloat)) return bytes.readFloatBE(3)
  if (bytes.length === 11 && bytes.subarray(0, 3).equals(opaqueDouble)) return bytes.readDoubleBE(3)
  if (bytes.length > 64) return null
  const text = /^\s*([-+]?\d+(?:\.\d+)?)/.exec(bytes.toString('latin1'))
  return text ? Number(text[1]) : null
}

/** A raw value as a number; text counts by the number it begins with ("23.5 C"). */
export function rawNumber(raw: RawValue): number | null {
  if (raw === null || raw === undefined) return null
  const value =
    typeof raw === 'string'
      ? numberInOctets(Buffer.from(raw, 'latin1'))
      : typeof raw === 'object'
        ? numberInOctets(raw)
        : Number(raw)
  return value !== null && Number.isFinite(value) ? value : null
}

function formed(form: ReadingForm, scaled: number): number | null {
  if (form === 'number') return scaled
  if (form === 'biasCurrent') return Math.abs(scaled) >= 1000 ? scaled * 1e-6 : scaled * 1e-3
  if (scaled > 0) return 10 * Math.log10(scaled / 1000)
  return form === 'opticalPower' && scaled < 0 ? scaled / 100 : null
}

const maxTextLength = 256

/** The number that stands where the pattern says in a text. */
function matchedNumber(pattern: string, raw: RawValue): number | null {
  const text = raw instanceof Uint8Array ? Buffer.from(raw).toString('latin1') : String(raw ?? '')
  const found = new RegExp(pattern).exec(text.slice(0, maxTextLength))
  return rawNumber(found?.[1])
}

/** The value of a reading, or null when the device has none to give. */
export function readNumber(reading: Reading, raw: RawValue): number | null {
  const number = reading.match ? matchedNumber(reading.match, raw) : rawNumber(raw)
  if (number === null || reading.invalid.includes(number)) return null
  if (reading.codes) return reading.codes[number] ?? null
  const value = formed(reading.form, number * reading.scale + reading.offset)
  if (value === null) return null
  if (reading.min !== null && value < reading.min) return null
  if (reading.max !== null && value > reading.max) return null
  return value
}

export interface MemoryUse {
  percent: number
  /** Null when the device only gives the percentage. */
  usedBytes: number | null
  totalBytes: number | null
}

function usedAndSize(
  read: Exclude<MemoryRead, { kind: 'percent' }>,
  lookup: Lookup,
): [number | null, number | null] {
  const value = (reading: Reading) => readNumber(reading, lookup(reading.oid))
  switch (read.kind) {
    case 'used-size':
      return [value(read.used), value(read.size)]
    case 'used-free': {
      const [used, free] = [value(read.used), value(read.free)]
      return [used, used === null || free === null ? null : used + free]
    }
    case 'free-size': {
      const [first, ...others] = read.free.map(value)
      const size = value(read.size)
      if (first === null || first === undefined || size === null) return [null, null]
      return [size - others.reduce<number>((sum, part) => sum + (part ?? 0), first), size]
    }
  }
}

/** How full a pool is; null when the device does not say, or says what cannot be. */
export function memoryUse(plan: MemoryPlan, lookup: Lookup): MemoryUse | null {
  if (plan.read.kind === 'percent') {
    const percent = readNumber(plan.read.percent, lookup(plan.read.percent.oid))
    return percent === null || percent < 0 || percent > 100
      ? null
      : { percent, usedBytes: null, totalBytes: null }
  }
  const [used, size] = usedAndSize(plan.read, lookup)
  if (used === null || size === null || size <= 0 || used < 0 || used > size) return null
  return { percent: 100 * (used / size), usedBytes: used, totalBytes: size }
}

/** The instances a pool is read from. */
export function memoryOids(plan: MemoryPlan): string[] {
  const { read } = plan
  switch (read.kind) {
    case 'percent':
      return [read.percent.oid]
    case 'used-size':
      return [read.used.oid, read.size.oid]
    case 'used-free':
      return [read.used.oid, read.free.oid]
    case 'free-size':
      return [...read.free.map((reading) => reading.oid), read.size.oid]
  }
}

/** The device's cpuPercent; null when no processor answers. */
export function cpuPercent(
  discovery: Pick<Discovery, 'processors' | 'cpuCombination'>,
  lookup: Lookup,
): number | null {
  const loads = discovery.processors
    .map(({ reading }) => readNumber(reading, lookup(reading.oid)))
    .filter((load) => load !== null)
  if (loads.length === 0) return null
  if (discovery.cpuCombination === 'max') return Math.max(...loads)
  return loads.reduce((sum, load) => sum + load, 0) / loads.length
}

/** The device's memoryPercent: the fullest of its main pools; null when none answers. */
export function memoryPercent(discovery: Pick<Discovery, 'memory'>, lookup: Lookup): number | null {
  const uses = discovery.memory
    .filter((plan) => plan.main)
    .map((plan) => memoryUse(plan, lookup)?.percent)
    .filter((percent) => percent !== undefined)
  return uses.length === 0 ? null : Math.max(...uses)
}
