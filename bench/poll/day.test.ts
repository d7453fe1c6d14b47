/** A day of the demo province's traffic, polled every minute on simulated time: what the store sums up is what the devices counted. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { loadProfiles } from '@zongheng/inventory/profile-library.ts'
import { afterEach, expect, it } from 'vitest'
import { tinyProvince } from '../../collector/simulator/testing.ts'
import type { Counts } from '../../collector/simulator/world/port.ts'
import { World } from '../../collector/simulator/world/world.ts'
import { Batcher } from '../../collector/src/batcher.ts'
import type { Target } from '../../collector/src/contract.ts'
import { fractionOf } from '../../collector/src/hash.ts'
import type { CounterMetric } from '../../collector/src/poll/counter-memory.ts'
import { DevicePoller } from '../../collector/src/poll/device.ts'
import { Discoverer } from '../../collector/src/poll/discoverer.ts'
import { CellPool } from '../../collector/src/poll/scratch.ts'
import { samplesIn } from '../../collector/src/wire/testing.ts'
import { EmbeddedSeries } from '../../server/src/series/embedded.ts'
import { SimulatedLine } from './simulated-line.ts'

const minuteMs = 60_000
const pollsADay = 1440
const startMs = Date.parse('2026-11-23T00:00:00+08:00')
/** How each is asked, and the minute at which its power fails for three. */
const devices = {
  '130125-access-router': { version: '2c', failsAt: null },
  '130121-access-router': { version: '2c', failsAt: 617 },
  '130125-ups': { version: '1', failsAt: null },
  '130123-environment': { version: '1', failsAt: 1001 },
} as const
const counted: Partial<Record<CounterMetric, keyof Counts>> = {
  ifHCInOctets: 'inOctets',
  ifHCOutOctets: 'outOctets',
  ifHCInUcastPkts: 'inPackets',
  ifHCOutUcastPkts: 'outPackets',
  ifInErrors: 'inErrors',
}

const cleanups: (() => unknown)[] = []
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup()
})

it('volumes from the store are the simulator’s own counters, through wraps, restarts, late and lost polls', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'zongheng-day-'))
  cleanups.push(() => rmSync(folder, { recursive: true, force: true }))
  let nowMs = startMs
  const now = () => nowMs
  const world = new World(tinyProvince(), startMs)

  const failures: Error[] = []
  const series = new EmbeddedSeries(join(folder, 'series.db'), (error) => failures.push(error))
  cleanups.push(() => series.close())
  let seq = 0
  const batcher = new Batcher({
    add: async ({ kind, body }) => {
      if (kind !== 'samples') return
      const mark = { collectorId: 'col_1', epoch: 'one', lane: 'samples', seq: ++seq } as const
      await series.append(mark, await samplesIn(body))
    },
    onError: (error) => failures.push(error),
    openMs: () => 1e6,
  })
  const discoverer = await Discoverer.open(join(folder, 'discoveries'), loadProfiles(), batcher, now)
  const watched = Object.entries(devices).map(([key, { version, failsAt }]) => {
    const line = new SimulatedLine(world.devices.get(key)!, version, now)
    const poller = new DevicePoller({
      target: targetOf(key, line),
      line,
      isV1: version === '1',
      recorder: batcher,
      discoverer,
      cells: new CellPool(),
      now,
      onSilence: () => {},
      onError: (error) => failures.push(error),
    })
    cleanups.push(() => poller.close())
    return { key, version, line, poller, failsAt }
  })

  for (const { poller } of watched) await poller.discover()
  for (let poll = 0; poll < pollsADay; poll++) {
    for (const { key, line, poller, failsAt } of watched) {
      const chance = fractionOf(`${key} ${poll}`)
      const lateMs = chance < 0.1 ? chance * 5 * minuteMs : 0
      nowMs = Math.max(nowMs, startMs + poll * minuteMs + lateMs)
      world.advance(nowMs)
      if (poll === failsAt) line.device.setUp(false, nowMs)
      if (failsAt !== null && poll === failsAt + 3) line.device.setUp(true, nowMs - 20_000)
      line.isLost = chance > 0.98
      await poller.poll('full')
    }
    if (poll % 240 === 239) await batcher.flush()
  }

  const period = { from: startMs, until: nowMs + minuteMs }
  let wraps = 0
  for (const { key, version, line } of watched)
    for (const [at, { port }] of line.device.ports.entries())
      for (const [metric, count] of Object.entries(counted) as [CounterMetric, keyof Counts][]) {
        const spans = line.spans.map(({ first, last }) => ({ from: first[at]![count], to: last[at]![count] }))
        const expected = spans.reduce((sum, { from, to }) => sum + to - from, 0)
        const id = interfaceId(key, port.ifIndex)
        const { total } = await series.total({ entity: id, metric, ...period })
        expect({ id, metric, total }).toEqual({ id, metric, total: expected })
        if (version === '1')
          wraps += spans.filter(({ from, to }) => to - from + (from % 2 ** 32) >= 2 ** 32).length
      }
  expect(failures).toEqual([])
  expect(wraps).toBeGreaterThan(0)
}, 60_000)

const interfaceId = (key: string, ifIndex: number) => `ifc_${key}_${ifIndex}`

function targetOf(key: string, { device }: SimulatedLine): Target {
  return {
    deviceId: `dev_${key}`.replaceAll('-', '_'),
    siteId: 'sit_1',
    address: '127.0.0.1',
    port: 161,
    snmp: { to: '', nonce: '', box: '' } as never,
    pollIntervalS: 60,
    interfaces: device.ports.map(({ port }) => ({ id: interfaceId(key, port.ifIndex), ifName: port.ifName })),
    sensors: [],
  }
}
