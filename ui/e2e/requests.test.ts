/** From the order on a phone over approval and tasks to the signature on the phone, in a real browser. */
import type { Ticket } from '@zongheng/server/api.ts'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { isMissing, launch, why } from './browser.ts'
import { Demo, until } from './demo.ts'

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 })
const laptop = { width: 1366, height: 768 }
const phone = { width: 390, height: 844 }
const what = '/共享盘/决算汇总.xlsx'

describe.skipIf(isMissing)(`a request${isMissing ? ` (skipped: ${why})` : ''}`, () => {
  let demo: Demo
  let browser: Browser

  beforeAll(async () => {
    ;[demo, browser] = await Promise.all([Demo.start('宁夏'), launch()])
  })
  afterAll(async () => {
    await browser?.close()
    await demo?.stop()
  })

  async function as(role: string, viewport: typeof phone): Promise<Page> {
    const context = await browser.newContext({ locale: 'zh-CN', viewport })
    const { username, password } = demo.account(role)
    await context.request.post(`${demo.url}/api/v1/session`, { data: { username, password } })
    const page = await context.newPage()
    page.setDefaultTimeout(20_000)
    return page
  }
  const stateOf = async (id: string) => (await demo.get<Ticket>(`/tickets/${id}`)).state
  const isIn = (id: string, state: string) =>
    until(state, async () => (await stateOf(id)) === state || undefined)

  it('is ordered, approved, worked off, signed for on the phone, and closed', async () => {
    const requester = await as('requester', phone)
    await requester.goto(`${demo.url}/catalogue`)
    await requester.getByRole('link', { name: /数据恢复/ }).click()
    await requester.getByRole('combobox', { name: '数据类型', exact: true }).selectOption('文件')
    await requester.getByRole('textbox', { name: '名称或路径' }).fill(what)
    await requester.getByLabel('恢复到哪个时间点').fill('2026-11-20T09:00')
    await requester.getByRole('combobox', { name: '恢复到', exact: true }).selectOption('原位置')
    await requester.getByRole('textbox', { name: '原因' }).fill('误删')
    await requester.getByLabel('联系电话').fill('0951-6021234')
    await requester.getByRole('button', { name: '提交申请' }).click()
    await requester.waitForURL(/\/tickets\/tkt_/)
    const id = requester.url().match(/tkt_\w+/)![0]
    await isIn(id, 'approval')

    const manager = await as('network-admin', laptop)
    await manager.goto(`${demo.url}/approvals`)
    const asked = manager.getByRole('article').filter({ hasText: what })
    await asked.getByRole('button', { name: '同意' }).click()
    await asked.waitFor({ state: 'detached' })
    await isIn(id, 'in_progress')

    await manager.goto(`${demo.url}/tickets/${id}`)
    const tasks = manager.getByRole('region', { name: '任务' })
    for (let left = 3; left > 0; left--) {
      await tasks.getByText(`${3 - left} / 3`).waitFor()
      await tasks.getByRole('button', { name: '完成', exact: true }).click()
    }
    await tasks.getByText('3 / 3').waitFor()
    await isIn(id, 'fulfilled')

    await requester.getByRole('button', { name: '情况' }).click()
    const receipt = requester.getByRole('region', { name: '申请内容' })
    await receipt.getByRole('textbox', { name: '签收人' }).fill('李明')
    const pad = receipt.getByRole('img', { name: '请在此手写签名' })
    await pad.scrollIntoViewIfNeeded()
    const { x, y } = (await pad.boundingBox())!
    await requester.mouse.move(x + 20, y + 20)
    await requester.mouse.down()
    await requester.mouse.move(x + 120, y + 60, { steps: 4 })
    await requester.mouse.up()
    await receipt.getByRole('button', { name: '签收', exact: true }).click()
    await receipt.getByText(/李明 已签收/).waitFor()
    await isIn(id, 'closed')
    expect(await demo.get(`/tickets/${id}/request`)).toMatchObject({ receipt: { name: '李明' } })
  })
})
