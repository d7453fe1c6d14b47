import { expect, it } from 'vitest'
import type { StepQuery, Steps } from '../series/contract.ts'
import { BusyLoad } from './load.ts'

it('is the 95th percentile of a week, in bit/s of the busier direction, read once in a quarter of an hour', async () => {
  const asked: StepQuery[] = []
  const series = {
    read: async (query: StepQuery): Promise<Steps[]> => {
      asked.push(query)
      return query.metrics.map((metric) => {
        const scale = metric === 'ifHCInOctets' ? 1 : 10
        const mean = [...Array.from({ length: 100 }, (_, i) => scale * (i + 1)), null]
        return { entity: 'ifc', metric, mean, min: mean, max: mean, atMs: mean.map((_, i) => i) } as unknown as Steps // prettier-ignore
      })
    },
  }
  const busy = new BusyLoad(series)
  const nowMs = Date.UTC(2026, 10, 22)
  expect(await busy.of(['ifc', 'none'], nowMs)).toEqual(new Map([['ifc', 8 * 950]]))
  await busy.of(['ifc'], nowMs + 60_000)
  expect(asked).toHaveLength(1)
  expect(asked[0]!.until - asked[0]!.from).toBe(7 * 24 * 3_600_000)
  await busy.of(['ifc'], nowMs + 20 * 60_000)
  expect(asked).toHaveLength(2)
})
