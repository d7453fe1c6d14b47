/** An agent's workspace in a real browser: by keys alone, two at one ticket, what people do together. `SCREENS=1` leaves pictures. */
import type { Region, Ticket, TicketDetail } from '@zongheng/server/api.ts'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { barriers, levelAA } from './barriers.ts'
import { isMissing, launch, why } from './browser.ts'
import { Demo, until } from './demo.ts'

vi.setConfig({ testTimeout: 60_000, hookTimeout: 240_000 })
const laptop = { width: 1366, height: 768 }
const phone = { width: 390, height: 844 }
const note = { name: '现场记录.txt', mimeType: 'text/plain', buffer: Buffer.from('光衰 -28 dBm') }

describe.skipIf(isMissing)(`the desk${isMissing ? ` (skipped: ${why})` : ''}`, () => {
  let demo: Demo
  let browser: Browser
  /** Of the province's desk, and of its network team. */
  let agent: Page
  let engineer: Page
  let county: Region

  beforeAll(async () => {
    ;[demo, browser] = await Promise.all([Demo.start('宁夏'), launch()])
    county = (await demo.all<Region>('/regions')).find(({ tier }) => tier === 'county')!
    ;[agent, engineer] = await Promise.all([as('agent'), as('network-admin')])
  })
  afterAll(async () => {
    await browser?.close()
    await demo?.stop()
  })

  async function as(role: string, viewport = laptop): Promise<Page> {
    const context = await browser.newContext({ locale: 'zh-CN', timezoneId: 'Asia/Shanghai', viewport })
    const { username, password } = demo.account(role)
    await context.request.post(`${demo.url}/api/v1/session`, { data: { username, password } })
    const page = await context.newPage()
    page.setDefaultTimeout(15_000)
    return page
  }

  /** A report of a county that the agent wrote down. */
  async function reported(title: string): Promise<Ticket> {
    const data = { title, description: '现场报来', regionId: county.id, impact: 2, urgency: 2, channel: 'phone' } // prettier-ignore
    const answer = await agent.request.post(`${demo.url}/api/v1/tickets`, { data })
    return (await answer.json()) as Ticket
  }
  const ticketOf = (id: string) => demo.get<TicketDetail>(`/tickets/${id}`)
  const isIn = (id: string, state: string) =>
    until(state, async () => (await ticketOf(id)).state === state || undefined)
  const heading = (page: Page, name: string) => page.getByRole('heading', { level: 1, name }).waitFor()
  async function open(page: Page, { id, title }: Ticket) {
    await page.goto(`${demo.url}/tickets/${id}?tab=all`)
    await heading(page, title)
  }
  const box = (page: Page) => page.getByRole('textbox', { name: /内部备注|回复报障人/ })
  const row = ({ id }: Ticket) => agent.locator(`[data-ticket="${id}"]`)
  const dialog = (page: Page) => page.getByRole('dialog')
  /** By the keyboard, from the row that has the focus. */
  async function walkTo(page: Page, id: string) {
    for (let step = 0; step < 40; step++) {
      await page.keyboard.press('j')
      if (await page.evaluate((one) => (document.activeElement as HTMLElement).dataset.ticket === one, id))
        return
    }
    throw new Error(`${id} is not in the queue`)
  }
  /** Out of a field: where words are offered, the first Escape is theirs. */
  const leave = (page: Page) =>
    until('the field is left', async () => {
      await page.keyboard.press('Escape')
      return (await page.evaluate(() => document.activeElement?.tagName !== 'INPUT')) || undefined
    })
  async function does(page: Page, action: string) {
    await page.keyboard.press('.')
    await page.getByRole('dialog', { name: '更多操作' }).getByRole('button', { name: action }).click()
  }

  it('is worked by the keyboard alone, from the queue to the next ticket', async () => {
    const { keyboard } = agent
    const [mine, other] = [await reported('二楼会议室没有网络'), await reported('门禁终端离线')]
    await agent.goto(`${demo.url}/tickets?tab=all`)
    await row(mine).waitFor()
    await agent.waitForURL(/tkt_/)
    await keyboard.press('?')
    await agent.getByRole('dialog', { name: '键盘操作' }).waitFor()
    await keyboard.press('Escape')
    await agent.getByRole('dialog', { name: '键盘操作' }).waitFor({ state: 'hidden' })
    await walkTo(agent, mine.id)
    await keyboard.press('Enter')
    await heading(agent, mine.title)
    await keyboard.press('i')
    await agent.locator('.assign', { hasText: '张丽' }).waitFor()
    await keyboard.press('m')
    await isIn(mine.id, 'in_progress')
    await keyboard.press('n')
    await keyboard.type('交换机端口没有亮灯')
    await keyboard.press('Control+Enter')
    await until('the note', async () => (await box(agent).inputValue()) === '' || undefined)
    await keyboard.press('Escape')
    await keyboard.press('t')
    await keyboard.type('端口')
    await keyboard.press('Enter')
    await agent.getByRole('button', { name: '去掉标签 端口' }).waitFor()
    await leave(agent)
    await keyboard.press('m')
    await dialog(agent).waitFor()
    await keyboard.type('网线插错了端口')
    await keyboard.press('Control+Enter')
    await isIn(mine.id, 'resolved')
    await keyboard.press('Control+k')
    await keyboard.type(other.number)
    await agent.getByRole('option', { name: new RegExp(other.title) }).waitFor()
    await keyboard.press('Enter')
    await heading(agent, other.title)
    const made = await ticketOf(mine.id)
    expect(made).toMatchObject({ tags: ['端口'], assignee: { name: '张丽' }, resolution: '网线插错了端口' })
    expect(made.timeline.some(({ text }) => text === '交换机端口没有亮灯')).toBe(true)
  })

  it('loses nothing that two write at once, and each sees the other', async () => {
    const ticket = await reported('视频会议掉线')
    await Promise.all([open(agent, ticket), open(engineer, ticket)])
    await agent.getByText('陈静也在看').waitFor()
    await Promise.all([agent, engineer].map((page) => page.keyboard.press('f')))
    for (const [page, who] of [
      [agent, '服务台'],
      [engineer, '网络组'],
    ] as const)
      // prettier-ignore
      await dialog(page).getByRole('textbox', { name: '标题' }).fill(`视频会议掉线（${who}）`)
    await dialog(engineer).getByRole('textbox', { name: '说明' }).fill('网络组看到会控日志')
    await dialog(agent).getByRole('button', { name: '保存' }).click()
    await dialog(agent).waitFor({ state: 'hidden' })
    await dialog(engineer).getByRole('button', { name: '保存' }).click()
    await dialog(engineer)
      .getByRole('group', { name: '对方保存的' })
      .getByText('视频会议掉线（服务台）')
      .waitFor()
    expect(await dialog(engineer).getByRole('textbox', { name: '标题' }).inputValue()).toBe(
      '视频会议掉线（网络组）',
    )
    if (process.env.SCREENS) await engineer.screenshot({ path: 'screens/desk-conflict.png' })
    await dialog(engineer).getByRole('button', { name: '用对方的' }).click()
    await dialog(engineer).getByRole('button', { name: '保存' }).click()
    await dialog(engineer).waitFor({ state: 'hidden' })
    expect(await ticketOf(ticket.id)).toMatchObject({
      title: '视频会议掉线（服务台）',
      description: '网络组看到会控日志',
    })

    await box(engineer).fill('网络组的话')
    await agent.getByText('陈静正在写').waitFor()
    await box(agent).fill('服务台的话')
    await Promise.all([agent, engineer].map((page) => page.getByRole('button', { name: /发送/ }).click()))
    for (const page of [agent, engineer])
      for (const words of ['网络组的话', '服务台的话']) await page.getByText(words, { exact: true }).waitFor()
    const said = (await ticketOf(ticket.id)).timeline.map(({ text }) => text)
    expect(said).toEqual(expect.arrayContaining(['网络组的话', '服务台的话']))
  })

  it('goes up when the tier above takes it, is split and merged', async () => {
    const [ticket, twin] = [await reported('上联光路不通'), await reported('上联光路不通又一张')]
    await open(agent, ticket)
    await agent.keyboard.press('e')
    await dialog(agent).getByRole('radio', { name: /网络组/ }).last().check() // prettier-ignore
    await dialog(agent).getByRole('textbox').fill('需要查城域网')
    await dialog(agent).getByRole('button', { name: '升级' }).click()
    await dialog(agent).waitFor({ state: 'hidden' })
    await open(engineer, ticket)
    await engineer.getByRole('region', { name: '升级' }).getByRole('button', { name: '接手' }).click()
    await agent.getByText('接手升级').waitFor()

    await does(agent, '拆出一张')
    await dialog(agent).getByRole('textbox', { name: '标题' }).fill('另一件事：打印机')
    await dialog(agent).getByRole('button', { name: '拆出一张' }).click()
    await heading(agent, '另一件事：打印机')

    await open(agent, twin)
    await does(agent, '并入另一张')
    await dialog(agent).getByRole('searchbox').fill(ticket.number)
    await dialog(agent).getByRole('radio', { name: new RegExp(ticket.number) }).check() // prettier-ignore
    await dialog(agent).getByRole('button', { name: '并入' }).click()
    await heading(agent, ticket.title)
    expect((await ticketOf(twin.id)).mergedInto).toMatchObject({ id: ticket.id })
  })

  it('gives three to one, keeps a view, answers from what is ready, takes a file, undoes and closes', async () => {
    const three = [await reported('批量甲'), await reported('批量乙'), await reported('批量丙')]
    await agent.goto(`${demo.url}/tickets?tab=all&priority=P3`)
    await row(three[2]!).waitFor()
    await row(three[0]!).focus()
    await agent.keyboard.press('x')
    await agent.keyboard.press('J')
    await agent.keyboard.press('J')
    const bulk = agent.getByRole('region', { name: '批量处理' })
    await bulk.getByText('已选 3 张').waitFor()
    await bulk.getByRole('button', { name: '派给我' }).click()
    await agent.getByText('3 张已处理').waitFor()
    for (const { id } of three) expect((await ticketOf(id)).assignee?.name).toBe('张丽')

    await agent.getByRole('button', { name: '筛选' }).click()
    await agent.getByRole('textbox', { name: '视图名称' }).fill('批量的')
    await agent.getByRole('button', { name: '保存' }).click()
    await agent.getByRole('button', { name: '批量的', exact: true }).waitFor()
    await agent.goto(`${demo.url}/tickets?tab=all`)
    await agent.getByRole('button', { name: '筛选' }).click()
    await agent.getByRole('button', { name: '批量的', exact: true }).click()
    await agent.waitForURL(/priority=P3/)

    await agent.goto(`${demo.url}/desk-rules?view=answers`)
    await agent.getByRole('button', { name: '新建答复' }).click()
    await dialog(agent).getByLabel('名称').fill('收到')
    await dialog(agent).getByLabel('快捷词').fill('sd')
    await dialog(agent).getByRole('button', { name: '工单号' }).click()
    await dialog(agent).getByLabel('内容').press('End')
    await agent.keyboard.type(' 已收到，{agent.name}处理')
    await dialog(agent).getByRole('region', { name: '预览' }).getByText('已收到，张丽处理').waitFor()
    await dialog(agent).getByRole('button', { name: '保存' }).click()
    await agent.getByRole('cell', { name: '/sd' }).waitFor()

    const [ticket] = three
    await open(agent, ticket!)
    await agent.keyboard.press('/')
    await agent.getByRole('listbox').waitFor()
    await agent.keyboard.press('Escape')
    expect(await box(agent).inputValue()).toBe('')
    await agent.keyboard.type('/sd')
    await agent.getByRole('option', { name: '收到 常用答复 /sd' }).waitFor()
    await agent.keyboard.press('Enter')
    expect(await box(agent).inputValue()).toBe(`${ticket!.number} 已收到，张丽处理`)
    await box(agent).fill('')
    await agent.locator('.comp input[type=file]').setInputFiles(note)
    await agent.getByText(note.name).first().waitFor()
    await agent.keyboard.press('Escape')
    await agent.keyboard.press('m')
    await isIn(ticket!.id, 'in_progress')
    await agent.keyboard.press('m')
    await dialog(agent).getByRole('button', { name: '标记已解决' }).click()
    await agent.getByRole('button', { name: '撤销' }).click()
    await isIn(ticket!.id, 'in_progress')
    await agent.getByRole('button', { name: '标记已解决' }).click()
    await dialog(agent).getByRole('button', { name: '标记已解决' }).click()
    await agent.getByRole('button', { name: '关闭…' }).click()
    await dialog(agent).getByRole('button', { name: '关闭工单' }).click()
    await isIn(ticket!.id, 'closed')
  })

  it('says when a pause could have been, before it is asked for', async () => {
    await open(agent, await reported('机房门禁换锁'))
    await agent.getByRole('button', { name: '补记暂停' }).click()
    const pause = agent.getByRole('dialog', { name: '补记暂停' })
    await pause.getByLabel(/原因/).fill('进不了机房')
    await pause.getByRole('alert').getByText('建单起到现在为止').waitFor()
    expect(await pause.getByRole('button', { name: '补记' }).isDisabled()).toBe(true)
    await agent.keyboard.press('Escape')
    await pause.waitFor({ state: 'hidden' })
  })

  it('finds what was just reported, however much else happens', async () => {
    const busy = await reported('一直有人说话的工单')
    await agent.goto(`${demo.url}/tickets?tab=all&q=${encodeURIComponent('叫号屏')}`)
    await agent.getByText('没有工单可看').waitFor()
    let isOver = false
    const talking = (async () => {
      for (let n = 0; !isOver; n++)
        await demo.post(`/tickets/${busy.id}/comments`, { text: `第 ${n} 句`, visibility: 'internal' })
    })()
    try {
      await row(await reported('大厅叫号屏不亮')).waitFor()
    } finally {
      isOver = true
    }
    await talking
  })

  it('shows an agent their own desk, what ends first on top', async () => {
    await agent.goto(`${demo.url}/tickets/board`)
    await agent.getByRole('heading', { name: '每人手上' }).waitFor()
    await agent.getByRole('button', { name: '我的', exact: true }).click()
    await agent.waitForURL(/of=me/)
    const own = agent.getByRole('region', { name: '我手上最先到期的' })
    const first = own.getByRole('link').first()
    const title = await first.innerText()
    await first.click()
    await agent.getByRole('heading', { name: title }).waitFor()
  })

  it.each([
    ['/tickets', laptop, 'desk'],
    ['/tickets/board', laptop, 'desk-board'],
    ['/tickets/board?of=me', phone, 'desk-board-mine'],
    ['/tickets', phone, 'desk-phone'],
  ])('has nothing in the way of anybody: %s, %o', async (path, viewport, name) => {
    await agent.setViewportSize(viewport)
    await agent.goto(`${demo.url}${path}`)
    await agent.locator('[data-ticket], .figures, td').first().waitFor()
    if (path === '/tickets' && viewport === laptop) await agent.waitForURL(/tkt_/)
    expect(await barriers(agent, levelAA)).toEqual([])
    if (process.env.SCREENS) await agent.screenshot({ path: `screens/${name}.png` })
  })
})
