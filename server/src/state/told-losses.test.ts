import { beforeEach, expect, it } from 'vitest'
import { SmallWorld } from './testing.ts'

const [link, primary, backup] = ['市-甲县', '甲县-primary', '甲县-backup']
let world: SmallWorld

beforeEach(() => {
  world = new SmallWorld()
  world.pass(61)
  world.now += 1000
})

function say(metric: string, values: Record<string, number>): void {
  const ids = Object.keys(values)
  const columns = { metric, ids, entities: ids.map((_, i) => i), atMs: ids.map(() => world.now), values: Object.values(values) } // prettier-ignore
  world.judge.observations.ingest([columns])
}
/** The collector read the port as lost; nothing else was looked at. */
const readLost = (...circuits: string[]) => {
  for (const id of circuits) world.broken.add(id)
  say('ifOperStatus', Object.fromEntries(circuits.map((id) => [`${id}-a`, 2])))
}
const told = (circuitId: string, atMs = world.now) =>
  world.judge.told({ interfaceId: `${circuitId}-a`, atMs, name: 'linkDown', text: 'GE0/0/1' })
const answered = (...devices: string[]) => {
  say('reachable', Object.fromEntries(devices.map((id) => [id, 1])))
  say('value', Object.fromEntries(devices.filter((id) => id.endsWith('ups')).map((id) => [`${id}-source`, 3]))) // prettier-ignore
}
const everybody = ['市-rt', '市-gw', '市-ups', '甲县-rt', '甲县-ups']
function judge(): string[] {
  const judgement = world.judge.evaluate(world.now)
  world.steps.push(...world.book.reconcile(judgement, world.now))
  return world.roots()
}
const onBackup = ['link-state 市–甲县 major']

it('a record alone makes no state', () => {
  told(primary)
  answered(...everybody)
  expect(judge()).toEqual([])
  expect(world.state(link)).toBe('normal')
})

it('evidence alone waits for its hold', () => {
  readLost(primary)
  answered(...everybody)
  expect([judge(), world.state(link)]).toEqual([[], 'on-backup'])
  world.pass(20)
  expect(world.roots()).toEqual(onBackup)
})

it.each<[string, (() => void)[]]>([
  ['told, read, answered', [() => told(primary), () => readLost(primary), () => answered(...everybody)]],
  ['read, answered, told', [() => readLost(primary), () => answered(...everybody), () => told(primary)]],
  ['read, told, answered', [() => readLost(primary), () => told(primary), () => answered(...everybody)]],
])('%s: with both it is told in the pass in which nothing nearer is left to look at', (_order, steps) => {
  for (const [i, step] of steps.entries()) {
    step()
    expect(judge()).toEqual(i === steps.length - 1 ? onBackup : [])
    world.now += 50
  }
  const said = world.judge.held(link)!.evidence.filter(({ code }) => code === 'log-told')
  expect(said).toMatchObject([{ circuitId: primary, values: { name: 'linkDown' } }])
  world.pass(120)
  expect(world.firedAsRoot()).toEqual(['市–甲县'])
})

it('where the port stays up, the leg that was lost is the evidence', () => {
  told(primary)
  expect(judge()).toEqual([])
  world.broken.add(primary)
  say('probeOk', { [primary]: 0 })
  world.now += 600
  answered(...everybody)
  expect(judge()).toEqual(onBackup)
})

it('a leg that answers stands against whatever is told', () => {
  told(primary)
  say('probeOk', { [primary]: 1, [backup]: 1 })
  answered(...everybody)
  expect([judge(), world.state(link)]).toEqual([[], 'normal'])
})

it('says who is still to be looked at, and of a port that is no circuit’s nobody', () => {
  expect(told(primary).map(({ id }) => id)).toEqual(['甲县-rt'])
  expect(world.judge.told({ interfaceId: 'another', atMs: world.now, name: '', text: '' })).toEqual([])
})

it('a site that runs on its battery may fall dark: then its mains are the cause, and one page is enough', () => {
  world.onBattery.add('甲县')
  world.pass(60)
  world.now += 1000
  expect(world.roots()).toEqual(['mains-lost 甲县 major'])
  for (const id of [primary, backup]) told(id)
  readLost(primary, backup)
  answered('市-rt', '市-gw', '市-ups')
  expect(judge()).toEqual(['mains-lost 甲县 major'])
  world.broken.add('甲县')
  world.pass(60)
  expect(world.state(link)).toBe('down')
  expect(world.firedAsRoot()).toEqual(['甲县'])
})

it('a dead device at its end is the nearer cause: the usual hold leaves time to find it', () => {
  told(primary)
  world.broken.add('市-rt')
  say('ifOperStatus', { [`${primary}-z`]: 2 })
  answered('甲县-rt', '市-ups', '甲县-ups')
  expect(judge()).toEqual([])
})

it('with all its lines down nobody behind it can be asked', () => {
  for (const id of [primary, backup]) told(id)
  readLost(primary, backup)
  answered('市-rt', '市-gw', '市-ups')
  expect(judge()).toEqual(['link-state 市–甲县 critical'])
})

it('with one of two losses not told of, it waits', () => {
  told(primary)
  readLost(primary, backup)
  answered('市-rt', '市-gw', '市-ups')
  expect(judge()).toEqual([])
})

it('a record of long before bears nothing out', () => {
  told(primary, world.now - 10_001)
  readLost(primary)
  answered(...everybody)
  expect(judge()).toEqual([])
})

it('a line that flaps waits its time', () => {
  for (let i = 0; i < 3; i++) {
    world.broken.add(primary)
    world.pass(10)
    world.broken.delete(primary)
    world.pass(20)
  }
  world.now += 1000
  expect(judge()).toEqual([])
  told(primary)
  readLost(primary)
  answered(...everybody)
  expect([judge(), world.state(link)]).toEqual([[], 'on-backup'])
})
