import { expect, it } from 'vitest'
import { duplexFault } from './duplex.ts'

const [slow, fast] = [10_000_000, 1_000_000_000]
it.each([
  ['half', fast, null, 'half'],
  ['half', 100_000_000, 'half', 'half'],
  ['half', fast, 'full', 'differs'],
  ['half', slow, 'full', 'differs'],
  ['half', null, 'full', 'differs'],
  ['half', slow, null, null],
  ['half', slow, 'half', null],
  ['half', null, null, null],
  ['full', fast, 'half', null],
  ['full', fast, null, null],
  [null, fast, 'full', null],
] as const)('%s at %s bit/s with %s at the far end: %s', (duplex, ifSpeedBps, far, fault) => {
  expect(duplexFault({ duplex, ifSpeedBps, far })).toBe(fault)
})
