import type { InterfaceFacts } from '@zongheng/inventory/interface.ts'
import { loadProfiles } from '@zongheng/inventory/profile-library.ts'
import { describe, expect, it } from 'vitest'
import { discoverAddresses } from './addresses.ts'
import { discoverBgpPeers } from './bgp-peers.ts'
import { discoverFills } from './fills.ts'
import { discoverOspfNeighbours } from './ospf-neighbours.ts'
import { discoverNeighbours } from './neighbours.ts'
import { readNumber, type MemoryPlan, type Reading } from './plan.ts'
import { discoverStations } from './stations.ts'
import { discoverSupplies } from './supplies.ts'
import { Tables } from './tables.ts'
import { withDevice, type Objects } from './testing.ts'
import { discoverStorage } from './usage.ts'
import { discoverVlans } from './vlans.ts'

const plain: Reading = { oid: '1.3.6.1.4.1.1.1.0', form: 'number', scale: 1, offset: 0, invalid: [], min: null, max: null, codes: null } // prettier-ignore
const ip = (value: string) => ({ type: 'ip', value }) as const
const oid = (value: string) => ({ type: 'oid', value }) as const
const reading = <T>(objects: Objects, use: (tables: Tables) => Promise<T>) =>
  withDevice(objects, (session) => use(new Tables(session, Infinity, () => 0)))
/** Values of one table: by column, at their indexes. */
const table = (entry: string, columns: Record<string, Record<string, Objects[string]>>): Objects =>
  Object.fromEntries(Object.entries(columns).flatMap(([column, rows]) => Object.entries(rows).map(([index, value]) => [`${entry}.${column}.${index}`, value]))) // prettier-ignore

describe('own addresses', () => {
  it('are those of ipAddrTable', async () => {
    const objects = table('1.3.6.1.2.1.4.20.1', {
      2: { '10.1.0.1': 3, '10.1.0.2': 4 },
      3: { '10.1.0.1': ip('255.255.252.0'), '10.1.0.2': ip('255.0.255.0') },
    })
    expect(await reading(objects, discoverAddresses)).toEqual([
      { address: '10.1.0.1', prefixLength: 22, ifIndex: 3 },
      { address: '10.1.0.2', prefixLength: null, ifIndex: 4 },
    ])
  })

  it('or of ipAddressTable, IPv4 alone', async () => {
    const objects = table('1.3.6.1.2.1.4.34.1', {
      3: { '1.4.10.2.0.1': 7, '2.16.254.128.0.0.0.0.0.0.0.0.0.0.0.0.0.1': 7 },
      5: { '1.4.10.2.0.1': oid('1.3.6.1.2.1.4.32.1.5.7.1.4.10.2.0.0.24') },
    })
    expect(await reading(objects, discoverAddresses)).toEqual([{ address: '10.2.0.1', prefixLength: 24, ifIndex: 7 }]) // prettier-ignore
  })
})

it('OSPF neighbours are those that were heard and heard us', async () => {
  const states = { '10.0.0.1.0': 8, '10.0.0.2.0': 4, '10.0.0.3.0': 1, '10.0.0.4.7': 8, '10.0.0.4.8': 8 }
  const objects = Object.fromEntries(Object.entries(states).map(([index, state]) => [`1.3.6.1.2.1.14.10.1.6.${index}`, state])) // prettier-ignore
  expect(await reading(objects, discoverOspfNeighbours)).toEqual(['10.0.0.1', '10.0.0.2', '10.0.0.4'])
})

