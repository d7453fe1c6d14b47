/**
 * What is due on one channel, handed over in order, each in its own time: a gateway that is dead keeps nobody waiting but itself.
 *
 * At least once: a delivery is marked before it is handed over, and again after. Should the process end in between, nobody knows
 * whether it arrived; it is sent again then, once, under the same idempotency key and Message-ID. Should that happen a second time
 * to the same delivery, it is shown as failed and left to a person.
 */
import type { Clock } from '../clock.ts'
import type { Db } from '../db/database.ts'
import { nextAttemptMs, Pace } from './backoff.ts'
import { channelFacts, type Channel, type ChannelSecret } from './channel.ts'
import type { NotifyMessage, Wording } from './message.ts'
import * as store from './store.ts'
import type { DeliveryRow } from './store.ts'
import { handOver } from './transports/index.ts'

export const marks = { first: 'in-flight', again: 'in-flight-again', interrupted: 'interrupted' } as const
const looked = 100

export interface LaneDeps {
  db: Db
  clock: Clock
  wording: Wording
  open: (sealed: string | null) => ChannelSecret
}

export class Lane {
  readonly #deps: LaneDeps
  readonly #id: string
  readonly #taken = new Set<string>()
  #channel: Channel
  readonly #pace: Pace
  #working: Promise<void> | null = null
  #looking: Promise<unknown> = Promise.resolve()
  /** When its pace lets it go on; null: it waits for nothing. */
  resumesMs: number | null = null

  constructor(channel: Channel, deps: LaneDeps) {
    this.#deps = deps
    this.#id = channel.id
    this.#channel = channel
    this.#pace = new Pace(channelFacts[channel.settings.kind].perMinute, deps.clock())
  }

  /** Works until nothing is due, or its pace is reached. Never rejects for what the other side does. */
  run(channel: Channel): Promise<void> {
    this.#channel = channel
    const { atOnce } = channelFacts[channel.settings.kind]
    this.#working ??= Promise.all(Array.from({ length: atOnce }, () => this.#work()))
      .then(() => undefined)
      .finally(() => (this.#working = null))
    return this.#working
  }

  async #work(): Promise<void> {
    this.resumesMs = null
    for (let row = await this.#next(); row; row = await this.#next()) {
      try {
        await this.#send(row)
      } finally {
        this.#taken.delete(row.id)
      }
    }
  }

  /** One worker looks at a time. */
  #next(): Promise<DeliveryRow | null> {
    const found = this.#looking.then(() => this.#look())
    this.#looking = found.catch(() => null)
    return found
  }

  /** Of a thread the oldest first: its end never overtakes its beginning. */
  async #look(): Promise<DeliveryRow | null> {
    const { db, clock } = this.#deps
    const busy = new Set(this.#taken) // what a fellow finishes meanwhile looks due still
    for (const row of await store.dueOn(db, this.#id, clock(), looked)) {
      if (busy.has(row.id)) continue
      const told = row.thread_id === null ? [] : await store.toldInThread(db, row)
      if (told.some(({ id, state }) => id < row.id && (state === 'waiting' || busy.has(id)))) continue
      const waitUntilMs = this.#pace.take(clock())
      if (waitUntilMs !== null) {
        this.resumesMs = waitUntilMs
        return null
      }
      this.#taken.add(row.id)
      return row
    }
    return null
  }

  async #send(row: DeliveryRow): Promise<void> {
    const { db, clock, wording } = this.#deps
    const message = JSON.parse(row.message) as NotifyMessage
    const told = row.thread_id === null ? [] : await store.toldInThread(db, row)
    const isEnd = row.event === 'recovered' || row.event === 'explained'
    if (isEnd && told.every(({ id, state }) => id === row.id || state === 'failed' || state === 'dropped'))
      return this.#set(row, { state: 'dropped', next_at: null })
    const attempts = row.attempts + 1
    const mark = row.error === marks.interrupted ? marks.again : marks.first
    await this.#set(row, { attempts, error: mark })
    const handed = await handOver({
      settings: this.#channel.settings,
      secret: this.#deps.open(this.#channel.secret),
      address: row.address,
      message,
      wording,
      id: row.id,
      threadId: row.thread_id,
      firstId: told.find(({ state }) => state === 'sent')?.id ?? null,
      nowMs: clock(),
    })
    const nowMs = clock()
    if (handed.ok)
      return this.#set(row, {
        state: 'sent',
        sent_at: nowMs,
        next_at: null,
        error: null,
        remote_id: handed.remoteId ?? null,
      })
    const nextMs = handed.again ? nextAttemptMs(attempts, row.created_at, nowMs) : null
    return this.#set(row, { error: handed.answer, ...(nextMs === null ? { state: 'failed', next_at: null } : { next_at: nextMs }) }) // prettier-ignore
  }

  async #set(row: DeliveryRow, change: Parameters<typeof store.updateDeliveries>[2]): Promise<void> {
    const { db, clock } = this.#deps
    await store.updateDeliveries(db, [row.id], { ...change, updated_at: clock() })
  }
}
