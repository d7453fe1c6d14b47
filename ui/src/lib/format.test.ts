import { expect, it } from 'vitest'
import { availabilityPercent, bitRateText } from './format.ts'
import { strengthOf } from './setup/strength.ts'

it.each([
  [null, '–'],
  [0, '0 bps'],
  [999, '999 bps'],
  [1000, '1 kbps'],
  [5_830_000, '5.83 Mbps'],
  [10_000_000, '10 Mbps'],
  [99_990_000, '100 Mbps'],
  [2_500_000_000, '2.5 Gbps'],
])('%s bit/s is written %s', (bps, text) => expect(bitRateText(bps)).toBe(text))

it.each([
  [null, '–'],
  [99.999, '99.99'],
  [100, '100.00'],
  [99.94, '99.94'],
])('an availability of %s is never flattered: %s', (percent, text) =>
  expect(availabilityPercent(percent)).toBe(text),
)

it.each([
  ['Ab1', 'short'],
  ['aaaaaaaaaaaa', 'weak'],
  ['abcdefghijkl', 'weak'],
  ['abcdefgh12', 'fair'],
  ['Abcdefgh12-x', 'strong'],
])('password %s is %s', (password, strength) => expect(strengthOf(password)).toBe(strength))