describe('BGP peers', () => {
  const table1 = table('1.3.6.1.2.1.15.3.1', { 2: { '10.9.0.1': 6, '10.9.0.2': 1 }, 3: { '10.9.0.1': 2, '10.9.0.2': 1 }, 9: { '10.9.0.1': 65001 } }) // prettier-ignore
  const own = '1.3.6.1.4.1.9.9.187.1.2.5.1'
  const bgpPeers = [
    { state: `${own}.3`, adminStatus: `${own}.4`, remoteAs: `${own}.11`, rule: 'cisco/bgpPeers/0' },
  ]
  const peers = (objects: Objects) => reading(objects, (tables) => discoverBgpPeers(tables, { bgpPeers }))

  it('have the names of their states', async () => {
    expect(await peers(table1)).toEqual([
      { peer: '10.9.0.1', remoteAs: 65001, state: 'established', adminStatus: 'start' },
      { peer: '10.9.0.2', remoteAs: null, state: 'idle', adminStatus: 'stop' },
    ])
  })

  it.each([
    ['after its kind and length', '1.4.10.9.0.7', '10.9.0.7'],
    ['after its kind', '0.1.10.9.0.6.1.10.9.0.7', '10.9.0.7'],
    ['of IPv6', '2.16.32.1.13.184.0.0.0.0.0.0.0.0.0.0.0.7', '2001:db8::7'],
    [
      'of IPv6 after its kind',
      '0.2.253.0.0.0.0.0.0.0.0.0.0.0.0.0.0.1.2.253.0.0.0.0.0.0.0.0.0.0.0.0.0.0.7',
      'fd00::7',
    ],
  ])('are those of the maker’s table, by the address %s', async (_, index, peer) => {
    const objects = {
      ...table1,
      ...table(own, { 3: { [index]: 3 }, 4: { [index]: 2 }, 11: { [index]: 65001 } }),
    }
    expect(await peers(objects)).toEqual([{ peer, remoteAs: 65001, state: 'active', adminStatus: 'start' }])
  })

  it('are told once, for however many families of addresses', async () => {
    const objects = table(own, { 3: { '0.1.1.1.4.10.9.0.7': 6, '0.1.128.1.4.10.9.0.7': 1, '0.9': 6 } })
    expect(await peers(objects)).toEqual([{ peer: '10.9.0.7', remoteAs: null, state: 'established', adminStatus: '' }]) // prettier-ignore
  })
})

it('VLANs come from the maker’s table before the standard’s, each once', async () => {
  const [generic] = loadProfiles().filter(({ name }) => name === 'generic')
  const [own, type] = ['1.3.6.1.4.1.9.9.46.1.3.1.1.4', '1.3.6.1.4.1.9.9.46.1.3.1.1.3']
  const standard = { '1.3.6.1.2.1.17.7.1.4.3.1.1.5000': 'none', '1.3.6.1.2.1.17.7.1.4.3.1.1.20': '视频会议', '1.3.6.1.2.1.17.7.1.4.3.1.1.3': 'mgmt' } // prettier-ignore
  const profile = {
    ...generic!,
    vlans: [{ column: own, where: [{ column: `${type}`, in: [1, ''] }], rule: 'generic/vlans/0' }],
  }
  expect(await reading(standard, (tables) => discoverVlans(tables, profile))).toEqual([{ id: 3, name: 'mgmt' }, { id: 20, name: '视频会议' }]) // prettier-ignore
  const both = { ...standard, [`${own}.1.7`]: 'seven', [`${own}.2.7`]: 'seven', [`${own}.1.1002`]: 'fddi-default', [`${type}.1.1002`]: 2 } // prettier-ignore
  expect(await reading(both, (tables) => discoverVlans(tables, profile))).toEqual([{ id: 7, name: 'seven' }])
  const ieee = { '1.3.111.2.802.1.1.4.1.4.3.1.3.1.30': 'guest' }
  expect(await reading(ieee, (tables) => discoverVlans(tables, profile))).toEqual([{ id: 30, name: 'guest' }])
})

describe('stations', () => {
  const port = (ifIndex: number, ifName: string, ifPhysAddress = '') => ({ ifIndex, ifName, ifPhysAddress }) as InterfaceFacts // prettier-ignore
  const ports = [port(11, 'GE0/0/1', '001122334400'), port(12, 'GE0/0/2')]
  const stations = (objects: Objects) => withDevice(objects, (session) => discoverStations(session, ports))
  const basePorts = table('1.3.6.1.2.1.17.1.4.1', { 2: { 1: 11, 2: 12, 3: 99 } })
  const at = (last: number) => `0.14.76.0.0.${last}`
  const mac = (last: number) => `000e4c0000${last.toString(16).padStart(2, '0')}`

  it('of all VLANs by port: not the switch itself, nor groups, nor what is nowhere', async () => {
    const fdb = {
      [`1.${at(9)}`]: 1, [`20.${at(9)}`]: 1, [`20.${at(3)}`]: 1, [`20.${at(4)}`]: 2,
      [`20.${at(5)}`]: 0, [`20.${at(6)}`]: 3, '20.1.0.94.0.0.1': 1, '20.0.17.34.51.68.0': 2, '20.7': 1, '20.0.0.0.0.0.999': 1,
    } // prettier-ignore
    expect(await stations({ ...basePorts, ...table('1.3.6.1.2.1.17.7.1.2.2.1', { 2: fdb }) })).toEqual({
      ports: [
        { ifName: 'GE0/0/1', macs: [mac(3), mac(9)] },
        { ifName: 'GE0/0/2', macs: [mac(4)] },
      ],
      crowded: [],
      hosts: [],
    })
  })

  it('of a bridge without VLANs; a port with a network behind it is counted', async () => {
    const many = Object.fromEntries(Array.from({ length: 65 }, (_, n) => [at(n), 2]))
    const { ports: named, crowded } = await stations({ ...basePorts, ...table('1.3.6.1.2.1.17.4.3.1', { 2: { ...many, [at(70)]: 1 } }) }) // prettier-ignore
    expect(named).toEqual([{ ifName: 'GE0/0/1', macs: [mac(70)] }])
    expect(crowded).toEqual([{ ifName: 'GE0/0/2', count: 65 }])
  })

  it('addresses by MAC from either table', async () => {
    const octets = Buffer.from(mac(1), 'hex')
    const hosts = [{ mac: mac(1), address: '10.1.7.20' }]
    const media = { '11.10.1.7.20': octets, '11.10.1.7.21': Buffer.alloc(6), '11.10.1.7.22': Buffer.from('01005e000001', 'hex') } // prettier-ignore
    expect((await stations(table('1.3.6.1.2.1.4.22.1', { 2: media }))).hosts).toEqual(hosts)
    const physical = { '11.1.4.10.1.7.20': octets, '11.2.16.254.128.0.0.0.0.0.0.0.0.0.0.0.0.0.1': octets }
    expect((await stations(table('1.3.6.1.2.1.4.35.1', { 4: physical }))).hosts).toEqual(hosts)
  })
})

