import type { Condition } from '@zongheng/inventory/condition.ts'
import type { Priority, Severity } from '@zongheng/inventory/severity.ts'
import type { Db } from '../db/database.ts'
import type { TicketBook } from './book.ts'
import { arriving } from './engine.ts'
import type { NewEntry } from './entry.ts'
import { isOpenPhase, phaseOf, reopenWithinMs, type TicketKind, type TicketState } from './kinds.ts'
import { isGraver, ratingOf } from './priority.ts'
import type { Ticket } from './schema.ts'
import * as store from './store.ts'
import type { TicketRow } from './store.ts'

interface EntityRef {
  type: string
  id: string
  name: string
}

/** What the desk needs to know of a root alarm. */
export interface AlarmForDesk {
  id: string
  entity: EntityRef
  regionId: string
  /** Whose team works on it: a link is kept by its upper tier. */
  teamRegionId: string
  /** By policy, instead of the region's. */
  teamId?: string | null
  condition: Condition
  severity: Severity
  priority: Priority
  startedAtMs: number
  title: string
  description: string
  siteId: string | null
  affected: EntityRef[]
  /** Besides the entity itself, as the circuits of a link. */
  causeEntities: EntityRef[]
}

interface Deps {
  clock: () => number
  book: Pick<TicketBook, 'open' | 'change'>
  /** The region's team, else the nearest above it that has one. */
  teamFor: (regionId: string, tx: Db) => Promise<{ id: string } | undefined>
}

/**
 * The incidents that alarms open, change and resolve. Everything happens in the caller's transaction; answers name the
 * tickets that changed, so that the caller can tell of them once it is committed.
 */
export class AlarmIncidents {
  readonly #deps: Deps

  constructor(deps: Deps) {
    this.#deps = deps
  }

  /** One open incident an alarm. The same condition come back on the same entity goes on with its open incident. */
  async openForAlarm(tx: Db, alarm: AlarmForDesk, by: Partial<OpenedBy> = {}): Promise<string> {
    const own = await store.ticketOfAlarm(tx, alarm.id)
    if (own && isOpen(own)) return own.id
    const other = await store.openTicketAbout(tx, alarm.entity.id, alarm.condition)
    if (other) return this.#goOn(tx, other, alarm)
    const team = alarm.teamId ? { id: alarm.teamId } : await this.#deps.teamFor(alarm.teamRegionId, tx)
    const incident = {
      kind: 'incident' as const,
      title: alarm.title,
      description: alarm.description,
      channel: 'alarm' as const,
      rating: alarm.priority,
      regionId: alarm.regionId,
      siteId: alarm.siteId,
      teamId: team?.id ?? null,
      requesterId: null,
      alarmId: alarm.id,
      condition: alarm.condition,
      entities: entitiesOf(alarm),
      ...by,
    }
    const { severity, condition } = alarm
    const first = {
      kind: 'alarm',
      values: { event: 'opened', alarmId: alarm.id, severity, condition },
    } as const
    return this.#deps.book.open(tx, incident, { ...first, authorId: by.requesterId ?? null })
  }

  /** Brings the alarm's incident up to date; one that a person resolved too early is reopened when it gets graver. */
  async alarmChanged(tx: Db, alarm: AlarmForDesk): Promise<string[]> {
    const ticket = await store.ticketOfAlarm(tx, alarm.id)
    if (!ticket) return []
    if (isOpen(ticket)) return this.#refresh(tx, ticket, alarm)
    const recently =
      ticket.state === 'resolved' && this.#deps.clock() - (ticket.resolved_at ?? 0) <= reopenWithinMs
    if (!recently || !isGraver(alarm.priority, ticket.priority as Priority)) return []
    return this.#refresh(tx, await this.#move(tx, ticket, 'in_progress', 'alarm', []), alarm)
  }

