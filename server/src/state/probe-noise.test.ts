import { expect, it } from 'vitest'
import { noiseOf } from './probe-noise.ts'
import { ProbeTrack } from './probe-track.ts'

/** A leg that answered every 10 s in these times. */
function leg(rtts: number[]): ProbeTrack {
  const track = new ProbeTrack()
  for (const [i, rttMs] of rtts.entries()) {
    track.verdict((i + 1) * 10_000, true)
    track.measured((i + 1) * 10_000, { rttMs, sent: 1, lost: 0 })
  }
  return track
}
const steady = (ms: number) => leg(Array(20).fill(ms))
const slowed = (ms: number, later: number) => leg([...Array(10).fill(ms), ...Array(10).fill(later)])

it.each([
  ['steady legs, fast and slow ones', Array.from({ length: 20 }, (_, i) => steady(2 + i)), 0],
  ['every leg slower at once', Array.from({ length: 20 }, () => slowed(3, 43)), 40],
  [
    'a third of the legs slower: that is the lines',
    Array.from({ length: 21 }, (_, i) => (i < 7 ? slowed(3, 183) : steady(3))),
    0,
  ],
  ['too few legs to tell', [slowed(3, 43), slowed(3, 43)], 0],
])('the collector wavers by: %s', (_, legs, recentRttMs) => {
  expect(noiseOf(legs).recentRttMs).toBe(recentRttMs)
})
