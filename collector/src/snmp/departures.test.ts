import { setImmediate as turn } from 'node:timers/promises'
import { expect, it } from 'vitest'
import { Departures } from './departures.ts'
import type { Agent } from './agent.ts'
import { Pending } from './pending.ts'
import { PendingTable } from './pending-table.ts'
import type { Request } from './request.ts'

const table = new PendingTable()
const sent: number[] = []
const departures = new Departures(table, ({ id }) => {
  sent.push(id)
  if (id === 8) departures.add(asked(12))
})

function asked(id: number): Pending {
  const pending = new Pending({} as Agent, {} as Request, { timeoutMs: 1, retries: 0 })
  pending.id = id
  table.add(pending)
  return pending
}

it('lets leave together what was asked in one turn, in its order, without what ended meanwhile', async () => {
  const [ended] = [asked(4), asked(8), asked(16)].map((pending) => (departures.add(pending), pending))
  table.delete(4)
  ended!.id = 20 // it serves another request by now
  table.add(ended!)
  expect(sent).toEqual([])
  await turn()
  expect(sent).toEqual([8, 16])
  await turn()
  expect(sent).toEqual([8, 16, 12])
})

it('lets nothing leave once it is cancelled', async () => {
  departures.add(asked(24))
  departures.cancel()
  await turn()
  expect(sent).not.toContain(24)
})
