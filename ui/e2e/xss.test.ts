/**
 * The attacker may name things, and wants a name to run in the browser of whoever looks at it. Every text of every answer is
 * such a name here, on every page, in Chromium: it is shown as text, no script of it runs, and the page's policy had nothing to refuse.
 */
import type { Alarm, Device, Link, Ticket } from '@zongheng/server/api.ts'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { isMissing, launch, why } from './browser.ts'
import { Demo } from './demo.ts'

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 })

const name = `javascript:window.hit=1//"><img src=x onerror="window.hit=1"><svg/onload=window.hit=1></script><script>window.hit=1</script>`
/** What people, devices and carriers write; all else is our own words and ids. */
const texts = new Set(['name', 'displayName', 'username', 'title', 'description', 'text', 'number', 'carrier', 'hotline', 'address',
  'contact', 'contactPhone', 'hardware', 'version', 'serial', 'sysName', 'sysDescr', 'vendor', 'ifName', 'ifAlias', 'ifDescr',
  'descr', 'post', 'phone', 'email', 'reason', 'userAgent', 'legAddress', 'assignee', 'output', 'command', 'file', 'skills', 'issuer']) // prettier-ignore

/** The same answer by an attacker. */
function poisoned(value: unknown, key = ''): unknown {
  if (typeof value === 'string') return texts.has(key) ? name : value
  if (Array.isArray(value)) return value.map((each) => poisoned(each, key))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([k, each]) => [k, poisoned(each, k)]))
}

interface Watched {
  hit?: number
  refused: string[]
}

describe.skipIf(isMissing)(`a name that is a script${isMissing ? ` (skipped: ${why})` : ''}`, () => {
  let demo: Demo
  let browser: Browser
  let ids: { link: string; device: string; ticket: string; region: string }
  let alarm: Alarm
  const dialogs: string[] = []

  beforeAll(async () => {
    ;[demo, browser] = await Promise.all([Demo.start('宁夏'), launch()])
    const [[link], [device]] = await Promise.all([demo.all<Link>('/links'), demo.all<Device>('/devices')])
    const ticket = await demo.post<Ticket>('/tickets', { title: name, description: name })
    ids = { link: link!.id, device: device!.id, ticket: ticket.id, region: device!.region.id }
    alarm = {
      id: 'alm_1', entity: { type: 'device', id: device!.id, name }, region: device!.region, site: device!.site, condition: 'device-down',
      severity: 'major', state: 'firing', causeId: null, flapping: false, values: { name, value: 1 }, startedAt: 1, firedAt: 1, clearedAt: null,
      acknowledgedBy: { id: 'usr_1', name }, acknowledgedAt: 1, acknowledgedUntil: null,
      suppressed: { by: { id: 'usr_1', name }, at: 1, until: 2, reason: name }, window: { id: 'win_1', name }, historical: false, raised: 1, muted: null,
      children: 0, ticket: { id: ticket.id, number: name, assignee: name },
    } // prettier-ignore
  })
  afterAll(async () => {
    await browser?.close()
    await demo?.stop()
  })

  async function as(role: string): Promise<{ context: BrowserContext; page: Page }> {
    const context = await browser.newContext({ locale: 'zh-CN', viewport: { width: 1366, height: 768 } })
    const { username, password } = demo.account(role)
    await context.request.post(`${demo.url}/api/v1/session`, { data: { username, password } })
    await context.addInitScript(() => {
      const watched = window as unknown as Watched
      watched.refused = []
      addEventListener('securitypolicyviolation', (event) => {
        if (event.effectiveDirective.startsWith('script')) watched.refused.push(event.sourceFile ?? '')
      })
    })
    await context.route('**/api/v1/**', async (route) => {
      const { pathname } = new URL(route.request().url())
      if (pathname === '/api/v1/alarms') return route.fulfill({ json: { items: [alarm], next: null } })
      if (pathname === '/api/v1/alarms/alm_1')
        return route.fulfill({ json: { ...alarm, evidence: [], cause: null, explained: [alarm], devices: [{ id: ids.device, name }] } }) // prettier-ignore
      const response = await route.fetch()
      const isJson = response.headers()['content-type']?.includes('json')
      return isJson ? route.fulfill({ response, json: poisoned(await response.json()) }) : route.fulfill({ response }) // prettier-ignore
    })
    const page = await context.newPage()
    page.on('dialog', (dialog) => {
      dialogs.push(dialog.message())
      void dialog.dismiss()
    })
    return { context, page }
  }

  const pages: Record<string, () => string[]> = {
    'network-admin': () => ['/', '/links', `/links/${ids.link}`, '/devices', `/devices/${ids.device}`, `/devices/${ids.device}/explain`, '/profiles?view=unknown', '/alarms', '/alarms?id=alm_1', '/tickets', `/tickets/${ids.ticket}`, '/demo', '/account', '/collectors'], // prettier-ignore
    'system-admin': () => ['/users', '/teams', '/regions', '/collectors'],
    'security-admin': () => ['/access', '/policy'],
    'audit-admin': () => ['/audit'],
  }

  it.each(Object.keys(pages))('is a text to the %s, and nothing of it runs', async (role) => {
    const { context, page } = await as(role)
    for (const path of pages[role]!()) {
      await page.goto(demo.url + path)
      await page.getByText('window.hit=1').first().waitFor({ state: 'attached' })
      await page.waitForLoadState('networkidle')
      const seen = await page.evaluate(() => {
        const { hit, refused } = window as unknown as Watched
        const made = document.querySelectorAll('img[src="x"], [onload], [onerror], a[href^="javascript:"]')
        return { hit: hit ?? 0, refused, made: [...made].map((element) => element.outerHTML.slice(0, 200)) }
      })
      expect(seen, path).toEqual({ hit: 0, refused: [], made: [] })
    }
    expect(dialogs).toEqual([])
    await context.close()
  })
})
