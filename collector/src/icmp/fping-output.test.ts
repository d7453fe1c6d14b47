import { describe, expect, it } from 'vitest'
import { lost, parseFping, unknown } from './fping-output.ts'

const addresses = ['10.0.0.1', '10.0.0.2', '::1']

describe('what fping says', () => {
  it.each<[name: string, text: string, rttMs: number[], note: string]>([
    ['padded, in any order', '::1      : 0.042\n10.0.0.2 : -\n10.0.0.1 : 12.3\n', [12.3, lost, 0.042], ''],
    ['of large round trips', '10.0.0.1 : 1234\n', [1234, unknown, unknown], ''],
    [
      'among complaints of routers',
      'ICMP Host Unreachable from 10.9.9.9 for ICMP Echo sent to 10.0.0.2\n\n10.0.0.1 : 1\n10.0.0.2 : -\n::1 : 2\n',
      [1, lost, 2],
      '',
    ],
    ['in vain', "fping: can't create socket\n", [unknown, unknown, unknown], "fping: can't create socket"],
    ['of addresses that nobody asked', '10.9.9.9 : 1\n', [unknown, unknown, unknown], '10.9.9.9 : 1'],
    [
      'that is no number',
      '10.0.0.1 : 1e9\n10.0.0.2 : NaN\n::1 : -1\n',
      [unknown, unknown, unknown],
      '10.0.0.1 : 1e9',
    ],
    ['cut short', '10.0.0.1 : 1\n10.0.', [1, unknown, unknown], '10.0.'],
    ['for ever', `${'x'.repeat(10_000)}\n`, [unknown, unknown, unknown], 'x'.repeat(200)],
  ])('%s', (_, text, rttMs, note) => {
    const results = parseFping(text, addresses)
    expect([...results.rttMs]).toEqual(rttMs)
    expect(results.note).toBe(note)
  })
})
