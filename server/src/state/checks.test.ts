import type { CheckOutcome, SampleColumns } from '@zongheng/collector/contract.ts'
import { describe, expect, it } from 'vitest'
import { AlarmBook } from '../alarms/book.ts'
import type { CheckModel } from '../estate/model.ts'
import { Judge } from './judge.ts'
import { smallProvince, SmallWorld } from './testing.ts'

const minute = 60_000
const start = Date.UTC(2026, 10, 22, 2)

const check = (about: Partial<CheckModel> = {}): CheckModel => ({
  id: 'chk',
  regionId: '甲县',
  siteId: null,
  deviceId: null,
  name: '门户网站',
  spec: { kind: 'tcp', host: '10.0.0.1', port: 80, expect: '' },
  limits: [{ metric: 'checkMs', warning: 500, critical: 3000 }],
  intervalS: 60,
  timeoutMs: 5000,
  credentialId: null,
  isEnabled: true,
  points: [{ id: 'chp-a', collectorId: 'col', outcome: null, outcomeAtMs: 0 }],
  ...about,
})

/** A check and what its collectors say of it, minute by minute. */
class CheckWorld {
  readonly model = smallProvince()
  readonly judge: Judge
  readonly book = new AlarmBook([])
  now = start

  constructor(one: CheckModel) {
    this.model.collectors.set('far', { siteId: '甲县', regionId: null, name: '甲县采集器', isLocal: false })
    this.model.checks.set(one.id, one)
    this.judge = new Judge(this.model, [], this.now - 10 * minute)
  }

  say(ok: boolean, ms = 20, point = 'chp-a', outcome?: CheckOutcome): void {
    const row = (metric: string, value: number): SampleColumns => ({ metric, ids: [point], entities: [0], atMs: [this.now], values: [value] }) // prettier-ignore
    this.judge.observations.ingest([row('checkMs', ms), row('checkOk', ok ? 1 : 0)])
    if (outcome) this.judge.observations.check(point).told(outcome, this.now)
  }

  look(afterMs = 0) {
    this.now += afterMs
    const judgement = this.judge.evaluate(this.now)
    this.book.reconcile(judgement, this.now)
    return this.judge.held('chk')?.state
  }

  firing = () =>
    [...this.book.open()]
      .filter(({ state, goneSinceMs }) => state === 'firing' && goneSinceMs === null)
      .map(({ finding }) => `${finding.condition} ${finding.severity} ${finding.values.code}`)
}

describe('a check', () => {
  it('is down, and an alarm, once it failed twice; up with the first good run', () => {
    const world = new CheckWorld(check())
    world.say(true)
    expect(world.look()).toBe('up')
    world.now += minute
    world.say(false, 20, 'chp-a', { ok: false, code: 'refused', values: {} })
    expect([world.look(), world.firing()]).toEqual(['degraded', []])
    world.now += minute
    world.say(false)
    expect([world.look(1), world.look(1), world.firing()]).toEqual([
      'down',
      'down',
      ['check-failed major refused'],
    ])
    world.now += minute
    world.say(true)
    expect([world.look(), world.firing()]).toEqual(['up', []])
  })

  it('that answers slowly is told as beyond its limit when that lasts', () => {
    const world = new CheckWorld(check())
    for (let i = 0; i < 5; i++) {
      world.say(true, 900)
      world.look(minute)
    }
    expect([world.look(), world.firing()]).toEqual(['degraded', ['check-limit minor ok']])
  })

  it('does not stay green while its collector is away', () => {
    const world = new CheckWorld(check())
    world.say(true)
    expect(world.look()).toBe('up')
    world.judge.collectorAway('col', world.now)
    expect(world.look(1000)).toBe('unknown')
    world.judge.collectorAway('col', null)
    expect(world.look(1000)).toBe('up')
  })

  it('is unknown when nobody ran it in time', () => {
    const world = new CheckWorld(check())
    world.say(true)
    expect([world.look(), world.look(3 * minute)]).toEqual(['up', 'unknown'])
  })

  it('could not be tried: nothing follows about the service', () => {
    const world = new CheckWorld(check())
    world.say(true)
    world.look()
    world.now += minute
    world.judge.observations.check('chp-a').told({ ok: false, code: 'not-possible', values: {} }, world.now)
    expect([world.look(), world.firing()]).toEqual(['unknown', []])
  })

  it('is degraded when one of two collectors fails, down when both do', () => {
    const points = ['chp-a', 'chp-b'].map((id, i) => ({ id, collectorId: ['col', 'far'][i]!, outcome: null, outcomeAtMs: 0 })) // prettier-ignore
    const world = new CheckWorld(check({ points }))
    const twice = (a: boolean, b: boolean) => {
      for (let i = 0; i < 2; i++) {
        world.now += minute
        world.say(a, 20, 'chp-a')
        world.say(b, 20, 'chp-b')
      }
      return world.look()
    }
    expect([twice(true, true), twice(true, false), twice(false, false)]).toEqual(['up', 'degraded', 'down'])
  })

  it('that was down before a restart stays an alarm until it is run again', () => {
    const world = new CheckWorld(check())
    for (let i = 0; i < 2; i++, world.now += minute) {
      world.say(false)
      world.look()
    }
    const held = { ...world.judge.held('chk')! }
    const after = new Judge(world.model, [['chk', held]], world.now)
    const look = () => world.book.reconcile(after.evaluate(world.now), world.now)
    look()
    expect([after.held('chk')?.state, world.firing()]).toEqual(['down', ['check-failed major failed']])
    after.observations.ingest([
      { metric: 'checkOk', ids: ['chp-a'], entities: [0], atMs: [world.now], values: [1] },
    ])
    look()
    expect(world.firing()).toEqual([])
  })

  it('that is paused is no alarm any more', () => {
    const one = check()
    const world = new CheckWorld(one)
    for (let i = 0; i < 3; i++, world.now += minute) {
      world.say(false)
      world.look()
    }
    expect(world.firing()).toHaveLength(1)
    one.isEnabled = false
    world.look(minute)
    expect(world.firing()).toEqual([])
  })
})

describe('a check of what stands at a dark site', () => {
  it.each<[string, Partial<CheckModel>]>([
    ['its site', { siteId: '甲县' }],
    ['a device there', { siteId: '甲县', deviceId: '甲县-sw' }],
  ])('is explained by what cut off %s', (_, about) => {
    const world = new SmallWorld()
    world.model.checks.set('chk', check(about))
    const say = (value: number) =>
      world.judge.observations.ingest([{ metric: 'checkOk', ids: ['chp-a'], entities: [0], atMs: [world.now], values: [value] }]) // prettier-ignore
    world.pass(120)
    say(1)
    world.broken.add('甲县-primary').add('甲县-backup')
    for (let i = 0; i < 3; i++) {
      world.pass(60)
      say(0)
    }
    world.pass(60)
    const failed = world.firing().find((alarm) => alarm.finding.condition === 'check-failed')
    expect(failed?.causeId).toBe(world.firing().find((alarm) => alarm.finding.condition === 'link-state')?.id)
    expect(world.roots()).toEqual(['link-state 市–甲县 critical'])
  })
})
