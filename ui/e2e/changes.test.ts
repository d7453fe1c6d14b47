/** A change in a real browser: one drafts and carries it out, another approves and reviews it; its maintenance window comes and goes. */
import type { ChangeDetail, Link, MaintenanceWindow } from '@zongheng/server/api.ts'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { isMissing, launch, why } from './browser.ts'
import { Demo, until } from './demo.ts'

const province = '宁夏'
vi.setConfig({ testTimeout: 120_000, hookTimeout: 240_000 })

describe.skipIf(isMissing)(`a change${isMissing ? ` (skipped: ${why})` : ''}`, () => {
  let demo: Demo
  let browser: Browser
  let engineer: Page
  let manager: Page
  let link: Link
  const complaints: string[] = []

  async function signedIn({ username, password }: { username: string; password: string }): Promise<Page> {
    const context = await browser.newContext({ locale: 'zh-CN', timezoneId: 'Asia/Shanghai' })
    context.setDefaultTimeout(30_000)
    const page = await context.newPage()
    page.on('pageerror', (error) => complaints.push(String(error)))
    await page.goto(`${demo.url}/signin`)
    await page.getByLabel('账号').fill(username)
    await page.getByLabel('密码', { exact: true }).fill(password)
    await page.getByRole('button', { name: '登录' }).click()
    await page.waitForURL((url) => !url.pathname.startsWith('/signin'))
    return page
  }

  beforeAll(async () => {
    ;[demo, browser] = await Promise.all([Demo.start(province), launch()])
    engineer = await signedIn(demo.account('engineer'))
    manager = await signedIn(demo)
    const links = await until('links', async () => {
      const all = await demo.all<Link>('/links')
      return all.length > 0 && all
    })
    link = links.find(({ tier, name }) => tier === 'county' && name.startsWith('银川'))!
  })
  afterAll(async () => {
    await browser?.close()
    await demo?.stop()
  })

  const change = (id: string) => demo.get<ChangeDetail>(`/changes/${id}`)
  const windowsOf = async ({ ticket }: ChangeDetail) =>
    (await demo.all<MaintenanceWindow>('/windows')).filter(({ reference }) => reference === ticket.number)
  const idOf = (page: Page) => new URL(page.url()).pathname.split('/').pop()!

  it('goes from its draft, with what it would cut in sight, to its review', async () => {
    await engineer.goto(`${demo.url}/changes/new`)
    await engineer.getByLabel('标题').fill('更换接入路由器')
    await engineer.getByLabel('涉及对象').fill(link.name)
    await engineer.getByRole('button', { name: `链路 ${link.name}`, exact: true }).click()
    await engineer.getByLabel('原因').fill('设备老化')
    await engineer.getByLabel('实施步骤').fill('更换并核对配置')
    await engineer.getByLabel('验证方法').fill('检查端口和业务')
    await engineer.getByLabel('回退办法').fill('换回原路由器')
    const risk = engineer.getByRole('complementary', { name: '风险与影响' })
    await risk.getByText('会中断').waitFor()
    await engineer.getByLabel('任务，每行一项').fill('备份配置')
    await engineer.getByRole('button', { name: '保存并提交' }).click()
    await engineer.waitForURL('**/changes/tkt_*')
    const id = idOf(engineer)

    await engineer.getByRole('button', { name: '完成评估，送审' }).click()
    await engineer.locator('.objhead').getByText('已评估').waitFor()
    expect(await windowsOf(await change(id))).toEqual([])
    await manager.goto(`${demo.url}/changes/${id}`)
    await manager.getByRole('button', { name: '同意', exact: true }).click()
    await manager.locator('.objhead').getByText('已排期').waitFor()
    expect(await windowsOf(await change(id))).toMatchObject([{ source: 'change', cancelledAt: null }])

    await engineer.getByRole('button', { name: '开始实施' }).click()
    const early = engineer.getByRole('dialog')
    await early.getByText('提前实施').waitFor()
    await early.getByRole('button', { name: '开始实施' }).click()
    const task = engineer.locator('.aside').filter({ hasText: '备份配置' })
    await task.getByRole('button', { name: '完成', exact: true }).click()
    await engineer.getByRole('button', { name: '实施结束' }).click()
    await engineer.getByRole('dialog').getByRole('button', { name: '实施结束' }).click()
    await engineer.locator('.objhead').getByText('复核中').waitFor()
    expect(await windowsOf(await change(id))).toMatchObject([{ cancelledAt: expect.any(Number) }])

    await manager.getByRole('button', { name: '复核并关闭' }).click()
    await manager.getByLabel('复核意见').fill('按计划完成')
    await manager.getByRole('dialog').getByRole('button', { name: '复核并关闭' }).click()
    await manager.locator('.objhead').getByText('已关闭').waitFor()
    expect(await change(id)).toMatchObject({ outcome: 'successful', review: '按计划完成' })
    expect(complaints).toEqual([])
  })
})
