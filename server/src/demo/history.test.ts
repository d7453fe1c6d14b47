import { expect, it } from 'vitest'
import { smallProvince } from '../state/testing.ts'
import { demoHistory } from './history.ts'

it('is a chain of states for each circuit, ends up and before now, and is the same each time', () => {
  const now = Date.UTC(2026, 10, 22)
  const changes = demoHistory(smallProvince(), now)
  expect(demoHistory(smallProvince(), now)).toEqual(changes)
  const chains = Map.groupBy(changes, ({ entityId }) => entityId)
  expect([...smallProvince().circuits.keys()].every((id) => chains.has(id))).toBe(true)
  for (const chain of chains.values()) {
    for (const [i, change] of chain.entries()) {
      expect(change.from).toBe(chain[i - 1]?.to ?? null)
      expect(change.to).not.toBe(change.from)
      expect(change.atMs).toBeGreaterThan(chain[i - 1]?.atMs ?? 0)
    }
    expect(chain.at(-1)).toMatchObject({ to: 'up' })
    expect(chain.at(-1)!.atMs).toBeLessThan(now)
  }
})
