import { expect, it } from 'vitest'
import { isSound, overAfter, settle, type Ordered } from './order.ts'

const states = { w: 'waiting', o: 'open', d: 'done', s: 'skipped' } as const
/** `2w1`: the second, waiting, after the first. */
const tasks = (text: string): Ordered[] =>
  text.split(' ').map((one) => ({
    position: Number(one[0]),
    state: states[one[1] as keyof typeof states],
    follows: [...one.slice(2)].map(Number),
  }))

it.each([
  ['1w 2w1', { 1: 'open' }],
  ['1o 2w1', {}],
  ['1d 2w1', { 2: 'open' }],
  ['1s 2w1', { 2: 'open' }],
  ['1d 2o 3w12', {}],
  ['1d 2d 3w12', { 3: 'open' }],
  ['1o 2o1', { 2: 'waiting' }],
  ['1w 2w', { 1: 'open', 2: 'open' }],
])('%s settles by %j', (text, expected) => {
  expect(Object.fromEntries(settle(tasks(text)))).toEqual(expected)
})
it.each([
  ['1d 2d1', [2]],
  ['1d 2o1', []],
  ['1d 2s1 3d1', [2, 3]],
])('%s: after the first %j are over', (text, expected) => {
  expect(overAfter(tasks(text), 1)).toEqual(expected)
})
it.each([
  [[{}, { follows: [1] }], true],
  [[{ follows: [1] }], false],
  [[{ follows: [2] }, {}], false],
  [[{}, { follows: [0] }], false],
])('%j is sound: %s', (plans, expected) => {
  expect(isSound(plans)).toBe(expected)
})
