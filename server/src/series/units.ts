import { metrics, type MetricName } from '@zongheng/inventory/metric.ts'

const bitsPerOctet = 8

/** How rates and readings of a metric are shown: octets a second as bit/s, the unit lines are rented in. */
export interface Shown {
  unit: string
  factor: number
}

/** `sensorUnit`: what the entity counts in, when it is a sensor. */
export function shownOf(metric: MetricName, sensorUnit = ''): Shown {
  const { unit, kind } = metrics[metric]
  if (unit === 'octets')
    return kind === 'increment' ? { unit: 'bit/s', factor: bitsPerOctet } : { unit: 'B', factor: 1 }
  if (unit === 'packets') return { unit: '1/s', factor: 1 }
  return { unit: unit === 'sensor' ? sensorUnit : unit, factor: 1 }
}

/** How what a counter grew by is shown. */
export const shownVolumeOf = (metric: MetricName): Shown => ({
  unit: metrics[metric].unit === 'octets' ? 'B' : '1',
  factor: 1,
})

export const scaled = (column: (number | null)[], { factor }: Shown): (number | null)[] =>
  factor === 1 ? column : column.map((value) => (value === null ? null : value * factor))
