/** What a printer uses up: prtMarkerSuppliesTable of Printer-MIB [RFC 3805]. */
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

export async function discoverSupplies(tables: Tables): Promise<Supply[]> {
  const oid = (column: number) => `${prtMarkerSupplies}.${column}`
  const levels = await tables.column(oid(9))
  if (levels.size === 0) return []
  const [kinds, descrs, units, capacities] = await tables.columns([oid(5), oid(6), oid(7), oid(8)])
  return [...levels].map(([index, value]) => {
    const level = rawNumber(value.value)
    const capacity =
      rawNumber(units.get(index)?.value) === unitPercent ? 100 : rawNumber(capacities.get(index)?.value)
    const percent = percentOf(level, capacity)
    return {
      type: types[(rawNumber(kinds.get(index)?.value) ?? 2) - 1] ?? 'unknown',
      descr: textOf(descrs.get(index)),
      percent,
      capacity: percent === null ? null : capacity,
      oid: `${prtMarkerSupplies}.9.${index}`,
    }
  })
}

/** -1: not limited, -2: not known, -3: some is left; of the capacity -2 likewise. */
function percentOf(level: number | null, capacity: number | null): number | null {
  if (level === null || capacity === null || level < 0 || capacity <= 0 || level > capacity) return null
  return (100 * level) / capacity
}
