/** Disks and printer supplies as sensors: how full the ones are, how much is left of the others. */
import { sensorUnits, type SensorClass } from '@zongheng/inventory/sensor.ts'
import { rawNumber, type MemoryPlan, type Reading, type SensorPlan } from './plan.ts'
import { tray, type Supply } from './supplies.ts'
import type { Tables } from './tables.ts'

/** hrFSTable [RFC 2790]: an image that is mounted is full, and nobody can write on it. */
const hrFSAccess = '1.3.6.1.2.1.25.3.8.1.5'
const hrFSStorageIndex = '1.3.6.1.2.1.25.3.8.1.7'
const hrStorageUsed = '1.3.6.1.2.1.25.2.3.1.6'
const readOnly = 2

export async function discoverFills(
  tables: Tables,
  storage: readonly MemoryPlan[],
  supplies: readonly Supply[],
): Promise<SensorPlan[]> {
  const images = await imagesAmong(tables, storage)
  const disks = storage.flatMap((plan) => {
    const reading = fillOf(plan)
    if (!reading || images.has(reading.oid)) return []
    return [planOf('storage', plan.descr, plan.descr, reading, plan.rule)]
  })
  const left = supplies.flatMap(({ descr, type, oid, capacity }) =>
    capacity === null
      ? []
      : [
          planOf(
            type === tray ? 'percent' : 'supply',
            oid,
            descr || type,
            shareOf(plainReading(oid), capacity),
          ),
        ],
  )
  return [...named(disks), ...left]
}

/** What can only be read, by the object that tells how much of it is used. */
async function imagesAmong(tables: Tables, storage: readonly MemoryPlan[]): Promise<Set<string>> {
  const isHost = storage.some(({ read }) => read.kind === 'used-size' && read.used.oid.startsWith(`${hrStorageUsed}.`)) // prettier-ignore
  const [access, indexes] = await tables.columns(isHost ? [hrFSAccess, hrFSStorageIndex] : [undefined, undefined]) // prettier-ignore
  const images = [...access].filter(([, { value }]) => rawNumber(value) === readOnly)
  return new Set(images.map(([index]) => `${hrStorageUsed}.${rawNumber(indexes.get(index)?.value) ?? ''}`))
}

/** Percent of its size that is used; null for what is told in several parts. */
function fillOf({ read, total }: MemoryPlan): Reading | null {
  if (read.kind === 'percent') return { ...read.percent, min: 0, max: 100 }
  if (!total) return null
  if (read.kind !== 'free-size') return shareOf(read.used, total)
  const [free, ...more] = read.free
  if (!free || more.length > 0) return null
  const share = shareOf(free, total)
  return { ...share, scale: -share.scale, offset: 100 - share.offset }
}

function shareOf(reading: Reading, total: number): Reading {
  const percent = 100 / total
  return { ...reading, scale: reading.scale * percent, offset: reading.offset * percent, min: 0, max: 100 }
}

const plainReading = (oid: string): Reading => ({ oid, form: 'number', scale: 1, offset: 0, invalid: [], min: null, max: null, codes: null }) // prettier-ignore

const planOf = (
  of: SensorClass,
  mark: string,
  descr: string,
  reading: Reading,
  rule?: string,
): SensorPlan => ({
  // prettier-ignore
  ...(rule !== undefined && { rule }),
  reading,
  facts: {
    key: `${of}.${mark}`,
    ...{ class: of, descr, unit: sensorUnits[of], oid: reading.oid },
    ...{ lowWarn: null, highWarn: null, highCritical: null, states: [] },
  },
})

/** A disk is known by its name, whatever its number after a restart; of one name the later ones are counted. */
function named(disks: SensorPlan[]): SensorPlan[] {
  const counts = new Map<string, number>()
  return disks.map((plan) => {
    const { key } = plan.facts
    const n = (counts.get(key) ?? 0) + 1
    counts.set(key, n)
    return n === 1 ? plan : { ...plan, facts: { ...plan.facts, key: `${key}#${n}` } }
  })
}
