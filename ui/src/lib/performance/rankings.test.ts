import type { Ranking, Series } from '@zongheng/server/api.ts'
import { describe, expect, it } from 'vitest'
import { inOrder, rankingNames, readChoice, rowOf, writeChoice, type Choice } from './rankings.ts'

type Ranked = Ranking['items'][number]
const mean: Choice = { of: 'circuit', way: 'in', by: 'mean' }
const period = { from: 0, until: 30 }
const circuit: Ranked = {
  entityId: 'cir_1',
  measuredId: 'ifc_1',
  name: '石家庄—正定 电信',
  value: 5e6,
  ofId: 'lnk_1',
  part: 'A1',
  bandwidthBps: 1e7,
}
const device: Ranked = { ...circuit, entityId: 'dev_1', measuredId: 'dev_1', ofId: 'dev_1', part: null, bandwidthBps: null } // prettier-ignore
const series = (mean: (number | null)[], max = mean): Series =>
  ({ stepMs: 10, atMs: mean.map((_, i) => 10 * i), mean, max, min: mean }) as unknown as Series

describe('what an address asks for', () => {
  it.each(rankingNames)('%s, and back', (of) => {
    const choice: Choice = { of, way: 'out', by: 'max' }
    expect(readChoice(writeChoice(choice, new URLSearchParams('region=reg_1')))).toEqual(choice)
  })

  it('goes without saying when it is usual, or nonsense', () => {
    expect(writeChoice(mean, new URLSearchParams('region=reg_1&of=cpu')).toString()).toBe('region=reg_1')
    expect(readChoice(new URLSearchParams('of=constructor&way=up&by=total'))).toEqual(mean)
  })
})

describe('a row', () => {
  it('shows the server’s own mean, the peak of its course, and the share of what is rented', () => {
    const row = rowOf(circuit, mean, () => series([1e6, null, 3e6, 9e6], [2e6, null, 8e6, 9e6]), period)
    expect(row).toMatchObject({ course: [1e6, null, 3e6], mean: 5e6, max: 8e6, share: 0.5 })
    expect(row.href).toBe('/links/lnk_1')
  })

  it.each([
    ['a device', device, '/devices/dev_1'],
    ['a port', { ...device, part: 'GE0/0/1' }, '/devices/dev_1?port=GE0%2F0%2F1'],
  ])('leads to %s', (_, item, href) => {
    expect(rowOf(item, { ...mean, of: 'cpu' }, () => undefined, period).href).toBe(href)
  })

  it('tells losses as a share of what was sent', () => {
    const of = (_: string, metric: string) => (metric === 'pingSent' ? series([10, 10, 0]) : series([0, 1, 0])) // prettier-ignore
    const loss = { ...mean, of: 'loss' } as const
    expect(rowOf(device, loss, of, period)).toMatchObject({ course: [0, 10, null], mean: 5, max: 10, share: null }) // prettier-ignore
  })
})

it('shares order losses; the rest stays as ranked', () => {
  const rows = [1, 3, null].map((value, i) => ({ entityId: `dev_${i}`, mean: value }) as ReturnType<typeof rowOf>) // prettier-ignore
  const ids = (of: Choice['of']) => inOrder(rows, { ...mean, of }).map(({ entityId }) => entityId)
  expect(ids('loss')).toEqual(['dev_1', 'dev_0', 'dev_2'])
  expect(ids('cpu')).toEqual(['dev_0', 'dev_1', 'dev_2'])
})
