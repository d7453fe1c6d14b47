/**
 * What is to be told of what the decider decided, written in its own transaction: a root that fires opens a thread of messages, and
 * what becomes of it goes on in it. Nothing is sent here.
 *
 * | step of an alarm            | thread                  | those told so far hear |
 * | fires, unexplained          | opens, by each route    | opened                 |
 * | graver than told            | goes on                 | graver                 |
 * | explained by another, muted | closes                  | explained              |
 * | stands for itself again,    | reopens                 | again                  |
 * | its acknowledgement ended   |                         |                        |
 * | clears                      | closes                  | recovered              |
 * Who is still to hear of the opening when it closes never hears of either.
 */
import type { BusinessCalendar } from '@zongheng/inventory/calendar.ts'
import { newId } from '@zongheng/inventory/id.ts'
import { severities, type Severity } from '@zongheng/inventory/severity.ts'
import type { AlarmStep, OpenAlarm } from '../alarms/book.ts'
import type { Db } from '../db/database.ts'
import { deliveriesTo } from './deliveries.ts'
import type { Described } from './describe.ts'
import { loadDirectory, type Directory } from './directory.ts'
import type { NotifyEvent, NotifyMessage } from './message.ts'
import { keyOf, recipientsOf, type People, type Recipient } from './recipients.ts'
import { routesFor, stepAtMs, builtInRoute, builtInRouteId, type NotifyTarget, type Route } from './route.ts'
import * as store from './store.ts'
import type { DeliveryRow, ThreadRow } from './store.ts'

export interface OutboxDeps {
  people: People
  timeZone: string
  /** By which a region works. */
  calendarFor: (regionPath: string) => BusinessCalendar
  describe: (alarm: OpenAlarm) => Described
  isMuted: (alarm: OpenAlarm) => boolean
  ticketsOf: (alarmIds: string[], tx: Db) => Promise<Map<string, { id: string; number: string }>>
}

/** What a step means to people; null: nothing. */
export function eventOf(
  step: AlarmStep,
  isMuted: boolean,
  threads: readonly ThreadRow[],
): NotifyEvent | null {
  const { alarm, cleared, fired, surfaced, changed, reminded } = step
  const open = threads.filter(({ state }) => state !== 'closed')
  if (cleared) return open.length > 0 ? 'recovered' : null
  if (isMuted) return open.length > 0 ? 'explained' : null
  if (open.length === 0) {
    if (!fired && !surfaced && !changed) return null
    return threads.length > 0 ? 'again' : 'opened'
  }
  if (open.some(({ told_severity }) => isGraver(alarm.finding.severity, told_severity as Severity)))
    return 'graver'
  return reminded ? 'again' : null
}

const isGraver = (a: Severity, b: Severity) => severities.indexOf(a) < severities.indexOf(b)

export class Outbox {
  readonly #deps: OutboxDeps

  constructor(deps: OutboxDeps) {
    this.#deps = deps
  }

