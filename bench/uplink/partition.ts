/**
 * Days without a server: a real spool fills, by a clock that is turned on, then a real uplink empties it through the real intake into
 * the embedded store, over a connection that breaks now and then. What arrived is counted, and what the store says each counter
 * grew by is held against what it did grow by.
 */
import { join } from 'node:path'
import type { MetricName } from '@zongheng/inventory/metric.ts'
import { contractVersion } from '../../collector/src/contract.ts'
import { Spool } from '../../collector/src/spool/spool.ts'
import { Uplink } from '../../collector/src/uplink.ts'
import { SamplesWriter } from '../../collector/src/wire/samples-writer.ts'
import { EmbeddedSeries } from '../../server/src/series/embedded.ts'
import { startServerEnd } from './server-end.ts'
import { counters, seeded, Switch } from './traffic.ts'

export interface PartitionOptions {
  hours: number
  devices: number
  ports: number
  /** The line between collector and server, bits per second. */
  lineBps: number
}

export interface PartitionRow {
  tool: string
  samples: number
  /** On the wire. */
  bytesPerSample: number
  /** Keeping, sending, decoding and storing, all threads. */
  cpuSecondsPerMillion: number
  spoolCpuSecondsPerMillion: number
  /** Samples in the store to samples measured: 1 when none is lost or doubled. */
  ratio: number
  lost: number
  doubled: number
  /** Counters whose growth in the store is not what it was. */
  wrongSums: number
  diskMiB: number
  diskBytesPerSample: number
  /** Reckoned: what was sent, with 5 % of the line for history. */
  catchUpHours: number
}

const periodMs = 60_000
const openMs = 15_000
const backfillShare = 0.05

export async function measurePartition(folder: string, options: PartitionOptions): Promise<PartitionRow> {
  const { hours, devices, ports, lineBps } = options
  const endMs = Math.floor(Date.now() / periodMs) * periodMs
  const startMs = endMs - hours * 3_600_000
  const random = seeded(11)
  const switches = Array.from({ length: devices }, () => new Switch(ports, startMs - periodMs, random))
  const totals = new Totals(devices, ports)
  let nowMs = startMs
  const spool = await Spool.open({
    folder: join(folder, 'spool'),
    maxBytes: 1024 ** 4,
    now: () => nowMs,
    onReady: (lane) => uplink.wake(lane),
  })
  const filling = process.cpuUsage()
  let samples = 0
  for (; nowMs < endMs; nowMs += openMs) {
    const writer = new SamplesWriter()
    const slot = (nowMs - startMs) % periodMs
    for (const [i, device] of switches.entries()) {
      const place = (i / devices) * periodMs
      if (place < slot || place >= slot + openMs) continue
      samples += device.poll(writer, nowMs + (place - slot), (metric, port, value) =>
        totals.add(i, metric, port, value),
      )
    }
    if (writer.size === 0) continue
    const { fromMs, untilMs } = writer
    await spool.add({ kind: 'samples', fromMs, untilMs, body: await writer.pack() })
  }
  const spoolCpuS = cpuS(filling)
  const diskBytes = spool.bytes
  const draining = process.cpuUsage()
  const store = new EmbeddedSeries(join(folder, 'series.db'), (error) => { throw error }) // prettier-ignore
  const server = await startServerEnd(store, switches)
  const uplink: Uplink = newUplink(server.url, spool)
  uplink.connect()
  while (spool.batches > 0) await server.acknowledged()
  const drainCpuS = cpuS(draining)
  uplink.close()
  await spool.close()
  const wrongSums = await totals.wrongIn(store, switches, startMs, endMs)
  await server.close()
  await store.close()
  const million = samples / 1e6
  return {
    tool: `partition ${hours} h`,
    samples,
    bytesPerSample: server.bytes / samples,
    cpuSecondsPerMillion: (spoolCpuS + drainCpuS) / million,
    spoolCpuSecondsPerMillion: spoolCpuS / million,
    ratio: server.samples / samples,
    lost: Math.max(0, samples - server.samples),
    doubled: Math.max(0, server.samples - samples),
    wrongSums,
    diskMiB: diskBytes / 2 ** 20,
    diskBytesPerSample: diskBytes / samples,
    catchUpHours: (server.bytes * 8) / (lineBps * backfillShare) / 3600,
  }
}

function cpuS(since: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(since)
  return (user + system) / 1e6
}

const newUplink = (server: string, spool: Spool): Uplink =>
  new Uplink({
    server,
    spool,
    auth: { contractVersion, collectorId: 'col_bench', key: 'k', publicKey: 'p' },
    handlers: { assignment: () => {}, change: () => {}, job: () => {}, cancelJob: () => {} },
    onOnline: () => {},
    onRefused: () => {},
    onError: () => {},
  })

/** What each counter truly grew by. */
class Totals {
  readonly #sums = new Map<MetricName, Float64Array>()
  readonly #ports: number

  constructor(devices: number, ports: number) {
    this.#ports = ports
    for (const metric of counters) this.#sums.set(metric, new Float64Array(devices * ports))
  }

  add(device: number, metric: MetricName, port: number, value: number): void {
    this.#sums.get(metric)![device * this.#ports + port]! += value
  }

  async wrongIn(store: EmbeddedSeries, switches: Switch[], startMs: number, endMs: number): Promise<number> {
    let wrong = 0
    for (const [i, { ports }] of switches.entries())
      for (const metric of counters)
        for (const [port, entity] of ports.ids.entries()) {
          const { total } = await store.total({
            entity,
            metric,
            from: startMs - periodMs,
            until: endMs + periodMs,
          })
          if (total !== this.#sums.get(metric)![i * this.#ports + port]) wrong++
        }
    return wrong
  }
}
