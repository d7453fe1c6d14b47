/** Administration in a real browser, over a demo of a small province: the officers' work, and somebody else's eyes. */
import type { Topology } from '@zongheng/server/api.ts'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { barriers, colours, settled } from './barriers.ts'
import { isMissing, launch, why } from './browser.ts'
import { Demo, until, type DemoAccount } from './demo.ts'

const laptop = { width: 1366, height: 768 }
const phone = { width: 390, height: 844 }
const province = '宁夏'
const root = '宁夏回族自治区'
const patienceMs = 30_000
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 })

describe.skipIf(isMissing)(`administration${isMissing ? ` (skipped: ${why})` : ''}`, () => {
  let demo: Demo
  let browser: Browser
  let system: Page
  let security: Page
  let newcomer: Page
  let keeper: Page
  /** The password that the newcomer was given. */
  let given: string
  const complaints: string[] = []

  beforeAll(async () => {
    ;[demo, browser] = await Promise.all([Demo.start(province), launch()])
    ;[system, security, keeper] = await Promise.all([
      signedIn(demo.account('system-admin')),
      signedIn(demo.account('security-admin')),
      signedIn(demo.account('network-admin')),
    ])
  })
  afterAll(async () => {
    await browser?.close()
    await demo?.stop()
  })

  async function signingIn({
    username,
    password,
  }: Pick<DemoAccount, 'username' | 'password'>): Promise<Page> {
    const context = await browser.newContext({
      viewport: laptop,
      locale: 'zh-CN',
      timezoneId: 'Asia/Shanghai',
    })
    context.setDefaultTimeout(patienceMs)
    const page = await context.newPage()
    page.on('pageerror', (error) => complaints.push(String(error)))
    await page.goto(`${demo.url}/signin`)
    await page.getByLabel('账号').fill(username)
    await page.getByLabel('密码', { exact: true }).fill(password)
    await page.getByRole('button', { name: '登录', exact: true }).click()
    return page
  }

  async function signedIn(account: DemoAccount): Promise<Page> {
    const page = await signingIn(account)
    await page.getByRole('navigation', { name: '模块' }).waitFor()
    return page
  }

  it('lets officers start with their own work', async () => {
    await system.getByRole('heading', { level: 1, name: '用户' }).waitFor()
    await security.getByRole('heading', { level: 1, name: '权限' }).waitFor()
  })

  it('creates an account whose password is shown once', async () => {
    await system.getByRole('button', { name: '新建用户' }).click()
    const dialog = system.getByRole('dialog')
    await dialog.getByLabel('姓名').fill('欧阳文博')
    await dialog.getByLabel('用户名').fill('ouyangwenbo')
    await dialog.getByLabel('岗位').fill('网络运维')
    await dialog.getByRole('button', { name: '新建', exact: true }).click()
    await dialog.getByText('首次登录要改密码').waitFor()
    given = await dialog.locator('.once code').innerText()
    expect(given.length).toBeGreaterThan(8)
    await dialog.getByRole('link', { name: '打开用户页' }).click()
    await system.getByRole('heading', { level: 1, name: '欧阳文博' }).waitFor()
    await system.getByText('还没有授权').waitFor()
    expect(await system.getByText(given).count()).toBe(0)
  })

  it('edits the staff directory where it stands, and marks what ends soon', async () => {
    await system.getByRole('button', { name: '编辑 证书' }).click()
    const form = system.getByRole('form', { name: '证书' })
    await form.getByLabel('名称').fill('HCIE-Datacom')
    await form.getByLabel('到期').fill('2020-01-31')
    await form.getByRole('button', { name: '保存' }).click()
    await system.getByText('已过期').waitFor()
  })

  it('explains that officers exclude one another before it is refused', async () => {
    await security.getByRole('button', { name: '授予权限' }).click()
    const dialog = security.getByRole('dialog', { name: '授予权限' })
    await dialog.getByRole('combobox', { name: '用户' }).fill('王建国')
    await dialog.getByRole('option', { name: /王建国/ }).click()
    await dialog.getByText(/王建国已是审计管理员。三员互斥/).waitFor()
    expect(await dialog.getByRole('button', { name: '授予', exact: true }).isDisabled()).toBe(true)
    await security.keyboard.press('Escape')
  })

  it('grants a role, tells why it holds, and takes it back', async () => {
    await security.getByRole('button', { name: '授予权限' }).click()
    const dialog = security.getByRole('dialog', { name: '授予权限' })
    await dialog.getByRole('combobox', { name: '用户' }).fill('ouyang')
    await security.keyboard.press('ArrowUp')
    await dialog.getByRole('option', { name: /欧阳文博/ }).waitFor()
    await security.keyboard.press('Enter')
    await dialog.getByLabel('角色').selectOption('engineer')
    await dialog.getByRole('button', { name: '授予', exact: true }).click()
    const row = security.getByRole('row').filter({ hasText: '欧阳文博' })
    await row.getByText(`工程师，在${root}`).waitFor()
    await row.getByRole('link').click()
    await security.getByRole('button', { name: '收回' }).click()
    await security.getByRole('dialog').getByRole('button', { name: '收回' }).click()
    await security.getByText('还没有授权').waitFor()
  })

  it('tells a newcomer whom to ask, and opens by itself with the first grant', async () => {
    newcomer = await signingIn({ username: 'ouyangwenbo', password: given })
    await newcomer.getByText('至少 10 位').waitFor()
    await newcomer.getByLabel('新密码').fill('Wolken-Berg-26')
    await newcomer.getByLabel('再输一次').fill('Wolken-Berg-26')
    await newcomer.getByRole('button', { name: '更改并进入' }).click()
    await newcomer.getByRole('heading', { level: 1, name: '你还没有角色' }).waitFor()

    await security.getByRole('button', { name: '授予', exact: true }).click()
    const dialog = security.getByRole('dialog')
    await dialog.getByLabel('角色').selectOption('observer')
    await dialog.getByRole('button', { name: '授予', exact: true }).click()
    await newcomer.getByRole('heading', { level: 1, name: `${root}各地` }).waitFor()
    await newcomer.getByRole('link', { name: '银川市' }).click()
    await newcomer.getByRole('heading', { level: 1, name: '银川市各地' }).waitFor()
    await newcomer.goto(`${demo.url}/links`)
    await newcomer.getByRole('heading', { level: 1, name: '你不能查看“链路”' }).waitFor()
  })

  it('shows the console with the eyes of another, read-only, until it ends', async () => {
    await security.goto(`${demo.url}/users?q=${encodeURIComponent('赵磊')}`)
    await security.getByRole('link', { name: '赵磊' }).click()
    await security.getByRole('button', { name: '以此人视角查看' }).click()
    const dialog = security.getByRole('dialog')
    expect(await dialog.getByRole('button', { name: '开始查看' }).isDisabled()).toBe(true)
    await dialog.getByLabel(/原因/).fill('核对他看得到的范围')
    await dialog.getByRole('button', { name: '开始查看' }).click()
    const banner = security.getByText('正以 赵磊 的视角查看')
    await banner.waitFor()
    const modules = security.getByRole('navigation', { name: '模块' })
    await modules.getByRole('link', { name: '链路' }).waitFor()
    expect(await modules.getByRole('link', { name: '权限' }).count()).toBe(0)
    await security.getByRole('button', { name: '结束查看' }).click()
    await security.getByRole('heading', { level: 1, name: '赵磊' }).waitFor()
    expect(await banner.count()).toBe(0)
  })

  it('says what follows when the province takes a county over, and gives it back', async () => {
    await system.goto(`${demo.url}/regions`)
    const row = system.getByRole('row').filter({ hasText: '永宁县' })
    const dialog = system.getByRole('dialog')
    for (const [action, now] of [
      [`改由${root}管理`, '省管县'],
      ['归还银川市', '银川市'],
    ] as const) {
      await row.getByRole('button', { name: action }).click()
      await dialog.getByText('行政隶属不变').waitFor()
      await dialog.getByLabel(/原因/).fill('试点')
      await dialog.getByRole('button', { name: action }).click()
      await dialog.waitFor({ state: 'hidden' })
      await row.getByText(now).first().waitFor()
    }
  })

  it('changes the policy, and names the change before it is saved', async () => {
    await security.goto(`${demo.url}/policy`)
    await security.getByLabel('最短长度').fill('12')
    await security.getByText('最短长度：10 → 12').waitFor()
    await security.getByRole('button', { name: '保存' }).click()
    await security.getByText('策略已生效').waitFor()
    await security.reload()
    await expect.poll(() => security.getByLabel('最短长度').inputValue()).toBe('12')
  })

  it('says whom a clock tells, of what, and takes it back', async () => {
    await keeper.goto(`${demo.url}/desk-rules?view=escalations`)
    await keeper.getByRole('button', { name: '新建升级规则' }).click()
    const dialog = keeper.getByRole('dialog', { name: '新建升级规则' })
    expect(await dialog.getByRole('button', { name: '保存' }).isDisabled()).toBe(true)
    await dialog.getByLabel('名称').fill('请求超时转上级')
    for (const name of ['请求', 'P2', '服务承诺', '解决'])
      await dialog.getByRole('checkbox', { name, exact: true }).check()
    const late = dialog.getByRole('group', { name: '用去 100 % 时' })
    await late.getByRole('checkbox', { name: '负责人' }).check()
    await late.getByRole('combobox').selectOption({ label: '上一级班组' })
    await dialog.getByRole('button', { name: '保存' }).click()
    await dialog.waitFor({ state: 'hidden' })
    const row = keeper.getByRole('row').filter({ hasText: '请求超时转上级' })
    await row.getByText('请求 · P2 · 服务承诺 · 解决').waitFor()
    await row.getByText('100 % 通知负责人，转上一级班组').waitFor()
    await row.getByRole('button', { name: '停用 请求超时转上级' }).click()
    await keeper.getByRole('dialog').getByRole('button', { name: '停用', exact: true }).click()
    await row.waitFor({ state: 'detached' })
  })

  it('keeps a target for what was chosen, and a number of the hotline by region', async () => {
    await keeper.goto(`${demo.url}/desk-rules`)
    await keeper.getByRole('button', { name: '新建时限' }).click()
    const dialog = keeper.getByRole('dialog', { name: '新建时限' })
    await dialog.getByLabel('名称').fill('县里的专线')
    await dialog.getByText('更多条件').click()
    for (const name of ['县', 'MSTP', 'PON'])
      await dialog.getByRole('checkbox', { name, exact: true }).check()
    await dialog.getByRole('button', { name: '保存' }).click()
    const target = keeper.getByRole('row').filter({ hasText: '县里的专线' })
    await target.getByText('事件、请求 · 县 · MSTP、PON').waitFor()

    await keeper.goto(`${demo.url}/desk-rules?view=hotline`)
    const number = keeper.getByLabel('号码', { exact: true })
    await number.fill('0951-12345')
    await keeper.getByRole('button', { name: '保存' }).click()
    const row = keeper.getByRole('row').filter({ hasText: '0951-12345' })
    await row.getByRole('button', { name: `删除${root}的号码` }).click()
    await row.waitFor({ state: 'detached' })
    await keeper.getByRole('button', { name: '撤销' }).click()
    await row.click()
    expect(await number.inputValue()).toBe('0951-12345')
  })

  it('finds what stands in a network, and takes over what is new', async () => {
    const [device] = await demo.all<{ id: string; name: string; address: string; port: number }>(
      '/devices?role=environment',
    )
    const { id, address, port, name } = device!
    await keeper.goto(`${demo.url}/devices`)
    await keeper.evaluate((path) => fetch(path, { method: 'DELETE' }), `/api/v1/devices/${id}`)
    await keeper.getByRole('link', { name: '设备发现' }).click()
    await keeper.getByRole('button', { name: '发现设备' }).click()
    const dialog = keeper.getByRole('dialog', { name: '发现设备' })
    await dialog.getByLabel('名称').fill('机房网段')
    await dialog.getByLabel('网段', { exact: true }).fill(address)
    await dialog.getByLabel('团体字').fill('public')
    await dialog.getByText('更多选项').click()
    await dialog.getByLabel('SNMP 端口').fill(String(port))
    await dialog.getByRole('button', { name: '开始发现' }).click()
    await keeper.getByText('已询问 1 个地址，1 个有应答，识别出 1 台设备').waitFor()
    const row = keeper.getByRole('row').filter({ hasText: address })
    await row.getByText('新设备').waitFor()
    await row.getByLabel('名称').fill(`${name}（新）`)
    await keeper.getByRole('button', { name: '全部接受' }).click()
    await keeper.getByText('没有待处理的').waitFor()
    await keeper.getByRole('button', { name: '已接受' }).click()
    await keeper.getByRole('link', { name: `${name}（新）` }).click()
    await keeper.getByRole('heading', { level: 1, name: `${name}（新）` }).waitFor()
  })

  it('draws who stands opposite whom, and puts right what is not as recorded', async () => {
    const { connections } = await until('a circuit is seen', async () => {
      const topology = await demo.get<Topology>('/topology')
      return topology.connections.some(({ standing }) => standing === 'recorded') && topology
    })
    const [circuit] = connections.find(({ standing, a }) => standing === 'recorded' && a.says.bandwidthBps)!
      .circuits as [{ id: string; name: string }]
    await keeper.goto(`${demo.url}/topology`)
    await keeper.locator('.svelte-flow__node').first().press('Enter')
    await keeper.getByRole('complementary', { name: '选中的内容' }).getByText('已登记').first().waitFor()
    const body = JSON.stringify({ bandwidthBps: 7e6 })
    await keeper.evaluate(([path, json]) => fetch(path!, { method: 'PATCH', headers: { 'content-type': 'application/json' }, body: json! }), [`/api/v1/circuits/${circuit.id}`, body]) // prettier-ignore
    await keeper.goto(`${demo.url}/topology?view=differences`)
    const line = keeper.getByRole('listitem').filter({ hasText: circuit.name })
    await line.getByText('登记为 7M').waitFor()
    await line.getByRole('button', { name: '按描述修改' }).click()
    await line.waitFor({ state: 'detached' })
  })

  const pages: [string, 'system' | 'security' | 'newcomer' | 'keeper', string][] = [
    ['summary', 'newcomer', '/summary'],
    ['no access', 'newcomer', '/audit'],
    ['users', 'system', '/users'],
    ['user', 'security', '/users?q=chenjing'],
    ['teams', 'system', '/teams'],
    ['regions', 'system', '/regions'],
    ['access', 'security', '/access'],
    ['grants', 'security', '/access/grants'],
    ['roles', 'security', '/access/roles'],
    ['policy', 'security', '/policy'],
    ['provider', 'security', '/policy/providers?new=ldap'],
    ['discovery', 'keeper', '/discovery?new=1'],
    ['topology', 'keeper', '/topology'],
    ['differences', 'keeper', '/topology?view=differences'],
    ...['targets', 'calendars', 'escalations', 'answers', 'mail', 'hotline'].map(
      (view): [string, 'keeper', string] => [`desk-rules ${view}`, 'keeper', `/desk-rules?view=${view}`],
    ),
  ]
  it.each(pages)('%s has no serious barrier, by day and by night', async (name, who, path) => {
    const page = { system, security, newcomer, keeper }[who]
    await page.emulateMedia({ colorScheme: 'light', reducedMotion: 'reduce' })
    await page.goto(demo.url + path)
    await settled(page)
    if (name === 'user') {
      await page.getByRole('link', { name: '陈静' }).click()
      await page.getByRole('heading', { level: 1, name: '陈静' }).waitFor()
    }
    const found = await barriers(page)
    if (process.env.SCREENS) await picture(page, `${name}-light`)
    // Only the colours differ.
    await page.emulateMedia({ colorScheme: 'dark', reducedMotion: 'reduce' })
    found.push(...(await barriers(page, colours)))
    if (process.env.SCREENS) await picture(page, `${name}-dark`)
    expect(found).toEqual([])
  })

  it('complains of nothing', () => expect(complaints).toEqual([]))

  async function picture(page: Page, name: string): Promise<void> {
    for (const viewport of [laptop, phone]) {
      await page.setViewportSize(viewport)
      await page.reload()
      await settled(page)
      const { width, height } = viewport
      await page.screenshot({
        path: new URL(`../../screens/${name}-${width}x${height}.png`, import.meta.url).pathname,
      })
    }
    await page.setViewportSize(laptop)
  }
})
