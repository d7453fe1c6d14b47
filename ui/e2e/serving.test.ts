/** From a county's telephone or phone to the desk and back, in a real browser. `SCREENS=1` leaves pictures in `screens/`. */
import type { HotlineCall, Ticket, TicketDetail } from '@zongheng/server/api.ts'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { barriers, levelAA } from './barriers.ts'
import { isMissing, launch, why } from './browser.ts'
import { Demo, type DemoAccount } from './demo.ts'

const phone = { width: 390, height: 844 }
const laptop = { width: 1366, height: 768 }
const patienceMs = 30_000
vi.setConfig({ testTimeout: 120_000, hookTimeout: 240_000 })

/** One pixel. */
const photo = {
  name: '现场.png',
  mimeType: 'image/png',
  buffer: Buffer.from('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==', 'base64'), // prettier-ignore
}

describe.skipIf(isMissing)(`portal and hotline${isMissing ? ` (skipped: ${why})` : ''}`, () => {
  let demo: Demo
  let browser: Browser
  let county: Page
  let desk: Page
  const contexts: BrowserContext[] = []
  let agent: Session
  let ticketId: string

  beforeAll(async () => {
    ;[demo, browser] = await Promise.all([Demo.start('宁夏'), launch()])
    agent = await session(demo, demo.account('agent'))
    county = await signedIn(demo.account('requester'), phone)
    desk = await signedIn(demo.account('agent'), laptop)
  })
  afterAll(async () => {
    await browser?.close()
    await demo?.stop()
  })

  async function signedIn({ username, password }: DemoAccount, viewport: typeof phone): Promise<Page> {
    const context = await browser.newContext({ viewport, locale: 'zh-CN', timezoneId: 'Asia/Shanghai' })
    contexts.push(context)
    context.setDefaultTimeout(patienceMs)
    const page = await context.newPage()
    await page.goto(demo.url)
    await page.getByLabel('账号').fill(username)
    await page.getByLabel('密码', { exact: true }).fill(password)
    await page.getByRole('button', { name: '登录' }).click()
    await page.waitForURL((url) => !url.pathname.startsWith('/signin'))
    return page
  }

  async function look(page: Page, name: string) {
    expect(await barriers(page, levelAA)).toEqual([])
    if (!process.env.SCREENS) return
    await page.screenshot({ path: `screens/${name}.png` })
    await page.evaluate(() => (document.documentElement.dataset.theme = 'dark'))
    await page.screenshot({ path: `screens/${name}-dark.png` })
    await page.evaluate(() => (document.documentElement.dataset.theme = 'light'))
  }

  it('starts a reporter on the portal, with the number to call', async () => {
    await county.waitForURL('**/portal')
    await county.getByRole('heading', { name: '哪里不对' }).waitFor()
    await county.getByText('0311-86681200').waitFor()
    await look(county, 'portal')
  })

  it('takes a report in three taps, with a photo', async () => {
    await county.getByRole('link', { name: '系统打不开' }).click()
    await county.getByRole('radio').first().check()
    await county.locator('input[type=file]').setInputFiles(photo)
    await county.getByRole('button', { name: '去掉 现场.png' }).waitFor()
    await look(county, 'portal-report')
    await county.getByRole('button', { name: '提交' }).click()
    await county.waitForURL('**/portal/tickets/tkt_*')
    ticketId = county.url().split('/').at(-1)!
    await county.getByText('现场').first().waitFor()
    const mine = await agent.get<TicketDetail>(`/tickets/${ticketId}`)
    expect(mine).toMatchObject({ channel: 'portal', category: 'system', state: 'new' })
  })

  it('shows what the desk answers without a reload, up to the city and back', async () => {
    await agent.post(`/tickets/${ticketId}/move`, { to: 'in_progress' })
    await county.getByText('正在看').waitFor()
    await agent.post(`/tickets/${ticketId}/comments`, { text: '请看一下证书是否到期', visibility: 'public' })
    await county.getByText('请看一下证书是否到期').waitFor()
    await county.getByLabel('回复服务台').fill('还有三个月')
    await county.getByRole('button', { name: '发送' }).click()
    await county.getByText('还有三个月').waitFor()
    const { items } = await agent.get<{ items: { id: string }[] }>(`/tickets/${ticketId}/escalation-targets`)
    const [above] = items
    await agent.post(`/tickets/${ticketId}/escalations`, { teamId: above!.id, reason: '市里查出口' })
    const { items: offered } = await agent.get<{ items: { id: string }[] }>(
      `/tickets/${ticketId}/escalations`,
    )
    await demo.post(`/tickets/${ticketId}/escalations/${offered[0]!.id}/decision`, {
      decision: 'accepted',
      text: '',
    })
    await demo.post(`/tickets/${ticketId}/move`, { to: 'resolved', resolution: '重启网关' })
    await county.getByText('请评价这次服务').waitFor()
    await look(county, 'portal-ticket')
  })

  it('takes the rating', async () => {
    await county.getByRole('radio', { name: '5 星' }).click()
    await county.getByRole('button', { name: '评价' }).click()
    await county.getByText('已评价 5 星').waitFor()
    await county.getByRole('button', { name: '已经好了' }).click()
    await county.getByText('已关闭').first().waitFor()
    expect(await agent.get<Ticket>(`/tickets/${ticketId}`)).toMatchObject({ score: 5, state: 'closed' })
  })

  it('keeps a report until there is a network, and sends it then', async () => {
    await county.goto(`${demo.url}/portal`)
    await county.waitForLoadState('networkidle')
    await county.context().setOffline(true)
    await county.getByRole('link', { name: '上不了网' }).click()
    await county.getByRole('textbox').fill('整层楼断网，手机流量报的')
    await county.getByRole('button', { name: '提交' }).click()
    await county.getByText('有 1 份报障还没送到').waitFor()
    await county.context().setOffline(false)
    await county.getByText('有 1 份报障还没送到').waitFor({ state: 'hidden' })
    const { items } = await agent.get<{ items: Ticket[] }>(`/tickets?q=${encodeURIComponent('整层楼断网')}`)
    expect(items).toMatchObject([{ category: 'network', channel: 'portal' }])
  })

  it('tells a stranger whose link is none any more, and shows nothing else', async () => {
    const context = await browser.newContext({ viewport: phone, locale: 'zh-CN' })
    contexts.push(context)
    const stranger = await context.newPage()
    await stranger.goto(`${demo.url}/rate#nothing`)
    await stranger.getByText('这个链接已经失效').waitFor()
    await look(stranger, 'rate')
  })

  it('finds an article by two characters', async () => {
    await county.goto(`${demo.url}/portal/help`)
    await county.getByRole('searchbox').fill('打印')
    await county.getByRole('searchbox').press('Enter')
    await county.getByRole('link', { name: /打印/ }).first().click()
    await county.getByRole('heading', { level: 1, name: /打印/ }).waitFor()
  })

  it('opens a ticket for a caller who is found by initials', async () => {
    await desk.goto(`${demo.url}/hotline`)
    const caller = demo.account('requester').displayName
    await desk.getByRole('combobox', { name: /姓名/ }).fill(caller)
    await desk
      .getByRole('option', { name: new RegExp(caller) })
      .first()
      .waitFor()
    await desk.keyboard.press('Enter')
    await desk.getByRole('heading', { name: '现场情况' }).waitFor()
    const site = desk.getByLabel('站点')
    await vi.waitFor(async () => expect(await site.inputValue()).not.toBe(''), patienceMs)
    await look(desk, 'hotline')
    await desk.getByLabel('一句话说明').fill('电话里报：上不了网')
    await desk.getByRole('button', { name: '建单' }).click()
    await desk
      .getByText(/已建单 INC/)
      .first()
      .waitFor()
    await desk.getByRole('link', { name: '电话里报：上不了网' }).waitFor()
  })

  it('pops up what the exchange puts through to one’s line', async () => {
    await desk.getByLabel('我的分机').fill('8012')
    await desk.getByRole('button', { name: '保存' }).click()
    await desk.getByText('分机 8012 的来电会在这里弹出').waitFor()
    const call = { callId: 'pbx-1', number: '+86 951 5012345', line: '8012' }
    const told = await agent.post<HotlineCall>('/hotline/calls', { ...call, event: 'ringing' })
    await desk.getByRole('alert').getByText('来电 +86 951 5012345').waitFor()
    await desk.getByRole('button', { name: '接听' }).click()
    await desk.getByText('通话中').first().waitFor()
    await agent.post('/hotline/calls', { ...call, event: 'ended' })
    const { items } = await agent.get<{ items: HotlineCall[] }>('/hotline/calls?mine=true')
    expect(items.find(({ id }) => id === told.id)).toMatchObject({ state: 'ended', line: '8012' })
    await look(desk, 'hotline-call')
  })
})

interface Session {
  get: <T>(path: string) => Promise<T>
  post: <T>(path: string, body: object) => Promise<T>
}

/** The API as this person. */
async function session({ url }: Demo, { username, password }: DemoAccount): Promise<Session> {
  let cookie = ''
  const ask = async (method: string, path: string, body?: object) => {
    const headers = { cookie, ...(body && { 'content-type': 'application/json' }) }
    const answer = await fetch(`${url}/api/v1${path}`, { method, headers, body: body ? JSON.stringify(body) : null }) // prettier-ignore
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`)
    return answer
  }
  const opened = await ask('POST', '/session', { username, password })
  cookie = opened.headers.getSetCookie().map((one) => one.split(';')[0]).join('; ') // prettier-ignore
  return {
    get: async (path) => (await ask('GET', path)).json(),
    post: async (path, body) => (await ask('POST', path, body)).json(),
  }
}
