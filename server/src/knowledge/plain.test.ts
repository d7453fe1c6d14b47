import { expect, it } from 'vitest'
import { plainOf } from './plain.ts'

it.each([
  ['a heading', '## 先看面板\n灯', '先看面板\n灯'],
  ['a table', '| 现象 | 处理 |\n| --- | --- |\n| 间隔鸣叫 | 电池放电 |', '现象 处理 \n 间隔鸣叫 电池放电'],
  ['commands and stress', '先执行 `display ike sa`，**再**看', '先执行 display ike sa，再看'],
  ['a picture', '看![前面板](file:fil_1ab)灯', '看前面板灯'],
  ['words alone', '2 - 3 次', '2 - 3 次'],
  ['nothing', '', ''],
])('of %s the words are left', (_, markdown, words) => expect(plainOf(markdown)).toBe(words))
