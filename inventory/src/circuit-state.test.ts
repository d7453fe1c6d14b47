import { expect, it } from 'vitest'
import { accessLimits } from './access.ts'
import {
  judgeCircuit,
  type CircuitEvidence,
  type EndEvidence,
  type ProbeEvidence,
  type ProbeWindow,
} from './circuit-state.ts'
import type { CircuitState } from './circuit.ts'

const now = 1_000_000_000
const calm: ProbeWindow = { sent: 6, lost: 0, rttMs: 4, jitterMs: 0.5, mostRttMs: 3, mostJitterMs: 0.2 }
const probe = (more: Partial<ProbeEvidence> = {}): ProbeEvidence => ({
  address: '127.20.0.1',
  intervalMs: 10_000,
  okAtMs: now - 3000,
  lostAtMs: null,
  lostSinceMs: null,
  okSinceMs: now - 3_600_000,
  recent: calm,
  long: { ...calm, sent: 60 },
  noise: { recentRttMs: 0, longRttMs: 0, jitterMs: 0 },
  ...more,
})
const lost = (more: Partial<ProbeEvidence> = {}) =>
  probe({ okAtMs: now - 14_000, lostAtMs: now - 1000, lostSinceMs: now - 1000, ...more })
const end = (up: boolean, atMs: number, shut = false): EndEvidence => ({
  device: 'RT',
  ifName: 'GE0/0/1',
  up,
  shut,
  atMs,
})
const near = { site: '市局', seenAtMs: now - 500, dark: false }
const base: CircuitEvidence = {
  probe: probe(),
  a: end(true, now - 30_000),
  z: end(true, now - 30_000),
  near,
  utilisation: null,
  errors: null,
  neighbour: null,
}

it.each<[string, Partial<CircuitEvidence>, CircuitState, CircuitState]>([
  ['the leg answers', {}, 'down', 'up'],
  ['the leg is lost, its near site was seen since', { probe: lost() }, 'up', 'down'],
  [
    'the leg is lost, its near site is dark',
    { probe: lost(), near: { ...near, seenAtMs: now - 20_000, dark: true } },
    'up',
    'unknown',
  ],
  [
    'the leg is lost, its near site not asked yet',
    { probe: lost(), near: { ...near, seenAtMs: now - 20_000 } },
    'up',
    'up',
  ],
  [
    'the same, while it was degraded',
    { probe: lost(), near: { ...near, seenAtMs: now - 20_000 } },
    'degraded',
    'degraded',
  ],
  ['an end fell after the last answer', { a: end(false, now - 1000) }, 'up', 'down'],
  ['an end had fallen before the last answer', { a: end(false, now - 10_000) }, 'up', 'up'],
  ['an end was shut by hand', { z: end(false, now - 1000, true) }, 'up', 'down'],
  ['no probe, both ends up', { probe: null }, 'unknown', 'up'],
  ['no probe, one end down', { probe: null, z: end(false, now - 30_000) }, 'up', 'down'],
  [
    'no probe, ends read too long ago',
    { probe: null, a: end(true, now - 200_000), z: null },
    'up',
    'unknown',
  ],
  [
    'the probe went quiet, no ends',
    { probe: probe({ okAtMs: now - 60_000 }), a: null, z: null },
    'up',
    'unknown',
  ],
  ['nothing is known', { probe: null, a: null, z: null }, 'up', 'unknown'],
  ['slow for a minute', { probe: probe({ recent: { ...calm, mostRttMs: 40 } }) }, 'up', 'degraded'],
  [
    'a little slow for ten minutes',
    { probe: probe({ long: { ...calm, sent: 60, mostRttMs: 18 } }) },
    'up',
    'degraded',
  ],
  ['losing packets', { probe: probe({ long: { ...calm, sent: 66, lost: 5 } }) }, 'up', 'degraded'],
  ['two lost packets prove nothing', { probe: probe({ long: { ...calm, sent: 66, lost: 2 } }) }, 'up', 'up'],
  ['jittering', { probe: probe({ long: { ...calm, sent: 60, mostJitterMs: 9 } }) }, 'up', 'degraded'],
  [
    'full for a quarter of an hour',
    { utilisation: { percent: 96, highSinceMs: now - 900_000 } },
    'up',
    'degraded',
  ],
  ['full only now', { utilisation: { percent: 96, highSinceMs: null } }, 'up', 'up'],
  ['with errors', { errors: { ratio: 0.01, count: 600 } }, 'up', 'degraded'],
  ['a handful of errors proves nothing', { errors: { ratio: 0.5, count: 4 } }, 'up', 'up'],
  [
    'still near its limit after being slow',
    { probe: probe({ recent: { ...calm, mostRttMs: 26 } }) },
    'degraded',
    'degraded',
  ],
  [
    'was degraded, and too little is known since a restart',
    { probe: probe({ long: { ...calm, mostRttMs: null } }) },
    'degraded',
    'degraded',
  ],
  ['near its limit, never over it', { probe: probe({ recent: { ...calm, mostRttMs: 26 } }) }, 'up', 'up'],
])('a circuit is judged: %s', (_, more, before, state) => {
  expect(judgeCircuit({ ...base, ...more }, accessLimits.mstp, before, now).state).toBe(state)
})

it('dates a loss by its first lost probe and names what it saw', () => {
  const verdict = judgeCircuit({ ...base, probe: lost() }, accessLimits.mstp, 'up', now)
  expect(verdict.atMs).toBe(now - 1000)
  expect(verdict.evidence.map((item) => item.code)).toEqual(['probe-lost', 'ends-up', 'site-visible'])
})
