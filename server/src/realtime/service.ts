import type { Server, Socket } from 'socket.io'
import type { AlarmService } from '../alarms/service.ts'
import type { EventBus } from '../events.ts'
import type { OpenSession } from '../identity/sessions/sessions.ts'
import { covers, viewerFor, type Viewer } from '../identity/viewer.ts'
import type { Log } from '../log.ts'
import type { StateService } from '../state/service.ts'
import { sightOf } from '../desk/sight.ts'
import type { Link } from '../estate/schema.ts'
import type { Ticket } from '../desk/schema.ts'
import type { HotlineCall } from '../hotline/schema.ts'
import type { Notice } from '../notify/schema.ts'
import type { CircuitReading, ConsoleToServer, ServerToConsole } from './events.ts'
import { Company, type CompanionSocket } from './company.ts'
import { Gatherer } from './gatherer.ts'
import { RightsWatch, type SessionOf } from './rights-watch.ts'

interface ConsoleData {
  session: OpenSession
  watched: string | null
}
type ConsoleServer = Server<ConsoleToServer, ServerToConsole, Record<string, never>, ConsoleData>
type ConsoleSocket = Socket<ConsoleToServer, ServerToConsole, Record<string, never>, ConsoleData>

export interface RealtimeDeps {
  bus: EventBus
  log: Log
  state: StateService
  alarms: AlarmService
  /** A link as lists show it, whoever looks. */
  linksByIds: (ids: string[]) => Promise<Link[]>
  ticketsByIds: (ids: string[]) => Promise<Ticket[]>
  /** Whether this person works with the ticket, or only reported it. */
  worksWith: (viewer: Viewer, ticketId: string) => Promise<boolean>
  callById: (id: string) => Promise<HotlineCall | undefined>
  /** `userId`: for this person; null: for all who see the region. */
  noticesByIds: (ids: string[]) => Promise<{ notice: Notice; userId: string | null }[]>
  jobById: (id: string) => Promise<{ device_id: string | null; started_by: string | null } | undefined>
}

/** Changes of one moment are gathered for this long, so that a storm is a few messages, not thousands. */
const gatherMs = 200
/** Readings move all the time and are told at this rhythm. */
const readingsMs = 10_000
const logsMs = 1_000

/** Pushes what changed to the consoles that may see it: an event goes to the rooms of its region and all above it. */
export class Realtime {
  readonly #deps: RealtimeDeps
  #io: ConsoleServer | undefined
  #watch: RightsWatch | undefined
  readonly #links = new Gatherer(gatherMs, (ids) => this.#tellLinks(ids))
  readonly #alarms = new Gatherer(gatherMs, (ids) => this.#tellAlarms(ids))
  readonly #tickets = new Gatherer(gatherMs, (ids) => this.#tellTickets(ids))
  readonly #calls = new Gatherer(gatherMs, (ids) => this.#tellCalls(ids))
  readonly #notices = new Gatherer(gatherMs, (ids) => this.#tellNotices(ids))
  /** One after the other: of two changes of one job the later is told last. */
  #jobsTold: Promise<void> = Promise.resolve()
  readonly #readings = new Gatherer(readingsMs, (ids) => this.#tellReadings(ids))
  readonly #logs = new Gatherer(logsMs, (regionIds) => this.#tellLogs(regionIds))

  readonly #company: Company

