import type { Link, Region } from '@zongheng/server/api.ts'
import { describe, expect, it } from 'vitest'
import { linkUtilisation, sortLinks } from './columns.ts'
import { abnormalStates, matches, readFilter, writeFilter } from './filter.ts'
import { cellName, matrixOf } from './matrix.ts'

const circuit = (change: object = {}) => ({
  id: 'cir_p',
  number: 'SJZ-ZD-MSTP0042',
  carrier: '电信',
  role: 'primary' as const,
  state: 'up' as const,
  since: 0,
  access: 'mstp' as const,
  bandwidthBps: 10e6,
  inBps: 2e6,
  outBps: 5e6,
  rttMs: 4,
  lossPercent: 0,
  jitterMs: 1,
  maintenance: null,
  ...change,
})
const link = (id: string, change: object = {}): Link => ({
  id,
  name: id,
  region: { id: `reg_${id}`, name: id },
  state: 'normal',
  since: 0,
  maintenance: null,
  upperSite: { id: 'sit_u', name: 'u' },
  lowerSite: { id: 'sit_l', name: 'l' },
  tier: 'county',
  circuits: [circuit()],
  activeCircuitId: 'cir_p',
  openTicket: null,
  ...change,
})
const region = (
  id: string,
  code: string,
  tier: Region['tier'],
  parentId: string | null,
): [string, Region] => [id, { id, code, name: id, tier, parentId, managingParentId: null, path: '/' }]

it.each([
  ['赞皇县', '赞皇'],
  ['赵县', '赵县'],
  ['青龙满族自治县', '青龙'],
  ['围场满族蒙古族自治县', '围场'],
  ['鹰手营子矿区', '鹰手营'],
  ['石家庄市', '石家庄'],
])('shortens %s to %s', (name, expected) => expect(cellName(name)).toBe(expected))

describe('matrix', () => {
  const regions = new Map([
    region('reg_p', '130000', 'province', null),
    region('reg_c2', '130200', 'city', 'reg_p'),
    region('reg_c1', '130100', 'city', 'reg_p'),
    region('reg_b', '130123', 'county', 'reg_c1'),
    region('reg_a', '130102', 'county', 'reg_c1'),
    region('reg_d', '130202', 'county', 'reg_c2'),
  ])
  const links = [
    link('b', { state: 'down' }),
    link('a'),
    link('d'),
    link('c1', { tier: 'city', state: 'unprotected' }),
  ]

  it('sets counties under their city, in the order of the codes', () => {
    const rows = matrixOf(links, regions)
    expect(
      rows.map((r) => [r.region.id, r.uplink?.id ?? null, r.cells.map((c) => c.link.id), r.abnormal]),
    ).toEqual([
      ['reg_c1', 'c1', ['a', 'b'], 2],
      ['reg_c2', null, ['d'], 0],
    ])
  })

  it('tells apart two counties of one short name', () => {
    const named = (id: string, code: string, name: string): [string, Region] => {
      const [key, r] = region(id, code, 'county', 'reg_c1')
      return [key, { ...r, name }]
    }
    const twins = new Map([
      ...regions,
      named('reg_x', '130107', '临夏市'),
      named('reg_y', '130121', '临夏县'),
    ])
    expect(matrixOf([link('x'), link('y')], twins)[0]?.cells.map((c) => c.name)).toEqual(['临夏市', '临夏县'])
  })

  it('leaves out links whose region is out of sight', () => {
    expect(matrixOf([link('elsewhere')], regions)).toEqual([])
  })
})

describe('filter', () => {
  it.each([
    '',
    'state=all',
    'state=down%2Con-backup&q=MSTP',
    'tier=city&sort=-rtt',
    'region=reg_1&state=normal',
  ])('keeps %j through the address', (text) => {
    const search = new URLSearchParams(text)
    expect(writeFilter(readFilter(search), search).toString()).toBe(text)
  })

  it('shows the abnormal ones at first and ignores what it does not know', () => {
    const filter = readFilter(new URLSearchParams('state=bogus&tier=moon&sort=colour'))
    expect(filter).toEqual({
      states: abnormalStates,
      tier: null,
      q: '',
      sort: { key: 'state', descending: false },
    })
  })

  it.each([
    ['state=all', true],
    ['', false],
    ['state=normal&tier=county', true],
    ['state=all&tier=city', false],
    ['state=all&q=mstp0042', true],
    ['state=all&q=电信', true],
    ['state=all&q=联通', false],
  ])('%j shows a normal county link: %s', (text, expected) => {
    expect(matches(link('x'), readFilter(new URLSearchParams(text)))).toBe(expected)
  })
})

describe('columns', () => {
  it('measures the busier direction of the circuit in use against what is rented', () => {
    expect(linkUtilisation(link('x'))).toBe(50)
    expect(linkUtilisation(link('x', { activeCircuitId: null }))).toBeNull()
    expect(linkUtilisation(link('x', { circuits: [circuit({ inBps: null, outBps: null })] }))).toBeNull()
  })

  it('sorts the worst first, then the newest, the unknown last', () => {
    const links = [
      link('n'),
      link('old', { state: 'down', since: 1 }),
      link('new', { state: 'down', since: 2 }),
    ]
    const ids = (sort: Parameters<typeof sortLinks>[1]) =>
      sortLinks(links, sort, (id) => ({ old: 99, new: 98 })[id] ?? null).map((l) => l.id)
    expect(ids({ key: 'state', descending: false })).toEqual(['new', 'old', 'n'])
    expect(ids({ key: 'availability', descending: false })).toEqual(['new', 'old', 'n'])
    expect(ids({ key: 'availability', descending: true })).toEqual(['old', 'new', 'n'])
  })
})
