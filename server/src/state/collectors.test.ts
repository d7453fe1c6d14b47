import { describe, expect, it } from 'vitest'
import { illsOf, type CollectorLook } from './collector-rules.ts'
import { SmallWorld } from './testing.ts'

const far = 'far'
const isWell = { awaySinceMs: null, isHeard: true, onTimePercent: 100, lagMs: 0 }

/** A collector at 甲县 beside the one at 省; what stands there is still asked from 省. */
function worldWithTwo(siteId: string | null = '甲县'): SmallWorld {
  const world = new SmallWorld()
  world.model.collectors.set(far, { siteId, regionId: '甲县', name: '甲县采集器', isLocal: false })
  world.judge.rebuild(world.model)
  world.judge.collectorSeen('col', isWell)
  world.judge.collectorSeen(far, isWell)
  return world
}

/** The interface at the upper end of a circuit is down, as the collector at 省 sees it. */
const endDown = (circuitId: string, atMs: number) => ({
  metric: 'ifOperStatus',
  ids: [`${circuitId}-a`],
  entities: [0],
  atMs: [atMs],
  values: [2],
})

const aboutFar = (world: SmallWorld) => {
  const alarm = world.firing().find(({ finding }) => finding.entityId === far)
  const cause = world.firing().find(({ id }) => id === alarm?.causeId)
  return (
    alarm && { is: alarm.finding.condition, way: alarm.finding.values.way, cause: cause?.finding.entityId }
  )
}

describe('a collector that gives no sign', () => {
  const lose = (world: SmallWorld) =>
    world.judge.collectorSeen(far, { ...isWell, awaySinceMs: world.now - 45_000 })

  it.each<[name: string, broken: string[], way: string, cause: string | undefined]>([
    ['while its line is well speaks for itself', [], 'fine', undefined],
    ['while its line runs on its backup does so too', ['甲县-primary'], 'fine', undefined],
    ['behind a cut line is its consequence', ['甲县-primary', '甲县-backup'], 'cut', '市-甲县'],
    ['behind a line cut further in is its consequence', ['市-primary', '市-backup'], 'cut', '省-市'],
  ])('%s', (_name, broken, way, cause) => {
    const world = worldWithTwo()
    world.pass(120)
    for (const part of broken) {
      world.broken.add(part)
      world.judge.observations.ingest([endDown(part, world.now + 1_000)])
    }
    world.pass(60)
    lose(world)
    world.pass(60)
    expect(aboutFar(world)).toEqual({ is: 'collector-away', way, cause })
  })

  it('at a site without mains, dark by now, is the consequence of that', () => {
    const world = worldWithTwo()
    world.pass(120)
    world.onBattery.add('甲县')
    world.pass(120)
    world.broken.add('甲县')
    lose(world)
    world.pass(60)
    expect(aboutFar(world)).toMatchObject({ way: 'cut', cause: '甲县' })
  })

  it('nobody knows where stands for itself, without a word about its line', () => {
    const world = worldWithTwo(null)
    world.pass(60)
    lose(world)
    world.pass(30)
    expect(aboutFar(world)).toEqual({ is: 'collector-away', way: 'unknown', cause: undefined })
  })

  it('is told once, and none of its devices beside it', () => {
    const world = worldWithTwo()
    for (const device of world.model.devices.values()) if (device.siteId === '甲县') device.collectorId = far
    world.pass(120)
    lose(world)
    world.pass(60)
    expect(world.roots()).toEqual(['collector-away 甲县采集器 major'])
  })

  it('stays told over a restart until it is heard', () => {
    const world = worldWithTwo()
    world.pass(60)
    lose(world)
    world.pass(60)
    world.judge.collectorSeen(far, { awaySinceMs: null, isHeard: false })
    world.pass(30)
    expect(aboutFar(world)?.is).toBe('collector-away')
    world.judge.collectorSeen(far, isWell)
    world.pass(10)
    expect(aboutFar(world)).toBeUndefined()
  })
})

describe('a collector that is there', () => {
  it('is late when it has been for five minutes, and no longer than a minute after', () => {
    const world = worldWithTwo()
    world.judge.collectorSeen(far, { ...isWell, onTimePercent: 80 })
    world.pass(280)
    expect(aboutFar(world)).toBeUndefined()
    world.pass(40)
    expect(aboutFar(world)?.is).toBe('collector-late')
    world.judge.collectorSeen(far, isWell)
    world.pass(70)
    expect(aboutFar(world)).toBeUndefined()
  })

  it.each<[string, CollectorLook, string[]]>([
    ['is well', isWell, []],
    ['may miss a tenth of its polls', { ...isWell, onTimePercent: 90 }, []],
    ['misses more', { ...isWell, onTimePercent: 89.9 }, ['collector-late minor P3']],
    ['lags behind', { ...isWell, lagMs: 60_001 }, ['collector-late minor P3']],
    ['has a fault that needs a hand', faulty('clock-offset'), ['collector-fault minor P3']],
    ['has several: the gravest counts', faulty('icmp-missing', 'disk-full'), ['collector-fault major P2']],
    ['has one that is only shown', faulty('icmp-missing'), ['collector-fault warning null']],
    ['has one that nobody knows here', faulty('of-tomorrow', 'constructor'), []],
    [
      'is away, whatever it said before',
      { ...faulty('disk-full'), awaySinceMs: 1 },
      ['collector-away major P2'],
    ],
  ])('%s', (_name, look, ills) => {
    const told = illsOf(look, 'unknown', 1_000)
    expect(told.map(({ condition, severity, priority }) => `${condition} ${severity} ${priority}`)).toEqual(
      ills,
    )
  })
})

it('series that are nearly full are told, and again not', () => {
  const world = new SmallWorld()
  world.judge.seriesFilled(90)
  world.pass(10)
  world.pass(10)
  expect(world.roots()).toEqual(['series-capacity 纵横 warning'])
  world.judge.seriesFilled(89)
  world.pass(10)
  expect(world.roots()).toEqual([])
})

function faulty(...codes: string[]): CollectorLook {
  return { ...isWell, faults: codes.map((code) => ({ code, text: code, sinceMs: 1 })) }
}
