import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { loadProfiles } from '@zongheng/inventory/profile-library.ts'
import { afterEach, describe, expect, it, onTestFinished, vi } from 'vitest'
import { sealFor, type SnmpCredential, type Target } from '../contract.ts'
import { newSealingKeys } from '../seal.ts'
import { SnmpEngine } from '../snmp/engine.ts'
import { FakeAgent, Snmpd, responseTo } from '../snmp/testing.ts'
import { compareOids } from '../snmp/oid.ts'
import { decodeMessage, type Message } from '../snmp/message.ts'
import type { Patience } from '../snmp/request.ts'
import type { Peer } from '../snmp/transport.ts'
import type { SnmpException, SnmpValue, VarBind } from '../snmp/value.ts'
import { MemoryRecorder } from '../testing.ts'
import { changeOids } from './change-marks.ts'
import { Discoverer } from './discoverer.ts'
import { Poller } from './poller.ts'

const keys = newSealingKeys()
const credential: SnmpCredential = { version: '2c', community: 'public' }
const profiles = loadProfiles()

const cleanups: (() => unknown)[] = []
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup()
})

/** A tenth of what is usual, or less; a retry still comes later than a silent poll ends. */
const quicker = {
  patience: { timeoutMs: 90, retries: 2 },
  timing: { firstWithinMs: 100, sweepIntervalMs: 300, retryMs: 700 },
}

async function newPoller(folder = newFolder(), patience: Patience = quicker.patience, now = Date.now) {
  const engine = new SnmpEngine()
  const recorder = new MemoryRecorder()
  const discoverer = await Discoverer.open(folder, profiles, recorder, now)
  const errors: string[] = []
  const limited: (readonly string[])[] = []
  const onError = (error: Error) => errors.push(error.message)
  const poller = new Poller({
    engine,
    keys,
    recorder,
    discoverer,
    now,
    ...quicker,
    patience,
    onError,
    onLineLimited: (deviceIds) => limited.push(deviceIds),
  })
  cleanups.push(
    () => engine.close(),
    () => poller.close(),
  )
  return { poller, recorder, errors, limited, folder, discoverer }
}

