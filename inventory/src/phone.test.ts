import { expect, it } from 'vitest'
import { localKeys, phoneKey, phoneOf } from './phone.ts'

it.each<[string, string | null, string | null]>([
  ['13812345678', '13812345678', null],
  ['+86 138 1234 5678', '13812345678', null],
  ['+86-138-1234-5678', '13812345678', null],
  ['008613812345678', '13812345678', null],
  ['8613812345678', '13812345678', null],
  ['013812345678', '13812345678', null],
  ['１３８１２３４５６７８', '13812345678', null],
  ['0311-86681200', '031186681200', null],
  ['(0311) 8668 1200', '031186681200', null],
  ['+86 311 86681200', '031186681200', null],
  ['+8610 66551234', '01066551234', null],
  ['86681200', '86681200', null],
  ['0311-86681200-8012', '031186681200', '8012'],
  ['0311-86681200转8012', '031186681200', '8012'],
  ['86681200 ext. 12', '86681200', '12'],
  ['86681200#12', '86681200', '12'],
  ['400-890-1234', '4008901234', null],
  ['+86 400 890 1234', '4008901234', null],
  ['8012', '8012', null],
  ['10000', '10000', null],
  ['tel:+8613812345678', '13812345678', null],
  ['sip:8012@pbx.example', '8012', null],
  ['anonymous', null, null],
  ['', null, null],
  ['12', null, null],
  ['1'.repeat(40), null, null],
])('%s is %s', (text, digits, extension) => {
  expect(phoneOf(text)).toEqual(digits === null ? null : { digits, extension })
})

it('finds a number by its last digits, and without its area code', () => {
  expect(phoneKey('0311-86681200')!.startsWith(phoneKey('1200')!)).toBe(true)
  expect(localKeys(phoneKey('0311-86681200')!)).toContain(phoneKey('86681200'))
  expect(localKeys(phoneKey('13812345678')!)).toEqual([])
})
