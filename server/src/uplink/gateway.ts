import {
  collectorNamespace,
  type Batch,
  type BatchAck,
  type CollectorAuth,
  type CollectorToServer,
  type Fact,
  type ServerToCollector,
} from '@zongheng/collector/contract.ts'
import { sealFor } from '@zongheng/collector/contract.ts'
import type { Namespace, Server, Socket } from 'socket.io'
import type { Clock } from '../clock.ts'
import type { Db } from '../db/database.ts'
import type { Decider } from '../decider.ts'
import type { EventBus, QueuedJob } from '../events.ts'
import type { Log } from '../log.ts'
import { MalformedSamples } from '../series/columns.ts'
import type { StateService } from '../state/service.ts'
import { AssignmentBook, type OpenCredential } from './assignment.ts'
import { BatchOrder } from './batch-order.ts'
import { decodeFacts, decodeSamples, isBatch, MalformedBatch } from './decode.ts'
import type { UplinkService } from './service.ts'
import { lastMark, setMark } from './store.ts'

type CollectorSocket = Socket<
  CollectorToServer,
  ServerToCollector,
  Record<string, never>,
  { collectorId: string; publicKey: string }
>
type CollectorNamespace = Namespace<
  CollectorToServer,
  ServerToCollector,
  Record<string, never>,
  { collectorId: string; publicKey: string }
>

const retryMs = 2000

/** What facts lead to, within one transaction; `told` runs once it is committed. */
export interface FactTakers {
  device(tx: Db, fact: Extract<Fact, { kind: 'device' }>): Promise<() => void>
  job(tx: Db, fact: Extract<Fact, { kind: 'job' }>): Promise<() => void>
  /** Jobs that wait for this collector. */
  waitingJobs(collectorId: string): Promise<QueuedJob[]>
}

export interface GatewayDeps {
  db: Db
  bus: EventBus
  clock: Clock
  log: Log
  uplink: UplinkService
  state: StateService
  decider: Decider
  openCredential: OpenCredential
  facts: FactTakers
}

/** The server's end of the wire to its collectors. */
export class CollectorGateway {
  readonly #deps: GatewayDeps
  readonly #books = new Map<string, { socket: CollectorSocket; book: AssignmentBook }>()
  #namespace: CollectorNamespace | undefined

