import { expect, it } from 'vitest'
import { backupTrustMs, judgeLink, linkStates, type CarriedCircuit } from './link.ts'

const now = 1_000_000_000
const minute = 60_000
const circuit = (
  id: string,
  state: CarriedCircuit['state'],
  more: Partial<CarriedCircuit> = {},
): CarriedCircuit => ({
  id,
  state,
  sinceMs: now - 60 * minute,
  usableAt: state === 'up' || state === 'degraded' ? now : null,
  carries: null,
  ...more,
})

it.each<[string, CarriedCircuit[], string, string | null]>([
  ['both up', [circuit('p', 'up'), circuit('b', 'up')], 'normal', 'p'],
  ['no circuits', [], 'unknown', null],
  ['primary alone', [circuit('p', 'up')], 'normal', 'p'],
  ['primary down, backup up', [circuit('p', 'down'), circuit('b', 'up')], 'on-backup', 'b'],
  ['primary down, backup degraded', [circuit('p', 'down'), circuit('b', 'degraded')], 'on-backup', 'b'],
  ['both down', [circuit('p', 'down'), circuit('b', 'down')], 'down', null],
  ['primary degraded', [circuit('p', 'degraded'), circuit('b', 'up')], 'degraded', 'p'],
  ['primary degraded, backup down', [circuit('p', 'degraded'), circuit('b', 'down')], 'degraded', 'p'],
  ['backup down', [circuit('p', 'up'), circuit('b', 'down')], 'unprotected', 'p'],
  ['second backup down', [circuit('p', 'up'), circuit('b', 'up'), circuit('c', 'down')], 'unprotected', 'p'],
  ['backup unknown for an hour', [circuit('p', 'up'), circuit('b', 'unknown')], 'unprotected', 'p'],
  [
    'backup unknown for a minute, well before',
    [circuit('p', 'up'), circuit('b', 'unknown', { sinceMs: now - minute, usableAt: now - minute })],
    'normal',
    'p',
  ],
  [
    'backup never seen yet',
    [circuit('p', 'up'), circuit('b', 'unknown', { sinceMs: now - minute })],
    'unknown',
    'p',
  ],
  ['nothing known', [circuit('p', 'unknown'), circuit('b', 'unknown')], 'unknown', null],
  ['primary down, backup unknown', [circuit('p', 'down'), circuit('b', 'unknown')], 'unknown', null],
  [
    'primary unknown, backup up but idle',
    [circuit('p', 'unknown'), circuit('b', 'up', { carries: false })],
    'unknown',
    'b',
  ],
  [
    'primary unknown, backup carries',
    [circuit('p', 'unknown'), circuit('b', 'up', { carries: true })],
    'on-backup',
    'b',
  ],
  [
    'traffic moved to the backup',
    [circuit('p', 'up', { carries: false }), circuit('b', 'up', { carries: true })],
    'on-backup',
    'b',
  ],
  [
    'traffic on both',
    [circuit('p', 'up', { carries: true }), circuit('b', 'up', { carries: true })],
    'normal',
    'p',
  ],
  [
    'traffic on neither',
    [circuit('p', 'up', { carries: false }), circuit('b', 'up', { carries: false })],
    'normal',
    'p',
  ],
])('a link is judged: %s', (_, circuits, state, active) => {
  expect(judgeLink(circuits, now)).toEqual({ state, activeCircuitId: active })
})

it('trusts a silent backup for fifteen minutes and no longer', () => {
  const backup = (sinceMs: number) => [
    circuit('p', 'up'),
    circuit('b', 'unknown', { sinceMs, usableAt: sinceMs }),
  ]
  expect(judgeLink(backup(now - backupTrustMs), now).state).toBe('normal')
  expect(judgeLink(backup(now - backupTrustMs - 1), now).state).toBe('unprotected')
})

it('lists its states worst first', () => {
  expect(linkStates[0]).toBe('down')
  expect(linkStates.at(-1)).toBe('normal')
})