function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'zongheng-poller-'))
  cleanups.push(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

/** Long enough not to come due in a test: what is polled is polled for a reason. */
const target = (deviceId: string, peer: Peer, changes: Partial<Target> = {}): Target => ({
  deviceId,
  siteId: 'sit_1',
  address: peer.address,
  port: peer.port,
  snmp: sealFor(keys.publicKey, credential),
  pollIntervalS: 3600,
  interfaces: [],
  sensors: [],
  ...changes,
})

const text = (value: string): SnmpValue => ({ type: 'octets', value: Buffer.from(value) })
const integer = (value: number): SnmpValue => ({ type: 'integer', value })
const counter = (value: number): SnmpValue => ({ type: 'counter64', value })
const ticks = (value: number): SnmpValue => ({ type: 'timeticks', value })

/** A device of one port, whose objects a test changes as it goes. */
class SmallDevice {
  readonly objects = new Map<string, SnmpValue>([
    ['1.3.6.1.2.1.1.1.0', text('Small device')],
    ['1.3.6.1.2.1.1.2.0', { type: 'oid', value: '1.3.6.1.4.1.99999.1' }],
    ['1.3.6.1.2.1.1.3.0', ticks(100_000)],
    ['1.3.6.1.2.1.1.5.0', text('small')],
    ['1.3.6.1.2.1.2.1.0', integer(1)],
    ['1.3.6.1.2.1.31.1.5.0', ticks(0)],
  ])
  isSilent = false
  /** What happens to it with each request, before it answers. */
  onAsked: (asked: Message) => void = () => {}
  agent!: FakeAgent

  constructor() {
    this.setPort(7, 'Gi0/1')
  }

  setPort(ifIndex: number, name: string): void {
    const columns: Record<string, SnmpValue> = {
      '1.3.6.1.2.1.2.2.1.2': text(name),
      '1.3.6.1.2.1.2.2.1.3': integer(6),
      '1.3.6.1.2.1.2.2.1.7': integer(1),
      '1.3.6.1.2.1.2.2.1.8': integer(1),
      '1.3.6.1.2.1.31.1.1.1.1': text(name),
      '1.3.6.1.2.1.31.1.1.1.6': counter(1000),
      '1.3.6.1.2.1.31.1.1.1.10': counter(2000),
    }
    for (const [column, value] of Object.entries(columns)) this.objects.set(`${column}.${ifIndex}`, value)
  }

  removePort(ifIndex: number): void {
    for (const oid of [...this.objects.keys()]) if (oid.endsWith(`.${ifIndex}`)) this.objects.delete(oid)
  }

  async start(address = '127.0.0.1'): Promise<this> {
    this.agent = await FakeAgent.start((asked) => (this.isSilent ? undefined : this.#answer(asked)), address)
    cleanups.push(() => this.agent.stop())
    return this
  }

  #answer(asked: Message): Buffer {
    this.onAsked(asked)
    const sorted = [...this.objects]
      .map(([oid, value]): VarBind => ({ oid, value }))
      .sort((a, b) => compareOids(a.oid, b.oid))
    if (asked.type === 'get')
      return responseTo(
        asked,
        asked.varBinds.map(({ oid }) => ({
          oid,
          value: this.objects.get(oid) ?? { type: 'noSuchInstance', value: null },
        })),
      )
    const after = (oid: string): VarBind<SnmpValue | SnmpException> =>
      sorted.find((one) => compareOids(one.oid, oid) > 0) ?? {
        oid,
        value: { type: 'endOfMibView', value: null },
      }
    let heads = asked.varBinds.map(({ oid }) => oid)
    const found = heads.splice(0, asked.errorStatus).map(after)
    for (let row = 0; row < asked.errorIndex; row++) {
      const next = heads.map(after)
      found.push(...next)
      heads = next.map(({ oid }) => oid)
    }
    return responseTo(asked, found)
  }
}

const port = { id: 'ifc_1', ifName: 'Gi0/1' }

describe('a device', () => {
  it('is discovered at its first poll, and told as a fact, once', async () => {
    const device = await new SmallDevice().start()
    const { poller, recorder, folder } = await newPoller()
    poller.set(target('dev_1', device.agent.peer))
    const fact = await recorder.nextFact('device')
    expect(fact).toMatchObject({
      deviceId: 'dev_1',
      identity: { sysName: 'small' },
      interfaces: [{ ifIndex: 7, ifName: 'Gi0/1' }],
    })
    await poller.device('dev_1')!.poll('full')
    await poller.device('dev_1')!.discover()
    expect(recorder.facts.filter(({ kind }) => kind === 'device')).toHaveLength(1)
    expect(readdirSync(folder)).toEqual(['dev_1.json'])
  })

  it('tells what hangs on its ports after each discovery', async () => {
    const [basePort, fdb] = ['1.3.6.1.2.1.17.1.4.1.2', '1.3.6.1.2.1.17.7.1.2.2.1.2']
    const device = await new SmallDevice().start()
    device.objects.set(`${basePort}.3`, integer(7)).set(`${fdb}.1.0.14.76.0.0.1`, integer(3))
    const { poller, recorder } = await newPoller()
    poller.set(target('dev_1', device.agent.peer))
    const ports = [{ ifName: 'Gi0/1', macs: ['000e4c000001'] }]
    expect(await recorder.nextFact('stations')).toMatchObject({ deviceId: 'dev_1', stations: { ports, crowded: [], hosts: [] } }) // prettier-ignore
    device.objects.delete(`${fdb}.1.0.14.76.0.0.1`)
    await poller.device('dev_1')!.discover({ isAsked: true })
    expect(recorder.facts.at(-1)).toMatchObject({ kind: 'stations', stations: { ports: [], crowded: [], hosts: [] } }) // prettier-ignore
  })

  it('is asked what changed once an hour, and discovered again when something did', async () => {
    const device = await new SmallDevice().start()
    const [sysUpTime, sysName] = ['1.3.6.1.2.1.1.3.0', '1.3.6.1.2.1.1.5.0']
    for (const oid of changeOids) device.objects.set(oid, ticks(100))
    const before = await newPoller()
    before.poller.set(target('dev_1', device.agent.peer))
    await before.recorder.nextFact('device')
    before.poller.close()

    let hours = 0
    const { poller, recorder } = await newPoller(
      before.folder,
      undefined,
      () => Date.now() + hours * 3_600_000,
    )
    const pollAfter = async (passed: number) => {
      hours = passed
      device.objects.set(sysUpTime, ticks(100_000 + hours * 360_000))
      await poller.device('dev_1')!.poll('full')
    }
    const asks = () => device.agent.asked.filter(({ varBinds }) => varBinds.some(({ oid }) => oid === changeOids[1])).length // prettier-ignore
    poller.set(target('dev_1', device.agent.peer))
    await pollAfter(0)
    const asked = asks()
    await pollAfter(2)
    expect(asks()).toBe(asked + 1)
    device.objects.set(sysName, text('another'))
    await pollAfter(2.1)
    expect(recorder.facts).toEqual([])
    device.objects.set(changeOids[1]!, ticks(200))
    await pollAfter(4)
    expect(await recorder.nextFact('device')).toMatchObject({ identity: { sysName: 'another' } })
  })

  it('gives reachability, response time and uptime at once, interfaces once they have ids', async () => {
    const device = await new SmallDevice().start()
    const { poller, recorder } = await newPoller()
    poller.set(target('dev_1', device.agent.peer))
    await recorder.nextFact('device')
    expect(recorder.last('reachable', 'dev_1')).toBe(1)
    expect(recorder.last('uptimeS', 'dev_1')).toBe(1000)
    expect(recorder.last('responseMs', 'dev_1')).toBeGreaterThan(0)
    expect(recorder.samples.some(({ metric }) => metric.startsWith('if'))).toBe(false)
    poller.set(target('dev_1', device.agent.peer, { interfaces: [port] }))
    await recorder.next('ifOperStatus', 'ifc_1')
  })

  it('after a restart of the collector is polled from what was known, without a new discovery', async () => {
    const device = await new SmallDevice().start()
    const first = await newPoller()
    first.poller.set(target('dev_1', device.agent.peer))
    await first.recorder.nextFact('device')
    await expect.poll(() => readdirSync(first.folder)).toEqual(['dev_1.json'])
    first.poller.close()
    const second = await newPoller(first.folder)
    second.poller.set(target('dev_1', device.agent.peer, { interfaces: [port] }))
    await second.poller.device('dev_1')!.poll('full')
    expect(second.recorder.last('ifOperStatus', 'ifc_1')).toBe(1)
    expect(second.recorder.facts).toEqual([])
  })

  it('whose counters grow gives what they grew by; after a restart nothing', async () => {
    const device = await new SmallDevice().start()
    const { poller, recorder } = await newPoller()
    poller.set(target('dev_1', device.agent.peer, { interfaces: [port] }))
    await recorder.nextFact('device')
    await recorder.next('ifOperStatus', 'ifc_1')
    await poller.device('dev_1')!.poll('full')
    device.objects.set('1.3.6.1.2.1.31.1.1.1.6.7', counter(5000))
    await poller.device('dev_1')!.poll('full')
    expect(recorder.total('ifHCInOctets', 'ifc_1')).toBe(4000)
    device.objects.set('1.3.6.1.2.1.1.3.0', ticks(50))
    device.objects.set('1.3.6.1.2.1.31.1.1.1.6.7', counter(9000))
    await poller.device('dev_1')!.poll('full')
    expect(recorder.total('ifHCInOctets', 'ifc_1')).toBe(4000)
    device.objects.set('1.3.6.1.2.1.31.1.1.1.6.7', counter(9500))
    await poller.device('dev_1')!.poll('full')
    expect(recorder.total('ifHCInOctets', 'ifc_1')).toBe(4500)
  })

  it('without 64-bit counters is read by its 32-bit ones', async () => {
    const device = await new SmallDevice().start()
    for (const column of [6, 10]) device.objects.delete(`1.3.6.1.2.1.31.1.1.1.${column}.7`)
    const inOctets = '1.3.6.1.2.1.2.2.1.10.7'
    device.objects.set(inOctets, { type: 'counter32', value: 4_294_967_290 })
    const { poller, recorder } = await newPoller()
    poller.set(target('dev_1', device.agent.peer, { interfaces: [port] }))
    await recorder.nextFact('device')
    await recorder.next('ifOperStatus', 'ifc_1')
    await poller.device('dev_1')!.poll('full')
    device.objects.set(inOctets, { type: 'counter32', value: 10 })
    await poller.device('dev_1')!.poll('full')
    expect(recorder.total('ifHCInOctets', 'ifc_1')).toBe(16)
  })

  it('whose port got another ifIndex is followed by its name, without a spike', async () => {
    const device = await new SmallDevice().start()
    const { poller, recorder } = await newPoller()
    poller.set(target('dev_1', device.agent.peer, { interfaces: [port] }))
    await recorder.nextFact('device')
    await recorder.next('ifOperStatus', 'ifc_1')
    device.removePort(7)
    device.setPort(9, 'Gi0/1')
    device.objects.set('1.3.6.1.2.1.31.1.1.1.6.9', counter(7_000_000))
    await poller.device('dev_1')!.discover()
    await poller.device('dev_1')!.poll('full')
    expect(recorder.total('ifHCInOctets', 'ifc_1')).toBe(0)
    device.objects.set('1.3.6.1.2.1.31.1.1.1.6.9', counter(7_000_300))
    await poller.device('dev_1')!.poll('full')
    expect(recorder.total('ifHCInOctets', 'ifc_1')).toBe(300)
  })
})

describe('counters that are not what they seem', () => {
  const inOctets = '1.3.6.1.2.1.2.2.1.10.7'
  const inHCOctets = '1.3.6.1.2.1.31.1.1.1.6.7'

  async function polled(device: SmallDevice) {
    const { poller, recorder } = await newPoller()
    poller.set(target('dev_1', device.agent.peer, { interfaces: [port] }))
    await recorder.nextFact('device')
    await recorder.next('ifOperStatus', 'ifc_1')
    const poll = () => poller.device('dev_1')!.poll('full')
    await poll()
    return { recorder, poll, poller }
  }

  it('another interface at the ifIndex is neither polled nor counted, from the very reply that shows it', async () => {
    const device = await new SmallDevice().start()
    const { recorder, poll } = await polled(device)
    const before = recorder.samples.filter(({ entityId }) => entityId === 'ifc_1').length
    device.setPort(7, 'Gi0/2')
    device.objects.set(inHCOctets, counter(1500))
    await poll()
    expect(recorder.samples.filter(({ entityId }) => entityId === 'ifc_1')).toHaveLength(before)
    device.setPort(7, 'Gi0/1')
    device.objects.set(inHCOctets, counter(2000))
    await poll()
    expect(recorder.total('ifHCInOctets', 'ifc_1')).toBe(0)
    device.objects.set(inHCOctets, counter(2100))
    await poll()
    expect(recorder.total('ifHCInOctets', 'ifc_1')).toBe(100)
  })

  it('a restart while it is read is not taken for a wrap', async () => {
    const device = await new SmallDevice().start()
    for (const column of [6, 10]) device.objects.delete(`1.3.6.1.2.1.31.1.1.1.${column}.7`)
    device.objects.set(inOctets, { type: 'counter32', value: 4_294_967_290 })
    const { recorder, poll } = await polled(device)
    const sysUpTime = '1.3.6.1.2.1.1.3.0'
    let asked = 0
    device.objects.set(inOctets, { type: 'counter32', value: 10 })
    device.onAsked = () => void (asked++ > 0 && device.objects.set(sysUpTime, ticks(3)))
    await poll()
    expect(asked).toBeGreaterThan(1)
    expect(recorder.total('ifHCInOctets', 'ifc_1')).toBe(0)
    device.objects.set(inOctets, { type: 'counter32', value: 35 })
    await poll()
    device.objects.set(inOctets, { type: 'counter32', value: 40 })
    await poll()
    expect(recorder.total('ifHCInOctets', 'ifc_1')).toBe(5)
  })

  it('columns that a device lacks are asked for once, until it is discovered again', async () => {
    const device = await new SmallDevice().start()
    const { poll, poller } = await polled(device)
    const ifOutErrors = '1.3.6.1.2.1.2.2.1.20'
    const asks = () => device.agent.asked.filter(({ varBinds }) => varBinds.some(({ oid }) => oid.startsWith(ifOutErrors))).length // prettier-ignore
    const before = asks()
    await poll()
    expect(asks()).toBe(before)
    await poller.device('dev_1')!.discover()
    await poll()
    expect(asks()).toBeGreaterThan(before)
  })

  it('what grew is told once where another plan is made while it is read', async () => {
    const device = await new SmallDevice().start()
    const { recorder, poll, poller } = await polled(device)
    device.isSilent = true // until it is asked again, the new plan is made
    const asked = new Promise<void>((resolve) => {
      device.agent.socket.once('message', () => {
        device.objects.set(inHCOctets, counter(1300))
        poller.set(
          target('dev_1', device.agent.peer, { interfaces: [port, { id: 'ifc_2', ifName: 'Gi0/2' }] }),
        )
        device.isSilent = false
        resolve()
      })
    })
    device.onAsked = () => {
      const value = device.objects.get(inHCOctets)!.value as number
      device.objects.set(inHCOctets, counter(value + 7)) // it counts while it is read
    }
    await Promise.all([poll(), asked])
    const told = recorder.all('ifHCInOctets', 'ifc_1').map(({ startMs, atMs }) => `${startMs} ${atMs}`)
    expect(new Set(told).size).toBe(told.length)
    await poll()
    expect(recorder.total('ifHCInOctets', 'ifc_1')).toBe(
      (device.objects.get(inHCOctets)!.value as number) - 1000,
    )
  })

  it('its narrow counters go on over a discovery', async () => {
    const device = await new SmallDevice().start()
    for (const column of [6, 10]) device.objects.delete(`1.3.6.1.2.1.31.1.1.1.${column}.7`)
    device.objects.set(inOctets, { type: 'counter32', value: 100 })
    const { recorder, poll, poller } = await polled(device)
    await poller.device('dev_1')!.discover()
    device.objects.set(inOctets, { type: 'counter32', value: 130 })
    await poll()
    expect(recorder.total('ifHCInOctets', 'ifc_1')).toBe(30)
  })
})

it('many devices behind a narrow line are polled more seldom, which is told, and leave the line to its users', async () => {
  const device = await new SmallDevice().start()
  let octets = 0
  device.agent.socket.on('message', (datagram) => void (octets += datagram.length))
  const { poller, limited } = await newPoller()
  const line = { id: 'cir_1', bps: 64_000 }
  const startedMs = performance.now()
  for (let i = 0; i < 30; i++) poller.set(target(`dev_${i}`, device.agent.peer, { pollIntervalS: 1, line }))
  await expect.poll(() => poller.health().skipped, { timeout: 15_000 }).toBeGreaterThan(10)
  const { onTimePercent, lateDevices } = poller.health()
  expect(onTimePercent).toBeLessThan(100)
  expect(lateDevices?.ids.length).toBeGreaterThan(0)
  const elapsedS = (performance.now() - startedMs) / 1000
  expect((octets * 8) / elapsedS).toBeLessThan(line.bps / 4)
  expect(limited.at(-1)?.length).toBeGreaterThan(0)

  for (let i = 0; i < 30; i++) poller.set(target(`dev_${i}`, device.agent.peer, { pollIntervalS: 1 }))
  await expect.poll(() => limited.at(-1), { timeout: 15_000 }).toEqual([])
})

it('a device that is slow for another reason than its line is late, and its line is not blamed', async () => {
  const device = await new SmallDevice().start()
  device.isSilent = true
  const { poller, limited } = await newPoller(newFolder(), { timeoutMs: 900, retries: 1 })
  const line = { id: 'cir_1', bps: 100_000_000 }
  poller.set(target('dev_1', device.agent.peer, { pollIntervalS: 1, line }))
  await expect.poll(() => poller.health().skipped, { timeout: 15_000 }).toBeGreaterThan(0)
  expect(limited).toEqual([])
})

it('a device that answers from an address its record does not name is told of, once', async () => {
  const device = await new SmallDevice().start('127.0.6.1')
  const other = await FakeAgent.start(() => undefined, '127.0.6.2', device.agent.peer.port)
  cleanups.push(() => other.stop())
  device.isSilent = true
  device.agent.socket.on('message', (datagram, from) => {
    const asked = decodeMessage(datagram)
    other.socket.send(responseTo(asked, asked.varBinds), from.port, from.address)
  })
  const { poller, recorder } = await newPoller(newFolder(), { timeoutMs: 500, retries: 0 })
  poller.set(target('dev_1', device.agent.peer))
  const fact = await recorder.nextFact('finding')
  expect(fact).toMatchObject({ deviceId: 'dev_1', finding: { kind: 'foreign-reply', address: '127.0.6.2' } })
  for (let i = 0; i < 3; i++) await poller.device('dev_1')!.poll('full')
  expect(recorder.facts.filter(({ kind }) => kind === 'finding')).toHaveLength(1)
})

describe('silence', () => {
  it('is told after every retry, makes the site be polled, and ends with a full poll', async () => {
    const device = await new SmallDevice().start('127.0.4.1')
    const neighbour = await new SmallDevice().start('127.0.4.2')
    const elsewhere = await new SmallDevice().start('127.0.4.3')
    const { poller, recorder } = await newPoller()
    poller.set(target('dev_1', device.agent.peer, { interfaces: [port] }))
    poller.set(target('dev_2', neighbour.agent.peer))
    poller.set(target('dev_3', elsewhere.agent.peer, { siteId: 'sit_2' }))
    for (let i = 0; i < 3; i++) await recorder.nextFact('device')
    await Promise.all(['dev_1', 'dev_2', 'dev_3'].map((id) => poller.device(id)!.poll('full')))
    const asked = neighbour.agent.asked.length
    const sweptElsewhere = vi.spyOn(poller.device('dev_3')!, 'sweep') // it may be polled for reasons of its own

    device.isSilent = true
    await poller.device('dev_1')!.poll('full')
    expect(recorder.last('reachable', 'dev_1')).toBe(0)
    await expect.poll(() => neighbour.agent.asked.length).toBeGreaterThan(asked)
    expect(sweptElsewhere).not.toHaveBeenCalled()

    device.isSilent = false
    device.objects.set('1.3.6.1.2.1.2.2.1.8.7', integer(2))
    await poller.device('dev_1')!.poll('reachability')
    expect(recorder.last('reachable', 'dev_1')).toBe(1)
    expect(recorder.last('ifOperStatus', 'ifc_1')).toBe(2)
    expect(recorder.flushes).toBeGreaterThanOrEqual(4)
  })

  it('of a device is asked about again and again, until it answers', async () => {
    const device = await new SmallDevice().start()
    const { poller, recorder } = await newPoller()
    poller.set(target('dev_1', device.agent.peer))
    await recorder.nextFact('device')
    device.isSilent = true
    await poller.device('dev_1')!.poll('full')
    device.isSilent = false
    await recorder.next('reachable', 'dev_1', 1)
  })

  it('a sweep polls each device at most once in a while, and never forgets the later one', async () => {
    const device = await new SmallDevice().start()
    const { poller, recorder } = await newPoller()
    poller.set(target('dev_1', device.agent.peer, { interfaces: [port] }))
    await recorder.next('ifOperStatus', 'ifc_1')
    await poller.device('dev_1')!.poll('full')
    const before = recorder.all('reachable', 'dev_1').length
    for (let i = 0; i < 10; i++) poller.sweep(['sit_1'], 'status')
    await recorder.next('reachable', 'dev_1')
    await recorder.next('reachable', 'dev_1')
    const swept = recorder.all('reachable', 'dev_1').slice(before)
    expect(swept).toHaveLength(2)
    expect(swept[1]!.atMs - swept[0]!.atMs).toBeGreaterThan(250)
  })
})

describe('the assignment', () => {
  it('another address starts the device anew, other ids do not', async () => {
    const [one, two] = [
      await new SmallDevice().start('127.0.5.1'),
      await new SmallDevice().start('127.0.5.2'),
    ]
    const { poller } = await newPoller()
    poller.set(target('dev_1', one.agent.peer))
    const device = poller.device('dev_1')
    poller.set(target('dev_1', one.agent.peer, { interfaces: [port] }))
    expect(poller.device('dev_1')).toBe(device)
    poller.set(target('dev_1', two.agent.peer))
    expect(poller.device('dev_1')).not.toBe(device)
    poller.delete('dev_1')
    expect([poller.device('dev_1'), poller.size]).toEqual([undefined, 0])
  })

  it('a credential sealed for another collector is an error', async () => {
    const { poller } = await newPoller()
    const foreign = {
      ...target('dev_1', { address: '127.0.0.1', port: 161 }),
      snmp: sealFor(newSealingKeys().publicKey, credential),
    }
    expect(() => poller.set(foreign)).toThrow()
  })
})

describe('against snmpd', () => {
  it('increments are the difference of what snmpwalk prints', async () => {
    const snmpd = await Snmpd.start()
    onTestFinished(() => snmpd.stop())
    const { poller, recorder } = await newPoller()
    poller.set(target('dev_1', snmpd.peer))
    const fact = await recorder.nextFact('device')
    const lo = fact.interfaces.find(({ ifName }) => ifName === 'lo')!
    poller.set(target('dev_1', snmpd.peer, { interfaces: [{ id: 'ifc_lo', ifName: 'lo' }] }))
    await recorder.next('ifOperStatus', 'ifc_lo')
    const ifHCInOctets = '1.3.6.1.2.1.31.1.1.1.6'
    const octets = () => {
      const row = snmpd.walk(ifHCInOctets).find(([oid]) => oid === `${ifHCInOctets}.${lo.ifIndex}`)
      return Number(/\d+$/.exec(row![1])![0])
    }
    await poller.device('dev_1')!.poll('full')
    const before = { octets: octets(), total: recorder.total('ifHCInOctets', 'ifc_lo') }
    await expect.poll(octets, { timeout: 20_000 }).toBeGreaterThan(before.octets + 1000)
    await poller.device('dev_1')!.poll('full')
    const after = octets()
    const grown = recorder.total('ifHCInOctets', 'ifc_lo') - before.total
    expect(grown).toBeGreaterThan(1000)
    expect(grown).toBeLessThanOrEqual(after - before.octets + 200_000)
    expect(recorder.last('memoryPercent', 'dev_1')).toBeGreaterThan(0)
  })
})
