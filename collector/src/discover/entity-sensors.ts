import type { EntitySensorTable } from '@zongheng/inventory/profile.ts'
import { sensorUnits, type SensorClass } from '@zongheng/inventory/sensor.ts'
import { rawNumber, readNumber, type Reading, type SensorPlan } from './plan.ts'
import type { Column, Tables } from './tables.ts'
import { textOf } from './text.ts'

/** EntitySensorDataType [RFC 3433]; 14 is CISCO-ENTITY-SENSOR-MIB's. */
const classes: Record<number, SensorClass> = {
  3: 'voltage',
  4: 'voltage',
  5: 'current',
  6: 'power',
  7: 'frequency',
  8: 'temperature',
  9: 'humidity',
  10: 'fanspeed',
  14: 'dbm',
}
const unitsScale = 9 // EntitySensorDataScale: yocto(1) … units(9) … yotta(17), in steps of 10³
const operational = 1 // EntitySensorStatus ok(1)
const outOfRange = [1_000_000_000, -1_000_000_000] // EntitySensorValue: overflow, underflow
const [entPhysicalDescr, entPhysicalName] = ['1.3.6.1.2.1.47.1.1.1.1.2', '1.3.6.1.2.1.47.1.1.1.1.7']

/** Factor by which EntitySensorDataScale and EntitySensorPrecision turn the integer into units; what is neither counts for nothing. */
export function entitySensorScale(dataScale: number, precision: number): number {
  const scale = Number.isInteger(dataScale) && dataScale >= 1 && dataScale <= 17 ? dataScale : unitsScale
  const digits = Number.isInteger(precision) && precision > 0 && precision <= 9 ? precision : 0
  return Number(`1e${3 * (scale - unitsScale) - digits}`)
}

/** The sensors of an entPhySensorTable, or of a table shaped like it. */
export async function discoverEntitySensors(tables: Tables, table: EntitySensorTable): Promise<SensorPlan[]> {
  const oid = (column: number) => `${table.entry}.${column}`
  const [types, scales, precisions, values, statuses] = await tables.columns([oid(1), oid(2), oid(3), oid(4), oid(5)]) // prettier-ignore
  if (values.size === 0) return []
  const [names, descriptions] = await tables.columns([entPhysicalName, entPhysicalDescr])
  const found: SensorPlan[] = []
  for (const [index, value] of values) {
    const number = (column: Column) => rawNumber(column.get(index)?.value)
    const sensorClass = classes[number(types) ?? 0]
    if (!sensorClass || (number(statuses) ?? operational) !== operational) continue
    const reading: Reading = {
      oid: `${table.entry}.4.${index}`,
      form: 'number',
      scale: entitySensorScale(number(scales) ?? unitsScale, number(precisions) ?? 0),
      offset: 0,
      invalid: outOfRange,
      min: null,
      max: null,
      codes: null,
    }
    if (readNumber(reading, value.value) === null) continue
    found.push({
      rule: table.rule,
      reading,
      facts: {
        key: `${table.key}.${index}`,
        class: sensorClass,
        descr: textOf(names.get(index)) || textOf(descriptions.get(index)) || `${sensorClass} ${index}`,
        unit: sensorUnits[sensorClass],
        oid: reading.oid,
        lowWarn: table.lowWarn?.[sensorClass] ?? null,
        highWarn: table.highWarn?.[sensorClass] ?? null,
        highCritical: table.highCritical?.[sensorClass] ?? null,
        states: [],
      },
    })
  }
  return found
}
