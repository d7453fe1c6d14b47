/** The same over the whole of 河北: a county's lists hold nothing of a county elsewhere, whatever the role. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { divisionsOf } from '../identity/regions/divisions.ts'
import { roles } from '../identity/roles.ts'
import { testApp, type TestApp } from '../testing.ts'

const here = '130123' // 正定县, of 石家庄市
const elsewhere = '滦南县' // of 唐山市
const foreignFields = ['region', 'site', 'upperSite', 'lowerSite'] as const

let t: TestApp
/** Keys of records of a county that is none of the viewer's business, by their list. */
let foreign: Map<string, string[]>
let lists: string[]
beforeAll(async () => {
  t = await testApp({ demo: true }, divisionsOf('130000'))
  const collectorId = null
  await t.services.demo.seed({ provinceCode: '130000', port: 1161, collectorId })
  await t.app.ready()
  lists = t.app.apiRoutes
    .filter(({ method, url }) => method === 'GET' && !url.includes(':') && url.startsWith('/api/v1/'))
    .map(({ url }) => url.slice('/api/v1'.length))
  const admin = await t.as('network-admin')
  foreign = new Map()
  for (const list of lists) {
    const keys = (await everything(admin, list)).filter(isElsewhere).map(keyOf)
    if (keys.length > 0) foreign.set(list, keys)
  }
})
afterAll(() => t.close())

type Item = { id?: string } & Record<string, { id: string; name: string } | undefined>
type Someone = Awaited<ReturnType<TestApp['as']>>

async function everything({ inject }: Someone, list: string): Promise<Item[]> {
  const items: Item[] = []
  for (let cursor: string | null = ''; cursor !== null;) {
    const answer = await inject({
      url: `${list}?limit=200${cursor && `&cursor=${encodeURIComponent(cursor)}`}`,
    })
    const isJson = String(answer.headers['content-type']).startsWith('application/json')
    if (answer.statusCode !== 200 || !isJson) return items
    const page = answer.json<{ items?: Item[]; next?: string | null }>()
    items.push(...(page.items ?? []))
    cursor = page.next ?? null
  }
  return items
}

/** Reports have rows without an id. */
const keyOf = (item: Item): string => item.id ?? JSON.stringify(item)
const isElsewhere = (item: Item) =>
  String(item.name).includes(elsewhere) ||
  foreignFields.some((field) => item[field]?.name?.includes(elsewhere))

describe('what is elsewhere', () => {
  it('is there to be found by whoever may', () => {
    expect([...foreign.keys()]).toEqual(
      expect.arrayContaining(['/regions', '/teams', '/sites', '/devices', '/links']),
    )
  })

  it.each(roles)('is in no list of a county’s %s', async (role) => {
    const someone = await t.as(role, here)
    const all = new Set([...foreign.values()].flat())
    for (const list of lists) {
      const seen = await everything(someone, list)
      expect(
        seen.filter((item) => all.has(keyOf(item))),
        list,
      ).toEqual([])
    }
  })
})
