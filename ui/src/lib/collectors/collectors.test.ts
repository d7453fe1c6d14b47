import { execFileSync } from 'node:child_process'
import type { Collector } from '@zongheng/server/api.ts'
import { describe, expect, it } from 'vitest'
import { commandLine } from './command.ts'
import { collectorsIn, standingOf, type Standing, type View } from './standing.ts'

const now = 1_795_000_000_000
const health: NonNullable<Collector['health']> = {
  targets: 1,
  probes: 1,
  spooledBatches: 0,
  spooledBytes: 0,
  spoolBoundBytes: null,
  spoolHoursLeft: null,
  lagMs: 800,
  onTimePercent: 100,
  late: 0,
  skipped: 0,
  timeouts: 0,
  upgrade: null,
  cpuPercent: 3,
  rssBytes: 1e8,
}
const collector = (over: Partial<Collector>): Collector => ({
  id: `col_${over.name ?? 'x'}`,
  name: 'x',
  state: 'enrolled',
  siteId: null,
  site: null,
  region: null,
  isLocal: false,
  uplinkBps: null,
  deviceCount: 0,
  enrolledAt: now - 1000,
  tokenExpiresAt: null,
  connected: true,
  seenAt: now,
  faults: [],
  software: null,
  health,
  ...over,
})

const cases: [Standing, Partial<Collector>][] = [
  ['online', {}],
  ['behind', { health: { ...health, lagMs: 61_000 } }],
  ['away', { connected: false }],
  ['invited', { state: 'invited', connected: false, tokenExpiresAt: now + 1 }],
  ['lapsed', { state: 'invited', connected: false, tokenExpiresAt: now - 1 }],
  ['lapsed', { state: 'invited', connected: false, tokenExpiresAt: null }],
  ['revoked', { state: 'revoked', connected: true }],
]

describe('a collector', () => {
  it.each(cases)('is %s: %j', (standing, over) => expect(standingOf(collector(over), now)).toBe(standing))

  it.each<[View, string[]]>([
    ['current', ['2away', '1behind', '4lapsed', '5lapsed', '3invited', '0online']],
    ['away', ['2away', '1behind']],
    ['waiting', ['4lapsed', '5lapsed', '3invited']],
    ['revoked', ['6revoked']],
  ])('is listed among the %s, worst first', (view, names) => {
    const all = cases.map(([standing, over], i) => collector({ ...over, name: `${i}${standing}` }))
    expect(collectorsIn(view, all, now).map(({ name }) => name)).toEqual(names)
  })
})

describe('the command line', () => {
  it.each(['正定县机房', 'O\'Brien $(id) `id` "x"', '-rf', 'a b\\', 'plain-name_1'])(
    'hands the shell the name %s as it is',
    (name) => {
      const line = commandLine('https://zongheng.example:8443', name, 'tok_1-2', '/etc/ca of ours.pem')
      const words = execFileSync('sh', ['-c', `zongheng() { printf '%s\\n' "$@"; }; ${line}`], {
        encoding: 'utf8',
      })
      expect(words.trimEnd().split('\n')).toEqual([
        'collect',
        '--server',
        'https://zongheng.example:8443',
        '--name',
        name,
        '--token',
        'tok_1-2',
        '--ca',
        '/etc/ca of ours.pem',
      ])
    },
  )
})
