import {
  collectorNamespace,
  contractVersion,
  sealFor,
  type CollectorAuth,
  type CollectorSoftware,
  type CollectorToServer,
  type ServerToCollector,
} from '@zongheng/collector/contract.ts'
import type { Namespace, Server, Socket } from 'socket.io'
import { actAs, type Actor } from '../audit/actor.ts'
import type { AuditTrail } from '../audit/trail.ts'
import type { Clock } from '../clock.ts'
import type { Db } from '../db/database.ts'
import type { Decider } from '../decider.ts'
import type { EventBus, QueuedJob } from '../events.ts'
import type { Log } from '../log.ts'
import type { StateService } from '../state/service.ts'
import { AssignmentBook, type OpenCredential } from './assignment.ts'
import { isHealth, isProgress, isReleaseAsk, isSoftware } from './facts.ts'
import { Intake, type FactTakers, type Sender } from './intake.ts'
import type { Releases } from './releases.ts'
import { Rarely } from './rarely.ts'
import type { UplinkService } from './service.ts'
import { forgetOldMarks } from './store.ts'
import { Stream } from './stream.ts'

interface SocketData extends Sender {
  publicKey: string
  name: string
  uplinkBps: number | null
  software: CollectorSoftware | null
}
type CollectorSocket = Socket<CollectorToServer, ServerToCollector, Record<string, never>, SocketData>
type CollectorNamespace = Namespace<CollectorToServer, ServerToCollector, Record<string, never>, SocketData>

export interface GatewayDeps {
  db: Db
  bus: EventBus
  clock: Clock
  log: Log
  audit: Pick<AuditTrail, 'write'>
  uplink: UplinkService
  state: StateService
  decider: Decider
  openCredential: OpenCredential
  releases: Pick<Releases, 'chunk'>
  facts: FactTakers
}

/** Of the collector beside the server: there is no line to spare. */
const loopbackBps = 1e9

/** The server's end of the wire to its collectors. */
export class CollectorGateway {
  readonly #deps: GatewayDeps
  readonly #intake: Intake
  readonly #rarely: Rarely
  readonly #books = new Map<string, { socket: CollectorSocket; book: AssignmentBook }>()
  #namespace: CollectorNamespace | undefined

  constructor(deps: GatewayDeps) {
    this.#deps = deps
    this.#intake = new Intake({ ...deps, presence: deps.uplink.presence })
    this.#rarely = new Rarely(deps.clock)
    deps.bus.on('estate.reloaded', () => void this.#pushChanges())
    deps.bus.on('job.created', ({ job, collectorId }) => this.#sendJob(collectorId, job))
    deps.bus.on('job.cancelled', ({ jobId, collectorId }) => this.cancelJob(collectorId, jobId))
    deps.bus.on('collector.upgrade', ({ collectorId, offer }) =>
      this.#books.get(collectorId)?.socket.emit('upgrade', offer),
    )
    for (const event of ['collector.barred', 'collector.line'] as const)
      deps.bus.on(event, ({ collectorId }) => this.#hangUp(collectorId))
  }

  attach(io: Server): void {
    this.#namespace = io.of(collectorNamespace) as unknown as CollectorNamespace
    this.#namespace.use((socket, next) => {
      const auth = socket.handshake.auth as Partial<CollectorAuth>
      this.#deps.uplink.enrolment.authenticate(auth).then(
        (known) => {
          if (known instanceof Error) {
            this.#tellRefused(socket.handshake.address, known)
            return next(known)
          }
          const { id, name } = known
          const uplinkBps = known.is_local ? loopbackBps : known.uplink_bps
          const software = isSoftware(auth.software) ? auth.software : null
          socket.data = {
            collectorId: id,
            name,
            publicKey: auth.publicKey!,
            epoch: auth.epoch!,
            uplinkBps,
            software,
          }
          next()
        },
        (err: unknown) => {
          this.#deps.log.error({ err }, 'collector not asked who it is')
          next(new Error('not available'))
        },
      )
    })
    this.#namespace.on('connection', (socket) => this.#welcome(socket))
  }

