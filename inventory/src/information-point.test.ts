import { describe, expect, it } from 'vitest'
import { findingsOf, type PointPort, type PointState } from './information-point.ts'

const now = 1_795_000_000_000
const month = 31 * 24 * 3_600_000
const port = (more: Partial<PointPort> = {}): PointPort => ({
  isThere: true,
  ifOperStatus: 'up',
  sinceMs: now - month,
  neighbours: [],
  ...more,
})
const printer = { names: ['打印机-3F', 'HP-3F'], macs: ['001122334455'], otherPort: null as string | null }
const beside = (sysName: string, chassisId = '') => port({ neighbours: [{ sysName, chassisId }] })

describe('an information point held against its port', () => {
  it.each<[string, PointState, PointPort | null, typeof printer | null, string[]]>([
    ['without a port says nothing', 'used', null, null, []],
    ['whose port is gone', 'used', port({ isThere: false }), null, ['port-gone']],
    ['used and up', 'used', port(), null, []],
    ['free and up', 'free', port(), null, ['free-but-up']],
    ['free and down', 'free', port({ ifOperStatus: 'down' }), null, []],
    ['faulty and up', 'faulty', port(), null, []],
    ['used and down for a month', 'used', port({ ifOperStatus: 'down' }), null, ['used-but-quiet']],
    ['used and down since yesterday', 'used', port({ ifOperStatus: 'down', sinceMs: now - 86_400_000 }), null, []], // prettier-ignore
    ['used and down, nobody knows since when', 'used', port({ ifOperStatus: 'down', sinceMs: null }), null, []], // prettier-ignore
    ['used and never read', 'used', port({ ifOperStatus: '' }), null, []],
    ['with its own device, by name', 'used', beside('hp-3f.gov.cn'), printer, []],
    ['with its own device, by MAC', 'used', beside('', '001122334455'), printer, []],
    ['with another device', 'used', beside('AP-7', 'aabbccddeeff'), printer, ['other-neighbour']],
    ['free, with another device', 'free', beside('AP-7'), printer, ['other-neighbour', 'free-but-up']],
    [
      'with its own device on another port',
      'used',
      port(),
      { ...printer, otherPort: 'GE0/0/9' },
      ['other-port'],
    ],
    ['with somebody, and nobody recorded', 'used', beside('AP-7'), null, []],
    ['with another device, long gone', 'used', { ...beside('AP-7'), ifOperStatus: 'down', sinceMs: now }, printer, []], // prettier-ignore
  ])('%s', (_name, state, seen, hanging, expected) => {
    expect(findingsOf(state, seen, hanging, now)).toEqual(expected)
  })
})
