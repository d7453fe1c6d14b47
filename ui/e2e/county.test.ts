/** A county part-timer’s first five minutes: an empty product, one address, and a county that is recognised and drawn. */
import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, it, vi } from 'vitest'
import { isMissing, launch, why } from './browser.ts'

vi.setConfig({ testTimeout: 180_000, hookTimeout: 120_000 })

const county = (code: string, name: string) => ({ code, name, tier: 'county', parentCode: '640100' })
const divisions = [
  { code: '640000', name: '宁夏回族自治区', tier: 'province', parentCode: null },
  { code: '640100', name: '银川市', tier: 'city', parentCode: '640000' },
  ...[county('640121', '永宁县'), county('640122', '贺兰县'), county('640181', '灵武市')],
]
/** The core router of the city, as the simulator places it. */
const seed = '127.101.0.1'
const password = 'Correct-horse-7'

/** The devices of such a city, and the UDP port at which all of them answer. */
async function simulated(folder: string): Promise<{ process: ChildProcess; port: number }> {
  const file = join(folder, 'divisions.json')
  writeFileSync(file, JSON.stringify(divisions))
  const process = run(['collector/simulator/main.ts', '--divisions', file], { ZONGHENG_SIMULATOR_TOKEN: 'x' })
  const [line] = (await once(createInterface({ input: process.stdout! }), 'line')) as [string]
  return { process, port: (JSON.parse(line) as { port: number }).port }
}

function run(args: string[], env: Record<string, string>): ChildProcess {
  return spawn(process.execPath, ['--disable-warning=ExperimentalWarning', ...args], {
    cwd: fileURLToPath(new URL('../..', import.meta.url)),
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, ...env },
  })
}

/** `zongheng serve` on a folder that was never there. */
class Product {
  readonly #process: ChildProcess
  readonly #dataDir = mkdtempSync(join(tmpdir(), 'zongheng-county-'))
  url = ''
  setupCode = ''

  constructor() {
    const quiet = { ZONGHENG_TRAP_PORTS: 'off', ZONGHENG_SYSLOG_PORTS: 'off', ZONGHENG_LOG_LEVEL: 'error' }
    const args = ['server/src/cli/main.ts', 'serve', '--port', '0', '--data', this.#dataDir]
    this.#process = run(args, { ...quiet, LANG: 'zh_CN.UTF-8', LC_ALL: '' })
  }

  async started(): Promise<void> {
    for await (const line of createInterface({ input: this.#process.stdout! })) {
      this.url ||= /(https?:\S+)/.exec(line)?.[1] ?? ''
      this.setupCode ||= /设置码\s+(\S+?)（/.exec(line)?.[1] ?? ''
      if (this.url && this.setupCode) return
    }
    throw new Error('the product ended before it could be reached')
  }

  async stop(): Promise<void> {
    this.#process.kill('SIGINT')
    if (this.#process.exitCode === null) await once(this.#process, 'exit')
    rmSync(this.#dataDir, { recursive: true })
  }
}

describe.skipIf(isMissing)(isMissing ? `a county (${why})` : 'a county', () => {
  let product: Product
  let simulator: Awaited<ReturnType<typeof simulated>>
  const folder = mkdtempSync(join(tmpdir(), 'zongheng-county-agents-'))
  let browser: Browser
  let page: Page

  beforeAll(async () => {
    simulator = await simulated(folder)
    product = new Product()
    ;[browser] = await Promise.all([launch(), product.started()])
    page = await (await browser.newContext({ viewport: { width: 1366, height: 768 }, locale: 'zh-CN' })).newPage() // prettier-ignore
  })
  afterAll(async () => {
    await browser?.close()
    await product?.stop()
    simulator?.process.kill()
    rmSync(folder, { recursive: true })
  })

  it('is set up from nothing', async () => {
    await page.goto(product.url)
    await page.getByLabel('省份').selectOption({ label: '宁夏回族自治区' })
    await page.getByLabel('单位名称').fill('银川市财政局')
    await page.getByLabel('设置码').fill(product.setupCode)
    await page.getByRole('button', { name: '下一步' }).click()
    await page.locator('fieldset').nth(3).waitFor()
    for (const group of await page.locator('fieldset').all()) {
      await group.getByLabel('姓名').fill('张三')
      await group.getByLabel('密码', { exact: true }).fill(password)
      await group.getByLabel('再输一次').fill(password)
    }
    await page.getByRole('button', { name: '完成设置' }).click()
    await page.getByRole('button', { name: '扫描网段' }).click()
    await page.getByRole('button', { name: '进入控制台并扫描' }).click()
  })

  it('is found from one address and its neighbours, each where its name says', async () => {
    const dialog = page.getByRole('dialog', { name: '发现设备' })
    await dialog.getByLabel('名称').fill('银川全市')
    await dialog.getByLabel('从这些设备出发找邻居').fill(seed)
    await dialog.getByLabel('邻居只在这些网段里找').fill('127.0.0.0/8')
    await dialog.getByLabel('团体字').fill('public')
    await dialog.getByText('更多选项').click()
    await dialog.getByLabel('SNMP 端口').fill(String(simulator.port))
    await dialog.getByRole('button', { name: '开始发现' }).click()
    await page.getByText('已完成').waitFor()
    await page.getByRole('button', { name: '全部接受' }).click()
    await page.getByText('没有待处理的').waitFor()
  })

  it('is drawn, and its links are there to be recorded', async () => {
    await page.goto(`${product.url}/topology`)
    const county = page.locator('.svelte-flow__node-site', { hasText: '永宁县' })
    await county.waitFor()
    await page.getByRole('link', { name: /建议登记/ }).click()
    const proposal = page.getByRole('article', { name: '银川市 – 永宁县' })
    await proposal.getByText('主用').first().waitFor()
    if (process.env.SCREENS) await page.screenshot({ path: 'screens/county.png' })
    await proposal.getByRole('button', { name: '登记…' }).click()
    const dialog = page.getByRole('dialog', { name: '登记链路' })
    for (const carrier of await dialog.getByLabel('运营商').all()) await carrier.fill('中国电信')
    await dialog.getByRole('button', { name: '登记' }).click()
    await proposal.waitFor({ state: 'detached' })
    await page.goto(`${product.url}/links`)
    await page.getByRole('link', { name: /永宁/ }).first().waitFor()
  })
})
