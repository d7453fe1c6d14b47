import { describe, expect, it } from 'vitest'
import { folded, lineDiff, type DiffPart } from './diff.ts'

const marks = { same: ' ', added: '+', removed: '-' } as const
const drawn = (parts: DiffPart[]) =>
  parts.map((part) => (part.kind === 'skipped' ? `…${part.lines}` : marks[part.kind] + part.text)).join('|')

describe('the lines that changed', () => {
  it.each([
    ['nothing', 'a\nb', 'a\nb', ' a| b'],
    ['one added at the end', 'a', 'a\nb', ' a|+b'],
    ['one added in front', 'b', 'a\nb', '+a| b'],
    ['one removed within', 'a\nb\nc', 'a\nc', ' a|-b| c'],
    ['one replaced', 'a\nb\nc', 'a\nx\nc', ' a|-b|+x| c'],
    ['one moved', 'a\nb\nc', 'b\nc\na', '-a| b| c|+a'],
    ['one of two alike', 'a\na', 'a', ' a|-a'],
    ['everything', 'a\nb', 'x\ny', '-a|-b|+x|+y'],
    ['from nothing', '', 'a', '-|+a'],
  ])('%s', (_, before, after, lines) => {
    expect(drawn(lineDiff(before, after))).toBe(lines)
  })

  it('shows very long texts as replaced', () => {
    const text = (of: string) => Array.from({ length: 2500 }, (_, i) => of + i).join('\n')
    expect(lineDiff(text('a'), text('b')).map(({ kind }) => kind)).toEqual([
      ...Array<string>(2500).fill('removed'),
      ...Array<string>(2500).fill('added'),
    ])
  })

  it('leaves out what is alike far from a change', () => {
    const after = 'a\nb\nc\nd\ne\nf\ng'
    expect(drawn(folded(lineDiff('a\nb\nc\ne\nf\ng', after), 1))).toBe('…2| c|+d| e|…2')
    expect(drawn(folded(lineDiff(after, after), 1))).toBe('…7')
  })
})
