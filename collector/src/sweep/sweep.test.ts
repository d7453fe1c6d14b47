import { once } from 'node:events'
import { rangeOf } from '@zongheng/inventory/address-range.ts'
import { loadProfiles } from '@zongheng/inventory/profile-library.ts'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { answering, type Objects } from '../discover/testing.ts'
import { lost } from '../icmp/icmp.ts'
import { SnmpEngine } from '../snmp/engine.ts'
import { FakeAgent, freeUdpPort } from '../snmp/testing.ts'
import { mostTries } from './credentials.ts'
import { Sweep, type Found, type SweepOrder } from './sweep.ts'

const ip = (value: string) => ({ type: 'ip', value }) as const
const net = (last: number) => `127.66.0.${last}`
const named = (name: string): Objects => ({ '1.3.6.1.2.1.1.5.0': name, '1.3.6.1.2.1.2.2.1.1.1': 1 })
const arp = (address: string): Objects => ({ [`1.3.6.1.2.1.4.22.1.3.1.${address}`]: ip(address) })
const lldp = (address: string): Objects => ({ [`1.0.8802.1.1.2.1.4.2.1.3.0.1.1.1.4.${address}`]: 2 })

/** A county: its router knows two switches, the second one a third; one box answers echoes alone, one has another community. */
const devices: Record<string, { community: string; objects: Objects }> = {
  [net(1)]: { community: 'county', objects: { ...named('R1'), ...arp(net(2)), ...lldp(net(3)), ...arp('127.66.1.1') } },
  [net(2)]: { community: 'county', objects: named('SW2') },
  [net(3)]: { community: 'county', objects: { ...named('SW3'), ...arp(net(4)) } },
  [net(4)]: { community: 'county', objects: named('SW4') },
  [net(5)]: { community: 'old', objects: named('UPS5') },
  [net(6)]: { community: 'nobody knows', objects: {} },
  '127.66.1.1': { community: 'county', objects: named('elsewhere') },
} // prettier-ignore

const agents = new Map<string, FakeAgent>()
const engine = new SnmpEngine({ sockets: 1 })
const profiles = loadProfiles()
let port = 0

beforeAll(async () => {
  port = await freeUdpPort()
  for (const [address, { community, objects }] of Object.entries(devices)) {
    const answer = answering(objects)
    agents.set(address, await FakeAgent.start((asked) => (asked.community === community ? answer(asked) : undefined), address, port)) // prettier-ignore
  }
})
afterAll(async () => {
  engine.close()
  await Promise.all(
    [...agents.values()].map((agent) => {
      agent.stop()
      return once(agent.socket, 'close')
    }),
  )
})
beforeEach(() => agents.forEach(({ asked }) => asked.splice(0)))

const credentials = ['wrong', 'county', 'old'].map((community) => ({
  id: community,
  snmp: { version: '2c', community } as const,
}))

async function sweep(
  order: Partial<SweepOrder>,
  { stopAfter = Infinity, silent = [] }: { stopAfter?: number; silent?: string[] } = {},
) {
  const found: Found[] = []
  const controller = new AbortController()
  const run = new Sweep(
    { ranges: [], seeds: [], within: [rangeOf('127.66.0.0/24')!], without: [], mostSteps: 9, port, perSecond: 1000, credentials, patience: { timeoutMs: 60, retries: 0 }, isSilentAsked: false, done: [], next: [], ...order }, // prettier-ignore
    {
      icmp: {
        round: async (hosts) =>
          Float64Array.from(hosts, (host) => (host in devices && !silent.includes(host) ? 1 : lost)),
      },
      engine,
      profiles,
      signal: controller.signal,
      onFound: (one) => {
        if (found.push(one) >= stopAfter) controller.abort()
      },
      onCount: () => {},
    },
  )
  return { count: await run.run(), found }
}
const names = (found: Found[]) =>
  found.flatMap(({ device }) => device?.discovery?.identity.sysName ?? []).sort()