describe('fills', () => {
  const [generic] = loadProfiles().filter(({ name }) => name === 'host-resources')
  const [fixed, network] = [oid('1.3.6.1.2.1.25.2.1.4'), oid('1.3.6.1.2.1.25.2.1.10')]
  const disks = table('1.3.6.1.2.1.25.2.3.1', {
    2: { 31: fixed, 32: fixed, 33: network, 34: network },
    3: { 31: '/', 32: '/snap/core', 33: '/mnt', 34: '/mnt' },
    4: { 31: 4096, 32: 4096, 33: 1024, 34: 1024 },
    5: { 31: 1000, 32: 16, 33: 100, 34: 200 },
    6: { 31: 250, 32: 16, 33: 90, 34: 20 },
  })
  const fills = async (objects: Objects) => {
    const found = await reading(objects, async (tables) =>
      discoverFills(tables, await discoverStorage(tables, generic!), await discoverSupplies(tables)),
    )
    return found.map(({ facts: { key, class: of, descr, oid: at }, reading: how }) => [key, of, descr, readNumber(how, objects[at] as number)]) // prettier-ignore
  }

  it('of disks that can be written on, by their names', async () => {
    const images = table('1.3.6.1.2.1.25.3.8.1', { 5: { 1: 1, 2: 2 }, 7: { 1: 31, 2: 32 } })
    expect(await fills({ ...disks, ...images })).toEqual([
      ['storage./', 'storage', '/', 25],
      ['storage./mnt', 'storage', '/mnt', 90],
      ['storage./mnt#2', 'storage', '/mnt', 10],
    ])
  })

  it('of supplies whose size is known', async () => {
    const supplies = table('1.3.6.1.2.1.43.11.1.1', {
      5: { '1.1': 3, '1.2': 4, '1.3': 3 },
      6: { '1.1': '黑色碳粉', '1.2': '', '1.3': 'Cyan' },
      7: { '1.1': 7, '1.2': 19, '1.3': 7 },
      8: { '1.1': 12_000, '1.2': -2, '1.3': -2 },
      9: { '1.1': 3000, '1.2': 40, '1.3': -3 },
    })
    const trays = table('1.3.6.1.2.1.43.8.2.1', {
      9: { '1.1': 250 },
      10: { '1.1': 50 },
      13: { '1.1': '纸盒 1' },
    })
    const level = '1.3.6.1.2.1.43.11.1.1.9.1'
    expect(await fills({ ...supplies, ...trays })).toEqual([
      [`supply.${level}.1`, 'supply', '黑色碳粉', 25],
      [`supply.${level}.2`, 'supply', 'wasteToner', 40],
      ['percent.1.3.6.1.2.1.43.8.2.1.10.1.1', 'percent', '纸盒 1', 20],
    ])
  })

  it.each([
    ['its own percent', { kind: 'percent', percent: plain }, null, 40],
    ['used and free', { kind: 'used-free', used: plain, free: plain }, 80, 50],
    ['free of a size', { kind: 'free-size', size: plain, free: [{ ...plain, scale: 2 }] }, 800, 90],
  ] as const)('by %s', async (_, read, total, percent) => {
    const [plan] = await reading({}, (tables) => discoverFills(tables, [{ descr: 'flash:', main: false, read, total } as MemoryPlan], [])) // prettier-ignore
    expect(readNumber(plan!.reading, 40)).toBeCloseTo(percent)
  })

  it('nothing of what is told in parts, or without a size', async () => {
    const plans = [
      { descr: 'a', main: false, total: 100, read: { kind: 'free-size', size: plain, free: [plain, plain] } },
      { descr: 'b', main: false, total: null, read: { kind: 'used-size', used: plain, size: plain } },
    ] as MemoryPlan[]
    expect(await reading({}, (tables) => discoverFills(tables, plans, []))).toEqual([])
  })
})

