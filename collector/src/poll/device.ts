import type { Target } from '../contract.ts'
import { fractionOf } from '../hash.ts'
import type { Recorder } from '../recorder.ts'
import { isSilence, SnmpError } from '../snmp/error.ts'
import type { SnmpSession } from '../snmp/session.ts'
import { numberOf } from '../snmp/value.ts'
import { CounterMemory, pollCounters, pollReadings, pollStatus, type PollContext } from './device-poll.ts'
import type { Discoverer, KnownDevice } from './discoverer.ts'
import { planPoll, presenceOids, sysUpTime, tableMark, type PollPlan } from './plan.ts'
import { hasRestarted, type UptimeReading } from './uptime.ts'

/** How much a poll reads: whether the device answers; the states of its interfaces; everything. */
export const pollDepths = ['reachability', 'status', 'full'] as const
export type PollDepth = (typeof pollDepths)[number]

export interface DeviceParts {
  target: Target
  /** `quick` asks whether the device is there; `ample` leaves it time for larger requests. */
  sessions: { quick: SnmpSession; ample: SnmpSession }
  isV1: boolean
  recorder: Recorder
  discoverer: Discoverer
  now: () => number
  /** The device answered before, and does not now. */
  onSilence: (device: DevicePoller) => void
  onError: (error: Error, doing: string) => void
}

const sweepIntervalMs = 5_000
const discoveryIntervalMs = 6 * 3_600_000
/** A device that only just started may lack tables still: it is looked at again. */
const young = { ticks: 60_000, discoveryIntervalMs: 10 * 60_000 }
const discoveryRestMs = 5 * 60_000

/** One device: polled one poll at a time, discovered beside that, asked again and again while it is silent. */
export class DevicePoller {
  readonly #parts: DeviceParts
  readonly #counters: CounterMemory
  readonly #statuses = new Map<string, number>()
  #target: Target
  #known: KnownDevice | null
  #plan: PollPlan | null = null
  #reachable: boolean | null = null
  #uptime: UptimeReading | null = null
  #epoch = 0
  #running: Promise<void> | null = null
  #next: PollDepth | null = null
  #isDiscovering = false
  #discoveryWanted = false
  #discoveryTriedMs = -Infinity
  #sweptMs = -Infinity
  #latestMs = 0
  #retryTimer: NodeJS.Timeout | undefined
  #sweepTimer: NodeJS.Timeout | undefined
  #closed = false

  constructor(parts: DeviceParts) {
    this.#parts = parts
    this.#target = parts.target
    this.#counters = new CounterMemory(parts.isV1)
    this.#known = parts.discoverer.recall(parts.target.deviceId)
    this.#makePlan()
  }

  get target(): Target {
    return this.#target
  }

  /** Null until it was asked. */
  get isReachable(): boolean | null {
    return this.#reachable
  }

