import { describe, expect, it } from 'vitest'
import { countdown, readingOf, slice, type Readable } from './hand.ts'

const hour = 3_600_000
const running = { state: 'running', targetMs: 4 * hour, elapsedMs: hour, dueAt: 3 * hour, breachedAt: null } as const // prettier-ignore

describe('what a clock shows', () => {
  it.each<[string, Readable, number, unknown]>([
    ['runs', running, 0, { standing: 'ok', leftShare: 0.75, leftMs: 3 * hour }],
    ['warns when a quarter is left', running, 2 * hour, { standing: 'warn', leftShare: 0.25, leftMs: hour }],
    ['is overdue', running, 3.5 * hour, { standing: 'breach', leftShare: 0, leftMs: -hour / 2 }],
    ['over night only working time is left', { ...running, dueAt: 20 * hour }, 0, { standing: 'ok', leftShare: 0.75, leftMs: 20 * hour }],
    ['stands still', { ...running, state: 'paused', dueAt: null }, 0, { standing: 'hold', leftShare: 0.75, leftMs: null }],
    ['was met', { ...running, state: 'stopped', dueAt: null }, 0, { standing: 'met', leftShare: 0.75, leftMs: null }],
    ['was not', { ...running, state: 'stopped', dueAt: null, elapsedMs: 5 * hour, breachedAt: 1 }, 0, { standing: 'breach', leftShare: 0, leftMs: null }],
  ])('%s', (_, clock, nowMs, shown) => expect(readingOf(clock, nowMs)).toEqual(shown)) // prettier-ignore

  it.each([
    [1_073_000, '17:53'],
    [5_076_000, '1:24:36'],
    [-760_000, '−12:40'],
    [0, '00:00'],
  ])('%i ms are %s', (ms, text) => expect(countdown(ms)).toBe(text))

  it('draws the slice that is left, the whole as a disc', () => {
    expect(slice(0.25)).toBe('M8 8V3A5 5 0 0 1 13.00 8.00z')
    expect(slice(0.75)).toBe('M8 8V3A5 5 0 1 1 3.00 8.00z')
    expect(slice(1)).toContain('a5 5 0 1 1')
  })
})
