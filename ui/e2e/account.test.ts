/** Getting in, one's own account, the trail of it and the collectors, in a real browser over a demo of a small province. */
import { createHmac } from 'node:crypto'
import type { Collector } from '@zongheng/server/api.ts'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { barriers, colours, settled } from './barriers.ts'
import { isMissing, launch, why } from './browser.ts'
import { Demo, type DemoAccount } from './demo.ts'

const laptop = { width: 1366, height: 768 }
const phone = { width: 390, height: 844 }
const patienceMs = 30_000
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 })

/** What an authenticator shows [RFC 6238]: of this step of 30 s, or of one beside it. */
function codeOf(secret: string, step = 0): string {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'
  const bits = [...secret].map((letter) => alphabet.indexOf(letter).toString(2).padStart(5, '0')).join('')
  const key = Buffer.from((bits.match(/.{8}/g) ?? []).map((octet) => parseInt(octet, 2)))
  const counter = Buffer.alloc(8)
  counter.writeBigUInt64BE(BigInt(Math.floor(Date.now() / 30_000) + step))
  const hash = createHmac('sha1', key).update(counter).digest()
  const number = hash.readUInt32BE(hash.at(-1)! & 0xf) & 0x7fffffff
  return String(number % 1_000_000).padStart(6, '0')
}

