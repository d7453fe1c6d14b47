import { fractionOf } from '../hash.ts'
import type { Recorder } from '../recorder.ts'
import { isSilence, SnmpError } from '../snmp/error.ts'
import { changeMarkAmong, changeOids } from './change-marks.ts'
import type { DiscoveryMarks, Discoverer, KnownDevice } from './discoverer.ts'
import type { HeldTarget } from './held-target.ts'
import { NeighbourPoll } from './neighbours.ts'
import { goesBack } from './increments.ts'
import type { DeviceLine } from './line.ts'
import { planPoll, type PollPlan } from './plan.ts'
import {
  blankStrangers,
  narrowRows,
  takeAliases,
  takeCounters,
  takeStates,
  type PortReading,
} from './port-poll.ts'
import type { Ports } from './ports.ts'
import { presenceIn, presenceQuestion, type Presence } from './presence.ts'
import { pollReadings } from './reading-poll.ts'
import { Rediscovery } from './rediscovery.ts'
import type { CellPool } from './scratch.ts'
import { deeper, Turns } from './turns.ts'
import { hasRestarted, type UptimeReading } from './uptime.ts'

/** How much a poll reads: whether the device answers; the states of its interfaces; everything. */
export const pollDepths = ['reachability', 'status', 'full'] as const
export type PollDepth = (typeof pollDepths)[number]

export interface DeviceParts {
  target: HeldTarget
  line: DeviceLine
  isV1: boolean
  recorder: Recorder
  discoverer: Discoverer
  cells: CellPool
  timing?: DeviceTiming
  now: () => number
  /** The device answered before, and does not now. */
  onSilence: (device: DevicePoller) => void
  onError: (error: Error, doing: string) => void
}

/** When a device is asked out of its turn. */
export interface DeviceTiming {
  /** The first time, once it is known of. */
  firstWithinMs: number
  sweepIntervalMs: number
  /** After silence: so long, and up to half as long again. */
  retryMs: number
}
/** What devices tell of comes in twos and threes: of both lines of a link, of a port and of the neighbour behind it. */
const looksAtOnce = 3
export const usualTiming: DeviceTiming = { firstWithinMs: 5_000, sweepIntervalMs: 5_000, retryMs: 10_000 }
const clockStepMs = 5_000
const nothing: PollPlan = { ports: [], readings: null }

/** One device: polled one poll at a time, discovered beside that, asked again and again while it is silent. */
export class DevicePoller {
  readonly #parts: DeviceParts
  readonly #rediscovery: Rediscovery
  readonly #neighbours: NeighbourPoll
  readonly #sweeps: Turns
  readonly #looks: Turns
  #target: HeldTarget
  #known: DiscoveryMarks | null = null
  #plan = nothing
  /** The last look at what is kept on disk; null before the first. */
  #planning: Promise<void> | null = null
  #reachable: boolean | null = null
  #uptime: UptimeReading | null = null
  #running: Promise<void> | null = null
  #next: PollDepth | null = null
  #begunMs = 0
  #heldMsBefore = 0
  #latestMs = 0
  #retryTimer: NodeJS.Timeout | undefined
  #closed = false

  constructor(parts: DeviceParts) {
    this.#parts = parts
    this.#target = parts.target
    this.#rediscovery = new Rediscovery(fractionOf(parts.target.deviceId))
    this.#neighbours = new NeighbourPoll(parts.now)
    const everyMs = this.#timing.sweepIntervalMs
    this.#sweeps = new Turns({ atOnce: 1, everyMs, take: (depth) => void this.poll(depth) })
    this.#looks = new Turns({ atOnce: looksAtOnce, everyMs, take: (depth) => void this.#look(depth) })
  }

  get target(): HeldTarget {
    return this.#target
  }

