import { textOf } from '@zongheng/inventory/octets.ts'
import { describe, expect, it } from 'vitest'
import { byteOrderMark, csvCell, parseCsv } from './csv.ts'
import { encodeGb18030 } from './gb18030.ts'

describe('a CSV file', () => {
  it.each([
    ['commas', 'a,b\r\nc,d\r\n', [['a', 'b'], ['c', 'd']]],
    ['semicolons', 'a;b\nc,d;e', [['a', 'b'], ['c,d', 'e']]],
    ['tabs', 'a\tb,c\nd\te', [['a', 'b,c'], ['d', 'e']]],
    ['quotations', '"a,""b""","c\nd"\n"",e', [['a,"b"', 'c\nd'], ['', 'e']]],
    ['empty cells', 'a,,b,\n,,,\n', [['a', '', 'b', ''], ['', '', '', '']]],
    ['a byte order mark', '\ufeffa,b', [['a', 'b']]],
    ['one column', 'a\nb\n', [['a'], ['b']]],
    ['nothing', '', [[]]],
    ['an open quotation', 'a,b\n"c,d', [['a', 'b'], []]],
  ])('of %s is read', (_name, text, rows) => expect(parseCsv(text)).toEqual(rows)) // prettier-ignore

  it('is read as it was written', () => {
    const cells = ['3F-A-012', '=1+1', '-5', 'a "b", c', 'x\ny', '', '财政局']
    expect(parseCsv(`${byteOrderMark}${cells.map(csvCell).join(',')}\r\n`)).toEqual([cells])
  })
})

describe('GB18030', () => {
  it.each([
    ['编号,1', 'b1e0bac52c31'],
    ['€', 'a2e3'],
    ['𠮷', '9534b235'],
    ['é', 'a8a6'],
    ['ñ', '81308a39'],
  ])('writes %s', (text, hex) => expect(encodeGb18030(text).toString('hex')).toBe(hex))

  it('is read back, common or rare', () => {
    const text = '石家庄㐂䶮Ω…𬭛“引号” abc\r\n'
    expect(textOf(encodeGb18030(text))).toBe(text)
  })
})
