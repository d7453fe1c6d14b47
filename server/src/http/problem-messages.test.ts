import { expect, it } from 'vitest'
import { languageOf } from './problem-messages.ts'

it.each([
  [undefined, 'zh'],
  ['', 'zh'],
  ['en', 'en'],
  ['en-US,en;q=0.9', 'en'],
  ['fr, en;q=0.5, zh;q=0.8', 'zh'],
  ['fr', 'zh'],
  ['zh-CN,zh;q=0.9,en;q=0.8', 'zh'],
  ['*;q=x', 'zh'],
])('answers %s in %s', (header, language) => {
  expect(languageOf(header)).toBe(language)
})
