import { upsOnBattery } from '@zongheng/inventory/sensor.ts'
import type { SeriesStore } from '../series/contract.ts'
import type { Period } from '../state/availability.ts'

/** When these sensors said that their UPS runs on battery, by sensor. */
export async function batteryReadings(
  series: Pick<SeriesStore, 'raw'>,
  sensorIds: string[],
  { fromMs, untilMs }: Period,
): Promise<Map<string, number[]>> {
  const keys = sensorIds.map((entity) => ({ entity, metric: 'value' as const }))
  const samples = await series.raw(keys, { from: fromMs, until: untilMs })
  const times = samples.map(
    ({ entity, atMs, values }) =>
      [entity, atMs.filter((_, i) => values[i] === upsOnBattery)] as [string, number[]],
  )
  return new Map(times.filter(([, found]) => found.length > 0))
}