describe('neighbours', () => {
  const port = (ifIndex: number, ifName: string, ifDescr = ifName) => ({ ifIndex, ifName, ifDescr, ifAlias: '', ifPhysAddress: '' }) as InterfaceFacts // prettier-ignore
  const ports = [port(1, 'GE0/0/1', 'GigabitEthernet0/0/1'), port(2, 'GE0/0/2')]
  const neighbours = (objects: Objects) =>
    reading(objects, (tables) => discoverNeighbours(tables, Promise.resolve(ports)))

  it('by LLDP: a port by its own id before its number, a nameless one by its chassis', async () => {
    const objects = {
      ...table('1.0.8802.1.1.2.1.3.7.1', { 3: { 9: 'GigabitEthernet0/0/1' }, 4: { 9: '' } }),
      ...table('1.0.8802.1.1.2.1.4.1.1', {
        4: { '0.9.1': 4, '0.2.1': 4 },
        5: { '0.9.1': Buffer.from('001122334455', 'hex'), '0.2.1': Buffer.from('0011223344aa', 'hex') },
        6: { '0.9.1': 5, '0.2.1': 3 },
        7: { '0.9.1': 'Eth1/1', '0.2.1': Buffer.from('0011223344ab', 'hex') },
        8: { '0.9.1': 'to 正定', '0.2.1': '' },
        9: { '0.9.1': 'ZD-AR1', '0.2.1': '' },
        10: { '0.9.1': 'VRP', '0.2.1': '' },
      }),
    }
    expect(await neighbours(objects)).toEqual([
      { protocol: 'lldp', localIfName: 'GE0/0/2', localIfDescr: 'GE0/0/2', remoteSysName: '0011223344aa', remotePort: '0011223344ab', remotePlatform: '', seen: { protocol: 'lldp', ifName: 'GE0/0/2', sysName: '', chassisId: '0011223344aa', portId: '0011223344ab', portDescr: '' } },
      { protocol: 'lldp', localIfName: 'GE0/0/1', localIfDescr: 'GigabitEthernet0/0/1', remoteSysName: 'ZD-AR1', remotePort: 'to 正定 (Eth1/1)', remotePlatform: 'VRP', seen: { protocol: 'lldp', ifName: 'GE0/0/1', sysName: 'ZD-AR1', chassisId: '001122334455', portId: 'Eth1/1', portDescr: 'to 正定' } },
    ]) // prettier-ignore
  })

  it('by CDP', async () => {
    const objects = table('1.3.6.1.4.1.9.9.23.1.2.1.1', { 6: { '2.1': 'SW2' }, 7: { '2.1': 'Gi1/0/1' }, 8: { '2.1': 'cisco WS-C3560' } }) // prettier-ignore
    expect(await neighbours(objects)).toEqual([
      { protocol: 'cdp', localIfName: 'GE0/0/2', localIfDescr: 'GE0/0/2', remoteSysName: 'SW2', remotePort: 'Gi1/0/1', remotePlatform: 'cisco WS-C3560', seen: { protocol: 'cdp', ifName: 'GE0/0/2', sysName: 'SW2', chassisId: '', portId: 'Gi1/0/1', portDescr: '' } }, // prettier-ignore
    ])
  })
})

it.each([
  ['of its capacity', 250, 1000, 7, 25],
  ['in percent', 40, 1000, 19, 40],
  ['that is some', -3, 1000, 7, null],
  ['that is unknown', -2, 1000, 7, null],
  ['of an unknown capacity', 30, -2, 7, null],
  ['over its capacity', 1001, 1000, 7, null],
])('a supply %s', async (_, level, capacity, unit, percent) => {
  const objects = table('1.3.6.1.2.1.43.11.1.1', { 5: { '1.1': 3 }, 6: { '1.1': '黑色墨粉' }, 7: { '1.1': unit }, 8: { '1.1': capacity }, 9: { '1.1': level } }) // prettier-ignore
  const full = percent === null ? null : unit === 19 ? 100 : capacity
  expect(await reading(objects, discoverSupplies)).toEqual([{ type: 'toner', descr: '黑色墨粉', percent, capacity: full, oid: '1.3.6.1.2.1.43.11.1.1.9.1.1' }]) // prettier-ignore
})
