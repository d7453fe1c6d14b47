import type { Column } from './picture.ts'

/** Without the noise of adding up doubles; null where nothing was measured. */
export const cell = (value: number | null | undefined): number | null =>
  value == null ? null : Number(Math.abs(value) >= 100 ? value.toFixed(1) : value.toPrecision(3))

/** The newest value that was measured; null where none was. */
export function newest(column: Column): number | null {
  for (let i = column.length - 1; i >= 0; i--) if (column[i] != null) return column[i]!
  return null
}

const octetSizes = [
  [1e12, 'TB'],
  [1e9, 'GB'],
  [1e6, 'MB'],
  [1e3, 'kB'],
] as const

/** A volume as carriers count it, in powers of ten: 1.25 TB. */
export function volume(octets: number): string {
  const [size, unit] = octetSizes.find(([s]) => octets >= s) ?? [1, 'B']
  return `${Number((octets / size).toPrecision(3))} ${unit}`
}
