/** The same outages, told in any order and in any portions: the same roots, and nobody is told of anything else meanwhile. */
import fc from 'fast-check'
import type { SampleColumns } from '@zongheng/collector/contract.ts'
import { expect, it } from 'vitest'
import { ConditionJudge } from './conditions/judge.ts'
import { Judge } from './state/judge.ts'
import { SmallWorld } from './state/testing.ts'

interface Outage {
  play: (world: SmallWorld) => void
  mend: (world: SmallWorld) => void
  /** In the end. */
  roots: string[]
  /** Of what was told, where that is over in the end. */
  told?: string[]
  counties?: string[]
}

const six = ['县0', '县1', '县2', '县3', '县4', '县5']
const breaking = (...parts: string[]) => ({
  play: (world: SmallWorld) => {
    for (const part of parts) world.broken.add(part)
    world.pass(120)
  },
  mend: (world: SmallWorld) => {
    world.broken.clear()
    world.pass(420)
  },
})

const outages: Record<string, Outage> = {
  cut: { ...breaking('甲县-primary'), roots: ['link-state 市–甲县 major'] },
  storm: { ...breaking('市-primary', '市-backup'), roots: ['link-state 省–市 critical'] },
  'silent-standby': { ...breaking('甲县-backup'), roots: ['link-state 市–甲县 warning'] },
  router: { ...breaking('市-rt'), roots: ['device-down 市-rt critical'], counties: six },
  carrier: {
    ...breaking(...six.slice(0, 5).map((county) => `${county}-primary`)),
    roots: six.slice(0, 5).map((county) => `link-state 市–${county} major`),
    counties: six,
  },
  'power-cut': {
    play: (world) => {
      world.onBattery.add('甲县')
      world.pass(120)
      world.broken.add('甲县')
      world.pass(120)
    },
    mend: (world) => {
      world.broken.clear()
      world.onBattery.clear()
      world.pass(420)
    },
    roots: ['mains-lost 甲县 major'],
  },
  flap: {
    play: (world) => {
      world.ported.add('甲县-primary')
      world.pass(60)
      for (let i = 0; i < 5; i++) {
        world.broken.add('甲县-primary')
        world.pass(40)
        world.broken.clear()
        world.pass(30)
      }
    },
    mend: (world) => world.pass(35 * 60),
    roots: [],
    told: ['市–甲县'],
  },
}

/** Each look in an order and in portions of its own. */
function portionsBy(seed: number) {
  let state = seed >>> 0 || 1
  const next = (below: number) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return Math.floor((state / 2 ** 32) * below)
  }
  return (columns: SampleColumns[]): SampleColumns[][] => {
    const shuffled = [...columns]
    for (let i = shuffled.length - 1; i > 0; i--) {
      const j = next(i + 1)
      ;[shuffled[i], shuffled[j]] = [shuffled[j]!, shuffled[i]!]
    }
    const at = next(shuffled.length + 1)
    return [shuffled.slice(0, at), shuffled.slice(at)]
  }
}

function worldOf({ counties }: Outage): SmallWorld {
  const world = new SmallWorld(counties)
  for (const { a, z } of world.model.circuits.values())
    for (const { deviceId, interfaceId, ifName } of [a, z])
      world.model.devices.get(deviceId)!.interfaces.push({ id: interfaceId, ifName } as never)
  world.judge = new Judge(world.model, [], world.now, undefined, [new ConditionJudge(world.now)])
  return world
}

const runs = process.env.LONG === '1' ? 60 : 8

it.each(Object.entries(outages))('%s: in whatever order it is told', (_, outage) => {
  fc.assert(
    fc.property(fc.integer(), (seed) => {
      const world = worldOf(outage)
      world.portions = portionsBy(seed)
      world.pass(120)
      outage.play(world)
      expect(world.roots()).toEqual(outage.roots)
      outage.mend(world)
      expect(world.firedAsRoot().sort()).toEqual(
        outage.told ?? outage.roots.map((root) => root.split(' ')[1]),
      )
      expect(world.steps.filter(({ surfaced }) => surfaced)).toEqual([])
      expect([...world.book.open()]).toEqual([])
    }),
    { numRuns: runs },
  )
})
