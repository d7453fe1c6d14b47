import { expect, it } from 'vitest'
import { outcomeOf, type Outcome, type StepRule, type Vote } from './rule.ts'

const letters: Record<string, Vote> = { w: 'waiting', a: 'approved', r: 'rejected' }
const quorum = (count: number): StepRule => ({ need: 'quorum', count })
const all: StepRule = { need: 'all' }
const any: StepRule = { need: 'any' }

it.each<[StepRule, string, Outcome]>([
  [all, 'w', 'open'],
  [all, 'a', 'approved'],
  [all, 'r', 'rejected'],
  [all, 'aw', 'open'],
  [all, 'aa', 'approved'],
  [all, 'rw', 'rejected'],
  [all, 'ar', 'rejected'],
  [any, 'ww', 'open'],
  [any, 'aw', 'approved'],
  [any, 'rw', 'open'],
  [any, 'ra', 'approved'],
  [any, 'rr', 'rejected'],
  [quorum(2), 'www', 'open'],
  [quorum(2), 'aww', 'open'],
  [quorum(2), 'aaw', 'approved'],
  [quorum(2), 'arw', 'open'],
  [quorum(2), 'rrw', 'rejected'],
  [quorum(2), 'ara', 'approved'],
  [quorum(2), 'w', 'open'],
  [quorum(2), 'a', 'approved'],
  [quorum(9), 'aaw', 'open'],
  [quorum(9), 'aar', 'rejected'],
])('%j of %s: %s', (rule, votes, outcome) => {
  expect(
    outcomeOf(
      rule,
      [...votes].map((letter) => letters[letter]!),
    ),
  ).toBe(outcome)
})
