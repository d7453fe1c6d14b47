import { describe, expect, it } from 'vitest'
import { evidence } from '@zongheng/inventory/evidence.ts'
import type { Finding } from '../state/finding.ts'
import { findingKey } from '../state/finding.ts'
import { AlarmBook, surfaceMs, type AlarmStep, type BookRules, type OpenAlarm } from './book.ts'
import { isMuted, muteOf, type Mutable } from './muted.ts'

const second = 1000
const minute = 60 * second

/** What is found, and how time passes over a book. */
class Desk {
  readonly findings = new Map<string, Finding>()
  readonly causes = new Map<string, string>()
  /** What explains it together with its cause. */
  readonly coCauses = new Map<string, string[]>()
  readonly steps: AlarmStep[] = []
  now = Date.UTC(2026, 10, 22)
  book: AlarmBook
  readonly rules: BookRules

  constructor(rules: BookRules = {}) {
    this.rules = rules
    this.book = new AlarmBook([], rules)
  }

  find(entityId: string, more: Partial<Finding> = {}): string {
    const finding: Finding = {
      entityType: 'device', entityId, entityName: entityId, regionId: '甲县', siteId: null, deviceId: null, condition: 'device-down',
      severity: 'minor', priority: 'P3', holdMs: 0, clearHoldMs: 0, values: {}, evidence: [], sinceMs: this.now, ...more,
    } // prettier-ignore
    const key = findingKey(finding)
    this.findings.set(key, finding)
    return key
  }

  lose(entityId: string): void {
    for (const [key, finding] of this.findings) if (finding.entityId === entityId) this.findings.delete(key)
  }

  /** One pass a second. */
  pass(ms = second): AlarmStep[] {
    const steps: AlarmStep[] = []
    for (let left = ms; left > 0; left -= second) {
      this.now += second
      const judgement = {
        changes: [],
        findings: new Map(this.findings),
        explain: (finding: Finding) => this.causes.get(finding.entityId) ?? null,
        coCauses: (finding: Finding) => this.coCauses.get(finding.entityId) ?? [],
        isKnown: () => true,
      }
      steps.push(...this.book.reconcile(judgement, this.now))
    }
    this.steps.push(...steps)
    return steps
  }

  open(entityId: string): OpenAlarm {
    return [...this.book.open()].find(({ finding }) => finding.entityId === entityId)!
  }

  /** As after a restart. */
  restart(): void {
    this.book = new AlarmBook(
      [...this.book.open()].filter(({ state }) => state === 'firing').map((alarm) => ({ ...alarm })),
      this.rules,
    )
  }
}

const kinds = (steps: readonly AlarmStep[]) => steps.flatMap(({ events }) => events.map(({ kind }) => kind))
const did = (steps: readonly AlarmStep[], what: 'surfaced' | 'quieted' | 'reminded' | 'due' | 'fired') =>
  steps.filter((step) => step[what]).map(({ alarm }) => alarm.finding.entityId)

describe('what mutes an alarm', () => {
  const free: Mutable = { causeId: null, windowId: null, suppressedUntilMs: null }
  it.each<[string | null, Partial<Mutable>]>([
    [null, {}],
    ['cause', { causeId: 'alm_1' }],
    ['storm', { causeId: 'alm_1', isStormed: true }],
    ['window', { windowId: 'win_1', causeId: 'alm_1' }],
    ['suppressed', { suppressedUntilMs: 1, windowId: 'win_1' }],
    ['historical', { isHistorical: true, suppressedUntilMs: 1 }],
  ])('%s', (reason, more) => {
    expect(muteOf({ ...free, ...more })).toBe(reason)
    expect(isMuted({ ...free, ...more })).toBe(reason !== null)
  })
})

