import { expect, it } from 'vitest'
import { judgeDevice, type DeviceEvidence } from './device-state.ts'
import type { DeviceState } from './device.ts'

const now = 1_000_000_000
const site = { name: '正定县财政局', seenAtMs: now - 2000, visibleSinceMs: 0, dark: false, explained: false }
const answering: DeviceEvidence = {
  name: 'ZD-SW-01',
  pollIntervalMs: 60_000,
  answeredAtMs: now - 10_000,
  silentAtMs: null,
  silentSinceMs: null,
  site,
  impaired: false,
}
const silent: DeviceEvidence = {
  ...answering,
  answeredAtMs: now - 70_000,
  silentAtMs: now - 5000,
  silentSinceMs: now - 5000,
}

it.each<[string, DeviceEvidence, DeviceState, DeviceState]>([
  ['it answers', answering, 'down', 'up'],
  ['it answers, but its fan failed', { ...answering, impaired: true }, 'up', 'degraded'],
  ['silent, its site seen since', silent, 'up', 'down'],
  ['silent, its site not seen since', { ...silent, site: { ...site, seenAtMs: now - 9000 } }, 'up', 'up'],
  [
    'silent at a dark site that something nearer explains',
    { ...silent, site: { ...site, dark: true, explained: true } },
    'up',
    'unreachable',
  ],
  ['silent at a dark site that nothing explains', { ...silent, site: { ...site, dark: true } }, 'up', 'down'],
  [
    'its site came back after it was last asked',
    { ...silent, site: { ...site, visibleSinceMs: now - 2000 } },
    'unreachable',
    'unreachable',
  ],
  [
    'asked again since its site came back',
    { ...silent, site: { ...site, visibleSinceMs: now - 60_000 } },
    'unreachable',
    'down',
  ],
  ['never asked', { ...answering, answeredAtMs: null }, 'unknown', 'unknown'],
  ['last asked too long ago', { ...answering, answeredAtMs: now - 200_000 }, 'up', 'unknown'],
])('a device is judged: %s', (_, evidence, before, state) => {
  expect(judgeDevice(evidence, before, now).state).toBe(state)
})
