import type { Region, Team, Ticket, TimelineEntry, User } from '@zongheng/server/api.ts'
import { describe, expect, it } from 'vitest'
import { assignable } from './assignable.ts'
import { movesOf, undoOf } from './moves.ts'
import { belongs, groupOf, grouped, shortNumber, startOfDay, type Group, type Tab } from './queue.ts'
import { stepsOf } from './steps.ts'
import { storyOf } from './story.ts'

/** 2026-11-23 10:00 in Shanghai. */
const now = Date.UTC(2026, 10, 23, 2)
const hour = 3_600_000

const ticket = (id: string, more: Partial<Ticket> = {}): Ticket => ({
  id,
  number: `INC20261123-${id}`,
  kind: 'incident',
  state: 'new',
  pendingReason: null,
  priority: 'P2',
  title: id,
  description: '',
  channel: 'alarm',
  region: { id: 'reg_zd', name: '正定县' },
  site: null,
  team: { id: 'tem_sjz', name: '网络组' },
  assignee: null,
  requester: null,
  entities: [],
  alarmId: null,
  revision: 0,
  category: null,
  serviceId: null,
  contact: null,
  parentId: null,
  isMajor: false,
  resolution: null,
  score: null,
  reopened: 0,
  dueAt: null,
  dueMeasure: null,
  respondedAt: null,
  createdAt: now - hour,
  updatedAt: now - hour,
  resolvedAt: null,
  closedAt: null,
  ...more,
})

describe('the queue', () => {
  it.each<[string, number]>([
    ['2026-11-22T16:00:00Z', Date.UTC(2026, 10, 22, 16)],
    ['2026-11-23T15:59:59Z', Date.UTC(2026, 10, 22, 16)],
    ['2026-11-22T15:59:59Z', Date.UTC(2026, 10, 21, 16)],
  ])('begins its day at Shanghai’s midnight: %s', (at, start) =>
    expect(startOfDay(Date.parse(at))).toBe(start),
  )

  it.each<[string, Partial<Ticket>, Group]>([
    ['new', {}, 'active'],
    ['in progress', { state: 'in_progress' }, 'active'],
    ['pending', { state: 'pending' }, 'waiting'],
    ['resolved this morning', { state: 'resolved', resolvedAt: now - hour }, 'today'],
    ['resolved last evening', { state: 'resolved', resolvedAt: now - 12 * hour }, 'earlier'],
    ['cancelled this morning', { state: 'cancelled' }, 'today'],
  ])('puts what is %s in its group', (_, more, group) => expect(groupOf(ticket('1', more), now)).toBe(group))

  it('orders by priority and age, and leaves empty groups out', () => {
    const groups = grouped(
      [
        ticket('p3', { priority: 'P3' }),
        ticket('young', { createdAt: now }),
        ticket('old', { createdAt: now - 9 * hour }),
        ticket('p1', { priority: 'P1' }),
        ticket('done', { state: 'resolved', resolvedAt: now - 2 * hour }),
        ticket('done later', { state: 'resolved', resolvedAt: now - hour }),
      ],
      now,
    )
    expect(groups.map(({ group, tickets }) => [group, tickets.map(({ id }) => id)])).toEqual([
      ['active', ['p1', 'old', 'young', 'p3']],
      ['today', ['done later', 'done']],
    ])
  })

  const self = { userId: 'me', teamIds: ['tem_sjz'] }
  it.each<[Tab, Partial<Ticket>, boolean]>([
    ['team', {}, true],
    ['team', { team: { id: 'tem_ts', name: '' } }, false],
    ['team', { team: null }, false],
    ['mine', { assignee: { id: 'me', name: '' } }, true],
    ['mine', {}, false],
    ['unassigned', {}, true],
    ['unassigned', { assignee: { id: 'you', name: '' } }, false],
    ['all', { team: null }, true],
  ])('%s holds %j: %s', (tab, more, holds) => expect(belongs(ticket('1', more), tab, {}, self)).toBe(holds))

  it('calls a ticket by its number of the day', () =>
    expect(shortNumber({ kind: 'incident', number: 'INC20261123-0007' })).toBe('0007'))
})

let entries = 0
const entry = (kind: TimelineEntry['kind'], more: Partial<TimelineEntry> = {}): TimelineEntry => ({
  id: `tle_${++entries}`,
  at: now,
  kind,
  visibility: 'public',
  author: { id: 'me', name: '陈静' },
  text: null,
  values: {},
  ...more,
})
const moved = (from: string | null, to: string, more: Partial<TimelineEntry> = {}) =>
  entry('state', { values: { from, to, reason: null }, ...more })

