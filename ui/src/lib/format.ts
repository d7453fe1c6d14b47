/** Numbers as the console writes them: value and unit apart, so that the unit can be smaller and grey. */
export interface Quantity {
  value: string
  unit: string
}

const bitUnits = ['bps', 'kbps', 'Mbps', 'Gbps', 'Tbps']

/** `5.8 Mbps`; a rented bandwidth of 10,000,000 bit/s is `10 Mbps`. */
export function bitRate(bps: number | null): Quantity | null {
  if (bps === null) return null
  const step =
    bps <= 0 ? 0 : Math.min(bitUnits.length - 1, Math.max(0, Math.floor(Math.log10(bps) / 3 + 1e-9)))
  return { value: significant(bps / 1000 ** step), unit: bitUnits[step]! }
}

/** Three figures at most, no trailing zeros: 5.83, 58.3, 583. */
export function significant(value: number): string {
  const digits = Math.abs(value) >= 100 ? 0 : Math.abs(value) >= 10 ? 1 : 2
  return String(Number(value.toFixed(digits)))
}

export const bitRateText = (bps: number | null) => {
  const quantity = bitRate(bps)
  return quantity ? `${quantity.value} ${quantity.unit}` : '–'
}

/** `99.94`, never rounded up to 100. */
export function availabilityPercent(percent: number | null, digits = 2): string {
  if (percent === null) return '–'
  const scale = 10 ** digits
  return (Math.floor(percent * scale + 1e-9) / scale).toFixed(digits)
}

export const milliseconds = (ms: number | null) => (ms === null ? '–' : ms.toFixed(ms < 100 ? 1 : 0))

/** Memory as systems count it: `86 MiB`, `1.2 GiB`. */
export function memory(bytes: number): Quantity {
  const mebibytes = bytes / 2 ** 20
  return mebibytes < 1024
    ? { value: String(Math.round(mebibytes)), unit: 'MiB' }
    : { value: significant(mebibytes / 1024), unit: 'GiB' }
}
