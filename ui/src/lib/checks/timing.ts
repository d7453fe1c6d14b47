import type { Series } from '@zongheng/server/api.ts'
import type { Column } from '../charts/picture.ts'

export const timingParts = [
  'checkDnsMs',
  'checkConnectMs',
  'checkTlsMs',
  'checkFirstByteMs',
  'checkRestMs',
] as const
export type TimingPart = (typeof timingParts)[number]

export interface Layer {
  part: TimingPart | 'checkMs'
  /** Its own share. */
  own: Column
  /** Its upper edge, upon all layers before it. */
  top: Column
  base: Column
}

/** What a response time is made of, one upon the other; one layer where its parts were not measured. */
export function layers(series: (metric: string) => Series | undefined): Layer[] {
  const whole = series('checkMs')?.mean ?? []
  const measured = timingParts.slice(0, -1).map((part) => ({ part, own: series(part)?.mean ?? [] }))
  const isSplit = measured.some(({ own }) => own.some((value) => value !== null))
  const zero = whole.map((value) => (value === null ? null : 0))
  if (!isSplit) return whole.length > 0 ? [{ part: 'checkMs', own: whole, top: whole, base: zero }] : []
  const rest = whole.map((value, i) => {
    const parts = measured.reduce((sum, { own }) => sum + (own[i] ?? 0), 0)
    return value === null ? null : Math.max(0, value - parts)
  })
  let below: Column = zero
  return [...measured, { part: 'checkRestMs' as const, own: rest }].map(({ part, own }) => {
    const base = below
    const top = whole.map((value, i) => (value === null ? null : (base[i] ?? 0) + (own[i] ?? 0)))
    below = top
    return { part, own, top, base }
  })
}
