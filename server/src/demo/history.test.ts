import { expect, it } from 'vitest'
import { smallProvince } from '../state/testing.ts'
import { demoHistory } from './history.ts'

const now = Date.UTC(2026, 10, 22)

/** Chance goes by names. */
function provinceCalled(suffix: string) {
  const model = smallProvince()
  for (const circuit of model.circuits.values()) circuit.number += suffix
  for (const one of [...model.sites.values(), ...model.devices.values()]) one.name += suffix
  return model
}

it('is a chain of states for each circuit and link, ends well and before now, and is the same each time', () => {
  const states = new Set<string>()
  for (let i = 0; i < 60; i++) {
    const changes = demoHistory(provinceCalled(` ${i}`), now)
    expect(demoHistory(provinceCalled(` ${i}`), now)).toEqual(changes)
    const chains = Map.groupBy(changes, ({ entityId }) => entityId)
    const { circuits, links } = smallProvince()
    expect([...circuits.keys(), ...links.keys()].every((id) => chains.has(id))).toBe(true)
    for (const chain of chains.values()) {
      for (const [at, { from, to, atMs, entityType }] of chain.entries()) {
        expect(from).toBe(chain[at - 1]?.to ?? null)
        expect(to).not.toBe(from)
        expect(atMs).toBeGreaterThan(chain[at - 1]?.atMs ?? 0)
        states.add(`${entityType} ${to}`)
      }
      expect(chain.at(-1)!.to).toBe(chain[0]!.entityType === 'link' ? 'normal' : 'up')
      expect(chain.at(-1)!.atMs).toBeLessThan(now)
    }
  }
  expect([...states]).toEqual(expect.arrayContaining(['circuit down', 'site down', 'link on-backup', 'link unprotected', 'link down'])) // prettier-ignore
})
