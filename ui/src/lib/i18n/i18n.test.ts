import { describe, expect, it } from 'vitest'
import { dictionaries, learn, type Key, type Locale, type Message } from './dictionary.ts'
import { hasKey, render } from './render.ts'

await learn('en')
const forms = (message: Message) => (typeof message === 'string' ? [message] : [message.one, message.other])
const holes = (text: string) => [...text.matchAll(/\{(\w+)\}/g)].map((match) => match[1]).sort()

describe('words', () => {
  it('are the same set in both languages', () =>
    expect([...dictionaries.en.keys()].sort()).toEqual([...dictionaries.zh.keys()].sort()))

  it('leave the same holes to fill in both', () => {
    const differing = [...dictionaries.zh].filter(([key, message]) => {
      const wanted = [...new Set(forms(message).flatMap(holes))].sort().join()
      return forms(dictionaries.en.get(key)!).some((form) =>
        holes(form).some((hole) => !wanted.includes(hole!)),
      )
    })
    expect(differing.map(([key]) => key)).toEqual([])
  })

  it.each<[Locale, Key, Record<string, string | number>, string]>([
    ['zh', 'span.hm', { h: 1, m: '05' }, '1 时 05 分'],
    ['en', 'overview.links', { n: 1 }, '1 link'],
    ['en', 'overview.links', { n: 1780 }, '1,780 links'],
    ['zh', 'common.link.down', {}, '中断'],
    ['zh', 'link.down', {}, '中断'],
  ])('%s %s', (locale, key, params, text) => expect(render(locale, key, params)).toBe(text))

  it('say when a key is not theirs', () => expect(hasKey('link.exploded')).toBe(false))
})
