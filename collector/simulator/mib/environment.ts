import type { Agent } from './agent.ts'
import { partsOf, type PartRow } from './entity.ts'
import { int, text, ticks, type Value } from './value.ts'
import { rows, table } from './view.ts'

/** What a sensor's last digit says: EntitySensorDataType [RFC 3433], unit, reading. */
const quantities: Record<
  number,
  { type: number; unit: string; read: (row: PartRow, probe: number, atMs: number) => number }
> = {
  1: { type: 8, unit: '°C', read: ({ device }, probe, atMs) => device.site.temperature(probe, atMs) },
  2: { type: 9, unit: '%RH', read: ({ device }, probe, atMs) => device.site.humidity(probe, atMs) },
}
const quantityOf = ({ physicalIndex }: PartRow) => quantities[physicalIndex % 10]!

function tenths(row: PartRow, atMs: number): Value {
  const probe = Math.floor(row.physicalIndex / 10) % 10
  return int(10 * quantityOf(row).read(row, probe, atMs))
}

/** entPhySensorTable [RFC 3433]. */
const entPhySensorTable = table<PartRow>('1.3.6.1.2.1.99.1.1.1', {
  1: (row) => int(quantityOf(row).type),
  2: () => int(9), // units
  3: () => int(1), // one decimal
  4: tenths,
  5: () => int(1), // ok
  6: (row) => text(quantityOf(row).unit),
  7: ({ device }, atMs) => ticks(atMs - device.bootedMs),
  8: () => int(5000),
})

/** A room monitor: its probes are physical entities with values. */
export const environment = ({ device }: Agent) =>
  rows(
    entPhySensorTable,
    partsOf(device).filter(({ kind }) => kind === 'sensor'),
  )
