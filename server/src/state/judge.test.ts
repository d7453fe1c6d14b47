import { beforeEach, describe, expect, it } from 'vitest'
import { AlarmBook } from '../alarms/book.ts'
import { Judge } from './judge.ts'
import { SmallWorld } from './testing.ts'

let world: SmallWorld

beforeEach(() => {
  world = new SmallWorld()
  world.pass(60)
})

it('a healthy province is up and silent', () => {
  const states = [...world.model.links.keys()].map((id) => world.state(id))
  expect(states).toEqual(['normal', 'normal', 'normal'])
  expect([...world.model.devices.keys()].filter((id) => world.state(id) !== 'up')).toEqual([])
  expect(world.firing()).toEqual([])
})

describe('a county loses its lines', () => {
  it('runs on its backup, with one root alarm', () => {
    world.broken.add('甲县-primary')
    world.pass(30)
    expect(world.state('市-甲县')).toBe('on-backup')
    expect(world.roots()).toEqual(['link-state 市–甲县 major'])
    expect(world.state('甲县-sw')).toBe('up')
  })

  it('is down without its backup: the same alarm, graver, with the devices behind it unreachable', () => {
    world.broken.add('甲县-primary')
    world.pass(30)
    const before = world.firing()[0]!.id
    world.broken.add('甲县-backup')
    world.pass(30)
    expect(world.state('市-甲县')).toBe('down')
    expect(world.roots()).toEqual(['link-state 市–甲县 critical'])
    expect(world.firing().find((alarm) => alarm.causeId === null)!.id).toBe(before)
    expect(['甲县-rt', '甲县-sw', '甲县-ups'].map((id) => world.state(id))).toEqual(
      Array(3).fill('unreachable'),
    )
    expect(world.causeOf('甲县-sw')).toBe('市-甲县')
    expect(world.state('甲县')).toBe('unreachable')
    expect(world.firedAsRoot()).toEqual(['市–甲县'])
  })

  it('recovers without a new root', () => {
    world.broken.add('甲县-primary').add('甲县-backup')
    world.pass(120)
    world.broken.clear()
    world.pass(60)
    expect(world.state('市-甲县')).toBe('normal')
    expect(world.state('甲县-sw')).toBe('up')
    expect(world.firing()).toEqual([])
    expect(world.firedAsRoot()).toEqual(['市–甲县'])
  })

  it('dates the outage of the circuit by the first lost probe', () => {
    const before = world.now
    world.broken.add('甲县-primary')
    world.pass(60)
    const change = world.changes.find((one) => one.entityId === '甲县-primary' && one.to === 'down')!
    expect(change.atMs).toBe(before + 10_000)
  })
})

it('a line that comes back circuit by circuit stays as grave as it was, until it stays milder', () => {
  world.broken.add('甲县-primary').add('甲县-backup')
  world.pass(60)
  world.broken.delete('甲县-backup')
  world.pass(40)
  expect(world.state('市-甲县')).toBe('on-backup')
  expect(world.roots()).toEqual(['link-state 市–甲县 critical'])
  world.pass(40)
  expect(world.roots()).toEqual(['link-state 市–甲县 major'])
})

it('without probes a cut is seen by interface status alone, at the next poll', () => {
  const primary = world.model.circuits.get('甲县-primary')!
  primary.leg = null
  world.judge.rebuild(world.model)
  world.judge.observations.legs.delete(primary.id)
  const poll = (ifOperStatus: number) => {
    world.judge.observations.ingest([
      {
        metric: 'ifOperStatus',
        ids: [primary.a.interfaceId, primary.z.interfaceId],
        entities: [0, 1],
        atMs: [world.now, world.now + 1],
        values: [ifOperStatus, 1],
      },
    ])
    world.pass(60)
  }
  poll(1)
  expect(world.state('市-甲县')).toBe('normal')
  poll(2)
  expect(world.state('甲县-primary')).toBe('down')
  expect(world.state('市-甲县')).toBe('on-backup')
  poll(1)
  expect(world.state('市-甲县')).toBe('normal')
})

it('a lost backup leaves the link unprotected', () => {
  world.broken.add('甲县-backup')
  world.pass(60)
  expect(world.state('市-甲县')).toBe('unprotected')
  expect(world.roots()).toEqual(['link-state 市–甲县 warning'])
})

describe('a city core router dies', () => {
  beforeEach(() => {
    world.broken.add('市-rt')
    world.pass(60)
  })

  it('is the one root; the links it carried run on their backups as its children', () => {
    expect(world.roots()).toEqual(['device-down 市-rt critical'])
    for (const link of ['省-市', '市-甲县', '市-乙县']) {
      expect(world.state(link)).toBe('on-backup')
      expect(world.causeOf(link)).toBe('市-rt')
    }
    expect(world.firedAsRoot()).toEqual(['市-rt'])
  })

  it('leaves an independent cut its own root', () => {
    world.broken.add('甲县-backup')
    world.pass(120)
    expect(world.state('市-甲县')).toBe('down')
    expect(world.roots()).toEqual(['device-down 市-rt critical', 'link-state 市–甲县 critical'])
  })

  it('clears all with it', () => {
    world.broken.clear()
    world.pass(60)
    expect(world.firing()).toEqual([])
    expect(world.firedAsRoot()).toEqual(['市-rt'])
  })
})

