import type { Evidence } from '@zongheng/server/api.ts'
import { describe, expect, it } from 'vitest'
import { breakAt } from './break.ts'
import { dictionaries, learn } from '../i18n/dictionary.ts'
import { explain, finding, saying } from './explain.ts'
import { failovers, sharePercent, timeIn, within } from './spans.ts'

const evidence = (code: string, circuitId: string | null, values: Evidence['values'] = {}): Evidence => ({
  code,
  verdict: ['ends-up', 'probe-ok'].includes(code) ? 'good' : 'bad',
  at: 1,
  circuitId,
  values,
})
const circuit = (id: string, role: 'primary' | 'backup', state: 'up' | 'degraded' | 'down' | 'unknown') => ({
  id,
  number: id,
  carrier: '电信',
  role,
  state,
  since: 0,
  access: 'mstp' as const,
  bandwidthBps: 1e7,
  inBps: null,
  outBps: null,
  rttMs: null,
  lossPercent: null,
  jitterMs: null,
  maintenance: null,
})

await learn('en')

describe('spans', () => {
  const spans = [
    { state: 'normal', fromAt: 0, untilAt: 50 },
    { state: 'down', fromAt: 50, untilAt: 60 },
    { state: 'on-backup', fromAt: 60, untilAt: null },
  ]

  it('cuts spans to the period', () => {
    expect(within(spans, 55, 70)).toEqual([
      { state: 'down', from: 55, until: 60 },
      { state: 'on-backup', from: 60, until: 70 },
    ])
  })

  it('counts what no span covers as unknown', () => {
    expect(Object.fromEntries(timeIn(spans, -100, 100))).toEqual({
      normal: 50,
      down: 10,
      'on-backup': 40,
      unknown: 100,
    })
  })

  it.each([
    [0, 100, ['down'], 90],
    [-100, 100, ['down'], 90],
    [50, 60, ['down'], 0],
    [-100, 0, ['down'], null],
  ])('shares of the known time from %d until %d', (from, until, lost, expected) => {
    expect(sharePercent(spans, from, until, lost)).toBe(expected)
  })

  it('lists failovers of the period', () => {
    expect(failovers(spans, 0, 100)).toEqual([{ at: 60, untilAt: null }])
    expect(failovers(spans, 61, 100)).toEqual([])
  })
})

describe('explain', () => {
  const circuits = [circuit('p', 'primary', 'down'), circuit('b', 'backup', 'up')]

  it('names the gravest finding against a circuit', () => {
    const found = finding(
      [
        evidence('probe-lost', 'p'),
        evidence('odd', 'p'),
        evidence('end-down', 'p'),
        evidence('end-down', 'b'),
      ],
      'p',
    )
    expect(found?.code).toBe('end-down')
    expect(finding([evidence('odd', 'p')], 'p')?.code).toBe('odd')
    expect(finding([evidence('ends-up', 'p')], 'p')).toBeNull()
  })

  it.each([
    ['on-backup', [evidence('probe-lost', 'p')], 'on-backup', null],
    [
      'unknown',
      [evidence('cause', null, { type: 'device', name: 'SJZ-RT-01' })],
      'unknown-cause',
      'SJZ-RT-01',
    ],
    [
      'unknown',
      [evidence('near-site-dark', 'p', { site: '石家庄市财政局' })],
      'unknown-cause',
      '石家庄市财政局',
    ],
    ['unknown', [evidence('collector-away', null)], 'unknown-collector', null],
    ['unknown', [], 'unknown', null],
  ] as const)('%s becomes the sentence %#', (state, found, key, cause) => {
    expect(explain({ state, circuits }, [...found])).toMatchObject({ key, cause })
  })
})

it.each([
  ['down', 'up', 0.08],
  ['up', 'lowerLayerDown', 0.92],
  ['up', 'up', 0.72],
  ['down', 'down', 0.5],
  ['down', 'unknown', 0.5],
  ['unknown', 'unknown', 0.5],
])('draws the break of a circuit with ports %s and %s at %d', (a, z, expected) => {
  expect(breakAt(a, z)).toBe(expected)
})

describe('why a circuit is judged as it is', () => {
  const lost = evidence('probe-lost', 'p')
  it.each<[string, Parameters<typeof circuit>[2], Evidence[], string]>([
    ['well', 'up', [evidence('probe-ok', 'p'), evidence('ends-up', 'p')], 'up'],
    ['asked again', 'up', [], 'up.other'],
    ['slow', 'degraded', [evidence('rtt-high', 'p')], 'degraded'],
    ['not routed', 'degraded', [evidence('neighbour-down', 'p')], 'degraded'],
    ['on its way back', 'degraded', [evidence('probe-ok', 'p')], 'degraded.other'],
    ['lost', 'down', [lost], 'down.probe-lost'],
    ['unplugged', 'down', [lost, evidence('end-down', 'p')], 'down.end-down'],
    ['shut by hand', 'down', [lost, evidence('end-admin-down', 'p')], 'down.end-admin-down'],
    ['behind something dark', 'unknown', [evidence('near-site-dark', 'p')], 'unknown.near-site-dark'],
    [
      'silent, behind something dark',
      'unknown',
      [lost, evidence('near-site-dark', 'p')],
      'unknown.probe-lost',
    ],
    ['of nobody', 'unknown', [], 'unknown.other'],
    ['another’s', 'unknown', [evidence('end-down', 'b')], 'unknown.other'],
  ])('is said in a sentence: %s', (_, state, found, key) => {
    expect(saying(circuit('p', 'primary', state), found).key).toBe(key)
    for (const words of Object.values(dictionaries)) expect(words.has(`links.says.${key}`)).toBe(true)
  })

  it('names flapping beside it, not as the reason', () => {
    const flapping = evidence('flapping', 'p', { losses: 4 })
    expect(saying(circuit('p', 'primary', 'up'), [evidence('probe-ok', 'p'), flapping])).toMatchObject({
      key: 'up',
      flapping,
    })
    expect(saying(circuit('p', 'primary', 'down'), [flapping, lost])).toMatchObject({ found: lost, flapping })
  })
})
