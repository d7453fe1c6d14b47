import { accessLimits, utilisationLimit } from '@zongheng/inventory/access.ts'
import { describe, expect, it } from 'vitest'
import { mondayTen, tinyProvince } from '../testing.ts'
import type { PortState } from './port.ts'
import { World, type FaultError, type NewFault } from './world.ts'

const start = mondayTen
const second = 1000
const minute = 60 * second
const city = '130100'
const county = '130123'

function newWorld(): World {
  return new World(tinyProvince(), start)
}

const device = (world: World, key: string) => world.devices.get(key)!
const circuit = (world: World, key: string) => world.circuits.get(key)!
const answers = (world: World, key: string) => world.pathToDevice(device(world, key)) !== null
const probes = (world: World, key: string) => world.pathOverCircuit(circuit(world, key)) !== null
const ends = (world: World, key: string): { a: PortState; z: PortState } => {
  const { a, z, circuit: of } = circuit(world, key)
  const port = (ports: PortState[], name: string) => ports.find(({ port }) => port.ifName === name)!
  return { a: port(a.ports, of.aIfName), z: port(z.ports, of.zIfName) }
}
/** Bit/s into the lower end over the next minute. */
function rate(world: World, key: string): number {
  const { z } = ends(world, key)
  const before = z.counts(world.nowMs).inOctets
  world.advance(world.nowMs + minute)
  return ((z.counts(world.nowMs).inOctets - before) * 8) / 60
}

describe('a healthy province', () => {
  const world = newWorld()

  it('answers everywhere', () => {
    expect([...world.devices.keys()].filter((key) => !answers(world, key))).toEqual([])
    expect([...world.circuits.keys()].filter((key) => !probes(world, key))).toEqual([])
  })

  it('carries over the primaries, and keeps the backups alive', () => {
    for (const { circuit, carries } of world.circuits.values())
      expect(carries).toBe(circuit.role === 'primary')
    expect(rate(world, `${county}-backup`)).toBeCloseTo(1000, -2)
    expect(rate(world, `${county}-primary`)).toBeGreaterThan(100_000)
  })

  it('stays within every limit for a week', () => {
    for (let atMs = start; atMs < start + 7 * 24 * 60 * minute; atMs += 7 * minute) {
      for (const one of world.circuits.values()) {
        const limits = accessLimits[one.circuit.access]
        const { forwardBps, backwardBps, errorsPerS } = one.flowAt(atMs)
        const utilisation = (100 * Math.max(forwardBps, backwardBps)) / one.circuit.bandwidthBps
        expect(utilisation).toBeLessThan(Math.min(60, utilisationLimit.warn))
        expect(errorsPerS).toBe(0)
        const path = world.pathOverCircuit(one)!
        expect(path.lossPercent).toBe(0)
        expect(path.rttMs).toBeLessThan(limits.rttMs.warn - 2)
      }
      for (const one of world.devices.values()) {
        expect(one.cpuPercent(atMs)).toBeLessThan(60)
        expect(one.memoryPercent(atMs)).toBeLessThan(75)
        expect(one.boardTemperature(atMs)).toBeLessThan(50)
      }
      for (const site of world.sites.values()) {
        for (const probe of [0, 1, 2]) {
          expect(site.temperature(probe, atMs)).toBeGreaterThan(21)
          expect(site.temperature(probe, atMs)).toBeLessThan(25.5)
          expect(site.humidity(probe, atMs)).toBeGreaterThan(35)
          expect(site.humidity(probe, atMs)).toBeLessThan(60)
        }
      }
    }
  })
})

interface Reach {
  name: string
  faults: NewFault[]
  silent: string[]
  lost: string[]
}

const countyDevices = (code: string, world = newWorld()) =>
  [...world.devices.keys()].filter((key) => key.startsWith(code))
const everyCountyPrimary = ['130121', '130123', '130125'].map((code) => `${code}-primary`)
const everyCountyBackup = ['130121', '130123', '130125'].map((code) => `${code}-backup`)
const allCounties = ['130121', '130123', '130125'].flatMap((code) => countyDevices(code))

