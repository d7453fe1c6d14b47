/** What a person wants to be told by which channel, and when not. Pure. */
import { severities, type Severity } from '@zongheng/inventory/severity.ts'
import { dateOf, dayMs, minuteOfDate, nextDate } from '@zongheng/inventory/zone.ts'

/** The mildest severity that is told at once; none: never. */
export const thresholds = ['none', ...severities] as const
export type Threshold = (typeof thresholds)[number]
export const digests = ['off', 'hourly', 'daily'] as const

export interface Preferences {
  email: Threshold
  sms: Threshold
  /** Minutes of the day; may run over midnight. Below critical waits until they end. */
  quiet: { fromMinute: number; untilMinute: number } | null
  /** How mail below its threshold is gathered. */
  digest: (typeof digests)[number]
  /** Minute of the day at which a daily digest is sent. */
  digestMinute: number
}

export const defaultPreferences: Preferences = {
  email: 'major',
  sms: 'critical',
  quiet: null,
  digest: 'off',
  digestMinute: 8 * 60 + 30,
}

export type Disposition = { kind: 'now' } | { kind: 'held'; untilMs: number } | { kind: 'not' }

const reaches = (threshold: Threshold, severity: Severity) =>
  threshold !== 'none' && severities.indexOf(severity) <= severities.indexOf(threshold)

/** | severity            | quiet hours | what happens                            |
 *  | reaches threshold   | no          | now                                     |
 *  | critical, reaches   | yes         | now                                     |
 *  | reaches threshold   | yes         | held until they end                     |
 *  | milder, mail        | any         | in the digest, where one is wanted      |
 *  | milder, otherwise   | any         | not at all                              | */
export function dispose(
  preferences: Preferences,
  by: 'email' | 'phone',
  severity: Severity,
  nowMs: number,
  timeZone: string,
): Disposition {
  const threshold = by === 'email' ? preferences.email : preferences.sms
  if (!reaches(threshold, severity)) {
    if (by === 'phone' || threshold === 'none' || preferences.digest === 'off') return { kind: 'not' }
    return { kind: 'held', untilMs: nextDigestMs(preferences, nowMs, timeZone) }
  }
  const quietUntilMs = severity === 'critical' ? null : quietEndMs(preferences.quiet, nowMs, timeZone)
  return quietUntilMs === null ? { kind: 'now' } : { kind: 'held', untilMs: quietUntilMs }
}

/** When the quiet hours that run now end; null while none run. */
export function quietEndMs(quiet: Preferences['quiet'], nowMs: number, timeZone: string): number | null {
  if (!quiet || quiet.fromMinute === quiet.untilMinute) return null
  const runsOver = quiet.untilMinute < quiet.fromMinute
  const today = dateOf(nowMs, timeZone)
  for (const date of [dateOf(nowMs - dayMs, timeZone), today]) {
    const fromMs = minuteOfDate(date, quiet.fromMinute, timeZone)
    const untilMs = minuteOfDate(runsOver ? nextDate(date) : date, quiet.untilMinute, timeZone)
    if (fromMs <= nowMs && nowMs < untilMs) return untilMs
  }
  return null
}

const hourMs = 3_600_000

export function nextDigestMs({ digest, digestMinute }: Preferences, nowMs: number, timeZone: string): number {
  if (digest === 'hourly') return (Math.floor(nowMs / hourMs) + 1) * hourMs
  const today = dateOf(nowMs, timeZone)
  const atMs = minuteOfDate(today, digestMinute, timeZone)
  return atMs > nowMs ? atMs : minuteOfDate(nextDate(today), digestMinute, timeZone)
}
