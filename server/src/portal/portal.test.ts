import { afterAll, beforeAll, expect, it } from 'vitest'
import { withSmallEstate } from '../estate/testing.ts'
import { testApp, type TestApp } from '../testing.ts'
import { titleOf } from './categories.ts'

let t: TestApp
let county: Awaited<ReturnType<TestApp['as']>>
let stranger: typeof county
let agent: typeof county
let siteId: string

beforeAll(async () => {
  t = await testApp()
  await withSmallEstate(t)
  await t.services.state.reload()
  county = await t.as('requester', '130123')
  stranger = await t.as('requester', '130224')
  agent = await t.as('agent', '130100')
  const { model } = t.services.state
  siteId = [...model.sites.values()].find((site) => site.regionId === t.regions.get('130123'))!.id
})
afterAll(() => t.close())

const report = (more: object = {}) => ({
  key: 'draft-0001',
  category: 'system',
  siteId,
  text: '打不开\n第二行',
  ...more,
})
const post = (who: typeof county, url: string, body: object = {}) => who.inject({ method: 'POST', url, body })
const home = async (who = county) => (await who.inject({ url: `/portal/home?siteId=${siteId}` })).json()

it.each([
  ['system', '预算管理一体化', '上不去', '系统打不开：预算管理一体化'],
  ['printer', null, '卡纸\n三楼', '打印机故障：卡纸'],
  ['other', null, '  ', '其他问题'],
] as const)('calls a report of %s by what is known of it', (category, service, text, title) => {
  expect(titleOf(category, service, text)).toBe(title)
})

it('shows a site with its lines, and only to its own people', async () => {
  const answer = await home()
  expect(answer.site).toMatchObject({ id: siteId })
  expect(answer.links.length).toBeGreaterThan(0)
  expect((await stranger.inject({ url: `/portal/home?siteId=${siteId}` })).statusCode).toBe(404)
})

it('takes a draft that is sent twice as one report, also at the same moment', async () => {
  const answers = await Promise.all([1, 2, 3].map(() => post(county, '/portal/reports', report())))
  expect(answers.map(({ statusCode }) => statusCode)).toEqual([201, 201, 201])
  expect(new Set(answers.map((answer) => answer.json().number)).size).toBe(1)
  const { items } = (await county.inject({ url: '/portal/tickets' })).json()
  expect(items).toHaveLength(1)
  expect(items[0]).toMatchObject({
    title: '系统打不开：打不开',
    category: 'system',
    channel: 'portal',
    site: { id: siteId },
  })
  expect((await stranger.inject({ url: '/portal/tickets' })).json().items).toEqual([])
})

it('tells of a known outage without what others said, and takes a me-too once', async () => {
  const reporter = await t.as('requester', '130123')
  const { id, number } = (
    await post(reporter, '/portal/reports', report({ key: 'draft-0002', text: '我叫王芳，电话 13812345678' }))
  ).json()
  expect((await home()).outages).toEqual([])
  await t.context.db
    .updateTable('tickets')
    .set({ major: 1, title: '正定县线路中断' })
    .where('id', '=', id)
    .execute()
  const [outage] = (await home()).outages
  expect(outage).toMatchObject({ ticketId: id, number, title: '正定县线路中断', meToos: 0, isMine: false })
  expect(JSON.stringify(outage)).not.toContain('王芳')
  const url = `/portal/outages/${id}/me-too`
  expect((await post(stranger, url)).statusCode).toBe(404)
  expect((await post(county, url, { siteId })).json().outages[0]).toMatchObject({ meToos: 1, isMine: true })
  expect((await post(county, url, { siteId })).statusCode).toBe(409)
  expect((await county.inject({ url: `/tickets/${id}` })).statusCode).toBe(404)
})

it('remembers the site that was chosen', async () => {
  expect((await county.inject({ method: 'PUT', url: '/portal/site', body: { siteId } })).statusCode).toBe(200)
  expect((await county.inject({ url: '/portal/home' })).json().site.id).toBe(siteId)
})

it('tells the number of the nearest region that has one', async () => {
  const set = (regionId: string, phone: string | null) =>
    t.services.hotline.numbers.set({ ...manager, regionPaths: ['/'] }, regionId, phone)
  const manager = await (await t.as('manager')).viewer()
  await set(t.regions.get('130000')!, '0311-86681200')
  expect((await home()).hotline).toBe('0311-86681200')
  await set(t.regions.get('130123')!, '0311-88020000')
  expect((await home()).hotline).toBe('0311-88020000')
})

it('follows a report from the answer to the rating', async () => {
  const { id } = (
    await post(county, '/portal/reports', report({ key: 'draft-0003', category: 'printer' }))
  ).json()
  const step = async (who: typeof county, url: string, body: object) => {
    const answer = await post(who, `/tickets/${id}/${url}`, body)
    expect(answer.statusCode, answer.body).toBeLessThan(300)
  }
  await step(agent, 'move', { to: 'in_progress' })
  await step(agent, 'comments', { text: '请换一张纸', visibility: 'public' })
  await step(county, 'comments', { text: '换过了', visibility: 'public' })
  await step(agent, 'move', { to: 'resolved' })
  await step(county, 'rating', { score: 5 })
  await step(county, 'move', { to: 'closed' })
  const mine = (await county.inject({ url: '/portal/tickets' })).json().items
  expect(mine.find((one: { id: string }) => one.id === id)).toMatchObject({ state: 'closed', score: 5 })
})