describe('acknowledged and suppressed', () => {
  it('an acknowledgement ends by itself: it speaks again', () => {
    const desk = new Desk()
    desk.find('a')
    desk.pass()
    desk.book.told(desk.open('a').id, { isAcknowledged: true, acknowledgedUntilMs: desk.now + minute })
    expect(did(desk.pass(minute - second), 'reminded')).toEqual([])
    const steps = desk.pass(second)
    expect(did(steps, 'reminded')).toEqual(['a'])
    expect(kinds(steps)).toEqual(['acknowledgement-ended'])
    expect(did(desk.pass(10 * minute), 'reminded')).toEqual([])
  })

  it('a suppressed alarm is quiet until then, and then surfaces', () => {
    const desk = new Desk()
    desk.find('a')
    expect(did(desk.pass(), 'due')).toEqual(['a'])
    desk.book.told(desk.open('a').id, { suppressedUntilMs: desk.now + minute })
    expect(did(desk.pass(), 'quieted')).toEqual(['a'])
    const steps = desk.pass(minute)
    expect(did(steps, 'surfaced')).toEqual(['a'])
    expect(did(steps, 'due')).toEqual(['a'])
  })

  it('and stays so when it comes again before', () => {
    const desk = new Desk()
    desk.find('a')
    desk.pass()
    desk.book.told(desk.open('a').id, { suppressedUntilMs: desk.now + 10 * minute })
    desk.lose('a')
    expect(kinds(desk.pass(minute))).toEqual(['cleared'])
    desk.find('a')
    const steps = desk.pass(minute)
    expect(kinds(steps)).toEqual(['started', 'fired', 'suppressed'])
    expect(did(steps, 'due')).toEqual([])
    expect(did(desk.pass(10 * minute), 'surfaced')).toEqual(['a'])
  })
})

describe('within a maintenance window', () => {
  it('is recorded and not told; at its end it surfaces as if it fired now', () => {
    const until = Date.UTC(2026, 10, 22, 1)
    const desk = new Desk({ muting: (_finding, _startedMs, nowMs) => (nowMs < until ? 'win_1' : null) })
    desk.find('a')
    const steps = desk.pass()
    expect(did(steps, 'fired')).toEqual(['a'])
    expect(did(steps, 'due')).toEqual([])
    expect(kinds(steps)).toEqual(['started', 'fired', 'window-entered'])
    desk.restart()
    expect(desk.pass(59 * minute - second)).toEqual([])
    const end = desk.pass(minute + second)
    expect([did(end, 'surfaced'), did(end, 'due'), kinds(end)]).toEqual([['a'], ['a'], ['window-left']])
  })

  it('what is over when it ends says nothing', () => {
    const until = Date.UTC(2026, 10, 22, 1)
    const desk = new Desk({ muting: (_finding, _startedMs, nowMs) => (nowMs < until ? 'win_1' : null) })
    desk.find('a', { clearHoldMs: 30 * second })
    desk.pass()
    desk.now = until - 10 * second
    desk.lose('a')
    const steps = desk.pass(2 * minute)
    expect([did(steps, 'surfaced'), kinds(steps)]).toEqual([[], ['cleared']])
  })
})

describe('the desk is told', () => {
  it.each<[string, number | null, number]>([
    ['at once', 0, 1],
    ['after ten minutes', 10 * minute, 1],
    ['never', null, 0],
  ])('%s, once', (_, afterMs, times) => {
    const desk = new Desk({ incidentAfterMs: () => afterMs })
    desk.find('a')
    desk.pass(9 * minute)
    expect(did(desk.steps, 'due')).toHaveLength(afterMs === 0 ? 1 : 0)
    desk.restart()
    desk.pass(5 * minute)
    expect(did(desk.steps, 'due')).toHaveLength(times)
  })

  it('counted from when it speaks for itself', () => {
    const desk = new Desk({ incidentAfterMs: () => 5 * minute })
    desk.find('cause')
    desk.find('a')
    desk.causes.set('a', 'cause|device-down')
    desk.pass(4 * minute)
    desk.lose('cause')
    desk.causes.clear()
    desk.pass(surfaceMs + 4 * minute)
    expect(did(desk.steps, 'due')).toEqual([])
    desk.pass(2 * minute)
    expect(did(desk.steps, 'due')).toEqual(['a'])
  })
})

it('knows what explains it together with its cause, for as long as that does', () => {
  const desk = new Desk()
  for (const id of ['near', 'far', 'a']) desk.find(id)
  desk.causes.set('a', 'near|device-down')
  desk.coCauses.set('a', ['far|device-down', 'unheard|device-down'])
  desk.pass()
  expect(desk.open('a')).toMatchObject({ causeId: desk.open('near').id, coCauseIds: [desk.open('far').id] })
  desk.causes.clear()
  desk.pass(surfaceMs + second)
  expect(desk.open('a')).toMatchObject({ causeId: null, coCauseIds: [] })
})

it('what looks back on a while gets that long after its cause', () => {
  const desk = new Desk()
  desk.find('cause')
  desk.find('port', { condition: 'interface-flapping' })
  desk.causes.set('port', 'cause|device-down')
  desk.pass()
  desk.lose('cause')
  desk.causes.clear()
  desk.pass(19 * minute)
  expect(desk.open('port').causeId).not.toBeNull()
  desk.pass(2 * minute)
  expect(desk.open('port').causeId).toBeNull()
  expect(did(desk.steps, 'surfaced')).toEqual(['port'])
})

