import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type * as Axe from 'axe-core'
import type { Page } from 'playwright-core'

const source = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

/** What of WCAG is looked for. */
type Rules = { tags: readonly string[] } | { rules: readonly string[] } | null
/** Only they differ between day and night. */
export const colours: Rules = { rules: ['color-contrast'] }

/**
 * What stands in anybody's way on a page, by axe-core: what is serious or worse, or of the levels A and AA when these are
 * asked for. Run within the page and asked for violations alone: a fifth of the time that the builder for Playwright takes.
 */
export async function barriers(page: Page, rules: Rules = null): Promise<string[]> {
  await page.evaluate(source)
  const runOnly = rules && ('tags' in rules ? { type: 'tag' as const, values: [...rules.tags] } : { type: 'rule' as const, values: [...rules.rules] }) // prettier-ignore
  const violations = await page.evaluate(
    async (only) => {
      const { axe } = globalThis as unknown as { axe: typeof Axe }
      return (await axe.run(document, { resultTypes: ['violations'], ...(only && { runOnly: only }) }))
        .violations
    },
    runOnly as Axe.RunOnly | null,
  )
  return violations
    .filter(({ impact }) => rules !== null || impact === 'serious' || impact === 'critical')
    .flatMap(({ id, nodes }) => nodes.map(({ html, failureSummary }) => `${id} ${html} ${failureSummary}`))
}

/** Every criterion of levels A and AA, whatever its impact. */
export const levelAA: Rules = { tags: ['wcag2a', 'wcag2aa', 'wcag22aa'] }

/** A page that shows what it has, in its own letters. */
export async function settled(page: Page): Promise<void> {
  await page.locator('h1:visible, .pane:visible').first().waitFor()
  await page.waitForFunction(() => document.querySelector('.skels') === null)
  await page.evaluate(() => document.fonts.ready)
}
