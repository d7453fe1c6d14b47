import { describe, expect, it } from 'vitest'
import { LineBudget } from './line-budget.ts'

/** Octets that get through in `seconds`, asked for in portions as soon as the budget allows. */
function octetsIn(budget: LineBudget, seconds: number, portion: number): number {
  let sent = 0
  for (let nowMs = 0; ;) {
    const waitMs = budget.waitMs(nowMs)
    nowMs += waitMs
    if (nowMs > seconds * 1000) return sent
    if (waitMs > 0) continue
    budget.spend(portion)
    sent += portion
  }
}

describe("a line's budget", () => {
  it.each([
    ['2 Mbit/s', 2_000_000, 100_000],
    ['100 Mbit/s', 100_000_000, 5_000_000],
    ['64 kbit/s: its floor', 64_000, 8_000],
    ['9.6 kbit/s: a quarter', 9_600, 2_400],
  ])('of %s is used, and kept', (_name, bps, allowedBps) => {
    const seconds = 600
    const usedBps = (octetsIn(new LineBudget(bps, 0), seconds, 1_700) * 8) / seconds
    expect(usedBps).toBeGreaterThan(allowedBps * 0.97)
    expect(usedBps).toBeLessThan(allowedBps * 1.03)
  })

  it('lets a full request and its reply pass at once after a rest, and makes the next wait', () => {
    const budget = new LineBudget(64_000, 0)
    expect(budget.waitMs(0)).toBe(0)
    budget.spend(3_072)
    expect(budget.waitMs(0)).toBeGreaterThan(0)
    expect(budget.waitMs(3_072)).toBe(0)
  })

  it('gives back what was expected and did not come', () => {
    const budget = new LineBudget(2_000_000, 0)
    budget.spend(50_000)
    const waitMs = budget.waitMs(0)
    budget.spend(-25_000)
    expect(budget.waitMs(0)).toBeLessThan(waitMs)
  })

  it('follows a line that is rented wider', () => {
    const budget = new LineBudget(2_000_000, 0)
    budget.spend(50_000)
    const waitMs = budget.waitMs(0)
    budget.setBps(20_000_000)
    expect(budget.waitMs(0)).toBeLessThan(waitMs / 5)
  })
})