it('counts how often it came, and says when that is flapping', () => {
  const desk = new Desk()
  const key = desk.find('a', { clearHoldMs: 30 * second })
  desk.pass()
  for (let i = 0; i < 3; i++) {
    const finding = desk.findings.get(key)!
    desk.lose('a')
    desk.pass(5 * second)
    desk.findings.set(key, finding)
    desk.pass(5 * second)
  }
  expect(desk.open('a')).toMatchObject({ raised: 4, flapping: true })
  expect(did(desk.steps, 'fired')).toHaveLength(1)
  expect(kinds(desk.steps)).toEqual([
    'started',
    'fired',
    'raised-again',
    'raised-again',
    'flapping',
    'raised-again',
  ])
})

it('a line that comes and goes without being well in between flaps by its evidence', () => {
  const desk = new Desk()
  desk.find('a')
  desk.pass()
  expect(desk.open('a').flapping).toBe(false)
  desk.find('a', { evidence: [evidence('flapping', 'bad', 0, { losses: 3, sinceMs: 0 }, 'a')] })
  desk.pass()
  desk.pass()
  expect(desk.open('a')).toMatchObject({ raised: 1, flapping: true })
  expect(kinds(desk.steps)).toEqual(['started', 'fired', 'flapping'])
})

describe('a storm', () => {
  const sight = {
    regionsAbove: (id: string) => (id === '省' ? ['省'] : id === '市' ? ['市', '省'] : [id, '市', '省']),
  }
  const limits = { roots: 10, withinMs: minute, calmMs: 3 * minute }
  const stormy = () => new Desk({ ...sight, storm: limits })
  const roots = (desk: Desk) =>
    [...desk.book.open()]
      .filter((a) => a.state === 'firing' && a.causeId === null)
      .map((a) => a.finding.entityId)

  it.each([
    [10, 10],
    [11, 1],
    [200, 1],
  ])('of %s at once: people are told of %s', (count, told) => {
    const desk = stormy()
    for (let i = 0; i < count; i++) desk.find(`d${i}`)
    desk.pass(5 * second)
    expect(did(desk.steps, 'due')).toHaveLength(told)
    expect([...desk.book.open()].filter(({ state }) => state === 'firing')).toHaveLength(
      count > 10 ? count + 1 : count,
    )
  })

  it('stands in the lowest region that holds it', () => {
    const desk = stormy()
    for (let i = 0; i < 8; i++) {
      desk.find(`a${i}`)
      desk.find(`b${i}`, { regionId: '乙县' })
    }
    desk.pass(5 * second)
    expect(roots(desk)).toEqual(['市'])
  })

  it('never hides what is critical', () => {
    const desk = stormy()
    for (let i = 0; i < 50; i++) desk.find(`d${i}`)
    desk.find('line', { severity: 'critical', priority: 'P1' })
    desk.pass(5 * second)
    expect(did(desk.steps, 'due').sort()).toEqual(['line', '甲县'])
  })

  it('takes those that came just before with it, and leaves older ones alone', () => {
    const desk = stormy()
    desk.find('old')
    desk.pass(5 * minute)
    for (let i = 0; i < 30; i++) {
      desk.find(`d${i}`)
      desk.pass(second)
    }
    expect(roots(desk).sort()).toEqual(['old', '甲县'])
  })

  it('goes on over a restart, ends when it is calm, and what still fails speaks for itself', () => {
    const desk = stormy()
    for (let i = 0; i < 30; i++) desk.find(`d${i}`)
    desk.pass(5 * second)
    const storm = desk.open('甲县').id
    desk.restart()
    desk.pass(2 * minute)
    expect(desk.open('甲县').id).toBe(storm)
    for (let i = 0; i < 27; i++) desk.lose(`d${i}`)
    desk.pass(10 * minute)
    expect(roots(desk).sort()).toEqual(['d27', 'd28', 'd29'])
    expect(did(desk.steps, 'due').sort()).toEqual(['d27', 'd28', 'd29', '甲县'])
  })

  it('is not made of what a window or a hand has muted', () => {
    const desk = new Desk({ ...sight, storm: limits, muting: () => 'win_1' })
    for (let i = 0; i < 50; i++) desk.find(`d${i}`)
    desk.pass(5 * second)
    expect(did(desk.steps, 'due')).toEqual([])
    expect(desk.open('甲县')).toBeUndefined()
  })
})
