import type { AlarmState, Condition } from '@zongheng/inventory/condition.ts'
import type { Severity } from '@zongheng/inventory/severity.ts'
import type { Clock } from '../clock.ts'
import type { Db } from '../db/database.ts'
import type { EventBus } from '../events.ts'
import { notFound } from '../http/problem.ts'
import type { PageOf } from '../http/paging.ts'
import type { Viewer } from '../identity/viewer.ts'
import type { StateService } from '../state/service.ts'
import { AlarmBook, type AlarmStep } from './book.ts'
import { dossierOf, type AlarmDossier } from './dossier.ts'
import type { Alarm, AlarmCounts, AlarmDetail } from './schema.ts'
import {
  alarmsById,
  countExplained,
  countFiring,
  detailsOf,
  evidenceOf,
  findAlarm,
  insertAlarm,
  listAlarms,
  loadOpenAlarms,
  setAcknowledged,
  updateAlarm,
  type AlarmFilter,
  type AlarmRow,
} from './store.ts'

export interface TicketRef {
  id: string
  number: string
  assignee: string | null
}

/** What alarms ask of the desk, inside one transaction. Each answers the tickets it changed. */
export interface IncidentDesk {
  /** The one incident of a root alarm: opened, or found open for the same entity and condition, and brought up to date. */
  raise(tx: Db, alarm: AlarmDossier, nowMs: number): Promise<string[]>
  /** The alarm turned out to be a consequence: its own incident ends with a pointer to the cause's. */
  explained(tx: Db, alarmId: string, causeAlarmId: string, nowMs: number): Promise<string[]>
  cleared(tx: Db, alarmId: string, atMs: number, nowMs: number): Promise<string[]>
  ticketsOfAlarms(db: Db, alarmIds: string[]): Promise<Map<string, TicketRef>>
}

export interface Names {
  displayNames(db: Db, userIds: string[]): Promise<Map<string, string>>
}

/** Alarms: their lives, their causes, and who knows of them. */
export class AlarmService {
  readonly #db: Db
  readonly #bus: EventBus
  readonly #clock: Clock
  readonly #state: StateService
  readonly #desk: IncidentDesk
  readonly #names: Names
  book = new AlarmBook([])

  constructor(deps: {
    db: Db
    bus: EventBus
    clock: Clock
    state: StateService
    desk: IncidentDesk
    names: Names
  }) {
    this.#db = deps.db
    this.#bus = deps.bus
    this.#clock = deps.clock
    this.#state = deps.state
    this.#desk = deps.desk
    this.#names = deps.names
  }