  /** Within the decider's transaction, once the desk has followed. Answers whether there is anything to send. */
  async take(tx: Db, steps: readonly AlarmStep[], nowMs: number): Promise<boolean> {
    if (steps.length === 0) return false
    const known = await this.#threads(tx, steps)
    const happened = steps.flatMap((step) => {
      const event = eventOf(step, this.#deps.isMuted(step.alarm), known.get(step.alarm.id) ?? [])
      return event ? [{ alarm: step.alarm, event }] : []
    })
    if (happened.length === 0) return false
    const directory = await loadDirectory(tx, nowMs)
    const tickets = await this.#deps.ticketsOf(happened.map(({ alarm }) => alarm.id), tx) // prettier-ignore
    for (const { alarm, event } of happened) {
      const described = this.#deps.describe(alarm)
      const isOver = event === 'recovered' || event === 'explained'
      const untilMs = isOver ? (alarm.clearedMs ?? nowMs) : null
      const message = messageOf(described, event, untilMs, tickets.get(alarm.id))
      const telling = new Telling(tx, directory, described, message, nowMs, this.#deps)
      const threads = known.get(alarm.id) ?? []
      if (isOver) await telling.close(threads)
      else await telling.open(threads)
    }
    return true
  }

  async #threads(tx: Db, steps: readonly AlarmStep[]): Promise<Map<string, ThreadRow[]>> {
    const ids = steps.map(({ alarm }) => alarm.id)
    const rows: ThreadRow[] = []
    for (let i = 0; i < ids.length; i += idsAtOnce) rows.push(...(await store.threadsOf(tx, ids.slice(i, i + idsAtOnce)))) // prettier-ignore
    return Map.groupBy(rows, ({ alarm_id }) => alarm_id)
  }

  /** Climbs the next step of a thread that nobody took up. */
  async climb(tx: Db, thread: ThreadRow, alarm: OpenAlarm, nowMs: number): Promise<void> {
    const directory = await loadDirectory(tx, nowMs)
    const described = this.#deps.describe(alarm)
    const tickets = await this.#deps.ticketsOf([alarm.id], tx)
    const message = messageOf(described, 'escalated', null, tickets.get(alarm.id))
    await new Telling(tx, directory, described, message, nowMs, this.#deps).escalate(thread)
  }
}

const idsAtOnce = 1000

function messageOf(
  described: Described,
  event: NotifyEvent,
  untilMs: number | null,
  ticket: { id: string; number: string } | undefined,
): NotifyMessage {
  const { severity, title, region, sinceMs, cause, cutOff, nextStep, carriers, alarmId } = described
  const about = ticket ? { id: ticket.id, number: ticket.number } : null
  return { event, severity, title, region, sinceMs, untilMs, cause, cutOff, nextStep, carriers, alarmId, ticket: about } // prettier-ignore
}

/** One message about one alarm, to those whom it concerns. */
class Telling {
  readonly #tx: Db
  readonly #directory: Directory
  readonly #described: Described
  readonly #message: NotifyMessage
  readonly #nowMs: number
  readonly #deps: OutboxDeps

  constructor(
    tx: Db,
    directory: Directory,
    described: Described,
    message: NotifyMessage,
    nowMs: number,
    deps: OutboxDeps,
  ) {
    // prettier-ignore
    this.#tx = tx
    this.#directory = directory
    this.#described = described
    this.#message = message
    this.#nowMs = nowMs
    this.#deps = deps
  }

  /** A thread by each route that it takes now; those there are already hear what is new. One address hears it once. */
  async open(threads: readonly ThreadRow[]): Promise<void> {
    const earlier = await store.deliveriesOf(this.#tx, threads.map(({ id }) => id)) // prettier-ignore
    const heard = new Set<string>()
    for (const thread of threads) await this.#goOn(thread, earlier, heard)
    for (const route of routesFor(
      this.#directory.routes,
      this.#described,
      this.#deps.calendarFor(this.#described.regionPaths[0] ?? ''),
      this.#nowMs,
    )) {
      if (threads.some(({ route_id }) => route_id === route.id)) continue
      const threadId = await this.#newThread(route)
      const recipients = unheard(await this.#resolve(immediateOf(route)), heard)
      const first = { ...this.#message, event: threads.length > 0 ? this.#message.event : 'opened' } as const
      await this.#write(threadId, recipients, first)
    }
  }

  async #newThread(route: Route): Promise<string> {
    const next = route.steps.findIndex(({ afterMinutes }) => afterMinutes > 0)
    const id = newId('thread', this.#nowMs)
    await store.insertThread(this.#tx, {
      id,
      alarm_id: this.#described.alarmId!,
      route_id: route.id,
      region_id: this.#described.regionId,
      state: 'open',
      step: next === -1 ? route.steps.length : next,
      next_at: next === -1 ? null : stepAtMs(route, next, this.#nowMs),
      told_severity: this.#described.severity,
      opened_at: this.#nowMs,
      closed_at: null,
      created_at: this.#nowMs,
      updated_at: this.#nowMs,
    })
    return id
  }

  async #goOn(thread: ThreadRow, earlier: DeliveryRow[], heard: Set<string>): Promise<void> {
    const reopened = thread.state !== 'open'
    const route = this.#routeOf(thread)
    // whom it closed on before they heard of it is to hear now
    const anew = reopened && route ? await this.#resolve(immediateOf(route)) : []
    const told = unheard([...recipientsIn(earlier, thread.id), ...anew], heard)
    await this.#write(thread.id, told, this.#message)
    const next = route?.steps.findIndex(({ afterMinutes }) => afterMinutes > 0) ?? -1
    await store.updateThread(this.#tx, thread.id, {
      told_severity: this.#described.severity,
      updated_at: this.#nowMs,
      ...(reopened && {
        state: 'open',
        closed_at: null,
        step: next === -1 ? (route?.steps.length ?? 0) : next,
        next_at: next === -1 || !route ? null : stepAtMs(route, next, this.#nowMs),
      }),
    })
  }

  /** Whoever was told hears that it is over; who was not yet hears of neither. */
  async close(threads: readonly ThreadRow[]): Promise<void> {
    const open = threads.filter(({ state }) => state !== 'closed')
    const earlier = await store.deliveriesOf(this.#tx, open.map(({ id }) => id)) // prettier-ignore
    const heard = new Set<string>()
    for (const thread of open) {
      const unsent = earlier.filter((row) => row.thread_id === thread.id && isUnsent(row))
      await store.updateDeliveries(this.#tx, unsent.map(({ id }) => id), {
        state: 'dropped',
        next_at: null,
        updated_at: this.#nowMs,
      }) // prettier-ignore
      const kept = earlier.filter((row) => !unsent.includes(row))
      await this.#write(thread.id, unheard(recipientsIn(kept, thread.id), heard), this.#message)
      await store.updateThread(this.#tx, thread.id, {
        state: 'closed',
        next_at: null,
        closed_at: this.#nowMs,
        updated_at: this.#nowMs,
      })
    }
  }

  async escalate(thread: ThreadRow): Promise<void> {
    const route = this.#routeOf(thread)
    const targets = route?.steps[thread.step]?.to ?? []
    await this.#write(thread.id, await this.#resolve(targets), this.#message)
    await store.updateThread(this.#tx, thread.id, {
      step: thread.step + 1,
      next_at: route ? stepAtMs(route, thread.step + 1, thread.opened_at) : null,
      updated_at: this.#nowMs,
    })
  }

  #routeOf(thread: ThreadRow): Route | undefined {
    if (thread.route_id === builtInRouteId) return builtInRoute
    return this.#directory.routes.find(({ id }) => id === thread.route_id)
  }

  #resolve(targets: NotifyTarget[]): Promise<Recipient[]> {
    const { regionPaths, teamPath, severity } = this.#described
    const { people, timeZone } = this.#deps
    return recipientsOf(targets, {
      tx: this.#tx,
      directory: this.#directory,
      people,
      regionPaths,
      teamPath,
      severity,
      nowMs: this.#nowMs,
      timeZone,
    })
  }

