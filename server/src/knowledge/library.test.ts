import { describe, expect, it } from 'vitest'
import { termsOf } from '../search/words.ts'
import { parseArticle, readLibrary } from './library.ts'

describe('the library', async () => {
  const articles = await readLibrary()

  it.each(articles)(
    '$key is long enough to help, has steps, and says when to pass it on',
    ({ body, summary }) => {
      expect(body.length).toBeGreaterThan(350)
      expect(body).toMatch(/^\d\. /m)
      expect(body).toMatch(/升级|上报|报告/)
      expect(termsOf(summary).length).toBeGreaterThan(2)
    },
  )

  it('has each title once', () => {
    expect(new Set(articles.map(({ title }) => title)).size).toBe(articles.length)
  })

  it.each([
    ['no head', '# x', /front matter/],
    ['no title', '---\ncategory: line\nsummary: s\n---\nx', /no title/],
    ['an unknown category', '---\ntitle: t\ncategory: y\nsummary: s\n---\nx', /category/],
    ['a line that says nothing', '---\n??\n---\nx', /what is/],
  ])('refuses a file with %s', (_, text, message) => {
    expect(() => parseArticle('a.md', text)).toThrow(message)
  })
})