describe('a city loses its mains, then goes dark', () => {
  beforeEach(() => {
    world.onBattery.add('市')
    world.pass(70)
    world.broken.add('市')
    world.pass(60)
  })

  it('has one cause, and nothing behind it is shown green', () => {
    expect(world.roots()).toEqual(['mains-lost 市 major'])
    expect(world.state('市')).toBe('down')
    expect(world.state('甲县')).toBe('unreachable')
    expect(world.state('省-市')).toBe('down')
    expect(world.state('市-甲县')).toBe('unknown')
    const behind = [...world.model.devices.values()].filter((device) => device.siteId !== '省')
    expect(behind.map((device) => world.state(device.id))).toEqual(behind.map(() => 'unreachable'))
    expect(world.firedAsRoot()).toEqual(['市'])
  })

  it('has that one cause still after a restart', () => {
    const held = [
      ...world.model.sites.keys(),
      ...world.model.links.keys(),
      ...world.model.circuits.keys(),
      ...world.model.devices.keys(),
    ]
    const known = held.flatMap((id) => (world.judge.held(id) ? [[id, world.judge.held(id)!] as const] : []))
    const open = world.firing()
    world.judge = new Judge(
      world.model,
      known.map(([id, state]) => [id, state]),
      world.now,
    )
    world.judge.recall(open.map((alarm) => alarm.finding))
    world.book = new AlarmBook(open)
    world.pass(240)
    expect(world.roots()).toEqual(['mains-lost 市 major'])
    expect(world.state('市')).toBe('down')
    expect(world.firedAsRoot()).toEqual(['市'])
  })

  it('comes back whole', () => {
    world.broken.clear()
    world.onBattery.clear()
    world.pass(90)
    expect(world.firing()).toEqual([])
    expect(world.state('市-乙县')).toBe('normal')
    expect(world.firedAsRoot()).toEqual(['市'])
  })
})

it('a battery that is low after an outage is given time to charge', () => {
  world.onBattery.add('甲县')
  world.batteryLow.add('甲县')
  world.pass(70)
  expect(world.roots()).toEqual(['mains-lost 甲县 major'])
  world.onBattery.clear()
  world.pass(600)
  expect(world.firing()).toEqual([])
  world.pass(300)
  expect(world.roots()).toEqual(['sensor-state 甲县-ups 电池状态 minor'])
})

it('a silent switch beside answering neighbours is down, and nothing else', () => {
  world.broken.add('甲县-sw')
  world.pass(60)
  expect(world.roots()).toEqual(['device-down 甲县-sw minor'])
  expect(world.state('甲县')).toBe('up')
})

it.each([
  [30, 20],
  [30, 40],
])('a line that flaps, %i s away and %i s back, is one alarm, told once, until it is calm', (away, back) => {
  for (let i = 0; i < 5; i++) {
    world.broken.add('甲县-primary')
    world.pass(away)
    world.broken.clear()
    world.pass(back)
  }
  const alarms = [...world.book.open()]
  expect(alarms).toHaveLength(1)
  expect(alarms[0]!.flapping).toBe(true)
  expect(world.firedAsRoot()).toEqual(['市–甲县'])
  world.pass(200)
  expect([...world.book.open()]).toEqual([])
})

it('after a restart the states stand and no alarm is told twice or cleared', () => {
  world.broken.add('甲县-primary')
  world.pass(60)
  const held = [...world.model.links.keys(), ...world.model.circuits.keys(), ...world.model.devices.keys()]
  world.judge = new Judge(
    world.model,
    held.map((id) => [id, world.judge.held(id)!]),
    world.now,
  )
  world.book = new AlarmBook(world.firing())
  const judgement = world.judge.evaluate(world.now + 1000)
  expect(judgement.changes).toEqual([])
  expect(world.book.reconcile(judgement, world.now + 1000)).toEqual([])
  world.pass(60)
  expect(world.state('市-甲县')).toBe('on-backup')
  expect(world.firedAsRoot()).toEqual(['市–甲县'])
})

it('after a restart a site is not dark because only its lost leg has been heard of', () => {
  world.broken.add('甲县-primary')
  world.pass(60)
  const held = [...world.model.links.keys(), ...world.model.circuits.keys(), ...world.model.devices.keys()]
  world.judge = new Judge(
    world.model,
    held.map((id) => [id, world.judge.held(id)!]),
    world.now,
  )
  world.judge.observations.ingest([
    { metric: 'probeOk', ids: ['甲县-primary'], entities: [0], atMs: [world.now], values: [0] },
  ])
  expect(world.judge.evaluate(world.now + 500).changes).toEqual([])
})

it('without a collector everything becomes unknown, and nothing is cleared', () => {
  world.broken.add('甲县-primary')
  world.pass(180)
  world.judge.collectorAway('col', world.now)
  const later = world.now + 400_000
  world.book.reconcile(world.judge.evaluate(later), later)
  const judgement = world.judge.evaluate(later + 15_000)
  const steps = world.book.reconcile(judgement, later + 15_000)
  expect(world.state('市-乙县')).toBe('unknown')
  expect(world.state('市-rt')).toBe('unknown')
  expect(steps.filter((step) => step.cleared)).toEqual([])
  expect(steps.map((step) => step.alarm.finding.condition)).toEqual(['collector-away'])
})
