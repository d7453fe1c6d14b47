/** Telling people: the outbox that the decider fills, the sender that empties it, and what is set up for both. */
import type { BusinessCalendar } from '@zongheng/inventory/calendar.ts'
import { dayMs } from '@zongheng/inventory/zone.ts'
import type { OpenAlarm, AlarmStep } from '../alarms/book.ts'
import { isMuted } from '../alarms/muted.ts'
import type { AuditTrail } from '../audit/trail.ts'
import type { Clock } from '../clock.ts'
import type { Db } from '../db/database.ts'
import type { DemoDuty } from '../demo/duty.ts'
import type { EventBus } from '../events.ts'
import type { IdentityService } from '../identity/service.ts'
import type { Log } from '../log.ts'
import type { SecretBox } from '../secret-box.ts'
import type { StateService } from '../state/service.ts'
import type { ChannelSecret } from './channel.ts'
import { CarefulTaking } from './careful.ts'
import { ChannelService } from './channel-service.ts'
import { DeliveryService } from './delivery-service.ts'
import { describe } from './describe.ts'
import { Outbox } from './outbox.ts'
import { tellPeople, type PersonalNotice } from './personal.ts'
import { RosterService } from './roster-service.ts'
import { RouteService } from './route-service.ts'
import { Sender } from './sender.ts'
import * as store from './store.ts'

export interface NotifyDeps {
  db: Db
  bus: EventBus
  clock: Clock
  log: Log
  audit: Pick<AuditTrail, 'write'>
  secrets: SecretBox
  identity: IdentityService
  state: StateService
  timezone: string
  /** By which a region works: working hours of routes. */
  calendarFor: (regionPath: string) => BusinessCalendar
  /** Of the console, for links. */
  origin: string
  ticketsOf: (
    alarmIds: string[],
    tx: Db,
  ) => Promise<Map<string, { id: string; number: string; assignee: string | null }>>
  openAlarms: () => Iterable<OpenAlarm>
}

const threadsAtOnce = 200
const keptMs = 400 * dayMs

export class NotifyService {
  readonly #deps: NotifyDeps
  readonly #outbox: Outbox
  readonly #taking: CarefulTaking
  #forgetsNextMs = 0
  #hasPersonal = false
  readonly sender: Sender
  readonly channels: ChannelService
  readonly routes: RouteService
  readonly rosters: RosterService
  readonly deliveries: DeliveryService

  constructor(deps: NotifyDeps) {
    this.#deps = deps
    const { identity, timezone, origin, state, secrets, ticketsOf, calendarFor } = deps
    const wording = { timeZone: timezone, origin }
    this.#outbox = new Outbox({
      people: identity,
      timeZone: timezone,
      calendarFor,
      describe: (alarm) => describe(alarm, state),
      isMuted,
      ticketsOf,
    })
    this.#taking = new CarefulTaking({
      ...deps,
      take: (...of) => this.#outbox.take(...of),
    })
    this.sender = new Sender({
      ...deps,
      wording,
      open: (sealed) => (sealed === null ? {} : secrets.open<ChannelSecret>(sealed, 'channel')),
      chores: [
        (nowMs) => this.#taking.retry(nowMs),
        (nowMs) => this.#climb(nowMs),
        (nowMs) => this.#forget(nowMs),
      ],
    })
    this.channels = new ChannelService({ ...deps, wording })
    this.routes = new RouteService(deps)
    this.rosters = new RosterService({ ...deps, timeZone: timezone })
    this.deliveries = new DeliveryService({ ...deps, wording, wake: this.sender.wake })
  }

  /** What follows for people from what was decided, within the same transaction; never throws for what cannot be told. */
  take(tx: Db, steps: readonly AlarmStep[], nowMs: number): Promise<boolean> {
    return this.#taking.take(tx, steps, nowMs)
  }

  /** What people are told of tickets and articles by name, within the desk's transaction; it goes out once the ticket is told of. */
  async tellOf(tx: Db, notices: readonly PersonalNotice[], nowMs: number): Promise<void> {
    const { identity, timezone } = this.#deps
    const regionsNamed = (ids: string[], db: Db) => identity.regionsNamed(ids, db)
    if (await tellPeople(tx, notices, nowMs, { people: identity, regionsNamed, timeZone: timezone }))
      this.#hasPersonal = true
  }

  readonly #wakeForPersonal = (): void => {
    if (this.#hasPersonal) this.sender.wake()
    this.#hasPersonal = false
  }

  /** Of the demo, once: a roster and a route where there is none. */
  async seed({ roster, route }: DemoDuty): Promise<void> {
    const { db } = this.#deps
    if ((await store.rosters(db)).length > 0) return
    const everywhere = { regionPaths: ['/'] }
    const { id } = await this.rosters.create(everywhere, roster)
    await this.routes.create(everywhere, route(id))
  }

  start(): Promise<void> {
    this.#deps.bus.on('ticket.changed', this.#wakeForPersonal)
    return this.sender.start()
  }

  stop(): Promise<void> {
    this.#deps.bus.off('ticket.changed', this.#wakeForPersonal)
    return this.sender.stop()
  }

  /** How often people could not be told what was decided, since the start. */
  get failures(): number {
    return this.#taking.failures
  }

  /** Once a day; what the audit says of it stays. */
  async #forget(nowMs: number): Promise<void> {
    if (nowMs < this.#forgetsNextMs) return
    await this.#deps.db.transaction().execute((tx) => store.forgetBefore(tx, nowMs - keptMs))
    this.#forgetsNextMs = nowMs + dayMs
  }

  /** Of each thread whose next step has come: it rests once somebody took the alarm or its ticket up, else the step is climbed. */
  async #climb(nowMs: number): Promise<void> {
    const { db, openAlarms, ticketsOf } = this.#deps
    const due = await store.dueThreads(db, nowMs, threadsAtOnce)
    if (due.length === 0) return
    const ids = new Set(due.map(({ alarm_id }) => alarm_id))
    const alarms = new Map(
      [...openAlarms()].filter(({ id }) => ids.has(id)).map((alarm) => [alarm.id, alarm]),
    )
    for (const thread of due) {
      await db.transaction().execute(async (tx) => {
        const [now] = (await store.threadsOf(tx, [thread.alarm_id])).filter(({ id }) => id === thread.id)
        if (now?.state !== 'open' || now.next_at === null || now.next_at > nowMs) return
        const alarm = alarms.get(thread.alarm_id)
        const ticket = (await ticketsOf([thread.alarm_id], tx)).get(thread.alarm_id)
        const isTakenUp = alarm?.isAcknowledged === true || (ticket?.assignee ?? null) !== null
        if (!alarm || isTakenUp)
          await store.updateThread(tx, now.id, { state: 'acknowledged', next_at: null, updated_at: nowMs })
        else await this.#outbox.climb(tx, now, alarm, nowMs)
      })
    }
  }
}