  get #timing(): DeviceTiming {
    return this.#parts.timing ?? usualTiming
  }

  /** The id that the server gave the port of this name. */
  portId(ifName: string): string | undefined {
    for (const port of this.#target.interfaces) if (port.ifName === ifName) return port.id
    return undefined
  }

  /** Null until it was asked. */
  get isReachable(): boolean | null {
    return this.#reachable
  }

  /** The poll under way has spent most of its time waiting for what its line may give to monitoring. */
  get isHeldByLine(): boolean {
    const heldMs = this.#parts.line.heldMs - this.#heldMsBefore
    return this.#running !== null && heldMs > (performance.now() - this.#begunMs) / 2
  }

  /** New ids, another interval, another line; the device itself is the same. */
  update(target: HeldTarget): void {
    this.#target = target
    this.#parts.line.setWay(target)
    if (this.#planning) void this.#planAnew()
  }

  /** Polls; while one is under way, once more after it, as deep as the deepest that was asked for. */
  poll(depth: PollDepth): Promise<void> {
    if (this.#closed) return Promise.resolve()
    if (this.#running) {
      this.#next = this.#next ? deeper(this.#next, depth) : depth
      return this.#running
    }
    this.#begunMs = performance.now()
    this.#heldMsBefore = this.#parts.line.heldMs
    this.#running = this.#pollUntilDone(depth)
    return this.#running
  }

  /** Polls at once since something near it changed; at most once in some seconds, the later one then being put off. */
  sweep(depth: PollDepth): void {
    if (!this.#closed) this.#sweeps.ask(depth)
  }

  /** Somebody said that something happened here, or across from here: what is found is waited for, be it new or not. */
  look(depth: PollDepth): void {
    if (!this.#closed) this.#looks.ask(depth)
  }

  /** It said that it is another now, or its neighbours are: all is read anew, as soon as it may be. */
  anew(): void {
    this.#rediscovery.want()
    this.look('full')
  }

  async #look(depth: PollDepth): Promise<void> {
    await this.poll(depth)
    this.#parts.recorder.flushSoon()
  }

  /** Throws the SnmpError that ended it. What somebody asked for is told even if nothing is new. */
  discover({ isAsked = false } = {}): Promise<KnownDevice> {
    return this.#rediscovery.run(async () => {
      const { discoverer, line } = this.#parts
      const known = await discoverer.discover(this.#target, line.reader, { isAsked })
      this.#adopt(known)
      const told = discoverer.tellStations(this.#target, line.reader, known).catch((error: unknown) => this.#fail(error, 'stations')) // prettier-ignore
      if (isAsked) await told
      return known
    })
  }

  close(): void {
    this.#closed = true
    clearTimeout(this.#retryTimer)
    this.#sweeps.close()
    this.#looks.close()
    this.#parts.line.close()
  }

  // ---- what is polled ---------------------------------------------------------------

  #remember(): Promise<void> {
    return (this.#planning ??= this.#parts.discoverer
      .recall(this.#target.deviceId)
      .then((known) => void (known && this.#adopt(known))))
  }

  async #planAnew(): Promise<void> {
    const sizeOf = ({ ports, readings }: PollPlan) =>
      ports.reduce((sum, { ids }) => sum + ids.length, readings?.sensors.length ?? 0)
    const before = sizeOf(this.#plan)
    this.#planning = null
    try {
      await this.#remember()
      if (sizeOf(this.#plan) > before) void this.poll('full')
    } catch (error) {
      this.#fail(error, 'plan')
    }
  }

  #adopt(known: KnownDevice): void {
    const { isV1 } = this.#parts
    this.#known = known.marks
    this.#parts.line.setManners(known.discovery.quirks ?? {})
    this.#plan = planPoll(known.discovery, this.#target, { isV1, before: this.#plan.ports })
    this.#planning ??= Promise.resolve()
  }

  // ---- polling ----------------------------------------------------------------------

  async #pollUntilDone(first: PollDepth): Promise<void> {
    for (let depth: PollDepth | null = first; depth && !this.#closed; depth = this.#next) {
      this.#next = null
      try {
        await this.#remember()
        await this.#pollOnce(depth)
        await this.#askWhatChanged()
      } catch (error) {
        this.#fail(error, `poll ${depth}`)
      }
      this.#discoverIfDue()
    }
    this.#running = null // in the same turn as the last look at what is next: no wish falls in between
  }

  /** A device that answers tells whether it is there along with its first values; another is asked that first. */
  async #pollOnce(depth: PollDepth): Promise<void> {
    const wasSilent = this.#reachable !== true
    const isFull = depth === 'full' || wasSilent
    const isBrief = depth === 'reachability' || wasSilent || this.#plan.ports.length === 0
    const startedMs = this.#parts.now()
    let atMs = isBrief ? await this.#askPresence(startedMs) : null
    if (isBrief && (atMs === null || (depth === 'reachability' && !wasSilent))) return
    let ports: Ports | undefined
    const seen = new Set<Ports>()
    while ((ports = this.#plan.ports.find((group) => !seen.has(group)))) {
      seen.add(ports)
      atMs = await this.#pollPorts(ports, isFull, atMs, startedMs)
      if (atMs === null) return
    }
    if (!isFull || atMs === null) return
    if (this.#plan.readings) await this.#pollReadings(this.#plan.readings, atMs)
    const { recorder, line } = this.#parts
    await this.#neighbours.poll(this.#target.neighbours ?? [], { reader: line.reader, recorder, atMs })
  }

  /** Null when the device is silent. */
  #askPresence(startedMs: number): Promise<number | null> {
    return this.#parts.cells.borrow(presenceQuestion, async (cells) => {
      try {
        const { rttMs } = await this.#parts.line.readTable(presenceQuestion, cells)
        return this.#hear(presenceIn(cells), rttMs, startedMs)
      } catch (error) {
        return this.#judgeSilence(error, startedMs)
      }
    })
  }

  async #pollReadings(readings: NonNullable<PollPlan['readings']>, atMs: number): Promise<void> {
    const { recorder, line } = this.#parts
    const { deviceId } = this.#target
    await pollReadings({ deviceId, reader: line.reader, readings, recorder, atMs })
  }

  /** The instant at which the device was heard; null when it is silent. */
  #pollPorts(
    ports: Ports,
    isFull: boolean,
    heardMs: number | null,
    startedMs: number,
  ): Promise<number | null> {
    const { cells: pool, line, recorder } = this.#parts
    const { columns, question } = ports.reading(isFull)
    return pool.borrow(question, async (cells) => {
      let atMs = heardMs
      try {
        const { rttMs } = await line.readTable(question, cells)
        atMs ??= this.#hear(presenceIn(cells), rttMs, startedMs)
      } catch (error) {
        if (heardMs !== null) throw error
        if (cells.scalars.tag.every((type) => type === 0)) return this.#judgeSilence(error, startedMs)
        this.#hear(presenceIn(cells), null, startedMs) // it is there, and too slow for its tables
        throw error
      }
      if (!this.#plan.ports.includes(ports)) return atMs // planned anew meanwhile: whoever took over reads, from where they were
      const reading: PortReading = { ports, columns, cells, atMs, recorder }
      if (blankStrangers(reading)) this.#rediscovery.want()
      if (isFull && this.#splitNarrow(reading)) return atMs
      if (takeStates(reading)) recorder.flushSoon()
      if (isFull) await this.#takeCounters(reading)
      return atMs
    })
  }

  /** Interfaces without 64-bit counters are read by their 32-bit ones, at once and from now on. */
  #splitNarrow(reading: PortReading): boolean {
    const rows = narrowRows(reading)
    if (rows.length === 0) return false
    const { ports } = reading
    const narrow = this.#plan.ports.filter(({ isWide }) => !isWide)
    const groups = [ports.without(rows), ports.narrowed(rows, narrow)].filter(({ ids }) => ids.length > 0)
    for (const group of groups) group.goOnFrom(this.#plan.ports)
    this.#plan = { ...this.#plan, ports: groups }
    return true
  }

  /** What was read while the device started anew counts for nothing. */
  async #takeCounters(reading: PortReading): Promise<void> {
    const { ports, columns, cells, atMs } = reading
    if (goesBack(ports.counters, cells, columns) && (await this.#restartedMeanwhile(atMs))) return
    if (!this.#plan.ports.includes(ports)) return
    const changed = takeCounters(reading)
    if (takeAliases(reading) || changed) this.#rediscovery.want()
  }

  #restartedMeanwhile(atMs: number): Promise<boolean> {
    const { cells: pool, line, now } = this.#parts
    return pool.borrow(presenceQuestion, async (cells) => {
      await line.readTable(presenceQuestion, cells)
      return this.#judgeUptime({ atMs: Math.max(now(), atMs), ticks: presenceIn(cells).ticks })
    })
  }

  // ---- whether it is there ----------------------------------------------------------

  #hear(presence: Presence, rttMs: number | null, startedMs: number): number {
    const { recorder, now } = this.#parts
    const { deviceId } = this.#target
    const atMs = this.#instant(Math.max(now(), startedMs + 1))
    this.#tellReachable(true, atMs)
    if (rttMs !== null) recorder.sample('responseMs', deviceId, atMs, round(rttMs))
    if (presence.ticks !== null) recorder.sample('uptimeS', deviceId, atMs, Math.floor(presence.ticks / 100))
    this.#judgeUptime({ atMs, ticks: presence.ticks })
    this.#rediscovery.judge(this.#known, presence, now())
    return atMs
  }

  /** Silent since it was asked: a site that came back in the meantime says nothing of this device. */
  #judgeSilence(error: unknown, startedMs: number): null {
    if (!(error instanceof SnmpError) || this.#closed) throw error
    if (!isSilence(error)) this.#parts.onError(error, 'poll')
    this.#tellReachable(false, this.#instant(startedMs))
    return null
  }

  /** Polls may follow one another within a millisecond, and their samples must not share an instant; a clock set right is followed. */
  #instant(atMs: number): number {
    const isSetBack = this.#latestMs - atMs > clockStepMs
    this.#latestMs = isSetBack ? atMs : Math.max(atMs, this.#latestMs + 1)
    return this.#latestMs
  }

  #tellReachable(reachable: boolean, atMs: number): void {
    const { recorder, onSilence } = this.#parts
    const before = this.#reachable
    this.#reachable = reachable
    recorder.sample('reachable', this.#target.deviceId, atMs, reachable ? 1 : 0)
    if (before !== reachable) recorder.flushSoon()
    clearTimeout(this.#retryTimer)
    if (reachable) return
    const retryMs = this.#timing.retryMs * (1 + fractionOf(this.#target.deviceId) / 2)
    this.#retryTimer = setTimeout(() => void this.poll('reachability'), retryMs)
    if (before === true) onSilence(this)
  }

  /** True when the device started anew since it was last heard: its counters then begin anew too. */
  #judgeUptime({ atMs, ticks }: { atMs: number; ticks: number | null }): boolean {
    if (ticks === null) return false
    const uptime: UptimeReading = { atMs, ticks }
    const before = this.#uptime ?? this.#known?.uptime ?? null
    this.#uptime = uptime
    if (!before || !hasRestarted(before, uptime)) return false
    for (const { counters } of this.#plan.ports) counters.forget()
    this.#rediscovery.want()
    return true
  }

  // ---- discovering beside -----------------------------------------------------------

  async #askWhatChanged(): Promise<void> {
    const { line, now } = this.#parts
    const known = this.#known
    if (!known || this.#reachable !== true || !this.#rediscovery.isLookDue(known, now())) return
    const values = await line.reader.get([...changeOids])
    this.#rediscovery.looked(known, changeMarkAmong(values), now())
  }

  #discoverIfDue(): void {
    if (this.#closed || this.#reachable !== true || !this.#rediscovery.isDue) return
    this.discover().then(
      () => void this.poll('full'),
      (error: unknown) => this.#fail(error, 'discover'),
    )
  }

  #fail(error: unknown, doing: string): void {
    if (!this.#closed) this.#parts.onError(error as Error, doing)
  }
}

const round = (ms: number) => Math.round(ms * 100) / 100