describe('what the collector reaches', () => {
  it.each<Reach>([
    {
      name: 'over the backup when a primary is cut',
      faults: [{ kind: 'circuit-cut', target: `${county}-primary` }],
      silent: [],
      lost: [`${county}-primary`],
    },
    {
      name: 'nothing of a county whose two circuits are cut',
      faults: [
        { kind: 'circuit-cut', target: `${county}-primary` },
        { kind: 'circuit-cut', target: `${county}-backup` },
      ],
      silent: countyDevices(county),
      lost: [`${county}-primary`, `${county}-backup`],
    },
    {
      name: 'nothing of a county whose router is down',
      faults: [{ kind: 'device-down', target: `${county}-access-router` }],
      silent: countyDevices(county),
      lost: [`${county}-primary`, `${county}-backup`],
    },
    {
      name: 'all but a switch that is down',
      faults: [{ kind: 'device-down', target: `${county}-access-switch` }],
      silent: [`${county}-access-switch`],
      lost: [],
    },
    {
      name: 'city and counties over VPN when the city core router dies',
      faults: [{ kind: 'device-down', target: `${city}-core-router` }],
      silent: [`${city}-core-router`],
      lost: [`${city}-primary`, ...everyCountyPrimary],
    },
    {
      name: 'city and counties over the primaries when the city VPN gateway dies',
      faults: [{ kind: 'device-down', target: `${city}-vpn-gateway` }],
      silent: [`${city}-vpn-gateway`],
      lost: [`${city}-backup`, ...everyCountyBackup],
    },
    {
      name: 'nothing below a city that is cut off',
      faults: [
        { kind: 'circuit-cut', target: `${city}-primary` },
        { kind: 'circuit-cut', target: `${city}-backup` },
      ],
      silent: [...countyDevices(city), ...allCounties],
      lost: [`${city}-primary`, `${city}-backup`, ...everyCountyPrimary, ...everyCountyBackup],
    },
  ])('$name', ({ faults, silent, lost }) => {
    const world = newWorld()
    for (const fault of faults) world.addFault(fault)
    const quiet = [...world.devices.keys()].filter((key) => !answers(world, key))
    const gone = [...world.circuits.keys()].filter((key) => !probes(world, key))
    expect(quiet.toSorted()).toEqual(silent.toSorted())
    expect(gone.toSorted()).toEqual(lost.toSorted())
    for (const { id } of world.faults) world.removeFault(id)
    expect([...world.devices.keys()].filter((key) => !answers(world, key))).toEqual([])
    expect([...world.circuits.keys()].filter((key) => !probes(world, key))).toEqual([])
  })
})

it('keeps circuits of the counties within their limits while their city is on its backup', () => {
  const world = newWorld()
  world.addFault({ kind: 'circuit-cut', target: `${city}-primary` })
  for (const key of [...everyCountyPrimary, ...everyCountyBackup]) {
    const one = circuit(world, key)
    expect(world.pathOverCircuit(one)!.rttMs).toBeLessThan(accessLimits[one.circuit.access].rttMs.warn)
  }
})

