import type { CircuitMonth, CircuitOutage } from '@zongheng/server/api.ts'
import { t } from '../i18n/index.svelte.ts'

/** In the order in which they are drawn. */
export const faults = ['carrier', 'mains', 'own', 'unknown'] as const
export type Fault = (typeof faults)[number]

/** Minutes to a tenth below ten hours, hours beyond: what contracts speak of. */
export function duration(ms: number): string {
  const minutes = ms / 60_000
  if (minutes < 600) return t('availability.minutes', { n: rounded(minutes) })
  return t('availability.hours', { n: rounded(minutes / 60) })
}

const rounded = (value: number) => String(Number(value.toFixed(value < 10 ? 1 : 0)))

export const orDash = (ms: number | null) => (ms === null ? '–' : duration(ms))

/** What said whose fault it was. */
export function why({ sign, entity, decidedBy }: CircuitOutage): string {
  return t(`availability.sign.${sign}`, { what: entity?.name ?? '', who: decidedBy?.name ?? '' })
}

/** The colours of a verdict are those of link states. */
export const verdictMark = {
  kept: 'normal',
  broken: 'down',
  unsure: 'degraded',
  none: 'unknown',
} as const satisfies Record<CircuitMonth['verdict'], string>

/** `2026-11` and how many months on. */
export function monthsOn(month: string, by: number): string {
  const [year = 0, number = 1] = month.split('-').map(Number)
  return new Date(Date.UTC(year, number - 1 + by, 1)).toISOString().slice(0, 'yyyy-mm'.length)
}
