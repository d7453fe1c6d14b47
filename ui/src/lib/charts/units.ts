import { language } from '#lib/i18n/index.svelte.ts'

const formats = new Map<string, Intl.NumberFormat>()

/** A number with exactly `digits` decimals, as the language writes it; a dash for what is not known. */
export function fixed(value: number | null | undefined, digits = 0): string {
  if (value == null || !Number.isFinite(value)) return '—'
  const key = `${language.tag} ${digits}`
  let format = formats.get(key)
  if (!format) {
    format = new Intl.NumberFormat(language.tag, {
      minimumFractionDigits: digits,
      maximumFractionDigits: digits,
    })
    formats.set(key, format)
  }
  return format.format(value === 0 ? 0 : value)
}

/** A number in the room an axis has for it: 2.9亿, 290M. */
export const compact = (value: number): string =>
  new Intl.NumberFormat(language.tag, { notation: 'compact', maximumSignificantDigits: 3 }).format(value)

/** A rate in Mbit/s with as many decimals as its size deserves. */
export function mbps(bps: number | null | undefined): string {
  if (bps == null) return '—'
  const value = bps / 1e6
  return fixed(value, value >= 100 ? 0 : value >= 0.995 || value === 0 ? 1 : 2)
}

const sizes = [
  [1e9, 'G'],
  [1e6, 'M'],
  [1e3, 'k'],
] as const

/** A bandwidth as it is spoken of: 10M, 2.5G. */
export function bandwidth(bps: number | null | undefined): string {
  if (!bps) return '—'
  const [size, unit] = sizes.find(([s]) => bps >= s) ?? [1, '']
  return `${Math.round((bps / size) * 10) / 10}${unit}`
}

/** A number beside an axis: three figures, no trailing zeros. */
export const axisNumber = (value: number): string =>
  value >= 10_000 ? compact(value) : String(Number(value.toPrecision(3)))
