import { describe, expect, it } from 'vitest'
import { queryOf, readFilter, writeFilter } from './filter.ts'

const now = Date.parse('2026-11-22T12:00:00Z')
const used = (address: string) =>
  Object.fromEntries(
    Object.entries(queryOf(readFilter(new URLSearchParams(address)), now)).filter(([, value]) => value),
  )

describe('the filter of the trail', () => {
  it.each([
    ['', {}],
    ['period=24h', { from: now - 86_400_000 }],
    ['period=for-ever', {}],
    [
      'from=2026-11-01&until=2026-11-02',
      { from: Date.parse('2026-10-31T16:00:00Z'), until: Date.parse('2026-11-02T15:59:59.999Z') },
    ],
    ['from=yesterday', {}],
    ['kind=person&action=estate&q=%20核心%20', { actorKind: 'person', action: 'estate', q: '核心' }],
    ['kind=ghost', {}],
    ['actor=usr_1&entity=dev_2', { actorId: 'usr_1', entityId: 'dev_2' }],
  ])('%s asks the API for %j', (address, query) => expect(used(address)).toEqual(query))

  it('stands in the address, and leaves the region there', () => {
    const filter = {
      ...readFilter(new URLSearchParams('')),
      period: '7d' as const,
      from: '2026-11-01',
      q: ' x ',
    }
    expect(writeFilter(filter, new URLSearchParams('region=reg_1&kind=person')).toString()).toBe(
      'region=reg_1&period=7d&q=x',
    )
  })
})
