/** The console in a real browser, over a demo of a small province. `SCREENS=1` leaves pictures of every page in `screens/`. */
import type {
  Alarm,
  BusinessService,
  Check,
  Device,
  Fault,
  Link,
  Room,
  Sensor,
  Ticket,
} from '@zongheng/server/api.ts'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { barriers, colours, settled } from './barriers.ts'
import { isMissing, launch, why } from './browser.ts'
import { Demo, until } from './demo.ts'

const laptop = { width: 1366, height: 768 }
const phone = { width: 390, height: 844 }
const province = '宁夏' // a small one: 5 cities, 22 counties
const patienceMs = 30_000
/** Of scripts, as they travel; the words of every page are among them, in one language. */
const firstLoadBytes = 160_000
vi.setConfig({ testTimeout: 240_000, hookTimeout: 240_000 })

describe.skipIf(isMissing)(`the console${isMissing ? ` (skipped: ${why})` : ''}`, () => {
  let demo: Demo
  let browser: Browser
  let context: BrowserContext
  let page: Page
  let link: Link
  /** What the browser complained of: errors, refusals of the content security policy. */
  const complaints: string[] = []

  beforeAll(async () => {
    ;[demo, browser] = await Promise.all([Demo.start(province), launch()])
    const links = await until('all links normal', async () => {
      const all = await demo.all<Link>('/links')
      return all.length > 0 && all.every(({ state }) => state === 'normal') && all
    })
    link = links.find(({ tier }) => tier === 'county')!
    context = await browser.newContext({ viewport: laptop, locale: 'zh-CN', timezoneId: 'Asia/Shanghai' })
    context.setDefaultTimeout(patienceMs)
    page = await context.newPage()
    page.on('pageerror', (error) => complaints.push(String(error)))
    page.on('console', (message) => {
      if (message.type() === 'error') complaints.push(message.text())
    })
  })
  afterAll(async () => {
    await browser?.close()
    await demo?.stop()
  })

  async function aSensor(): Promise<Sensor> {
    const { id } = (await demo.all<Device>('/devices?role=core-router'))[0]!
    return (await demo.all<Sensor>(`/sensors?deviceId=${id}`)).find((one) => one.class === 'temperature')!
  }

  /** What the map says of the link, where it says anything. */
  const callout = () => page.locator(`.radial a.call[href*="/links/${link.id}"]`)

  it('signs in, and shows the map', async () => {
    await page.goto(demo.url)
    await page.waitForURL('**/signin*')
    await page.getByLabel('账号').fill(demo.username)
    await page.getByLabel('密码', { exact: true }).fill(demo.password)
    await page.getByRole('button', { name: '登录' }).click()
    await page.locator('.radial').waitFor()
    expect(await callout().count()).toBe(0)
    expect(complaints.filter((text) => !text.includes('401'))).toEqual([])
  })

  it('loads little at first, and nothing of charts', async () => {
    const fresh = await browser.newContext({ viewport: laptop, storageState: await context.storageState() })
    const tab = await fresh.newPage()
    try {
      await tab.goto(demo.url)
      await tab.locator('.radial').waitFor()
      const loaded = await tab.evaluate(() =>
        (performance.getEntriesByType('resource') as PerformanceResourceTiming[])
          .filter(({ name }) => new URL(name).pathname.endsWith('.js'))
          .map(({ name, encodedBodySize }) => ({ name, encodedBodySize })),
      )
      const total = loaded.reduce((sum, { encodedBodySize }) => sum + encodedBodySize, 0)
      expect(total).toBeGreaterThan(0)
      expect(total).toBeLessThanOrEqual(firstLoadBytes)
      const texts = await Promise.all(loaded.map(async ({ name }) => (await fetch(name)).text()))
      expect(texts.filter((text) => text.includes('u-cursor-pt'))).toEqual([])
    } finally {
      await fresh.close()
    }
  })

  it('shows a cut on the map without a reload', async () => {
    await page.evaluate(() => Object.assign(window, { notReloaded: true }))
    await demo.post<Fault>('/demo/faults', { kind: 'circuit-cut', target: link.circuits[0]!.id })
    await callout().locator('use[href="#s-onbackup"]').waitFor()
    expect(await page.evaluate(() => 'notReloaded' in window)).toBe(true)
  })

  it('opens the link from the map', async () => {
    await callout().click()
    await page.waitForURL(`**/links/${link.id}*`)
    await page.getByRole('heading', { level: 1, name: link.name }).waitFor()
    await page.getByText(link.circuits[0]!.number).first().waitFor()
    await page.getByText('备用运行').first().waitFor()
  })

  it('zooms into its charts together, reads one as a table, and hands it out as a file', async () => {
    const chart = page.getByRole('application', { name: / 流量$/ }).first()
    await chart.locator('canvas').waitFor()
    const box = (await chart.locator('.u-over').boundingBox())!
    await page.mouse.move(box.x + box.width / 2, box.y + 40)
    await page.mouse.down()
    await page.mouse.move(box.x + box.width - 1, box.y + 40, { steps: 5 })
    await page.mouse.up()
    await page.waitForURL(/[?&]from=\d+.*until=\d+/)
    const spanMs = () => {
      const { searchParams } = new URL(page.url())
      return Number(searchParams.get('until')) - Number(searchParams.get('from'))
    }
    expect(spanMs() / 3_600_000).toBeCloseTo(12, 0)
    await chart.focus()
    await page.keyboard.press('+')
    await vi.waitFor(() => expect(spanMs() / 3_600_000).toBeCloseTo(6, 0))
    await page.getByRole('button', { name: '流量 表' }).first().click()
    await page
      .getByRole('region', { name: '流量 表' })
      .getByRole('columnheader', { name: '入 最大' })
      .waitFor()
    const [file] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: '流量 下载 CSV' }).first().click(),
    ])
    expect(file.suggestedFilename()).toMatch(/流量\.csv$/)
    await page.getByRole('button', { name: '24 时' }).click()
    await page.waitForURL((url) => !url.searchParams.has('from'))
  })

  it('acknowledges its alarm', async () => {
    const alarm = await until('an alarm', async () => (await demo.all<Alarm>('/alarms?state=firing'))[0])
    await page.getByRole('navigation', { name: '模块' }).getByRole('link', { name: '告警' }).click()
    await page.getByRole('row').filter({ hasText: link.name }).first().dblclick()
    await page.waitForURL(`**/alarms/${alarm.id}*`)
    await page.getByRole('button', { name: '受理', exact: true }).click()
    await page.getByRole('button', { name: '取消受理' }).waitFor()
    expect((await demo.get<Alarm>(`/alarms/${alarm.id}`)).acknowledgedBy).not.toBeNull()
  })

  it('takes its ticket to the end', async () => {
    await page.getByRole('link', { name: '打开工单' }).click()
    await page.waitForURL('**/tickets/*')
    await page.getByRole('button', { name: /^未派\s*网络组/ }).click()
    await page.getByRole('button', { name: '我（' }).click()
    const flow = page.getByRole('list', { name: '工单进程' })
    const now = (step: string) => flow.locator('[aria-current=step]', { hasText: step }).waitFor()
    await now('已派')
    await page.getByRole('button', { name: '受理', exact: true }).click()
    await now('处理中')
    await page.getByRole('button', { name: '标记已解决' }).click()
    await page.getByRole('dialog').getByRole('button', { name: '标记已解决' }).click()
    await now('已解决')
    const [ticket] = await demo.all<Ticket>('/tickets?channel=alarm')
    expect(ticket).toMatchObject({ state: 'resolved', assignee: { name: expect.any(String) } })
    expect(complaints.filter((text) => !text.includes('401'))).toEqual([])
  })

  it('tries a check before it is kept, and shows how it stands', async () => {
    await page.getByRole('navigation', { name: '模块' }).getByRole('link', { name: '拨测' }).click()
    await page.getByRole('button', { name: '添加拨测' }).first().click()
    const dialog = page.getByRole('dialog', { name: '添加拨测' })
    await dialog.getByLabel('名称').fill('门户网站')
    await dialog.getByLabel('网址').fill(`${demo.url}/api/health`)
    await dialog.getByRole('button', { name: '先试一次' }).click()
    await dialog.getByText(/^试得：应答/).waitFor()
    await dialog.getByRole('button', { name: '保存' }).click()
    await page.waitForURL('**/checks/chk_*')
    await page.getByRole('heading', { level: 1, name: '门户网站' }).waitFor()
    await page.getByRole('button', { name: '立即执行' }).click()
    await page.getByText(/^已执行：应答/).waitFor()
    await page.locator('.objhead').getByText('正常').waitFor()
    expect(complaints.filter((text) => !text.includes('401'))).toEqual([])
  })

  it('records which outlet is on a port, and finds it by its code', async () => {
    const { id } = (await demo.all<Device>('/devices?role=access-switch'))[0]!
    await page.goto(`${demo.url}/devices/${id}`)
    await page.getByRole('button', { name: '登记信息点' }).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByLabel('编号').fill('3F-A-012')
    await dialog.getByLabel('使用人').fill('预算科')
    await dialog.getByRole('button', { name: '保存' }).click()
    await page.locator('.pd').getByRole('link', { name: '3F-A-012' }).click()
    await page.waitForURL('**/points?*')
    await page.getByRole('button', { name: '3F-A-012', exact: true }).click()
    await dialog.getByText('预算科').waitFor()
  })

  /** What has colours of its own; the others share theirs with these. */
  const likeNoOther = new Set(['signin', 'overview', 'link', 'device', 'alarms', 'windows', 'rosters', 'service', 'room', 'tickets', 'ticket']) // prettier-ignore

  it('keeps a policy of incidents, and asks before it is removed', async () => {
    const name = '重要告警十分钟后建单'
    await page.goto(`${demo.url}/conditions?view=policies`)
    await page.getByRole('button', { name: '添加策略' }).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByLabel('名称').fill(name)
    await dialog.getByLabel('重要', { exact: true }).check()
    await dialog.getByLabel('建单').selectOption('after')
    await dialog.getByLabel('分钟').fill('10')
    await dialog.getByRole('button', { name: '保存' }).click()
    const row = page.getByRole('row', { name })
    await row.getByText('10 分钟后仍未恢复再建单').waitFor()
    await row.getByRole('button', { name: '删除' }).click()
    await dialog.getByText(`删除策略“${name}”？`).waitFor()
    await dialog.getByRole('button', { name: '删除' }).click()
    await row.waitFor({ state: 'detached' })
  })

  it('tries a share of a group against the states there were', async () => {
    await page.goto(`${demo.url}/conditions?view=rules`)
    // An empty list offers the same under itself.
    await page.getByRole('button', { name: '添加规则' }).first().click()
    const dialog = page.getByRole('dialog')
    await dialog.getByLabel('方式').selectOption('group')
    await dialog.getByLabel('成员', { exact: true }).selectOption('link')
    await dialog.getByRole('button', { name: '用过去 7 天试算' }).click()
    await dialog.locator('.trial b').waitFor()
    await dialog.getByRole('button', { name: '取消' }).click()
  })

  describe.each(['light', 'dark'] as const)('in %s', (colorScheme) => {
    const paths: [string, () => Promise<string> | string][] = [
      ['signin', () => '/signin'],
      ['overview', () => '/'],
      ['links', () => '/links'],
      ['link', () => `/links/${link.id}`],
      ['devices', () => '/devices'],
      ['device', async () => `/devices/${(await demo.all<Device>('/devices?role=core-router'))[0]!.id}`],
      ['explain', async () => `/devices/${(await demo.all<Device>('/devices?role=core-router'))[0]!.id}/explain`], // prettier-ignore
      ['profiles', () => '/profiles'],
      ['unrecognised', () => '/profiles?view=unknown'],
      ['points', () => '/points'],
      ['sensor', async () => { const { deviceId, key } = await aSensor(); return `/devices/${deviceId}?sensor=${encodeURIComponent(key)}` }], // prettier-ignore
      ['alarms', () => '/alarms'],
      ['alarm', async () => `/alarms/${(await demo.all<Alarm>('/alarms'))[0]!.id}`],
      ['conditions', () => '/conditions'],
      ['windows', () => '/windows'],
      ['window-list', () => '/windows?view=list'],
      ['messages', () => '/notifications'],
      ['rosters', () => '/notifications?view=rosters'],
      ['logs', () => '/logs'],
      ['availability', () => '/availability'],
      ['weak-points', () => '/?view=weak'],
      ['services', () => '/services'],
      ['service', async () => `/services/${(await demo.all<BusinessService>('/services'))[0]!.id}`],
      ['rooms', () => '/rooms'],
      ['room', async () => `/rooms/${(await demo.all<Room>('/rooms'))[0]!.id}`],
      ['performance', () => '/performance'],
      ['checks', () => '/checks'],
      ['check', async () => `/checks/${(await demo.all<Check>('/checks'))[0]!.id}`],
      ['tickets', () => '/tickets'],
      ['ticket', async () => `/tickets/${(await demo.all<Ticket>('/tickets'))[0]!.id}`],
      ['demo', () => '/demo'],
    ]

    const isShown = ([name]: (typeof paths)[number]) =>
      colorScheme === 'light' || process.env.LONG !== undefined || likeNoOther.has(name)
    it.each(paths.filter(isShown))('%s has no serious barrier', async (name, pathOf) => {
      const signedOut = name === 'signin'
      const tab = await (
        signedOut ? await browser.newContext({ viewport: laptop, locale: 'zh-CN' }) : context
      ).newPage()
      const refused: string[] = []
      tab.on('response', (answer) => {
        if (!signedOut && answer.status() >= 400) refused.push(`${answer.status()} ${answer.url()}`)
      })
      try {
        await tab.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
        await tab.goto(demo.url + (await pathOf()))
        await settled(tab)
        expect(await barriers(tab, colorScheme === 'dark' ? colours : null)).toEqual([])
        expect(refused).toEqual([])
        if (process.env.SCREENS) await picture(tab, `${name}-${colorScheme}`)
      } finally {
        await (signedOut ? tab.context() : tab).close()
      }
    })
  })

  async function picture(tab: Page, name: string): Promise<void> {
    for (const viewport of [laptop, phone]) {
      await tab.setViewportSize(viewport)
      await tab.reload()
      await settled(tab)
      const { width, height } = viewport
      await tab.screenshot({
        path: new URL(`../../screens/${name}-${width}x${height}.png`, import.meta.url).pathname,
      })
    }
  }
})
