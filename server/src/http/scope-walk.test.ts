import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { divisionsOf } from '../identity/divisions.ts'
import { roles } from '../identity/roles.ts'
import { testApp, type TestApp } from '../testing.ts'

const here = '130123' // 正定县, of 石家庄市
const elsewhere = '滦南县' // of 唐山市
const foreignFields = ['region', 'site', 'upperSite', 'lowerSite'] as const

let t: TestApp
/** Ids of records of a county that is none of the viewer's business, by their list. */
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
    const ids = (await everything(admin, list)).filter(isElsewhere).map(({ id }) => id)
    if (ids.length > 0) foreign.set(list, ids)
  }
})
afterAll(() => t.close())

type Item = { id: string } & Record<string, { id: string; name: string } | undefined>
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

const isElsewhere = (item: Item) =>
  String(item.name).includes(elsewhere) ||
  foreignFields.some((field) => item[field]?.name?.includes(elsewhere))

/** Routes with an `:id` under a list, with every method. */
const itemRoutes = (list: string) =>
  t.app.apiRoutes.filter(({ url, method }) => url.startsWith(`/api/v1${list}/:id`) && method !== 'HEAD')

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
        seen.filter(({ id }) => all.has(id)),
        list,
      ).toEqual([])
    }
  })

  it.each(roles)('does not exist for a county’s %s who knows its id', async (role) => {
    const someone = await t.as(role, here)
    for (const [list, [id]] of foreign) {
      for (const { method, url } of itemRoutes(list)) {
        const address = url.replace('/api/v1', '').replace(':id', id!)
        const body = method === 'GET' || method === 'DELETE' ? undefined : {}
        const answer = await someone.inject({ method: String(method), url: address, body })
        expect([400, 403, 404, 422], `${String(method)} ${address}: ${answer.body}`).toContain(
          answer.statusCode,
        )
        expect(answer.body).not.toContain(elsewhere)
      }
    }
  })
})
