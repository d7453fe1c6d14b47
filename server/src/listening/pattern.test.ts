import { describe, expect, it } from 'vitest'
import { Pattern, PatternError } from './pattern.ts'

describe('a pattern', () => {
  // as RegExp has it, case aside
  it.each([
    ['down', 'Line protocol is DOWN'],
    ['^link', 'link down'],
    ['^link', 'a link'],
    ['down$', 'link down'],
    ['down$', 'downs'],
    ['(fail|invalid) password', 'sshd: Failed none; invalid password for root'],
    ['port \\d+', 'port 22'],
    ['port \\d+', 'port x'],
    ['\\D\\d{2,3}\\D', ' 123 '],
    ['\\D\\d{2,3}\\D', ' 1234 '],
    ['a{0}b', 'b'],
    ['[^a-c]x', 'ax dx'],
    ['[^a-c]x', 'ax'],
    ['[\\]\\-]z', '-z'],
    ['a.?b', 'ab'],
    ['(ab)*c', 'ababc'],
    ['^(a|b)*$', 'abba'],
    ['^(a|b)*$', 'abca'],
    ['x*', ''],
    ['电源.*(故障|失效)', '1号电源模块发生故障'],
    ['风扇', '电源'],
    ['a|b|', 'zzz'],
    ['\\.', 'a.b'],
    ['\\S+@\\w+', 'who@host'],
    ['a{2,}', 'xaax'],
    ['^$', ''],
  ])('%s finds in %j what RegExp finds', (pattern, text) => {
    expect(new Pattern(pattern).test(text)).toBe(new RegExp(pattern, 'i').test(text))
  })

  it.each([
    '(',
    ')',
    '[',
    'a{3,1}',
    '*',
    '(?=a)',
    '(?<n>a)',
    '\\1',
    '\\b',
    'a{1,999}',
    '((a{99}){99}){99}',
    'x'.repeat(301),
    '\\',
  ])('%s is refused', (pattern) => expect(() => new Pattern(pattern)).toThrow(PatternError))

  it('takes steps that grow with pattern and text alone, where going back would take for ever', () => {
    const text = 'a'.repeat(4000) + '!'
    for (const pattern of ['(a+)+$', '(a|a)*b', 'a*a*a*a*b', '(a?){30}a{30}b'])
      expect(new Pattern(pattern).test(text)).toBe(false)
  })
})
