/** What a printer uses up: prtMarkerSuppliesTable and prtInputTable of Printer-MIB [RFC 3805]. */
import type { SnmpValue } from '../snmp/value.ts'
import { rawNumber } from './plan.ts'
import type { Tables } from './tables.ts'
import { textOf } from './text.ts'

/** `percent`: what is left, of a waste box what is free; null when the printer does not count it. */
export interface Supply {
  type: string
  descr: string
  percent: number | null
  /** Of its level, in the level's own unit; null where there is no percent. */
  capacity: number | null
  oid: string
}

const prtMarkerSupplies = '1.3.6.1.2.1.43.11.1.1'
/** PrtMarkerSuppliesTypeTC, from 1 on. */
const types = (
  'other unknown toner wasteToner ink inkCartridge inkRibbon wasteInk opc developer fuserOil solidWax ' +
  'ribbonWax wasteWax fuser coronaWire fuserOilWick cleanerUnit fuserCleaningPad transferUnit tonerCartridge fuserOiler water wasteWater ' +
  'glueWaterAdditive wastePaper bindingSupply bandingSupply stitchingWire shrinkWrap paperWrap staples inserts covers'
).split(' ')
const unitPercent = 19
const prtInput = '1.3.6.1.2.1.43.8.2.1'
/** Paper, which anybody refills. */
export const tray = 'input'

export async function discoverSupplies(tables: Tables): Promise<Supply[]> {
  const [supplies, trays] = await Promise.all([markerSupplies(tables), inputTrays(tables)])
  return [...supplies, ...trays]
}

async function markerSupplies(tables: Tables): Promise<Supply[]> {
  const oid = (column: number) => `${prtMarkerSupplies}.${column}`
  const levels = await tables.column(oid(9))
  if (levels.size === 0) return []
  const [kinds, descrs, units, capacities] = await tables.columns([oid(5), oid(6), oid(7), oid(8)])
  return [...levels].map(([index, level]) => ({
    type: types[(rawNumber(kinds.get(index)?.value) ?? 2) - 1] ?? 'unknown',
    descr: textOf(descrs.get(index)),
    ...left(level, rawNumber(units.get(index)?.value) === unitPercent ? 100 : capacities.get(index)),
    oid: `${oid(9)}.${index}`,
  }))
}

async function inputTrays(tables: Tables): Promise<Supply[]> {
  const oid = (column: number) => `${prtInput}.${column}`
  const levels = await tables.column(oid(10))
  if (levels.size === 0) return []
  const [capacities, names, descrs] = await tables.columns([oid(9), oid(13), oid(18)])
  return [...levels].map(([index, level]) => ({
    type: tray,
    descr: textOf(names.get(index)) || textOf(descrs.get(index)),
    ...left(level, capacities.get(index)),
    oid: `${oid(10)}.${index}`,
  }))
}

/** -1: not limited, -2: not known, -3: some is left; of the capacity -2 likewise. */
function left(level: SnmpValue, of: SnmpValue | number | undefined): Pick<Supply, 'percent' | 'capacity'> {
  const [now, capacity] = [rawNumber(level.value), typeof of === 'number' ? of : rawNumber(of?.value)]
  if (now === null || capacity === null || now < 0 || capacity <= 0 || now > capacity)
    return { percent: null, capacity: null }
  return { percent: (100 * now) / capacity, capacity }
}
