import { describe, expect, it } from 'vitest'
import { adjacencies } from './adjacency.ts'
import type { CableSeen, StandingDevice } from './surroundings.ts'

const port = (ifIndex: number, device: string) => ({ ifIndex, ifName: `GE0/${ifIndex}`, ifDescr: `GigabitEthernet0/${ifIndex}`, ifAlias: '', ifPhysAddress: `${device}0${ifIndex}` }) // prettier-ignore
const macOf = (n: number) => `00e0fc0${n.toString(16).padStart(3, '0')}`
const device = (n: number, more: Partial<StandingDevice> = {}): StandingDevice => ({ id: `d${n}`, sysName: `R${n}`, chassisId: `${macOf(n)}ff`, interfaces: [1, 2, 3].map((at) => port(at, macOf(n))), cables: [], addresses: [], peers: [], ...more }) // prettier-ignore
const sees = (near: number, far: number, farPort: number, more: Partial<CableSeen> = {}): CableSeen => ({ protocol: 'lldp', ifName: `GE0/${near}`, sysName: `R${far}`, chassisId: `${macOf(far)}ff`, portId: `GE0/${farPort}`, portDescr: '', ...more }) // prettier-ignore
const drawn = (devices: StandingDevice[]) =>
  adjacencies(devices).found.map(({ a, z, agreement, by }) => `${a.deviceId} ${a.ifName} – ${z.deviceId} ${z.ifName}: ${agreement} by ${by.join(', ')}`) // prettier-ignore

describe('over a cable', () => {
  it.each<[string, Partial<CableSeen>]>([
    ['the name of a port', {}],
    ['its description', { portId: 'gigabitethernet0/2' }],
    ['its MAC', { portId: `${macOf(2)}02` }],
    ['its ifIndex', { portId: '2' }],
    ['a description beside an id that nobody knows', { portId: 'x', portDescr: 'GigabitEthernet0/2' }],
    ['a MAC of the chassis among its ports', { chassisId: `${macOf(2)}03` }],
    ['its name alone', { protocol: 'cdp', chassisId: '' }],
    ['its name with a domain', { protocol: 'cdp', chassisId: '', sysName: 'r2.example.cn' }],
  ])('the other end is known by %s', (_, more) => {
    const told = more.protocol ?? 'lldp'
    expect(drawn([device(1, { cables: [sees(1, 2, 2, more)] }), device(2)])).toEqual([`d1 GE0/1 – d2 GE0/2: one by ${told}`]) // prettier-ignore
  })

  it('both ends agree, by both protocols', () => {
    const cables = [sees(1, 2, 2), sees(1, 2, 2, { protocol: 'cdp' })]
    expect(drawn([device(1, { cables }), device(2, { cables: [sees(2, 1, 1)] })])).toEqual([
      'd1 GE0/1 – d2 GE0/2: both by cdp, lldp',
    ])
  })

  it('the other end knows its port when this one does not', () => {
    const unclear = device(1, { cables: [sees(1, 2, 2, { portId: 'x' })] })
    expect(drawn([unclear, device(2, { cables: [sees(2, 1, 1)] })])).toEqual(['d1 GE0/1 – d2 GE0/2: both by lldp']) // prettier-ignore
  })

  it('the other end names somebody else', () => {
    const three = [device(1, { cables: [sees(1, 2, 2)] }), device(2, { cables: [sees(2, 3, 1)] }), device(3)]
    expect(drawn(three)).toEqual(['d1 GE0/1 – d2 GE0/2: conflicting by lldp', 'd2 GE0/2 – d3 GE0/1: one by lldp']) // prettier-ignore
  })

  it('a name that two have is nobody', () => {
    const unclear = device(1, { cables: [sees(1, 2, 2, { chassisId: '' })] })
    const { found, strangers } = adjacencies([unclear, device(2), device(3, { sysName: 'R2' })])
    expect(found).toEqual([])
    expect(strangers).toMatchObject([{ deviceId: 'd1', ifName: 'GE0/1', sysName: 'R2' }])
  })

  it('a device that sees itself has a loop, and no neighbour', () => {
    expect(drawn([device(1, { cables: [sees(1, 1, 2)] })])).toEqual([])
  })
})

describe('by addresses', () => {
  const own = (address: string, prefixLength: number, ifIndex: number) => ({ address, prefixLength, ifIndex })
  it('a subnet of two joins whom it holds, and routing neighbours are told of there', () => {
    const a = device(1, { addresses: [own('10.1.0.1', 30, 3)], peers: [{ protocol: 'bgp', address: '10.1.0.2' }] }) // prettier-ignore
    const z = device(2, { addresses: [own('10.1.0.2', 30, 1)], peers: [{ protocol: 'bgp', address: '10.1.0.1' }] }) // prettier-ignore
    expect(drawn([a, z])).toEqual(['d1 GE0/3 – d2 GE0/1: both by bgp, subnet'])
  })

  it('sessions between loopbacks join devices, not ports', () => {
    const a = device(1, { addresses: [own('10.9.0.1', 32, 1)], peers: [{ protocol: 'bgp', address: '10.9.0.2' }] }) // prettier-ignore
    expect(drawn([a, device(2, { addresses: [own('10.9.0.2', 32, 1)] })])).toEqual(['d1 null – d2 null: one by bgp']) // prettier-ignore
  })

  it.each([
    ['a wider subnet', '10.1.0.1', '10.1.0.2', 24],
    ['the inside of a host', '127.0.0.1', '127.0.0.2', 30],
    ['the next subnet', '10.1.0.2', '10.1.0.5', 30],
  ])('%s joins nobody', (_, a, z, bits) => {
    expect(drawn([device(1, { addresses: [own(a, bits, 1)] }), device(2, { addresses: [own(z, bits, 1)] })])).toEqual([]) // prettier-ignore
  })
})

/** Reproducible chance [xorshift32]. */
function chance(seed: number) {
  let state = seed
  return (below: number) => {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    return (state >>> 0) % below
  }
}

it('says the same in every order, and a pair once', () => {
  for (let seed = 1; seed <= 300; seed++) {
    const of = chance(seed * 7919)
    const size = 2 + of(6)
    const cables = () => Array.from({ length: of(4) }, () => sees(1 + of(3), 1 + of(size), 1 + of(4), of(3) === 0 ? { portId: 'x' } : {})) // prettier-ignore
    const devices = Array.from({ length: size }, (_, n) => device(n + 1, { cables: cables() }))
    const turned = devices.toReversed().map((one) => ({ ...one, cables: one.cables.toReversed(), interfaces: one.interfaces.toReversed() })) // prettier-ignore
    const all = adjacencies(devices)
    expect(adjacencies(turned)).toEqual(all)
    const keys = all.found.map(({ layer, a, z }) => JSON.stringify([layer, a, z].sort()))
    expect(new Set(keys).size).toBe(keys.length)
  }
})