  /** New ids or another interval; the device itself is the same. */
  update(target: Target): void {
    this.#target = target
    const before = this.#plan
    this.#makePlan()
    const isLarger =
      (this.#plan?.interfaces.length ?? 0) > (before?.interfaces.length ?? 0) ||
      (this.#plan?.sensors.length ?? 0) > (before?.sensors.length ?? 0)
    if (isLarger) void this.poll('full')
  }

  /** Polls; while one is under way, once more after it, as deep as the deepest that was asked for. */
  poll(depth: PollDepth): Promise<void> {
    if (this.#closed) return Promise.resolve()
    if (this.#running) {
      if (!this.#next || pollDepths.indexOf(depth) > pollDepths.indexOf(this.#next)) this.#next = depth
      return this.#running
    }
    this.#running = this.#pollUntilDone(depth)
    return this.#running
  }

  /** Polls at once since something near it changed; at most once in five seconds, the later one then being put off. */
  sweep(depth: PollDepth): void {
    if (this.#sweepTimer || this.#closed) return
    const waitMs = this.#sweptMs + sweepIntervalMs - performance.now()
    const sweep = () => {
      this.#sweepTimer = undefined
      this.#sweptMs = performance.now()
      void this.poll(depth)
    }
    if (waitMs <= 0) sweep()
    else this.#sweepTimer = setTimeout(sweep, waitMs)
  }

  /** Throws the SnmpError that ended it. What somebody asked for is told even if nothing is new. */
  async discover({ isAsked = false } = {}): Promise<KnownDevice> {
    this.#discoveryTriedMs = performance.now()
    this.#known = await this.#parts.discoverer.discover(this.#target, this.#parts.sessions.ample, { isAsked })
    this.#discoveryWanted = false
    this.#counters.forgetWidths()
    this.#makePlan()
    return this.#known
  }

  close(): void {
    this.#closed = true
    clearTimeout(this.#retryTimer)
    clearTimeout(this.#sweepTimer)
    this.#parts.sessions.quick.close()
    this.#parts.sessions.ample.close()
  }

  #makePlan(): void {
    this.#plan = this.#known && planPoll(this.#known.discovery, this.#target)
  }

  async #pollUntilDone(first: PollDepth): Promise<void> {
    for (let depth: PollDepth | null = first; depth && !this.#closed; depth = this.#next) {
      this.#next = null
      try {
        await this.#pollOnce(depth)
      } catch (error) {
        if (!this.#closed) this.#parts.onError(error as Error, `poll ${depth}`)
      }
    }
    this.#running = null // in the same turn as the last look at what is next: no wish falls in between
  }

  async #pollOnce(depth: PollDepth): Promise<void> {
    const { session, atMs, wasSilent } = (await this.#askUptime()) ?? {}
    if (!session || !atMs || !this.#plan || (depth === 'reachability' && !wasSilent)) return
    const context: PollContext = {
      deviceId: this.#target.deviceId,
      session,
      plan: this.#plan,
      recorder: this.#parts.recorder,
      atMs,
    }
    if (await pollStatus(context, this.#statuses)) this.#parts.recorder.flushSoon()
    if (depth !== 'full' && !wasSilent) return
    if (await pollCounters(context, this.#counters, this.#epoch)) this.#discoverSoon()
    await pollReadings(context)
  }

  /** Whether the device answers, and since when it runs; null when it is silent. */
  async #askUptime(): Promise<{ session: SnmpSession; atMs: number; wasSilent: boolean } | null> {
    const { sessions, recorder, now } = this.#parts
    const startedMs = now()
    try {
      const values = await sessions.quick.get(presenceOids)
      const wasSilent = this.#reachable !== true
      const atMs = this.#instant(Math.max(now(), startedMs + 1))
      this.#tellReachable(true, atMs)
      if (sessions.quick.rttMs !== null)
        recorder.sample('responseMs', this.#target.deviceId, atMs, round(sessions.quick.rttMs))
      const ticks = numberOf(values.get(sysUpTime))
      if (ticks !== null) this.#judgeUptime({ atMs, ticks })
      this.#judgeTables(tableMark(values))
      return { session: sessions.ample, atMs, wasSilent }
    } catch (error) {
      if (!(error instanceof SnmpError) || this.#closed) throw error
      if (!isSilence(error)) this.#parts.onError(error, 'poll')
      // Silent since it was asked: a site that came back in the meantime says nothing of this device.
      this.#tellReachable(false, this.#instant(startedMs))
      return null
    }
  }

  /** Polls may follow one another within a millisecond; their samples must not share an instant. */
  #instant(atMs: number): number {
    this.#latestMs = Math.max(atMs, this.#latestMs + 1)
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
    const retryMs = 10_000 + 5_000 * fractionOf(this.#target.deviceId)
    this.#retryTimer = setTimeout(() => void this.poll('reachability'), retryMs)
    if (before === true) onSilence(this)
  }

  #judgeUptime(uptime: UptimeReading): void {
    this.#parts.recorder.sample('uptimeS', this.#target.deviceId, uptime.atMs, Math.floor(uptime.ticks / 100))
    const before = this.#uptime ?? this.#known?.uptime ?? null
    this.#uptime = uptime
    if (!before || !hasRestarted(before, uptime)) return
    this.#epoch++
    this.#discoverSoon()
  }

  /** `mark` changes when interfaces come or go. */
  #judgeTables(mark: string): void {
    const known = this.#known
    const wasYoung = (known?.uptime?.ticks ?? Infinity) < young.ticks
    const intervalMs = wasYoung ? young.discoveryIntervalMs : discoveryIntervalMs
    const isStale = !known || known.atMs + intervalMs < this.#parts.now() || known.tableMark !== mark
    if (isStale || this.#discoveryWanted) this.#discoverSoon()
  }

  /** Not while it rests from the last time; the next poll then asks again. */
  #discoverSoon(): void {
    this.#discoveryWanted = true
    const rested = performance.now() - this.#discoveryTriedMs > discoveryRestMs
    if (this.#isDiscovering || !rested || this.#closed) return
    void this.#discoverBeside()
  }

  async #discoverBeside(): Promise<void> {
    this.#isDiscovering = true
    try {
      await this.discover()
      void this.poll('full')
    } catch (error) {
      if (!this.#closed) this.#parts.onError(error as Error, 'discover')
    } finally {
      this.#isDiscovering = false
    }
  }
}

const round = (ms: number) => Math.round(ms * 100) / 100