  async load(): Promise<void> {
    this.book = new AlarmBook(await loadOpenAlarms(this.#db, this.#clock()))
  }

  /** Keeps what the book decided, and has the desk follow. */
  async apply(
    tx: Db,
    steps: AlarmStep[],
    nowMs: number,
  ): Promise<{ alarmIds: string[]; ticketIds: string[] }> {
    const ticketIds = new Set<string>()
    for (const step of steps) {
      await (step.fired ? insertAlarm : updateAlarm)(tx, step.alarm, nowMs)
      for (const id of await this.#follow(tx, step, nowMs)) ticketIds.add(id)
    }
    return { alarmIds: steps.map((step) => step.alarm.id), ticketIds: [...ticketIds] }
  }

  async #follow(tx: Db, step: AlarmStep, nowMs: number): Promise<string[]> {
    const { alarm } = step
    if (step.cleared) return this.#desk.cleared(tx, alarm.id, alarm.clearedMs!, nowMs)
    if (step.explained) return this.#desk.explained(tx, alarm.id, alarm.causeId!, nowMs)
    const speaks = alarm.causeId === null && alarm.finding.priority !== null
    return speaks ? this.#desk.raise(tx, dossierOf(alarm, this.#state), nowMs) : []
  }

  // ---- reading -----------------------------------------------------------------------

  async list(viewer: Viewer, filter: AlarmFilter): Promise<PageOf<Alarm>> {
    const page = await listAlarms(this.#db, viewer, filter)
    return { next: page.next, items: await this.#present(page.items) }
  }

  async detail(viewer: Viewer, id: string): Promise<AlarmDetail> {
    const row = await this.#mustFind(viewer, id)
    const cause = row.cause_id ? await findAlarm(this.#db, viewer, row.cause_id) : undefined
    const explained = await listAlarms(this.#db, viewer, { causeId: id, limit: 200 })
    const [self, ...others] = await this.#present([row, ...(cause ? [cause] : []), ...explained.items])
    return {
      ...self!,
      evidence: evidenceOf(row),
      cause: cause ? (others.shift() ?? null) : null,
      explained: others,
      devices: this.#devicesOf(row),
    }
  }

  /** For the console's live list, whoever looks: rooms keep to the regions. */
  async byIds(ids: string[]): Promise<Alarm[]> {
    return this.#present(await alarmsById(this.#db, ids))
  }

  async counts(viewer: Viewer, regionId?: string): Promise<AlarmCounts> {
    const counts: AlarmCounts = {
      critical: 0,
      major: 0,
      minor: 0,
      warning: 0,
      unacknowledged: 0,
      explained: 0,
    }
    for (const row of await countFiring(this.#db, viewer, regionId)) {
      const n = Number(row.n)
      if (row.cause_id !== null) counts.explained += n
      else {
        counts[row.severity as Severity] += n
        if (row.acknowledged_at === null) counts.unacknowledged += n
      }
    }
    return counts
  }

  // ---- people --------------------------------------------------------------------------

  async acknowledge(viewer: Viewer, id: string, yes: boolean): Promise<Alarm> {
    const row = await this.#mustFind(viewer, id)
    await setAcknowledged(this.#db, row.id, yes ? viewer.userId : null, this.#clock())
    this.#bus.emit('alarm.changed', { alarmIds: [id] })
    return (await this.byIds([id]))[0]!
  }

  /** The dossier of an open alarm, for an incident that a person opens. */
  async dossier(viewer: Viewer, id: string): Promise<AlarmDossier | undefined> {
    await this.#mustFind(viewer, id)
    const open = [...this.book.open()].find((alarm) => alarm.id === id)
    return open && dossierOf(open, this.#state)
  }

  async #mustFind(viewer: Viewer, id: string): Promise<AlarmRow> {
    const row = await findAlarm(this.#db, viewer, id)
    if (!row) throw notFound('alarm')
    return row
  }

  #devicesOf(row: AlarmRow): { id: string; name: string }[] {
    const { model } = this.#state
    const link = model.links.get(row.entity_id)
    const ids = link
      ? link.circuits.flatMap((c) => [c.z.deviceId, c.a.deviceId])
      : [detailsOf(row).deviceId ?? (model.devices.has(row.entity_id) ? row.entity_id : null)]
    return [...new Set(ids)].flatMap((id) => {
      const device = id ? model.devices.get(id) : undefined
      return device ? [{ id: device.id, name: device.name }] : []
    })
  }

  async #present(rows: AlarmRow[]): Promise<Alarm[]> {
    const ids = rows.map((row) => row.id)
    const [tickets, children, people] = await Promise.all([
      this.#desk.ticketsOfAlarms(this.#db, ids),
      countExplained(this.#db, ids),
      this.#names.displayNames(
        this.#db,
        rows.flatMap((row) => row.acknowledged_by ?? []),
      ),
    ])
    return rows.map((row) => ({
      id: row.id,
      entity: { type: row.entity_type as Alarm['entity']['type'], id: row.entity_id, name: row.entity_name },
      region: { id: row.region_id, name: this.#state.model.regions.get(row.region_id)?.name ?? '' },
      condition: row.condition as Condition,
      severity: row.severity as Severity,
      state: row.state as AlarmState,
      causeId: row.cause_id,
      flapping: row.flapping === 1,
      values: detailsOf(row).values,
      startedAt: row.started_at,
      clearedAt: row.cleared_at,
      acknowledgedBy: row.acknowledged_by
        ? { id: row.acknowledged_by, name: people.get(row.acknowledged_by) ?? row.acknowledged_by }
        : null,
      acknowledgedAt: row.acknowledged_at,
      children: children.get(row.id) ?? 0,
      ticket: tickets.get(row.id) ?? null,
    }))
  }
}