  constructor(deps: RealtimeDeps) {
    this.#deps = deps
    this.#company = new Company({
      ...deps,
      tell: (room, change) => this.#io?.to(room).emit('ticketPresence', change),
    })
  }

  attach(server: Server, sessionOf: SessionOf): void {
    const { bus, log } = this.#deps
    const io = server as unknown as ConsoleServer
    this.#io = io
    this.#watch = new RightsWatch({ bus, log, sessionOf, sockets: () => this.#consoles() })
    io.use((socket, next) => {
      sessionOf(socket.handshake.headers.cookie).then(
        (session) => {
          if (!session) return next(new Error('unauthenticated'))
          socket.data = { session, watched: null }
          next()
        },
        (error: Error) => next(error),
      )
    })
    io.on('connection', (socket) => this.#welcome(socket))
    this.#listen()
  }

  /** What is being told is told; after that nothing asks the database any more. */
  async stop(): Promise<void> {
    this.#watch?.stop()
    const gathered = [
      this.#links,
      this.#alarms,
      this.#tickets,
      this.#calls,
      this.#notices,
      this.#readings,
      this.#logs,
    ]
    await Promise.all([...gathered.map((gatherer) => gatherer.stop()), this.#jobsTold])
  }

  #welcome(socket: ConsoleSocket): void {
    const { viewer } = socket.data.session
    const granted = viewerFor(viewer, 'state.read')
    for (const path of granted.regionPaths) void socket.join(`region:${lastOf(path)}`)
    this.#company.welcome(socket as CompanionSocket)
    socket.on('watchDevice', (deviceId) => {
      if (typeof socket.data.watched === 'string') void socket.leave(`device:${socket.data.watched}`)
      socket.data.watched = null
      if (typeof deviceId !== 'string' || !this.#deps.state.seesDevice(granted, deviceId)) return
      socket.data.watched = deviceId
      void socket.join(`device:${deviceId}`)
    })
  }

  #listen(): void {
    const { bus, state } = this.#deps
    bus.on('state.changed', (changes) => {
      for (const change of changes) {
        const { entityId, entityType, regionId, state: now, sinceMs } = change
        if (entityType === 'link') this.#links.add(entityId)
        else if (entityType === 'circuit') this.#links.add(state.model.circuits.get(entityId)?.linkId)
        else this.#to(regionId)?.emit(entityType, { id: entityId, state: now, since: sinceMs })
      }
    })
    bus.on('circuit.read', ({ circuitIds }) => circuitIds.forEach((id) => this.#readings.add(id)))
    bus.on('maintenance.changed', ({ linkIds }) => linkIds.forEach((id) => this.#links.add(id)))
    bus.on('alarm.changed', ({ alarmIds }) => alarmIds.forEach((id) => this.#alarms.add(id)))
    bus.on('log.arrived', ({ regionIds }) => regionIds.forEach((id) => this.#logs.add(id)))
    bus.on('ticket.changed', ({ ticketIds }) => ticketIds.forEach((id) => this.#tickets.add(id)))
    bus.on('call.changed', ({ callIds }) => callIds.forEach((id) => this.#calls.add(id)))
    bus.on('notice.arrived', ({ deliveryIds }) => deliveryIds.forEach((id) => this.#notices.add(id)))
    bus.on('device.polled', ({ deviceIds, atMs }) => {
      for (const deviceId of deviceIds)
        this.#io?.to(`device:${deviceId}`).emit('polled', { deviceId, at: atMs })
    })
    bus.on('job.changed', ({ jobId, state: now }) => {
      this.#jobsTold = this.#jobsTold
        .then(() => this.#tellJob(jobId, now))
        .catch((err: unknown) => this.#deps.log.error({ err }, 'a job was not told of'))
    })
  }

  /** The rooms of a region and its ancestors; of a link's, those of both ends. */
  #to(...regionIds: (string | undefined)[]) {
    const { regions } = this.#deps.state.model
    const rooms = regionIds.flatMap((id) => {
      const path = id ? regions.get(id)?.path : undefined
      return path
        ? path
            .split('/')
            .filter(Boolean)
            .map((part) => `region:${part}`)
        : []
    })
    return rooms.length ? this.#io?.to(rooms) : undefined
  }

  async #tellLinks(ids: string[]): Promise<void> {
    const { model } = this.#deps.state
    for (const link of await this.#deps.linksByIds(ids)) {
      const upper = model.sites.get(link.upperSite.id)?.regionId
      this.#to(link.region.id, upper)?.emit('link', link)
    }
  }

  async #tellAlarms(ids: string[]): Promise<void> {
    const alarms = await this.#deps.alarms.byIds(ids)
    for (const alarm of alarms) this.#to(alarm.region.id)?.emit('alarm', alarm)
    const links = alarms.filter((alarm) => alarm.entity.type === 'link')
    for (const alarm of links) this.#links.add(alarm.entity.id) // its ticket may be new
    for (const socket of this.#consoles()) {
      const viewer = viewerFor(socket.data.session.viewer, 'alarms.read')
      if (viewer.regionPaths.length === 0) continue
      socket.emit('alarmCounts', await this.#deps.alarms.counts(viewer))
    }
  }

  async #tellTickets(ids: string[]): Promise<void> {
    for (const ticket of await this.#deps.ticketsByIds(ids)) {
      const rooms = this.#consoles().filter((socket) => this.#mayRead(socket, ticket))
      for (const socket of rooms) socket.emit('ticket', ticket)
      for (const entity of ticket.entities) if (entity.type === 'link') this.#links.add(entity.id)
    }
  }

  async #tellCalls(ids: string[]): Promise<void> {
    for (const id of ids) {
      const call = await this.#deps.callById(id)
      const path = this.#deps.state.model.regions.get(call?.region.id ?? '')?.path
      if (!call || path === undefined) continue
      for (const socket of this.#consoles())
        if (covers(viewerFor(socket.data.session.viewer, 'desk.write'), path)) socket.emit('call', call)
    }
  }

  /** That there is something new, not what: to those who may read it. */
  async #tellLogs(regionIds: string[]): Promise<void> {
    const { regions } = this.#deps.state.model
    for (const socket of this.#consoles()) {
      const viewer = viewerFor(socket.data.session.viewer, 'listening.read')
      const seen = regionIds.filter((id) => covers(viewer, regions.get(id)?.path ?? ''))
      if (seen.length > 0) socket.emit('logs', { regionIds: seen })
    }
  }

  /** Whoever may read the region's alarms; one that is somebody's is theirs alone. */
  async #tellNotices(ids: string[]): Promise<void> {
    for (const { notice, userId } of await this.#deps.noticesByIds(ids)) {
      const path = this.#deps.state.model.regions.get(notice.region.id)?.path
      for (const socket of this.#consoles()) {
        const { viewer } = socket.data.session
        if (userId !== null && userId !== viewer.userId) continue
        if (path !== undefined && covers(viewerFor(viewer, 'alarms.read'), path))
          socket.emit('notice', notice)
      }
    }
  }

  /** A reporter follows his own tickets only. */
  #mayRead(socket: ConsoleSocket, ticket: Ticket): boolean {
    const { viewer } = socket.data.session
    if (!viewer.permissions.has('desk.read')) return false
    const path = this.#deps.state.model.regions.get(ticket.region.id)?.path
    const inSight = path !== undefined && covers(sightOf(viewer), path)
    return inSight || ticket.requester?.id === viewer.userId
  }

  /** Whoever may look it up: on a device in their scope, or started by them. */
  async #tellJob(id: string, now: string): Promise<void> {
    const job = await this.#deps.jobById(id)
    if (!job) return
    for (const socket of this.#consoles()) {
      const { viewer } = socket.data.session
      if (!viewer.permissions.has('automation.read')) continue
      const granted = viewerFor(viewer, 'automation.read')
      const inScope = job.device_id !== null && this.#deps.state.seesDevice(granted, job.device_id)
      if (inScope || job.started_by === viewer.userId) socket.emit('job', { id, state: now })
    }
  }

  /** One message a console, whatever the number of links. */
  async #tellReadings(circuitIds: string[]): Promise<void> {
    const readings = circuitIds.flatMap((id) => this.#reading(id) ?? [])
    for (const socket of this.#consoles()) {
      const granted = viewerFor(socket.data.session.viewer, 'state.read')
      const seen = readings.filter((reading) => this.#deps.state.seesLink(granted, reading.linkId))
      if (seen.length) socket.emit('readings', seen)
    }
  }

  #reading(circuitId: string): CircuitReading | null {
    const { state } = this.#deps
    const linkId = state.model.circuits.get(circuitId)?.linkId
    const reading = state.circuit(circuitId)
    if (!linkId || !reading) return null
    const { inBps, outBps, rttMs, lossPercent, jitterMs } = reading
    return { linkId, circuitId, inBps, outBps, rttMs, lossPercent, jitterMs }
  }

  #consoles(): ConsoleSocket[] {
    return [...(this.#io?.of('/').sockets.values() ?? [])]
  }
}

const lastOf = (path: string) => path.split('/').filter(Boolean).at(-1)
