import { expect, it } from 'vitest'
import { groupsOf, likeness, pairsOf, type PastIncident } from './similar.ts'

let at = 0
const incident = (id: string, title: string, more: Partial<PastIncident> = {}): PastIncident => ({
  id,
  number: id,
  title,
  category: null,
  createdMs: ++at,
  entities: [],
  places: [],
  carriers: [],
  ...more,
})
const about = (id: string) => ({ entities: [{ id, name: id }] })
const felt = (id: string) => ({ places: [{ id, name: id }] })
const of = (id: string) => ({ carriers: [{ id, name: id }] })

it.each<[string, PastIncident[], string[]]>([
  ['nothing of nothing', [], []],
  ['one alone', [incident('a', '断网', about('x'))], []],
  [
    'two of one device',
    [incident('a', '断网', about('x')), incident('b', '很慢', about('x'))],
    ['entity x: a b'],
  ],
  [
    'nothing of one place alone',
    ['打印机卡纸', '电话没有声音', '上不了网'].map((title, i) => incident(`${i}`, title, felt('s'))),
    [],
  ],
  [
    'two of one place and category',
    [
      incident('a', '断网', { ...felt('s'), category: '线路' }),
      incident('b', '很慢', { ...felt('s'), category: '线路' }),
      incident('d', '卡纸', { ...felt('s'), category: '外设' }),
    ],
    ['entity s: a b'],
  ],
  [
    'two of one place in like words',
    [incident('a', '打印机卡纸', felt('s')), incident('b', '打印机又卡纸', felt('s'))],
    ['entity s: a b'],
  ],
  ['two of one carrier are chance', [incident('a', '断网', of('c')), incident('b', '很慢', of('c'))], []],
  [
    'three of one carrier',
    [incident('a', '断网', of('c')), incident('b', '很慢', of('c')), incident('d', '丢包', of('c'))],
    ['carrier c: a b d'],
  ],
  [
    'three titles that are alike but for the date',
    ['a', 'b', 'c'].map((id, i) => incident(id, `11月${i + 1}日支付系统客户端登录失败`)),
    ['text 11月1日支付系统客户端登录失败: a b c'],
  ],
  ['two words are not enough', ['a', 'b', 'c'].map((id) => incident(id, `${id}打印机 ${id.repeat(9)}`)), []],
  [
    'a group within a stronger one is told once',
    ['a', 'b', 'c'].map((id) => incident(id, '专线中断', { ...about('x'), ...of('c') })),
    ['entity x: a b c'],
  ],
])('finds %s', (_name, incidents, expected) => {
  const told = groupsOf(incidents).map(({ why, shared, incidentIds }) => `${why} ${shared}: ${incidentIds.join(' ')}`) // prettier-ignore
  expect(told).toEqual(expected)
})

it.each([
  ['正定县专线中断', '藁城区专线中断', 0.33],
  ['打印机卡纸', '打印机卡纸', 1],
  ['', '打印机', 0],
])('%s and %s are alike by %d', (a, b, expected) => {
  expect(likeness(pairsOf(a), pairsOf(b))).toBeCloseTo(expected, 1)
})
