import { expect, it } from 'vitest'
import { Budget } from './budget.ts'

it('lets no more through than its rate over time, in whatever pieces', () => {
  for (const piece of [100, 1000, 250_000]) {
    let nowMs = 0
    const budget = new Budget(10_000, 10_000, () => nowMs)
    let spent = 0
    for (; nowMs < 600_000;) {
      const { waitMs } = budget
      if (waitMs > 0) nowMs += waitMs
      else {
        budget.spend(piece)
        spent += piece
      }
    }
    expect(spent).toBeLessThanOrEqual(10_000 * 600 + 10_000 + piece * 2)
    expect(spent).toBeGreaterThan(10_000 * 590 - piece)
  }
})