describe.skipIf(isMissing)(`one's account${isMissing ? ` (skipped: ${why})` : ''}`, () => {
  let demo: Demo
  let browser: Browser
  let page: Page
  let agent: DemoAccount
  let secret: string
  let codes: string[]
  const complaints: string[] = []

  beforeAll(async () => {
    ;[demo, browser] = await Promise.all([Demo.start('宁夏'), launch()])
    agent = demo.account('agent')
    page = await tab()
  })
  afterAll(async () => {
    await browser?.close()
    await demo?.stop()
  })

  async function tab(): Promise<Page> {
    const context = await browser.newContext({
      viewport: laptop,
      locale: 'zh-CN',
      timezoneId: 'Asia/Shanghai',
    })
    context.setDefaultTimeout(patienceMs)
    const opened = await context.newPage()
    opened.on('pageerror', (error) => complaints.push(String(error)))
    return opened
  }

  async function signIn(at: Page, { username, password }: Pick<DemoAccount, 'username' | 'password'>) {
    await at.getByLabel('账号').fill(username)
    await at.getByLabel('密码', { exact: true }).fill(password)
    await at.getByRole('button', { name: '登录', exact: true }).click()
  }

  it('leads to the page that was asked for', async () => {
    await page.goto(`${demo.url}/account?x=1`)
    await page.waitForURL('**/signin?to=*')
    await signIn(page, { ...agent, password: 'wrong' })
    await page.getByRole('alert').getByText('账号或密码不对').waitFor()
    await signIn(page, agent)
    await page.waitForURL('**/account?x=1')
    await page.getByRole('heading', { level: 1, name: agent.displayName }).waitFor()
    await page.getByText('坐席').waitFor()
  })

  it('takes an authenticator into use, and shows recovery codes once', async () => {
    await page.getByRole('button', { name: '启用' }).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByLabel('当前密码').fill(agent.password)
    await dialog.getByRole('button', { name: '下一步' }).click()
    await dialog.getByRole('img', { name: '验证器二维码' }).waitFor()
    secret = (await dialog.locator('.secret').innerText()).replaceAll(' ', '')
    await dialog.getByLabel('应用里显示的 6 位数字').fill(codeOf(secret, -1))
    await dialog.getByText('只显示这一次').waitFor()
    codes = await dialog.getByRole('listitem').allInnerTexts()
    expect(codes.length).toBe(10)
    await dialog.getByRole('button', { name: '我已保存' }).click()
    await page.getByText('恢复码剩 10 个').waitFor()
  })

  it('asks for its code at the next sign-in, whatever is loaded in between', async () => {
    const other = await tab()
    await other.goto(`${demo.url}/signin`)
    await signIn(other, agent)
    await other.getByRole('heading', { level: 1, name: '双因素验证' }).waitFor()
    await other.goto(`${demo.url}/alarms`)
    await other.getByLabel('动态口令，6 位').fill(codeOf(secret))
    await other.waitForURL('**/alarms*')
    await page.reload()
    await page.getByRole('button', { name: '退出其他所有' }).click()
    await other.waitForURL('**/signin*')
    await signIn(other, agent)
    await other.getByRole('button', { name: '没有带手机' }).click()
    await other.getByLabel('恢复码').fill(codes[0]!)
    await other.keyboard.press('Enter')
    await other.getByRole('navigation', { name: '模块' }).waitFor()
    await other.context().close()
  })

  it('makes a token that works until it is revoked', async () => {
    await page.getByRole('button', { name: '新建令牌' }).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByLabel('用途').fill('周报脚本')
    await dialog.getByLabel('查看工单').check()
    await dialog.getByRole('button', { name: '创建', exact: true }).click()
    const token = await dialog.getByLabel('令牌', { exact: true }).innerText()
    await dialog.getByRole('button', { name: '关闭' }).click()
    const use = async (path: string) =>
      (await fetch(`${demo.url}/api/v1${path}`, { headers: { authorization: `Bearer ${token}` } })).status
    expect([await use('/tickets'), await use('/alarms')]).toEqual([200, 403])
    const row = page.getByRole('row').filter({ hasText: '周报脚本' })
    await row.getByRole('button', { name: '吊销' }).click()
    await dialog.getByRole('button', { name: '吊销' }).click()
    await page.getByText('没有令牌').waitFor()
    expect(await use('/tickets')).toBe(401)
  })

  it('invites a collector with a line to run, and revokes it for a reason', async () => {
    const network = await tab()
    await network.goto(`${demo.url}/collectors`)
    await signIn(network, demo.account('network-admin'))
    await network.getByRole('row').filter({ hasText: '本机采集器' }).getByText('在线').waitFor()
    await network.getByRole('button', { name: '邀请采集器' }).click()
    const dialog = network.getByRole('dialog')
    await dialog.getByLabel('名称').fill('吴忠机房')
    await dialog.getByRole('button', { name: '生成注册码' }).click()
    const line = await dialog.getByRole('code').first().innerText()
    expect(line).toMatch(new RegExp(`^zongheng collect --server ${demo.url} --name '吴忠机房' --token \\S+$`))
    await dialog.getByRole('button', { name: '关闭' }).click()
    await network
      .getByRole('complementary', { name: '吴忠机房' })
      .getByRole('button', { name: '吊销' })
      .click()
    await dialog.getByLabel(/原因/).fill('机器丢失')
    await dialog.getByRole('button', { name: '吊销' }).click()
    await network.getByText('它的密钥已失效').waitFor()
    const collectors = await demo.all<Collector>('/collectors')
    expect(collectors.find(({ name }) => name === '吴忠机房')?.state).toBe('revoked')
    await network.context().close()
  })

  it('shows the audit officer who did what and why, and that nothing was changed since', async () => {
    await page.context().clearCookies()
    await page.goto(`${demo.url}/audit?action=uplink`)
    await signIn(page, demo.account('audit-admin'))
    const row = page.getByRole('row').filter({ hasText: '机器丢失' })
    await row.getByRole('link', { name: '吊销采集器' }).click()
    await page.getByRole('heading', { level: 1, name: '吊销采集器' }).waitFor()
    await page.getByRole('link', { name: '此操作者的全部记录' }).click()
    await page.getByRole('row').filter({ hasText: '邀请采集器' }).waitFor()
    await page.getByRole('button', { name: '校验' }).click()
    await page.getByRole('dialog').getByText('审计记录完整').waitFor()
    await page.keyboard.press('Escape')
    const [file] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('link', { name: '导出' }).click(),
    ])
    expect(file.suggestedFilename()).toBe('zongheng-audit.jsonl')
    expect(complaints).toEqual([])
  })

  it.each(['light', 'dark'] as const)('puts up no serious barrier in %s', async (colorScheme) => {
    const network = await tab()
    await network.goto(`${demo.url}/signin`)
    await signIn(network, demo.account('network-admin'))
    await network.getByRole('navigation', { name: '模块' }).waitFor()
    for (const [at, path] of [
      [network, '/account'],
      [network, '/collectors'],
      [page, '/audit'],
      [page, '/audit/1'],
    ] as const) {
      await at.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
      await at.goto(demo.url + path)
      await settled(at)
      expect(await barriers(at, colorScheme === 'dark' ? colours : null), path).toEqual([])
      if (process.env.SCREENS) await pictures(at, `${path.slice(1).replace('/', '-')}-${colorScheme}`)
    }
    await network.context().close()
  })

  async function pictures(at: Page, name: string): Promise<void> {
    for (const viewport of [laptop, phone]) {
      await at.setViewportSize(viewport)
      await at.reload()
      await settled(at)
      const file = `../../screens/${name}-${viewport.width}x${viewport.height}.png`
      await at.screenshot({ path: new URL(file, import.meta.url).pathname })
    }
    await at.setViewportSize(laptop)
  }
})