  constructor(deps: GatewayDeps) {
    this.#deps = deps
    deps.bus.on('estate.reloaded', () => void this.#pushChanges())
    deps.bus.on('job.created', ({ job, collectorId }) => this.#sendJob(collectorId, job))
    deps.bus.on('job.cancelled', ({ jobId, collectorId }) => this.cancelJob(collectorId, jobId))
  }

  attach(io: Server): void {
    this.#namespace = io.of(collectorNamespace) as unknown as CollectorNamespace
    this.#namespace.use((socket, next) => {
      this.#deps.uplink.authenticate(socket.handshake.auth as Partial<CollectorAuth>).then(
        (known) => {
          if (known instanceof Error) return next(known)
          socket.data = { collectorId: known.id, publicKey: String(socket.handshake.auth.publicKey) }
          next()
        },
        (error: Error) => next(error),
      )
    })
    this.#namespace.on('connection', (socket) => this.#welcome(socket))
  }

  cancelJob(collectorId: string, jobId: string): void {
    this.#books.get(collectorId)?.socket.emit('cancelJob', jobId)
  }

  #welcome(socket: CollectorSocket): void {
    const { uplink, clock, log, openCredential, state, bus } = this.#deps
    const { collectorId, publicKey } = socket.data
    this.#books.get(collectorId)?.socket.disconnect(true) // one connection a collector: the newest
    const book = new AssignmentBook(collectorId, publicKey, openCredential, clock())
    this.#books.set(collectorId, { socket, book })
    uplink.arrived(collectorId)
    bus.emit('collector.arrived', { collectorId })
    log.info({ collectorId, address: socket.handshake.address }, 'collector connected')

    const order = new BatchOrder()
    let queue: Promise<unknown> = Promise.resolve()
    const inOrder = (work: () => Promise<void>) => (queue = queue.then(work))
    const sendAll = () =>
      inOrder(async () => void socket.emit('assignment', await book.whole(state.model))).catch(
        (err: unknown) => log.error({ err, collectorId }, 'assignment not sent'),
      )

    socket.on('batch', (batch, acknowledge) => {
      if (typeof acknowledge !== 'function') return
      void inOrder(async () => acknowledge(await this.#take(collectorId, batch, order)))
    })
    socket.on('progress', (progress) => bus.emit('job.progress', progress))
    socket.on('health', (health) => uplink.heard(collectorId, health))
    socket.on('resync', sendAll)
    socket.on('disconnect', (reason) => {
      log.warn({ collectorId, reason }, 'collector disconnected')
      if (this.#books.get(collectorId)?.socket !== socket) return
      this.#books.delete(collectorId)
      uplink
        .left(collectorId)
        .catch((err: unknown) => log.error({ err, collectorId }, 'collector not marked as gone'))
    })
    void sendAll()
    this.#deps.facts
      .waitingJobs(collectorId)
      .then((jobs) => jobs.forEach((job) => this.#sendJob(collectorId, job)))
      .catch((err: unknown) => log.error({ err, collectorId }, 'waiting jobs not sent'))
  }

  /** Commits one batch, once. What is malformed is acknowledged too: to send it again would not mend it. */
  async #take(collectorId: string, batch: unknown, order: BatchOrder): Promise<BatchAck> {
    const { db, log, uplink } = this.#deps
    uplink.heard(collectorId)
    if (!isBatch(batch)) {
      log.error({ collectorId }, 'not a batch')
      return { ok: false, retryMs, reason: 'not a batch' }
    }
    const { epoch, lane, seq } = batch
    if (order.mustWait(batch)) return { ok: false, retryMs, reason: 'an earlier one comes first' }
    try {
      const last = await lastMark(db, collectorId, epoch, lane)
      if (seq <= last) return { ok: true }
      if (seq > last + 1 && last > 0)
        log.warn({ collectorId, lane, seq, last }, 'batches are missing in between')
      await this.#commit(collectorId, batch)
      order.committed(batch)
      return { ok: true }
    } catch (err) {
      if (err instanceof MalformedBatch || err instanceof MalformedSamples) {
        log.error({ err, collectorId, lane, seq }, 'batch dropped')
        await setMark(db, collectorId, epoch, lane, seq)
        order.committed(batch)
        return { ok: true }
      }
      order.failed(batch)
      log.error({ err, collectorId, lane, seq }, 'batch not committed')
      return { ok: false, retryMs, reason: 'not committed' }
    }
  }

  async #commit(collectorId: string, { epoch, lane, seq, body }: Batch): Promise<void> {
    const mark = { collectorId, epoch, lane, seq }
    if (lane !== 'facts') return this.#deps.decider.commit(mark, await decodeSamples(body))
    const facts = await decodeFacts(body)
    const told: (() => void)[] = []
    await this.#deps.db.transaction().execute(async (tx) => {
      for (const fact of facts) {
        if (fact.kind === 'device') told.push(await this.#deps.facts.device(tx, fact))
        else if (fact.kind === 'job') told.push(await this.#deps.facts.job(tx, fact))
        else this.#deps.log.warn({ collectorId, ...fact }, 'collector lost samples')
      }
      await setMark(tx, collectorId, epoch, lane, seq)
    })
    for (const tell of told) tell()
  }

  async #pushChanges(): Promise<void> {
    const { state, log } = this.#deps
    try {
      for (const { socket, book } of this.#books.values()) {
        const change = await book.change(state.model)
        if (change) socket.emit('change', change)
      }
    } catch (err) {
      log.error({ err }, 'assignments not brought up to date')
    }
  }

  /** Without the collector the job waits in the database, and is sent when it comes back. */
  #sendJob(collectorId: string, job: QueuedJob): void {
    const known = this.#books.get(collectorId)
    if (!known) return
    known.socket.emit('job', sealed(job, known.socket.data.publicKey), () => undefined)
  }
}

function sealed(job: QueuedJob, publicKey: string) {
  if (job.kind === 'identify') {
    const { snmpCredential, ...rest } = job
    return { ...rest, snmp: sealFor(publicKey, snmpCredential) }
  }
  if (job.kind === 'playbook') {
    const { sshCredential, ...rest } = job
    return { ...rest, ssh: sealFor(publicKey, sshCredential) }
  }
  return job
}