  #tellRefused(address: string, { message }: Error): void {
    this.#rarely.add('refused', 1, (times) =>
      this.#deps.log.warn({ address, reason: message, times }, 'collector refused'),
    )
  }

  cancelJob(collectorId: string, jobId: string): void {
    this.#books.get(collectorId)?.socket.emit('cancelJob', jobId)
  }

  /** Whatever it was let in with opens nothing any more. */
  #hangUp(collectorId: string): void {
    for (const socket of this.#namespace?.sockets.values() ?? [])
      if (socket.data.collectorId === collectorId) socket.disconnect(true)
  }

  #welcome(socket: CollectorSocket): void {
    const { uplink, clock, log, openCredential, state, bus } = this.#deps
    const { collectorId, publicKey, epoch, uplinkBps, software } = socket.data
    socket.emit('hello', { contractVersion, uplinkBps }) // before anything else: it says how this side speaks
    this.#books.get(collectorId)?.socket.disconnect(true) // one connection a collector: the newest
    const book = new AssignmentBook(collectorId, publicKey, openCredential, clock())
    this.#books.set(collectorId, { socket, book })
    uplink.presence.arrived(collectorId, software)
    bus.emit('collector.arrived', { collectorId })
    log.info({ collectorId, address: socket.handshake.address }, 'collector connected')

    const stream = new Stream()
    let queue: Promise<unknown> = Promise.resolve()
    const inOrder = (work: () => Promise<void>) =>
      (queue = queue.then(work).catch((err: unknown) => {
        log.error({ err, collectorId }, 'collector hung up on')
        socket.disconnect(true) // it comes again, and with it what was not acknowledged
      }))
    const sendAll = () =>
      void inOrder(async () => {
        try {
          socket.emit('assignment', await book.whole(state.model))
        } catch (err) {
          log.error({ err, collectorId }, 'assignment not sent')
        }
      })

    socket.on('batch', (batch, acknowledge) => {
      if (typeof acknowledge !== 'function') return
      uplink.presence.heard(collectorId)
      const received = stream.receive(batch)
      if (stream.isOverrun) {
        log.error({ collectorId }, 'collector sends without waiting for answers')
        socket.disconnect(true)
        return
      }
      const take = () => this.#intake.take(socket.data, received, stream)
      void inOrder(async () => {
        if (socket.connected) acknowledge(await actAs(actorAt(socket), take))
        if (received) stream.done(received)
        if (received?.fault) socket.disconnect(true)
      })
    })
    socket.on('progress', (progress) => void this.#tellProgress(collectorId, progress))
    socket.on('health', (health) => uplink.presence.heard(collectorId, isHealth(health) ? health : undefined))
    socket.on('resync', sendAll)
    socket.on('release', (ask, answer) => void this.#sendRelease(ask, answer))
    socket.on('time', (answer) => typeof answer === 'function' && answer(clock()))
    socket.on('disconnect', (reason) => {
      log.warn({ collectorId, reason }, 'collector disconnected')
      if (this.#books.get(collectorId)?.socket !== socket) return
      this.#books.delete(collectorId)
      uplink
        .left(collectorId)
        .catch((err: unknown) => log.error({ err, collectorId }, 'collector not marked as gone'))
    })
    sendAll()
    void inOrder(() => this.#forgetOldSpools(collectorId, epoch))
    this.#deps.facts
      .waitingJobs(collectorId)
      .then((jobs) => jobs.forEach((job) => this.#sendJob(collectorId, job)))
      .catch((err: unknown) => log.error({ err, collectorId }, 'waiting jobs not sent'))
  }

  async #forgetOldSpools(collectorId: string, epoch: string): Promise<void> {
    const { db, log } = this.#deps
    try {
      await forgetOldMarks(db, collectorId, epoch)
    } catch (err) {
      log.error({ err, collectorId }, 'marks of former spools not forgotten')
    }
  }

  async #sendRelease(ask: unknown, answer: unknown): Promise<void> {
    if (typeof answer !== 'function' || !isReleaseAsk(ask)) return
    try {
      answer(await this.#deps.releases.chunk(ask.release, ask.offset))
    } catch (err) {
      this.#deps.log.error({ err, release: ask.release }, 'release not sent')
    }
  }

  async #tellProgress(collectorId: string, progress: unknown): Promise<void> {
    const { bus, facts, log } = this.#deps
    try {
      if (isProgress(progress) && (await facts.ownsJob(collectorId, progress.jobId)))
        bus.emit('job.progress', progress)
    } catch (err) {
      log.error({ err, collectorId }, 'progress not told')
    }
  }

  async #pushChanges(): Promise<void> {
    const { state, log } = this.#deps
    for (const [collectorId, { socket, book }] of this.#books) {
      try {
        const change = await book.change(state.model)
        if (change) socket.emit('change', change)
      } catch (err) {
        log.error({ err, collectorId }, 'assignment not brought up to date')
      }
    }
  }

  /** Without the collector the job waits in the database, and is sent when it comes back. */
  #sendJob(collectorId: string, job: QueuedJob): void {
    const known = this.#books.get(collectorId)
    if (!known) return
    known.socket.emit('job', sealed(job, known.socket.data.publicKey), () => undefined)
  }
}

/** Who is answerable for what its facts change. */
const actorAt = ({ data, handshake }: CollectorSocket): Actor => ({
  kind: 'collector',
  id: data.collectorId,
  name: data.name,
  address: handshake.address,
  requestId: null,
  reason: null,
})

function sealed(job: QueuedJob, publicKey: string) {
  if (job.kind === 'identify') {
    const { snmpCredential, ...rest } = job
    return { ...rest, snmp: sealFor(publicKey, snmpCredential) }
  }
  if (job.kind === 'playbook') {
    const { sshCredential, ...rest } = job
    return { ...rest, ssh: sealFor(publicKey, sshCredential) }
  }
  if (job.kind === 'sweep') {
    const credentials = job.credentials.map(({ id, snmp }) => ({ id, snmp: sealFor(publicKey, snmp) }))
    return { ...job, credentials }
  }
  if (job.kind === 'check') {
    const { credential, ...rest } = job
    return { ...rest, credential: credential ? sealFor(publicKey, credential) : null }
  }
  return job
}
