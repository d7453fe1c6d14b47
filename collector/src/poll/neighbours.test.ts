import { neighbourSaid } from '@zongheng/inventory/neighbour.ts'
import { describe, expect, it } from 'vitest'
import { MibView } from '../../simulator/mib/view.ts'
import { routing } from '../../simulator/mib/routing.ts'
import { tinyProvince, mondayTen } from '../../simulator/testing.ts'
import { World } from '../../simulator/world/world.ts'
import type { Recorder } from '../recorder.ts'
import { SnmpError, type SnmpReader, type SnmpValue } from '../snmp/session.ts'
import { NeighbourPoll, type Neighbour } from './neighbours.ts'

const ospf = '1.3.6.1.2.1.14.10.1.6'
const bgp = '1.3.6.1.2.1.15.3.1.2'
const integer = (value: number) => ({ type: 'integer', value }) as SnmpValue

/** A router with these objects, and what is recorded of it. */
class Router {
  readonly objects = new Map<string, number>()
  readonly seen: [circuitId: string, state: string | undefined][] = []
  walks = 0
  nowMs = 0
  readonly #poll = new NeighbourPoll(() => this.nowMs)

  readonly #reader: SnmpReader = {
    get: async (oids) => new Map(oids.flatMap((oid) => this.#at(oid))),
    walk: async (root, { maxRows = Infinity } = {}) => {
      this.walks++
      const rows = [...this.objects].filter(([oid]) => oid.startsWith(`${root}.`))
      if (rows.length > maxRows) throw new SnmpError('tooManyRows', 'too many')
      return rows.map(([oid, value]) => ({ oid, value: integer(value) }))
    },
  }

  #at(oid: string): [string, SnmpValue][] {
    const value = this.objects.get(oid)
    return value === undefined ? [] : [[oid, integer(value)]]
  }

  async poll(...wanted: Neighbour[]): Promise<(typeof this.seen)[number][]> {
    this.seen.length = 0
    const recorder = {
      sample: (_: string, id: string, __: number, code: number) =>
        this.seen.push([id, neighbourSaid(code)?.state]),
    } as unknown as Recorder
    await this.#poll.poll(wanted, { reader: this.#reader, recorder, atMs: this.nowMs })
    this.nowMs += 60_000
    return [...this.seen]
  }
}

const exact = { circuitId: 'p', address: '10.1.0.2', prefix: 32 }

describe('routing neighbours', () => {
  it.each<[string, [string, number][], Neighbour, string | null]>([
    ['none is no evidence', [], exact, null],
    ['an OSPF neighbour that is full', [[`${ospf}.10.1.0.2.0`, 8]], exact, 'full'],
    ['an OSPF neighbour that came only to init', [[`${ospf}.10.1.0.2.0`, 3]], exact, 'init'],
    ['a BGP peer that is established', [[`${bgp}.10.1.0.2`, 6]], exact, 'established'],
    ['a BGP peer that is asked for in vain', [[`${bgp}.10.1.0.2`, 3]], exact, 'active'],
    ['one of another circuit', [[`${ospf}.10.1.0.6.0`, 8]], exact, null],
    [
      'one of the same /30, seen from the lower end',
      [[`${ospf}.10.1.0.1.0`, 8]],
      { ...exact, prefix: 30 },
      'full',
    ],
    ['one of the next /30', [[`${ospf}.10.1.0.5.0`, 8]], { ...exact, prefix: 30 }, null],
    ['one without an address of its own', [[`${ospf}.10.1.0.2.7`, 8]], exact, null],
    [
      'both protocols, one of them left over',
      [
        [`${ospf}.10.1.0.2.0`, 8],
        [`${bgp}.10.1.0.2`, 1],
      ],
      exact,
      'full',
    ],
  ])('%s', async (_, objects, wanted, state) => {
    const router = new Router()
    for (const [oid, value] of objects) router.objects.set(oid, value)
    expect(await router.poll(wanted)).toEqual(state === null ? [] : [['p', state]])
  })

  it('that left the table is gone, and is back when it is', async () => {
    const router = new Router()
    const oid = `${ospf}.10.1.0.2.0`
    router.objects.set(oid, 8)
    await router.poll(exact)
    router.objects.delete(oid)
    expect(await router.poll(exact)).toEqual([['p', 'gone']])
    for (let i = 0; i < 40; i++) await router.poll(exact) // past the next look
    expect(await router.poll(exact)).toEqual([['p', 'gone']])
    router.objects.set(oid, 8)
    expect(await router.poll(exact)).toEqual([['p', 'full']])
  })

  it('are looked for twice an hour, and read by name in between', async () => {
    const router = new Router()
    router.objects.set(`${ospf}.10.1.0.2.0`, 8)
    for (let i = 0; i < 30; i++) await router.poll(exact)
    expect(router.walks).toBe(2)
    await router.poll(exact)
    await router.poll(exact)
    expect(router.walks).toBe(4)
  })

  it('of a table that is too long are left alone', async () => {
    const router = new Router()
    for (let i = 0; i < 70; i++) router.objects.set(`${ospf}.10.2.0.${i}.0`, 8)
    router.objects.set(`${bgp}.10.1.0.2`, 6)
    expect(await router.poll(exact)).toEqual([['p', 'established']])
  })

  it('of a circuit that is no longer asked for are forgotten', async () => {
    const router = new Router()
    router.objects.set(`${ospf}.10.1.0.2.0`, 8)
    await router.poll(exact)
    expect(await router.poll({ ...exact, circuitId: 'q', address: '10.9.0.1' })).toEqual([])
  })
})

it('routers of the simulated province know one another, and lose one another with the line', () => {
  const world = new World(tinyProvince(), mondayTen)
  const { a, circuit } = world.circuits.get('130123-primary')!
  const oid = [...ospf.split('.'), ...circuit.zAddress.split('.'), 0].map(Number)
  const view = new MibView(routing(a))
  expect(view.get(oid, world.nowMs)).toMatchObject({ content: 8 })
  world.addFault({ kind: 'circuit-cut', target: '130123-primary' })
  expect(view.get(oid, world.nowMs)).toBe('noSuchInstance')
  const backup = world.circuits.get('130123-backup')!
  const peer = [...bgp.split('.'), ...backup.circuit.zAddress.split('.')].map(Number)
  expect(new MibView(routing(backup.a)).get(peer, world.nowMs)).toMatchObject({ content: 6 })
})
