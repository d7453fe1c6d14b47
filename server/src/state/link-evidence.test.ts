import { beforeEach, expect, it } from 'vitest'
import { SmallWorld } from './testing.ts'

const [link, primary, backup] = ['市-甲县', '甲县-primary', '甲县-backup']
let world: SmallWorld

beforeEach(() => {
  world = new SmallWorld()
  world.pass(60)
})

/** What is said at this instant of these. */
function say(metric: string, values: Record<string, number>, spanMs?: number): void {
  const ids = Object.keys(values)
  const atMs = ids.map(() => world.now)
  world.judge.observations.ingest([
    { metric, ids, entities: ids.map((_, i) => i), atMs, values: Object.values(values), ...(spanMs ? { startMs: atMs.map((at) => at - spanMs) } : {}) },
  ]) // prettier-ignore
}
/** A minute in which neighbours were read, and so much flowed into the lower site and out of it, Mbit/s. */
function minute(
  neighbours: Record<string, number>,
  mbps: Record<string, [down: number, up: number]> = {},
): void {
  world.pass(50)
  world.now += 5000
  say('neighbourState', neighbours)
  const octets = (of: 0 | 1) =>
    Object.fromEntries(Object.entries(mbps).map(([id, rates]) => [`${id}-a`, rates[of] * 7.5e6]))
  if (Object.keys(mbps).length > 0) {
    say('ifHCOutOctets', octets(0), 60_000)
    say('ifHCInOctets', octets(1), 60_000)
  }
  world.now -= 5000
  world.pass(10)
}
const codes = () => world.judge.held(link)!.evidence.map(({ code }) => code)

it('a line that answers while its routing neighbour stays away is degraded, and well again with it', () => {
  minute({ [primary]: 8, [backup]: 106 })
  expect([world.state(link), codes()]).toEqual(['normal', expect.arrayContaining(['neighbour-up'])])
  minute({ [primary]: 0, [backup]: 106 })
  expect(world.state(primary)).toBe('up')
  minute({ [primary]: 0, [backup]: 106 })
  minute({ [primary]: 0, [backup]: 106 })
  expect(world.state(primary)).toBe('degraded')
  expect(world.state(link), 'routing shows the backup').toBe('on-backup')
  minute({ [primary]: 8, [backup]: 106 })
  expect([world.state(primary), world.state(link)]).toEqual(['up', 'normal'])
})

it('a neighbour that is not read any more is no evidence', () => {
  minute({ [primary]: 0 })
  world.pass(300)
  expect(world.state(primary)).toBe('up')
  expect(codes()).not.toContain('neighbour-down')
})

it('out over the primary and back over the backup is normal, said, and warned of after five minutes', () => {
  const apart = { [primary]: [0.001, 2], [backup]: [4, 0.001] } as Record<string, [number, number]>
  const together = { [primary]: [4, 2], [backup]: [0.001, 0.001] } as Record<string, [number, number]>
  minute({}, together)
  expect(codes()).not.toContain('asymmetric')
  minute({}, apart)
  expect([world.state(link), codes()]).toEqual(['normal', expect.arrayContaining(['asymmetric'])])
  for (let i = 0; i < 5; i++) minute({}, apart)
  expect(world.roots()).toEqual(['link-asymmetric 市–甲县 warning'])
  for (let i = 0; i < 7; i++) minute({}, together)
  expect(world.roots()).toEqual([])
})

it('a line that is lost three times within half an hour is said to flap, until it stays', () => {
  for (let i = 0; i < 3; i++) {
    world.broken.add(primary)
    world.pass(60)
    expect(codes().includes('flapping')).toBe(i === 2)
    world.broken.delete(primary)
    world.pass(60)
  }
  expect([world.state(link), codes()]).toEqual(['normal', expect.arrayContaining(['flapping'])])
  world.pass(31 * 60)
  expect(codes()).not.toContain('flapping')
})

it('remembers when a backup carried, by its traffic', () => {
  minute({}, { [primary]: [4, 2], [backup]: [0.001, 0.001] })
  expect(world.judge.carriedAt(backup)).toBe(null)
  minute({}, { [primary]: [4, 2], [backup]: [1, 0.2] })
  expect(world.judge.carriedAt(backup)).toBeGreaterThan(0)
})
