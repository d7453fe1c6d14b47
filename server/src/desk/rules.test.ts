import { priorities } from '@zongheng/inventory/severity.ts'
import { describe, expect, it } from 'vitest'
import { dayOf } from './numbers.ts'
import { isGraver, priorityOf, ratingOf } from './priority.ts'

describe('the priority', () => {
  it.each([
    [1, 1, 'P1'],
    [1, 2, 'P2'],
    [2, 1, 'P2'],
    [1, 3, 'P3'],
    [2, 2, 'P3'],
    [3, 1, 'P3'],
    [2, 3, 'P4'],
    [3, 2, 'P4'],
    [3, 3, 'P4'],
  ])('of impact %i and urgency %i is %s', (impact, urgency, priority) => {
    expect(priorityOf({ impact, urgency })).toBe(priority)
  })

  it.each(priorities)('%s has a rating that stands for it', (priority) => {
    expect(priorityOf(ratingOf(priority))).toBe(priority)
  })

  it('of 1 is graver than of 2', () => {
    expect([isGraver('P1', 'P2'), isGraver('P2', 'P2'), isGraver('P3', 'P2')]).toEqual([true, false, false])
  })
})

describe('the day of a number', () => {
  it.each([
    ['2026-11-21T15:59:59Z', '20261121'],
    ['2026-11-21T16:00:00Z', '20261122'],
  ])('%s is %s in Shanghai', (at, day) => expect(dayOf(Date.parse(at), 'Asia/Shanghai')).toBe(day))
})
