/** Empties the outbox: woken by what happened, and by the clock for what is to come. Outside of every decision. */
import type { Clock } from '../clock.ts'
import type { Db } from '../db/database.ts'
import type { EventBus } from '../events.ts'
import type { Log } from '../log.ts'
import type { Channel } from './channel.ts'
import { release } from './digest.ts'
import { channelOf } from './directory.ts'
import { Lane, marks, type LaneDeps } from './lane.ts'
import * as store from './store.ts'

export interface SenderDeps extends LaneDeps {
  bus: EventBus
  log: Log
  /** What else is to be done whenever it looks, each by itself: climbing what nobody took up, forgetting. */
  chores: readonly ((nowMs: number) => Promise<void>)[]
}

/** However far away the next thing is: clocks are set, and rows are changed by hand. */
const looksAtLeastEveryMs = 60_000
const noticesAtOnce = 500

export class Sender {
  readonly #deps: SenderDeps
  readonly #lanes = new Map<string, Lane>()
  readonly #running = new Set<Promise<void>>()
  #round: Promise<void> | null = null
  #again = false
  #timer: NodeJS.Timeout | undefined
  #stopped = true

  constructor(deps: SenderDeps) {
    this.#deps = deps
  }

  async start(): Promise<void> {
    await recover(this.#deps.db, this.#deps.clock)
    this.#stopped = false
    this.#deps.bus.on('alarm.changed', this.wake)
    this.wake()
  }

  async stop(): Promise<void> {
    this.#stopped = true
    this.#deps.bus.off('alarm.changed', this.wake)
    clearTimeout(this.#timer)
    await this.settled()
  }

  /** Looks again, at once or right after the look that is under way. */
  readonly wake = (): void => {
    if (this.#stopped) return
    this.#again = true
    this.#round ??= this.#rounds().finally(() => (this.#round = null))
  }

  /** Everything that is due was tried. */
  async settled(): Promise<void> {
    while (this.#round || this.#running.size > 0) await Promise.all([this.#round, ...this.#running])
  }

  async #rounds(): Promise<void> {
    const { log } = this.#deps
    while (this.#again) {
      this.#again = false
      await this.#look().catch((err: unknown) => log.error({ err }, 'the outbox was not emptied'))
    }
    await this.#plan().catch((err: unknown) => log.error({ err }, 'the outbox will be looked at later'))
  }

  async #look(): Promise<void> {
    const { db, clock, log, chores } = this.#deps
    for (const chore of chores)
      await chore(clock()).catch((err: unknown) => log.error({ err }, 'a chore of the outbox failed'))
    await db.transaction().execute((tx) => release(tx, clock()))
    const due = await store.dueChannels(db, clock())
    if (due.includes(null)) await this.#show()
    const ids = due.filter((id) => id !== null)
    const channels = ids.length > 0 ? (await store.channels(db)).map(channelOf) : []
    for (const id of ids)
      await this.#send(
        id,
        channels.find((channel) => channel.id === id),
      )
  }

  /** The console's are told by an event, and kept for the bell. */
  async #show(): Promise<void> {
    const { db, bus, clock } = this.#deps
    for (;;) {
      const nowMs = clock()
      const ids = (await store.dueOn(db, null, nowMs, noticesAtOnce)).map(({ id }) => id)
      if (ids.length === 0) return
      const sent = { state: 'sent', sent_at: nowMs, next_at: null, attempts: 1, updated_at: nowMs } as const
      await store.updateDeliveries(db, ids, sent)
      bus.emit('notice.arrived', { deliveryIds: ids })
    }
  }

  async #send(id: string, channel: Channel | undefined): Promise<void> {
    const { db, clock, log } = this.#deps
    if (!channel?.enabled) {
      const rows = await store.dueOn(db, id, clock(), noticesAtOnce)
      await store.updateDeliveries(db, rows.map((row) => row.id), {
        state: 'failed',
        next_at: null,
        error: 'channel-off',
        updated_at: clock(),
      }) // prettier-ignore
      return
    }
    const lane = this.#lanes.get(id) ?? new Lane(channel, this.#deps)
    this.#lanes.set(id, lane)
    const work = lane
      .run(channel)
      .catch((err: unknown) => log.error({ err, channel: id }, 'a channel was not served'))
      .finally(() => {
        this.#running.delete(work)
        if (this.#running.size === 0) void this.#plan().catch((err: unknown) => log.error({ err }, 'the outbox will be looked at later')) // prettier-ignore
      })
    this.#running.add(work)
  }

  async #plan(): Promise<void> {
    if (this.#stopped) return
    const { db, clock } = this.#deps
    const paced = [...this.#lanes.values()].flatMap(({ resumesMs }) => resumesMs ?? [])
    // what is due and not yet taken waits for its lane, which plans anew at its end
    const nextMs = this.#running.size > 0 ? null : await store.nextDueMs(db)
    const soonest = Math.min(...paced, ...(nextMs !== null && nextMs > clock() ? [nextMs] : []), clock() + looksAtLeastEveryMs) // prettier-ignore
    if (this.#isOver()) return
    clearTimeout(this.#timer)
    this.#timer = setTimeout(this.wake, Math.max(1, soonest - clock()))
    this.#timer.unref()
  }

  #isOver(): boolean {
    return this.#stopped
  }
}

/** What the last process left between handing over and knowing. */
export async function recover(db: Db, clock: Clock): Promise<void> {
  const nowMs = clock()
  const rows = await store.inFlight(db, [marks.first, marks.again])
  const of = (mark: string) => rows.filter(({ error }) => error === mark).map(({ id }) => id)
  await store.updateDeliveries(db, of(marks.first), {
    error: marks.interrupted,
    next_at: nowMs,
    updated_at: nowMs,
  })
  await store.updateDeliveries(db, of(marks.again), {
    state: 'failed',
    next_at: null,
    error: marks.interrupted,
    updated_at: nowMs,
  })
}