describe('a cut circuit', () => {
  it('takes the interfaces of both ends down, and its traffic to the backup', () => {
    const world = newWorld()
    const [primary, backup] = [`${county}-primary`, `${county}-backup`]
    const planned = rate(world, primary)
    const cut = world.addFault({ kind: 'circuit-cut', target: primary })
    expect([ends(world, primary).a.running, ends(world, primary).z.running]).toEqual([false, false])
    expect(ends(world, primary).z.changedMs).toBe(world.nowMs)
    expect(rate(world, primary)).toBe(0)
    const backupBps = circuit(world, backup).circuit.bandwidthBps
    expect(rate(world, backup)).toBeGreaterThan(Math.min(planned, backupBps * 0.55) * 0.8)
    world.removeFault(cut.id)
    expect(ends(world, primary).z.running).toBe(true)
    expect(rate(world, backup)).toBeCloseTo(1000, -2)
  })

  it('may carry what goes up alone, while what comes down takes the backup', () => {
    const world = newWorld()
    const [primary, backup] = [`${county}-primary`, `${county}-backup`]
    const upBps = () => circuit(world, primary).flowAt(world.nowMs).backwardBps
    const fault = world.addFault({ kind: 'circuit-one-way', target: primary })
    expect(rate(world, primary)).toBeCloseTo(1000, -2)
    expect(upBps()).toBeGreaterThan(20_000)
    expect(rate(world, backup)).toBeGreaterThan(100_000)
    expect(circuit(world, backup).flowAt(world.nowMs).backwardBps).toBe(1000)
    world.removeFault(fault.id)
    expect(rate(world, backup)).toBeCloseTo(1000, -2)
  })

  it('flaps, gone for 25 s and back for 25 s', () => {
    const world = newWorld()
    world.addFault({ kind: 'circuit-flap', target: `${county}-primary` })
    const seen = [0, 24, 26, 49, 51, 76].map((afterS) => {
      world.advance(start + afterS * second)
      return probes(world, `${county}-primary`)
    })
    expect(seen).toEqual([false, false, true, true, false, true])
  })

  it('tells of each turn at its time, however late one looks', () => {
    const world = newWorld()
    world.addFault({ kind: 'circuit-flap', target: `${county}-primary` })
    world.advance(start + 10 * minute + 10 * second)
    expect(ends(world, `${county}-primary`).a.changedMs).toBe(start + 10 * minute)
  })
})

describe('a circuit in trouble', () => {
  it('degrades by the default, or as told', () => {
    const world = newWorld()
    const well = circuit(world, `${county}-primary`).rttMs
    world.addFault({ kind: 'circuit-degrade', target: `${county}-primary` })
    world.addFault({
      kind: 'circuit-degrade',
      target: '130125-primary',
      lossPercent: 50,
      latencyMs: 10,
      errorsPerS: 0,
    })
    expect(circuit(world, `${county}-primary`).rttMs).toBe(well + 180)
    expect(circuit(world, `${county}-primary`).lossPercent).toBeCloseTo(8)
    expect(circuit(world, '130125-primary').lossPercent).toBeCloseTo(50)
    world.advance(start + minute)
    expect(ends(world, `${county}-primary`).z.counts(world.nowMs).inErrors).toBe(1200)
    expect(ends(world, '130125-primary').z.counts(world.nowMs).inErrors).toBe(0)
  })

  it('saturates just below what is rented', () => {
    const world = newWorld()
    world.addFault({ kind: 'circuit-saturate', target: `${county}-primary` })
    const { bandwidthBps } = circuit(world, `${county}-primary`).circuit
    const utilisation = (100 * rate(world, `${county}-primary`)) / bandwidthBps
    expect(utilisation).toBeGreaterThan(95)
    expect(utilisation).toBeLessThan(98)
    expect(circuit(world, `${county}-primary`).lossPercent).toBeCloseTo(3)
  })
})

describe('a site without mains', () => {
  it('runs on its battery, goes dark, and starts anew when the mains return', () => {
    const world = newWorld()
    const site = world.sites.get(`${county}-site`)!
    const router = device(world, `${county}-access-router`)
    const bootedBefore = router.bootedMs
    const fault = world.addFault({ kind: 'site-power', target: `${county}-site` })
    world.advance(start + 45 * second)
    expect([site.mains, site.dark, Math.round(site.battery.at(world.nowMs))]).toEqual([false, false, 50])
    expect(answers(world, `${county}-ups`)).toBe(true)
    world.advance(start + 91 * second)
    expect(site.dark).toBe(true)
    expect(countyDevices(county).filter((key) => answers(world, key))).toEqual([])
    expect(probes(world, `${county}-primary`)).toBe(false)
    world.advance(start + 5 * minute)
    world.removeFault(fault.id)
    expect(answers(world, `${county}-access-router`)).toBe(true)
    expect(bootedBefore).toBeLessThan(start)
    expect(router.bootedMs).toBe(start + 5 * minute)
    expect(router.ports.every((port) => port.counts(world.nowMs).inOctets === 0)).toBe(true)
    world.advance(start + 6 * minute)
    expect(site.battery.at(world.nowMs)).toBe(100)
  })

  it('forgets nothing when the mains return in time', () => {
    const world = newWorld()
    const { bootedMs } = device(world, `${county}-access-router`)
    const fault = world.addFault({ kind: 'site-power', target: `${county}-site` })
    world.advance(start + 30 * second)
    world.removeFault(fault.id)
    world.advance(start + 5 * minute)
    expect(device(world, `${county}-access-router`).bootedMs).toBe(bootedMs)
  })
})

