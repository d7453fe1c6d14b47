/** What a ticket taught becomes an article: written, reviewed, found, edited by two at once, in a real browser. */
import type { ArticleDetail, TicketDetail } from '@zongheng/server/api.ts'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { barriers, levelAA } from './barriers.ts'
import { isMissing, launch, why } from './browser.ts'
import { Demo } from './demo.ts'

vi.setConfig({ testTimeout: 120_000, hookTimeout: 240_000 })
const laptop = { width: 1366, height: 768 }
const phone = { width: 390, height: 844 }
const title = '营业厅叫号机白屏'
/** One pixel. */
const photo = {
  name: '叫号机背面.png',
  mimeType: 'image/png',
  buffer: Buffer.from('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==', 'base64'), // prettier-ignore
}

describe.skipIf(isMissing)(`an article${isMissing ? ` (skipped: ${why})` : ''}`, () => {
  let demo: Demo
  let browser: Browser
  let writer: Page
  let reviewer: Page
  let reader: Page
  let articleId: string

  beforeAll(async () => {
    ;[demo, browser] = await Promise.all([Demo.start('宁夏'), launch()])
    writer = await as('agent', laptop)
    reviewer = await as('network-admin', laptop)
    reader = await as('requester', phone)
  })
  afterAll(async () => {
    await browser?.close()
    await demo?.stop()
  })

  async function as(role: string, viewport: typeof phone): Promise<Page> {
    const context = await browser.newContext({ locale: 'zh-CN', viewport })
    context.setDefaultTimeout(30_000)
    await signIn(context, role)
    return context.newPage()
  }
  async function signIn(context: BrowserContext, role: string): Promise<void> {
    const { username, password } = demo.account(role)
    const answer = await context.request.post(`${demo.url}/api/v1/session`, { data: { username, password } })
    expect(answer.ok()).toBe(true)
  }
  async function post<T>(page: Page, path: string, data: unknown): Promise<T> {
    const answer = await page.request.post(`${demo.url}/api/v1${path}`, { data })
    expect(answer.ok(), await answer.text()).toBe(true)
    return (await answer.json()) as T
  }
  async function look(page: Page, name: string) {
    expect(await barriers(page, levelAA)).toEqual([])
    if (!process.env.SCREENS) return
    const size = page.viewportSize()!
    await page.screenshot({ path: `screens/${name}.png` })
    if (size.width > phone.width) {
      await page.setViewportSize(phone)
      await page.screenshot({ path: `screens/${name}-phone.png`, fullPage: true })
      await page.setViewportSize(size)
    }
    await page.evaluate(() => (document.documentElement.dataset.theme = 'dark'))
    await page.screenshot({ path: `screens/${name}-dark.png` })
    await page.evaluate(() => (document.documentElement.dataset.theme = 'light'))
  }
  const body = (page: Page) => page.getByRole('textbox', { name: '正文（Markdown）' })
  const submit = async (page: Page) => {
    await page.getByRole('button', { name: '保存并提交审核' }).click()
    await page.waitForURL(`**/knowledge/${articleId}*`)
  }
  const review = async () => {
    await reviewer.goto(`${demo.url}/knowledge/${articleId}?side=pending`)
    await reviewer.getByRole('button', { name: '发布', exact: true }).click()
    await reviewer.getByText('已发布').first().waitFor()
  }

  it('is made of a resolved ticket in two clicks, with a picture', async () => {
    const ticket = await post<TicketDetail>(writer, '/tickets', {
      title,
      description: '一楼大厅的叫号机白屏',
    })
    await post(writer, `/tickets/${ticket.id}/comments`, { text: '重插显卡后恢复', visibility: 'public' })
    await post(writer, `/tickets/${ticket.id}/move`, { to: 'in_progress' })
    await post(writer, `/tickets/${ticket.id}/move`, { to: 'resolved', resolution: '重插显卡' })
    const sent = await writer.request.post(`${demo.url}/api/v1/files?ownerType=ticket&ownerId=${ticket.id}`, { multipart: { file: photo }, headers: { origin: demo.url } }) // prettier-ignore
    expect(sent.ok(), await sent.text()).toBe(true)
    await writer.goto(`${demo.url}/tickets/${ticket.id}`)
    await writer.getByRole('button', { name: `放大 ${photo.name}` }).press('Enter')
    await writer.getByRole('dialog').getByRole('img', { name: photo.name }).waitFor()
    await writer.keyboard.press('Escape')
    await look(writer, 'knowledge-ticket')
    await writer.getByRole('button', { name: '更多操作' }).click()
    await writer.getByRole('button', { name: '写成知识文章' }).click()
    await writer.waitForURL('**/knowledge/art_*/edit')
    articleId = writer.url().match(/art_\w+/)![0]
    expect(await body(writer).inputValue()).toContain('重插显卡后恢复')
    await body(writer).press('Control+End')
    await writer.getByLabel('插入图片').setInputFiles(photo)
    await writer.getByRole('img', { name: '叫号机背面' }).waitFor()
    await look(writer, 'knowledge-editor')
    await submit(writer)
  })

  it('is reviewed by another, and shows its picture', async () => {
    await reviewer.goto(`${demo.url}/knowledge?view=review`)
    await reviewer.getByRole('link', { name: title }).waitFor()
    await look(reviewer, 'knowledge-review')
    await review()
    const picture = reviewer.getByRole('img', { name: '叫号机背面' })
    await picture.scrollIntoViewIfNeeded()
    expect(await picture.evaluate((img: HTMLImageElement) => img.decode().then(() => img.naturalWidth))).toBe(
      1,
    )
    await look(reviewer, 'knowledge-article')
  })

  it.each(['叫号', 'jhj'])('is found by %s in the library and on the portal', async (words) => {
    await writer.goto(`${demo.url}/knowledge?q=${encodeURIComponent(words)}`)
    await writer.getByRole('link', { name: title }).waitFor()
    await reader.goto(`${demo.url}/portal/help?q=${encodeURIComponent(words)}`)
    await reader.getByRole('link', { name: title }).click()
    await reader.getByRole('heading', { name: title }).waitFor()
  })

  it('loses nothing where two edit it at once', async () => {
    const edit = `${demo.url}/knowledge/${articleId}/edit`
    await Promise.all([writer.goto(edit), reviewer.goto(edit)])
    const append = async (page: Page, line: string) =>
      body(page).fill(`${await body(page).inputValue()}\n\n${line}`)
    await Promise.all([append(writer, '甲：先断电'), append(reviewer, '乙：查电源')])
    await writer.getByRole('button', { name: '存草稿' }).click()
    await writer.getByText('草稿已保存').waitFor()
    await reviewer.getByRole('button', { name: '存草稿' }).click()
    const both = reviewer.getByRole('alert')
    await both.getByText('甲：先断电').waitFor()
    await both.getByText('乙：查电源').waitFor()
    await look(reviewer, 'knowledge-conflict')
    await append(reviewer, '甲：先断电')
    await reviewer.getByRole('button', { name: '保存我的，盖过对方' }).click()
    await reviewer.getByText('草稿已保存').waitFor()
    const { pending, shown } = await demo.get<ArticleDetail>(`/articles/${articleId}`)
    expect(pending?.body).toMatch(/乙：查电源[^]*甲：先断电/)
    expect(shown.body).not.toContain('乙')
  })

  it('shows what an edit changed', async () => {
    await writer.goto(`${demo.url}/knowledge/${articleId}`)
    await writer.getByRole('button', { name: '看第 2 版改了什么' }).click()
    const changed = writer.getByRole('region', { name: '改动' })
    await changed.getByText('乙：查电源').waitFor()
    await look(writer, 'knowledge-diff')
  })
})