  async #write(threadId: string, recipients: Recipient[], message: NotifyMessage): Promise<void> {
    const { regionId } = this.#described
    const rows = deliveriesTo(recipients, { threadId, regionId, message, nowMs: this.#nowMs })
    await store.insertDeliveries(this.#tx, rows)
  }
}

const immediateOf = ({ steps }: Route): NotifyTarget[] =>
  steps.filter(({ afterMinutes }) => afterMinutes <= 0).flatMap(({ to }) => to)

/** Each address once; it counts as heard from here on. */
function unheard(recipients: Recipient[], heard: Set<string>): Recipient[] {
  return recipients.filter((one) => {
    const isNew = !heard.has(keyOf(one))
    heard.add(keyOf(one))
    return isNew
  })
}

/** Once a sender has taken it, it may have arrived. What is held is told in a digest, with its end. */
const isUnsent = ({ state, attempts }: DeliveryRow) => state === 'waiting' && attempts === 0

/** Whoever a thread has spoken to; who is waiting for a digest hears the end in it too. */
function recipientsIn(earlier: DeliveryRow[], threadId: string): Recipient[] {
  const found = new Map<string, Recipient>()
  for (const row of earlier) {
    if (row.thread_id !== threadId || row.state === 'dropped') continue
    const recipient = {
      channelId: row.channel_id,
      userId: row.user_id,
      address: row.address,
      heldUntilMs: row.state === 'held' ? row.next_at : null,
    }
    found.set(keyOf(recipient), recipient)
  }
  return [...found.values()]
}