  /** Another alarm explains this one: its own incident ends, pointing to the other's. */
  async alarmExplained(tx: Db, alarmId: string, byTicketId: string | null): Promise<string[]> {
    const ticket = await store.ticketOfAlarm(tx, alarmId)
    if (!ticket || !isOpen(ticket) || ticket.id === byTicketId) return []
    const [other] = byTicketId === null ? [] : await store.ticketsByIds(tx, [byTicketId])
    const values = { event: 'explained', alarmId, ticketId: other?.id ?? null, number: other?.number ?? null }
    const untouched = ticket.state === 'new' || ticket.state === 'assigned'
    await this.#move(tx, ticket, untouched ? 'cancelled' : 'resolved', 'explained', [
      { kind: 'alarm', values },
    ])
    return [ticket.id]
  }

  /** The alarm's incident is resolved by recovery, wherever people had got to. */
  async alarmCleared(tx: Db, alarmId: string, atMs: number): Promise<string[]> {
    const ticket = await store.ticketOfAlarm(tx, alarmId)
    if (!ticket || !isOpen(ticket)) return []
    const values = { event: 'cleared', alarmId, at: atMs }
    await this.#move(tx, ticket, 'resolved', 'recovered', [{ kind: 'alarm', values }])
    return [ticket.id]
  }

  async #goOn(tx: Db, ticket: TicketRow, alarm: AlarmForDesk): Promise<string> {
    const values = { event: 'again', alarmId: alarm.id, severity: alarm.severity }
    const set = { alarm_id: alarm.id }
    const after = await this.#deps.book.change(tx, ticket, set, [{ kind: 'alarm', values }], 'state')
    await this.#refresh(tx, after, alarm)
    return ticket.id
  }

  async #refresh(tx: Db, ticket: TicketRow, alarm: AlarmForDesk): Promise<string[]> {
    const { title, description, priority } = alarm
    const rows = store.entityRows(ticket.id, entitiesOf(alarm))
    const isAboutOthers = keyOf(rows) !== keyOf(await store.entitiesOf(tx, [ticket.id]))
    const said = title !== ticket.title || isAboutOthers
    const entries: NewEntry[] = [
      ...(priority === ticket.priority
        ? []
        : [{ kind: 'priority' as const, values: { from: ticket.priority, to: priority, reason: 'alarm' } }]),
      ...(said
        ? [
            {
              kind: 'alarm' as const,
              values: { event: 'changed', alarmId: alarm.id, severity: alarm.severity, title },
            },
          ]
        : []),
    ]
    if (entries.length === 0 && description === ticket.description) return []
    const rating = priority === ticket.priority ? {} : { priority, ...ratingOf(priority) }
    await this.#deps.book.change(tx, ticket, { title, description, ...rating }, entries, 'state')
    if (isAboutOthers) await store.replaceEntities(tx, ticket.id, rows)
    return [ticket.id]
  }

  #move(tx: Db, ticket: TicketRow, to: TicketState, reason: string, entries: NewEntry[]): Promise<TicketRow> {
    const moved: NewEntry = { kind: 'state', values: { from: ticket.state, to, reason } }
    const set = { state: to, pending_reason: null, ...arriving(ticket, to, this.#deps.clock()) }
    return this.#deps.book.change(tx, ticket, set, [...entries, moved], 'state')
  }
}

/** A person who opens an incident for an alarm by hand, in their own words. */
export interface OpenedBy {
  title: string
  description: string
  channel: Ticket['channel']
  requesterId: string
}

const isOpen = ({ kind, state }: TicketRow) => isOpenPhase(phaseOf(kind as TicketKind, state))
const keyOf = (rows: store.EntityRow[]) =>
  rows
    .map((row) => `${row.entity_id} ${row.role} ${row.name}`)
    .sort()
    .join('\n')

function entitiesOf(alarm: AlarmForDesk): Ticket['entities'] {
  const as = (role: 'cause' | 'affected') => (entity: EntityRef) => ({ ...entity, role })
  return [...[alarm.entity, ...alarm.causeEntities].map(as('cause')), ...alarm.affected.map(as('affected'))]
}
