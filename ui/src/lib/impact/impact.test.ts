import type { ImpactAnswer, Link } from '@zongheng/server/api.ts'
import { describe, expect, it } from 'vitest'
import { fatesOf, readAssumed, toggled, withAssumed } from './assumed.ts'

const link = (id: string, lower = `${id}-site`) =>
  ({ id, lowerSite: { id: lower, name: lower }, circuits: [{ id: `${id}-c1` }, { id: `${id}-c2` }] }) as Link

describe('the address says what is assumed', () => {
  it.each([
    ['', null],
    ['whatif=', []],
    ['whatif=a,b', ['a', 'b']],
  ])('%s', (search, ids) => expect(readAssumed(new URLSearchParams(search))).toEqual(ids))

  it.each([
    ['region=r&view=weak', ['a', 'b'], 'region=r&whatif=a,b'],
    ['region=r&whatif=a', null, 'region=r'],
    ['', [], 'whatif='],
  ])('%s with %j is %s', (search, ids, expected) =>
    expect(withAssumed(new URLSearchParams(search), ids)).toBe(expected),
  )
})

it.each([
  [[], ['l']],
  [['l'], []],
  [['l-c1', 'x'], ['x']],
  [['l-site'], []],
])('picking a link while %j is assumed leaves %j', (ids, expected) =>
  expect(toggled(ids, link('l'))).toEqual(expected),
)

it('a link is cut, too full, or without a backup: the gravest counts', () => {
  const seen = <T>(...items: T[]) => ({ items, total: items.length, outside: 0 })
  const ref = (id: string) => ({ id, name: id })
  const fateOf = fatesOf({
    sites: seen({ ...ref('far-site'), regionId: 'r' }),
    lostLinks: seen(ref('lost')),
    bareLinks: seen(ref('lost'), ref('full'), ref('bare')),
    takenOver: seen({ link: ref('full'), isOverloaded: true }, { link: ref('bare'), isOverloaded: false }),
  } as unknown as ImpactAnswer)
  const fates = ['far', 'lost', 'full', 'bare', 'other'].map((id) => fateOf(link(id)))
  expect(fates).toEqual(['cut', 'cut', 'full', 'bare', null])
})
