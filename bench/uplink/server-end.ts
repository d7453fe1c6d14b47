/**
 * The server's end of an uplink with its real order, marks, decoding and intake, in front of the real embedded store; nothing is
 * judged. Its connections break now and then, one batch committed and not acknowledged.
 */
import { EventEmitter, once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Server } from 'socket.io'
import msgpackParser from 'socket.io-msgpack-parser'
import { contractVersion, type BatchAck, type SampleColumns } from '../../collector/src/contract.ts'
import { openDatabase } from '../../server/src/db/database.ts'
import { migrate } from '../../server/src/db/migrate.ts'
import type { EstateModel } from '../../server/src/estate/model.ts'
import type { EmbeddedSeries } from '../../server/src/series/embedded.ts'
import { Intake, type IntakeDeps } from '../../server/src/uplink/intake.ts'
import { Stream } from '../../server/src/uplink/stream.ts'
import type { Switch } from './traffic.ts'

/** A connection takes so many batches until it breaks. */
const batchesPerConnection = 500
const collectorId = 'col_bench'
/** History is to take as long as the processor takes: what it would take on a line is reckoned. */
const uplinkBps = 1e12

export interface ServerEnd {
  url: string
  /** What the store took for new. */
  samples: number
  bytes: number
  /** Resolves after an acknowledgement, once it has crossed the wire. */
  acknowledged(): Promise<void>
  close(): Promise<void>
}

export async function startServerEnd(store: EmbeddedSeries, switches: readonly Switch[]): Promise<ServerEnd> {
  const db = openDatabase('sqlite::memory:')
  await migrate(db)
  const http = createServer().listen(0, '127.0.0.1')
  await once(http, 'listening')
  const io = new Server(http, { parser: msgpackParser as never, maxHttpBufferSize: 64 * 1024 ** 2 })
  const told = new EventEmitter()
  const end: ServerEnd = {
    url: `http://127.0.0.1:${(http.address() as AddressInfo).port}`,
    samples: 0,
    bytes: 0,
    acknowledged: async () => void (await once(told, 'acknowledged')),
    close: async () => {
      await io.close()
      await db.destroy()
    },
  }
  let size = 0
  const commit: IntakeDeps['decider']['commit'] = async (mark, columns: SampleColumns[]) => {
    if (!(await store.append(mark, columns))) return
    for (const { values } of columns) end.samples += values.length
    end.bytes += size
  }
  const intake = newIntake(db, { commit }, modelOf(switches))
  io.of('/collector').on('connection', (socket) => {
    const sender = { collectorId, epoch: (socket.handshake.auth as { epoch: string }).epoch }
    const stream = new Stream()
    let [taken, queue] = [0, Promise.resolve()]
    socket.emit('hello', { contractVersion, uplinkBps })
    socket.on('batch', (batch: unknown, acknowledge: (ack: BatchAck) => void) => {
      const received = stream.receive(batch)
      queue = queue.then(async () => {
        size = received?.batch.body.length ?? 0
        const ack = await intake.take(sender, received, stream)
        if (received) stream.done(received)
        if (++taken % batchesPerConnection === 0) socket.disconnect(true)
        else acknowledge(ack)
        setTimeout(() => told.emit('acknowledged'), acknowledgedWithinMs)
      })
    })
  })
  return end
}

/** The spool forgets a batch when its answer has crossed the wire. */
const acknowledgedWithinMs = 50

/** The intake of a server whose collector has these switches, and that takes nothing but samples. */
function newIntake(
  db: IntakeDeps['db'],
  decider: IntakeDeps['decider'],
  model: IntakeDeps['state']['model'],
): Intake {
  const { log, audit, facts, presence } = unused
  return new Intake({ db, clock: Date.now, log, audit, state: { model }, decider, facts, presence })
}

const refuse = (...what: unknown[]): never => {
  throw new Error('the bench sends samples alone, whole and its own', { cause: what })
}
const unused = {
  log: { info: () => {}, warn: refuse, error: refuse },
  audit: { write: refuse },
  facts: {},
  presence: {},
} as unknown as Pick<IntakeDeps, 'log' | 'audit' | 'facts' | 'presence'>

function modelOf(switches: readonly Switch[]): IntakeDeps['state']['model'] {
  const devices = new Map(
    switches.map(({ device, ports }) => [
      device.ids[0]!,
      { id: device.ids[0]!, collectorId, interfaces: ports.ids.map((id) => ({ id })), sensors: [] },
    ]),
  )
  return { devices, circuits: new Map(), checks: new Map() } as unknown as EstateModel
}
