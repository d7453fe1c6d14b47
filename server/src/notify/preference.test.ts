import type { Severity } from '@zongheng/inventory/severity.ts'
import { describe, expect, it } from 'vitest'
import { nextAttemptMs, Pace } from './backoff.ts'
import { defaultPreferences, dispose, quietEndMs, type Preferences } from './preference.ts'

const zone = 'Asia/Shanghai'
const at = (text: string) => Date.parse(`${text}+08:00`)
const night = { quiet: { fromMinute: 22 * 60, untilMinute: 7 * 60 } }
const noon = '2026-11-22T12:00'
const midnight = '2026-11-22T23:30'

describe('what a person wants', () => {
  it.each<[name: string, wants: Partial<Preferences>, by: 'email' | 'phone', severity: Severity, when: string, result: string]>([
    ['mail of what is grave, by default', {}, 'email', 'major', noon, 'now'],
    ['not of what is mild', {}, 'email', 'minor', noon, 'not'],
    ['a telephone rings for critical only', {}, 'phone', 'major', noon, 'not'],
    ['and does for critical', {}, 'phone', 'critical', noon, 'now'],
    ['nothing by mail', { email: 'none' }, 'email', 'critical', noon, 'not'],
    ['quiet hours hold what is grave', night, 'email', 'major', midnight, '2026-11-23T07:00'],
    ['after midnight too', night, 'email', 'major', '2026-11-23T06:59', '2026-11-23T07:00'],
    ['until they end', night, 'email', 'major', '2026-11-23T07:00', 'now'],
    ['never what is critical', night, 'email', 'critical', midnight, 'now'],
    ['quiet hours within a day', { quiet: { fromMinute: 12 * 60, untilMinute: 13 * 60 } }, 'email', 'major', '2026-11-22T12:30', '2026-11-22T13:00'],
    ['quiet hours of no length', { quiet: { fromMinute: 60, untilMinute: 60 } }, 'email', 'major', noon, 'now'],
    ['an hourly digest of what is mild', { digest: 'hourly' }, 'email', 'warning', '2026-11-22T12:10', '2026-11-22T13:00'],
    ['a daily one, today still', { digest: 'daily' }, 'email', 'minor', '2026-11-22T08:00', '2026-11-22T08:30'],
    ['a daily one, tomorrow', { digest: 'daily' }, 'email', 'minor', '2026-11-22T08:30', '2026-11-23T08:30'],
    ['no digest by telephone', { digest: 'daily' }, 'phone', 'minor', noon, 'not'],
    ['no digest for who wants no mail', { digest: 'daily', email: 'none' }, 'email', 'minor', noon, 'not'],
  ])('%s', (_, wants, by, severity, when, result) => {
    const told = dispose({ ...defaultPreferences, ...wants }, by, severity, at(when), zone)
    expect(told).toEqual(result === 'now' || result === 'not' ? { kind: result } : { kind: 'held', untilMs: at(result) })
  }) // prettier-ignore

  it('quiet hours always end after now, within a day', () => {
    for (let ms = at('2026-11-22T00:00'); ms < at('2026-11-24T00:00'); ms += 777_777) {
      const end = quietEndMs(night.quiet, ms, zone)
      if (end !== null) expect(end > ms && end - ms <= 9 * 3_600_000).toBe(true)
    }
  })
})

describe('what could not be handed over', () => {
  it('is tried after 1, 2, 5, 15, 60 minutes, then hourly, for a day', () => {
    const waits: number[] = []
    let nowMs = 0
    for (let attempts = 1; ; attempts++) {
      const nextMs = nextAttemptMs(attempts, 0, nowMs)
      if (nextMs === null) break
      waits.push((nextMs - nowMs) / 60_000)
      nowMs = nextMs
    }
    expect(waits.slice(0, 6)).toEqual([1, 2, 5, 15, 60, 60])
    expect(nowMs).toBeGreaterThan(22 * 3_600_000)
    expect(nowMs).toBeLessThanOrEqual(24 * 3_600_000)
  })

  it('a robot gets no more than it takes in a minute', () => {
    const pace = new Pace(20, 0)
    let sent = 0
    for (let nowMs = 0; nowMs < 10 * 60_000; nowMs += 100) if (pace.take(nowMs) === null) sent++
    expect(sent).toBeLessThanOrEqual(200 + 3)
    expect(sent).toBeGreaterThanOrEqual(199)
  })
})
