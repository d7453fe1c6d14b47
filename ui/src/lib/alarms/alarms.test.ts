import type { Alarm } from '@zongheng/server/api.ts'
import { describe, expect, it } from 'vitest'
import { bySite } from './by-site.ts'
import { matches, readFilter, writeFilter, type AlarmFilter } from './filter.ts'
import { explained, foldAlarms, holds, rowsOf } from './fold.ts'
import { lifeOf } from './life.ts'

const alarm = (id: string, more: Partial<Alarm> = {}): Alarm => ({
  id,
  entity: { type: 'link', id: `lnk_${id}`, name: id },
  region: { id: 'reg_zd', name: '正定县' },
  site: { id: 'sit_zd', name: '正定县财政局' },
  condition: 'link-state',
  severity: 'major',
  state: 'firing',
  causeId: null,
  flapping: false,
  raised: 1,
  acknowledgedUntil: null,
  suppressed: null,
  window: null,
  historical: false,
  muted: null,
  values: { state: 'on-backup', circuits: 'SJZ-0123-MSTP0041' },
  startedAt: 1000,
  firedAt: 2000,
  clearedAt: null,
  acknowledgedBy: null,
  acknowledgedAt: null,
  children: 0,
  ticket: null,
  ...more,
})

/** `root(child grandchild) root`: the shape of what was folded. */
const shape = (alarms: Alarm[]): string => {
  const draw = (roots: ReturnType<typeof foldAlarms>): string =>
    roots
      .map(
        (root) => (root.alarm ? root.id : `?${root.id}`) + (root.below.length ? `(${draw(root.below)})` : ''),
      )
      .join(' ')
  return draw(foldAlarms(alarms))
}

describe('alarms are folded under what explains them', () => {
  it.each<[string, Alarm[], string]>([
    ['nothing', [], ''],
    ['worst first', [alarm('a', { severity: 'minor' }), alarm('b', { severity: 'critical' })], 'b a'],
    ['the latest first among equals', [alarm('a', { startedAt: 1 }), alarm('b', { startedAt: 2 })], 'b a'],
    [
      'at any depth',
      [alarm('c', { causeId: 'b' }), alarm('b', { causeId: 'a' }), alarm('a'), alarm('d', { causeId: 'a' })],
      'a(b(c) d)',
    ],
    [
      'under an unnamed root when the cause is not seen, as grave as its worst',
      [
        alarm('a', { severity: 'critical', causeId: 'up' }),
        alarm('b', { causeId: 'up' }),
        alarm('c', { severity: 'critical', startedAt: 0 }),
      ],
      '?up(a b) c',
    ],
    [
      'without end when they explain each other',
      [alarm('a', { causeId: 'b' }), alarm('b', { causeId: 'a' })],
      '',
    ],
  ])('%s', (_, alarms, expected) => expect(shape(alarms)).toBe(expected))

  const [root] = foldAlarms([alarm('a'), alarm('b', { causeId: 'a' }), alarm('c', { causeId: 'b' })])

  it('counts what one explains, at any depth', () => expect(explained(root!)).toBe(2))
  it('finds a root by what is beneath it', () => {
    expect(holds(root!, ({ id }) => id === 'c')).toBe(true)
    expect(holds(root!, ({ id }) => id === 'x')).toBe(false)
  })
  it.each<[string[], string[]]>([
    [[], ['a 0']],
    [['a'], ['a 0', 'b 1']],
    [
      ['a', 'b'],
      ['a 0', 'b 1', 'c 2'],
    ],
    [['b'], ['a 0']],
  ])('shows the lines under those that are open: %j', (open, lines) =>
    expect(rowsOf([root!], new Set(open)).map(({ id, depth }) => `${id} ${depth}`)).toEqual(lines),
  )
})

describe('the filter stands in the address', () => {
  it.each<[string, AlarmFilter]>([
    ['', { view: 'roots', severities: null, q: '' }],
    ['view=all&severity=critical%2Cminor&q=x', { view: 'all', severities: ['critical', 'minor'], q: 'x' }],
    ['view=cleared', { view: 'cleared', severities: null, q: '' }],
  ])('%s', (address, filter) => {
    expect(readFilter(new URLSearchParams(address))).toEqual(filter)
    expect(writeFilter(filter, new URLSearchParams()).toString()).toBe(address)
  })

  it.each([
    ['view=everything', 'roots'],
    ['severity=fatal', 'roots'],
  ])('and passes over what it does not know: %s', (address, view) =>
    expect(readFilter(new URLSearchParams(address))).toEqual({ view, severities: null, q: '' }),
  )

  it('keeps the region', () =>
    expect(
      writeFilter({ view: 'all', severities: null, q: '' }, new URLSearchParams('region=reg_1')).toString(),
    ).toBe('region=reg_1&view=all'))

  const filter = (more: Partial<AlarmFilter>): AlarmFilter => ({
    view: 'all',
    severities: null,
    q: '',
    ...more,
  })
  it.each<[Partial<AlarmFilter>, boolean]>([
    [{}, true],
    [{ severities: ['critical'] }, false],
    [{ severities: ['critical', 'major'] }, true],
    [{ q: '主用' }, true],
    [{ q: 'mstp0041' }, true],
    [{ q: '财政局' }, true],
    [{ q: '唐山' }, false],
  ])('%j lets a major alarm in Zhengding through: %s', (more, through) =>
    expect(matches(alarm('a'), filter(more), '石家庄–正定 主用中断')).toBe(through),
  )
})

describe('the life of an alarm', () => {
  it.each<[string, Partial<Alarm>, string[]]>([
    ['that goes on', {}, ['started', 'fired', 'ongoing']],
    ['that was never told of', { firedAt: null, clearedAt: 1500 }, ['started', 'cleared']],
    [
      'acknowledged and over',
      { acknowledgedBy: { id: 'u', name: '陈静' }, acknowledgedAt: 3000, clearedAt: 4000 },
      ['started', 'fired', 'acknowledged', 'cleared'],
    ],
    [
      'acknowledged after it was over',
      { acknowledgedBy: { id: 'u', name: '陈静' }, acknowledgedAt: 5000, clearedAt: 4000 },
      ['started', 'fired', 'cleared', 'acknowledged'],
    ],
  ])('%s', (_, more, steps) => expect(lifeOf(alarm('a', more)).map(({ what }) => what)).toEqual(steps))
})

it('groups alarms by site, the worst site first, by region where there is no site', () => {
  const groups = bySite([
    alarm('a', { severity: 'minor' }),
    alarm('b', { severity: 'critical', site: { id: 'sit_ts', name: '唐山' } }),
    alarm('c'),
    alarm('d', { severity: 'warning', site: null }),
  ])
  expect(groups.map(({ name, alarms }) => [name, alarms.map(({ id }) => id)])).toEqual([
    ['唐山', ['b']],
    ['正定县财政局', ['c', 'a']],
    ['正定县', ['d']],
  ])
})
