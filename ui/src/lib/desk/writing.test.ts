import { describe, expect, it } from 'vitest'
import { inserted, matching, slashAt, type Insert } from './slash.ts'
import { differing, type Fields } from './conflict.ts'

const base: Fields = { title: '断网', description: '一楼', priority: 'P3', category: '' }

describe('two who write at once', () => {
  it.each<[string, Partial<Fields>, Partial<Fields>, string[]]>([
    ['different fields', { title: '甲' }, { description: '乙' }, []],
    ['the same field to different words', { title: '甲' }, { title: '乙' }, ['title']],
    ['the same field to the same words', { title: '甲' }, { title: '甲' }, []],
    ['what one of them left alone', {}, { title: '乙', priority: 'P1' }, []],
  ])('are shown both texts of %s where they differ', (_, mine, theirs, fields) =>
    expect(differing(base, { ...base, ...mine }, { ...base, ...theirs })).toEqual(fields),
  )
})

describe('what `/` puts into the text', () => {
  it.each<[string, number, string | null]>([
    ['/', 1, ''],
    ['您好 /vp', 6, 'vp'],
    ['http://x', 8, null],
    ['10/24', 5, null],
    ['/vpn 好', 6, null],
  ])('is asked for in “%s” at %i: %s', (text, caret, typed) =>
    expect(slashAt(text, caret)?.typed ?? null).toBe(typed),
  )

  it('takes the place of what was typed, and leaves what follows', () =>
    expect(inserted('您好 /vp。', 6, '请重启')).toEqual({ text: '您好 请重启。', caret: 6 }))

  it('offers first what is called so', () => {
    const one = (id: string, hint: string, text: string): Insert => ({
      id,
      kind: 'canned',
      title: id,
      hint,
      text,
    })
    const found = matching([one('甲', '/a', 'vpn 账号'), one('乙', '/vpn', ''), one('丙', '', '')], 'vpn')
    expect(found.map(({ id }) => id)).toEqual(['乙', '甲'])
  })
})
