import type { MaintenanceWindow, NewWindow } from '@zongheng/server/api.ts'
import { joined, t } from '../i18n/index.svelte.ts'

type Recurrence = NonNullable<NewWindow['recurrence']>

const zoneMs = 8 * 3_600_000

/** `2026-11-22T23:00`, as the clocks of the installation show it. */
export const toWall = (ms: number): string => new Date(ms + zoneMs).toISOString().slice(0, 16)
export const fromWall = (wall: string): number => Date.parse(`${wall}:00+08:00`)

export const dayName = (day: number): string => t(`windows.weekday.${day as 0 | 1 | 2 | 3 | 4 | 5 | 6}`)

/** `每周日、三`, `每月最后一个周日` */
export function recurrenceWords(rule: Recurrence | null): string {
  if (!rule) return t('windows.once')
  if (rule.every === 'week') {
    const mondayFirst = [...rule.weekdays].sort((a, b) => ((a + 6) % 7) - ((b + 6) % 7))
    return t('windows.weekly', { days: joined(mondayFirst.map(dayName)) })
  }
  if ('day' in rule) return t('windows.monthlyOn', { day: rule.day })
  return t(`windows.monthlyNth.${rule.nth as 1 | 2 | 3 | 4 | -1}`, { day: dayName(rule.weekday) })
}

export const scopeWords = ({ scopes }: Pick<MaintenanceWindow, 'scopes'>): string =>
  scopes.length > 3
    ? t('windows.andMore', { names: joined(scopes.slice(0, 2).map(({ name }) => name)), n: scopes.length })
    : joined(scopes.map(({ name }) => name))
