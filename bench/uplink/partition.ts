/**
 * Days without a server: a real spool fills, then a real uplink empties it into the embedded store, over a connection that breaks
 * now and then. What arrived is counted, and what the store says each counter grew by is held against what it did grow by.
 */
import { createServer } from 'node:http'
import { EventEmitter, once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import type { MetricName } from '@zongheng/inventory/metric.ts'
import { Server } from 'socket.io'
import msgpackParser from 'socket.io-msgpack-parser'
import {
  columnsOf,
  contractVersion,
  Listener,
  type Batch,
  type BatchAck,
} from '../../collector/src/contract.ts'
import { Spool } from '../../collector/src/spool/spool.ts'
import { Uplink } from '../../collector/src/uplink.ts'
import { SamplesWriter } from '../../collector/src/wire/samples-writer.ts'
import { EmbeddedSeries } from '../../server/src/series/embedded.ts'
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
  hours: number
  samples: number
  diskMiB: number
  diskBytesPerSample: number
  wireMiB: number
  /** With 5 % of the line for history. */
  catchUpHours: number
  spoolCpuSecondsPerMillion: number
  drainCpuSecondsPerMillion: number
  lost: number
  doubled: number
  /** Counters whose growth in the store is not what it was. */
  wrongSums: number
}

const periodMs = 60_000
const openMs = 15_000
const backfillShare = 0.05
/** The spool forgets a batch when its answer has crossed the wire. */
const acknowledgedWithinMs = 50
/** A connection takes so many batches until it breaks. */
const batchesPerConnection = 500

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
  const server = await startStore(store)
  const uplink: Uplink = newUplink(server.url, spool)
  uplink.connect()
  await server.emptied(() => spool.batches === 0)
  const drainCpuS = cpuS(draining)
  uplink.close()
  await spool.close()
  const wrongSums = await totals.wrongIn(store, switches, startMs, endMs)
  await server.close()
  await store.close()
  const million = samples / 1e6
  return {
    tool: 'zongheng partition',
    hours,
    samples,
    diskMiB: diskBytes / 2 ** 20,
    diskBytesPerSample: diskBytes / samples,
    wireMiB: server.bytes / 2 ** 20,
    catchUpHours: (server.bytes * 8) / (lineBps * backfillShare) / 3600,
    spoolCpuSecondsPerMillion: spoolCpuS / million,
    drainCpuSecondsPerMillion: drainCpuS / million,
    lost: Math.max(0, samples - server.samples),
    doubled: Math.max(0, server.samples - samples),
    wrongSums,
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

/** The server's end: what the store has committed is acknowledged, in order, and its own memory says what it has seen. */
async function startStore(store: EmbeddedSeries) {
  const http = createServer().listen(0, '127.0.0.1')
  await once(http, 'listening')
  const io = new Server(http, { parser: msgpackParser as never, maxHttpBufferSize: 64 * 1024 ** 2 })
  const arrivals = new EventEmitter()
  const state = {
    url: `http://127.0.0.1:${(http.address() as AddressInfo).port}`,
    samples: 0,
    bytes: 0,
    emptied: async (isEmpty: () => boolean) => {
      while (!isEmpty()) await once(arrivals, 'committed')
    },
    close: async () => {
      await io.close()
      http.close()
    },
  }
  io.of('/collector').on('connection', (socket) => {
    const listener = new Listener()
    let [taken, queue] = [0, Promise.resolve()]
    socket.emit('hello', { contractVersion, uplinkBps: 1e12 })
    socket.on('batch', ({ epoch, lane, seq, body }: Batch, acknowledge: (ack: BatchAck) => void) => {
      const heard = listener.hear(body)
      queue = queue.then(async () => {
        const columns = await columnsOf(heard)
        const isNew = await store.append({ collectorId: 'col_bench', epoch, lane, seq }, columns)
        if (isNew) for (const { values } of columns) state.samples += values.length
        if (isNew) state.bytes += body.length
        if (++taken % batchesPerConnection === 0)
          socket.disconnect(true) // committed, and never acknowledged
        else acknowledge({ ok: true })
        setTimeout(() => arrivals.emit('committed'), acknowledgedWithinMs)
      })
    })
  })
  return state
}

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