describe('the way of an incident', () => {
  it.each<[string, Ticket['state'], TimelineEntry[], string]>([
    ['untouched', 'new', [], '[new] assigned in_progress pending resolved closed'],
    [
      'taken up at once',
      'in_progress',
      [moved('new', 'in_progress')],
      'new* [in_progress] pending resolved closed',
    ],
    [
      'back from waiting',
      'in_progress',
      [moved('new', 'assigned'), moved('assigned', 'pending'), moved('pending', 'in_progress')],
      'new* assigned* [in_progress] pending resolved closed',
    ],
    ['recovered by itself', 'resolved', [moved('new', 'resolved')], 'new* [resolved] closed'],
    ['dropped', 'cancelled', [moved('new', 'cancelled')], 'new* [cancelled]'],
  ])('%s', (_, state, timeline, way) => {
    const steps = stepsOf({ kind: 'incident', state, createdAt: 1, timeline })
    const drawn = steps.map((s) =>
      s.reached === 'now' ? `[${s.state}]` : s.state + (s.at === null ? '' : '*'),
    )
    expect(drawn.join(' ')).toBe(way)
  })
})

describe('the story', () => {
  const given = entry('assignment', { values: { from: null, to: '陈静' } })
  const others = entry('assignment', { values: { from: null, to: '王磊' } })
  const cleared = entry('alarm', { author: null, values: { event: 'cleared' } })
  const recovered = entry('state', {
    author: null,
    values: { from: 'new', to: 'resolved', reason: 'recovered' },
  })
  it.each<[string, TimelineEntry[], (string | undefined)[]]>([
    ['leaves the opening to the description', [moved(null, 'new')], []],
    ['says once that it was given to somebody', [others, moved('new', 'assigned')], ['王磊']],
    ['says once that one took it up', [moved('new', 'in_progress'), given], ['in_progress']],
    ['says once that it recovered', [cleared, recovered], ['resolved']],
    ['tells a giving of its own', [moved('new', 'in_progress'), others], ['in_progress', '王磊']],
    ['tells what another act did', [others, moved('new', 'assigned', { at: now + 1 })], ['王磊', 'assigned']],
  ])('%s', (_, timeline, told) => expect(storyOf(timeline).map((e) => e.values.to)).toEqual(told))
})

describe('the buttons', () => {
  it.each<[Ticket['state'], Ticket['state'][], string]>([
    ['new', ['assigned', 'in_progress', 'cancelled'], 'cancel take'],
    ['in_progress', ['pending', 'resolved'], 'wait resolve'],
    ['pending', ['in_progress', 'resolved'], 'resume resolve'],
    ['resolved', ['in_progress', 'closed'], 'reopen close'],
    ['resolved', ['closed'], 'close'],
    ['closed', [], ''],
    ['new', [], ''],
  ])('of %s, where %j is allowed', (state, allowed, names) =>
    expect(
      movesOf('incident', state, allowed)
        .map(({ name }) => name)
        .join(' '),
    ).toBe(names),
  )
  it.each<[Ticket['state'], Ticket['state'], Ticket['state'] | null]>([
    ['in_progress', 'resolved', 'in_progress'],
    ['pending', 'resolved', 'in_progress'],
    ['resolved', 'closed', null],
    ['new', 'in_progress', null],
  ])('from %s to %s can be taken back to %s', (from, to, back) => expect(undoOf(from, to)).toBe(back))
})

describe('whom a ticket can be given to', () => {
  const region = (id: string, path: string): [string, Region] => [
    id,
    { id, path, code: '', name: id, tier: 'county', parentId: null, managingParentId: null },
  ]
  const regions = new Map([
    region('he', '/he/'),
    region('sjz', '/he/sjz/'),
    region('zd', '/he/sjz/zd/'),
    region('ts', '/he/ts/'),
  ])
  const team = (id: string, regionId: string, members: string[]): Team => ({
    id,
    name: id,
    region: { id: regionId, name: regionId },
    members: members.map((m) => ({ id: m, name: m })),
  })
  const user = (id: string, regionId: string, ...roles: string[]): User => ({
    id,
    username: id,
    displayName: id,
    post: null,
    phone: null,
    state: 'active',
    signedInAt: null,
    region: { id: regionId, name: regionId },
    roles,
  })
  const choices = assignable(
    { region: { id: 'zd', name: '' } },
    [team('province', 'he', ['a']), team('tangshan', 'ts', ['b']), team('city', 'sjz', ['c', 'd'])],
    [
      user('a', 'he', 'agent'),
      user('b', 'ts', 'engineer'),
      user('c', 'sjz', 'engineer'),
      user('d', 'sjz', 'viewer'),
      user('e', 'zd', 'manager'),
      user('f', 'he', 'audit-admin'),
    ],
    regions,
  )
  it('is the teams of its region and above, the nearest first, with those who work on tickets', () =>
    expect(choices.teams.map(({ team, members }) => [team.id, members.map((m) => m.id)])).toEqual([
      ['city', ['c']],
      ['province', ['a']],
    ]))
  it('and who works there in no team', () => expect(choices.others.map(({ id }) => id)).toEqual(['e']))
})
