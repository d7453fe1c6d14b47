import { expect, it } from 'vitest'
import type { Hit } from '../search/service.ts'
import { fitting } from './fitting.ts'
import type { ArticleRow } from './store.ts'

const hits = ['any', 'huawei', 'cisco', 'plan'].map((id): Hit => ({ id, kind: 'article', regionId: '', title: [], snippet: [], score: 10, updatedAt: 0 })) // prettier-ignore
const rows = new Map(
  hits.map(({ id }) => {
    const families = id === 'huawei' ? ['huawei-vrp', 'cisco-ios'] : id === 'cisco' ? ['cisco-ios'] : []
    return [id, { families: JSON.stringify(families), category: id === 'plan' ? 'plan' : 'network' } as ArticleRow] // prettier-ignore
  }),
)

it.each([
  ['of the make of the device', { vendor: 'huawei', category: null }, ['huawei', 'any', 'plan', 'cisco']],
  ['of the category', { vendor: null, category: 'plan' }, ['plan', 'any', 'huawei', 'cisco']],
  [
    'by their words alone where no more is known',
    { vendor: null, category: null },
    ['any', 'huawei', 'cisco', 'plan'],
  ],
])('suggests those first that are %s', (_, trouble, order) => {
  expect(fitting(hits, rows, trouble).map(({ id }) => id)).toEqual(order)
})