describe('a sweep', () => {
  it('asks a range, and says who answers echoes alone', async () => {
    const { count, found } = await sweep({ ranges: [rangeOf('127.66.0.0/24')!] })
    expect(names(found)).toEqual(['R1', 'SW2', 'SW3', 'SW4', 'UPS5'])
    expect(found.filter(({ device }) => !device).map(({ address }) => address)).toEqual([net(6)])
    expect(count).toEqual({ asked: 254, answering: 6, devices: 5 })
  })

  it.each([
    [0, ['R1']],
    [1, ['R1', 'SW2', 'SW3']],
    [2, ['R1', 'SW2', 'SW3', 'SW4']],
  ])('goes %d steps from a seed, and never outside', async (mostSteps, all) => {
    const { found } = await sweep({ seeds: [net(1)], mostSteps })
    expect(names(found)).toEqual(all)
    expect(agents.get('127.66.1.1')!.asked).toEqual([])
  })

  it('says from whom it knows a neighbour', async () => {
    const { found } = await sweep({ seeds: [net(1)], mostSteps: 1 })
    const from = Object.fromEntries(found.map((one) => [one.address, one.from]))
    expect(from).toEqual({ [net(1)]: null, [net(2)]: { address: net(1), by: 'arp' }, [net(3)]: { address: net(1), by: 'lldp' } }) // prettier-ignore
  })

  it('tries credentials in their order, and a few only', async () => {
    const many = [...Array(9).keys()].map((i) => ({ id: `${i}`, snmp: { version: '2c', community: `${i}` } as const })) // prettier-ignore
    await sweep({ seeds: [net(6)], credentials: many })
    const tried = agents.get(net(6))!.asked.map(({ community }) => community)
    expect([...new Set(tried)]).toEqual(['0', '1', '2', '3'].slice(0, mostTries))
  })

  it('tries first what fitted in the same subnet', async () => {
    await sweep({ seeds: [net(1), net(2)], mostSteps: 0 })
    const wrong = (last: number) =>
      agents.get(net(last))!.asked.filter(({ community }) => community === 'wrong')
    expect(wrong(1).length + wrong(2).length).toBeGreaterThan(0)
    await sweep({ seeds: [net(1)], mostSteps: 1 })
    agents.forEach(({ asked }) => asked.splice(0))
    await sweep({ seeds: [net(1)], mostSteps: 1 })
    expect(wrong(2)).toEqual([])
  })

  it('leaves out what it is told to', async () => {
    const { found } = await sweep({ seeds: [net(1)], without: [rangeOf(net(3))!] })
    expect(names(found)).toEqual(['R1', 'SW2'])
  })

  it('stops, and goes on with what it has not asked', async () => {
    const ranges = [rangeOf('127.66.0.1-6')!]
    const first = await sweep({ ranges, perSecond: 1 }, { stopAfter: 1 })
    const done = first.found.map(({ address }) => address)
    expect(done).toEqual([net(1)])
    const second = await sweep({ ranges, done })
    expect(names(second.found)).toEqual(['SW2', 'SW3', 'SW4', 'UPS5'])
  })

  it('goes on from whom those knew that were found', async () => {
    const first = await sweep({ seeds: [net(1)], perSecond: 1 }, { stopAfter: 1 })
    expect(names(first.found)).toEqual(['R1'])
    const next = first.found.flatMap(({ beside }) => beside)
    const second = await sweep({ seeds: [net(1)], done: [net(1)], next })
    expect(names(second.found)).toEqual(['SW2', 'SW3', 'SW4'])
  })

  it.each([
    [false, []],
    [true, ['SW2']],
  ])('asks what answers no echo: %s', async (isSilentAsked, all) => {
    const { count, found } = await sweep({ ranges: [rangeOf(net(2))!], isSilentAsked }, { silent: [net(2)] })
    expect(names(found)).toEqual(all)
    expect(count).toEqual({ asked: 1, answering: all.length, devices: all.length })
  })
})