it('heats a room to about 38 °C within a minute, and lets it cool', () => {
  const world = newWorld()
  const site = world.sites.get(`${county}-site`)!
  const fault = world.addFault({ kind: 'room-hot', target: `${county}-site` })
  expect(site.temperature(0, start)).toBeLessThan(26)
  expect(site.temperature(0, start + minute)).toBeGreaterThan(36.5)
  expect(site.temperature(0, start + 10 * minute)).toBeLessThan(40)
  world.advance(start + 10 * minute)
  world.removeFault(fault.id)
  expect(site.temperature(0, start + 11 * minute)).toBeLessThan(26)
})

it('shows a silent far end on fibre, serial lines and tunnels, not on MSTP', () => {
  const world = newWorld()
  for (const key of countyDevices('1301').filter((key) => key.endsWith('access-router')))
    world.addFault({ kind: 'device-down', target: key })
  for (const key of [...everyCountyPrimary, ...everyCountyBackup])
    expect([key, ends(world, key).a.running]).toEqual([key, circuit(world, key).circuit.access === 'mstp'])
})

it('never counts backwards, whatever breaks, unless a device starts anew', () => {
  const world = newWorld()
  const { a, z } = ends(world, `${county}-primary`)
  const watched = [a, z, ...Object.values(ends(world, `${county}-backup`))]
  let before = watched.map((port) => port.counts(start))
  const faults: NewFault[] = [
    { kind: 'circuit-saturate', target: `${county}-primary` },
    { kind: 'circuit-flap', target: `${county}-primary` },
    { kind: 'circuit-degrade', target: `${county}-backup` },
    { kind: 'circuit-cut', target: `${county}-backup` },
    { kind: 'site-power', target: `${county}-site` },
  ]
  for (const fault of faults) {
    const { id } = world.addFault(fault)
    for (let step = 0; step < 8; step++) {
      world.advance(world.nowMs + 7.3 * second)
      const now = watched.map((port) => port.counts(world.nowMs))
      for (const [at, counts] of now.entries())
        for (const name of Object.keys(counts) as (keyof typeof counts)[])
          expect(counts[name], `${fault.kind} ${name}`).toBeGreaterThanOrEqual(before[at]![name])
      before = now
    }
    world.removeFault(id)
  }
})

it.each<[string, NewFault, FaultError['code']]>([
  ['a target that is not there', { kind: 'circuit-cut', target: '999999-primary' }, 'unknown-target'],
  ['a target of another sort', { kind: 'circuit-cut', target: `${county}-site` }, 'unknown-target'],
  ['a fan where there is none', { kind: 'fan-fail', target: `${county}-ups` }, 'no-fan'],
])('refuses %s', (_, fault, code) => {
  expect(() => newWorld().addFault(fault)).toThrow(expect.objectContaining({ code }))
})

it('removes a fault once', () => {
  const world = newWorld()
  const { id } = world.addFault({ kind: 'fan-fail', target: `${county}-access-router` })
  expect(device(world, `${county}-access-router`).fanFailed).toBe(true)
  expect([world.removeFault(id), world.removeFault(id)]).toEqual([true, false])
  expect(device(world, `${county}-access-router`).fanFailed).toBe(false)
})
