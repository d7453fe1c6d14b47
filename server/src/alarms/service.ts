import type { AlarmState, Condition } from '@zongheng/inventory/condition.ts'
import type { Severity } from '@zongheng/inventory/severity.ts'
import type { AuditTrail } from '../audit/trail.ts'
import type { Clock } from '../clock.ts'
import type { Db } from '../db/database.ts'
import type { AlarmForDesk } from '../desk/alarm-incidents.ts'
import type { DeskService } from '../desk/service.ts'
import type { EventBus } from '../events.ts'
import { notFound } from '../http/problem.ts'
import type { PageOf } from '../http/paging.ts'
import type { Viewer } from '../identity/viewer.ts'
import type { Finding } from '../state/finding.ts'
import type { StateService } from '../state/service.ts'
import type { WindowService } from '../windows/service.ts'
import { AlarmBook, type AlarmStep } from './book.ts'
import { alarmForDesk } from './dossier.ts'
import type { Alarm, AlarmCounts, AlarmDetail } from './schema.ts'
import {
  alarmsById,
  countExplained,
  countFiring,
  countRoots,
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

export interface AlarmServiceDeps {
  db: Db
  bus: EventBus
  clock: Clock
  audit: Pick<AuditTrail, 'write'>
  state: StateService
  desk: Pick<DeskService, 'incidents' | 'ticketOfAlarms'>
  windows: Pick<WindowService, 'muting' | 'titleOf'>
  namesOf: (userIds: string[]) => Promise<Map<string, string>>
}

/** Alarms: their lives, their causes, and who knows of them. */
export class AlarmService {
  readonly #deps: AlarmServiceDeps
  book = new AlarmBook([])

  constructor(deps: AlarmServiceDeps) {
    this.#deps = deps
  }

  async load(): Promise<void> {
    this.book = new AlarmBook(await loadOpenAlarms(this.#deps.db, this.#deps.clock()))
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
      for (const id of await this.#follow(tx, step)) ticketIds.add(id)
    }
    return { alarmIds: steps.map((step) => step.alarm.id), ticketIds: [...ticketIds] }
  }

  async #follow(tx: Db, { alarm, ...step }: AlarmStep): Promise<string[]> {
    const { desk, state } = this.#deps
    const { incidents } = desk
    if (step.cleared) return incidents.alarmCleared(tx, alarm.id, alarm.clearedMs!)
    if (step.explained) {
      const ticket = (await desk.ticketOfAlarms([alarm.causeId!], tx)).get(alarm.causeId!)
      return incidents.alarmExplained(tx, alarm.id, ticket?.id ?? null)
    }
    if (alarm.causeId !== null || alarm.finding.priority === null) return []
    if (step.fired || step.surfaced) return [await incidents.openForAlarm(tx, alarmForDesk(alarm, state))]
    return incidents.alarmChanged(tx, alarmForDesk(alarm, state))
  }

  // ---- reading -----------------------------------------------------------------------

  async list(viewer: Viewer, filter: AlarmFilter): Promise<PageOf<Alarm>> {
    const page = await listAlarms(this.#deps.db, viewer, filter)
    return { next: page.next, items: await this.#present(page.items) }
  }

  async detail(viewer: Viewer, id: string): Promise<AlarmDetail> {
    const row = await this.#mustFind(viewer, id)
    const cause = row.cause_id ? await findAlarm(this.#deps.db, viewer, row.cause_id) : undefined
    const explained = await listAlarms(this.#deps.db, viewer, { causeId: id, limit: 200 })
    const [self, ...others] = await this.#present([row, ...(cause ? [cause] : []), ...explained.items])
    return {
      ...self!,
      evidence: evidenceOf(row),
      cause: cause ? (others.shift() ?? null) : null,
      explained: others,
      devices: this.#devicesOf(viewer, row),
    }
  }

  /** For the console's live list, whoever looks: rooms keep to the regions. */
  async byIds(ids: string[]): Promise<Alarm[]> {
    return this.#present(await alarmsById(this.#deps.db, ids))
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
    for (const row of await countFiring(this.#deps.db, viewer, regionId)) {
      const n = Number(row.n)
      if (row.cause_id !== null) counts.explained += n
      else {
        counts[row.severity as Severity] += n
        if (row.acknowledged_at === null) counts.unacknowledged += n
      }
    }
    return counts
  }

  /** Root alarms of every region by severity; the caller minds the scope. */
  async rootCounts(): Promise<{ regionId: string; severity: string; count: number }[]> {
    const rows = await countRoots(this.#deps.db)
    return rows.map((row) => ({ regionId: row.region_id, severity: row.severity, count: Number(row.n) }))
  }

  /** What fires now, and the maintenance window that mutes it. */
  *firing(): Iterable<{ finding: Finding; windowId: string | null }> {
    for (const { state, finding } of this.book.open())
      if (state === 'firing') yield { finding, windowId: null }
  }

  // ---- people --------------------------------------------------------------------------

  async acknowledge(viewer: Viewer, id: string, yes: boolean): Promise<Alarm> {
    const row = await this.#mustFind(viewer, id)
    const userId = yes ? viewer.userId : null
    await this.#deps.audit.write(async (tx, note) => {
      await setAcknowledged(tx, row.id, userId, this.#deps.clock())
      note({
        action: yes ? 'alarms.acknowledged' : 'alarms.acknowledgement-withdrawn',
        entity: { type: 'alarm', id: row.id, name: `${row.entity_name} ${row.condition}` },
        regionId: row.region_id,
        before: { acknowledgedBy: row.acknowledged_by },
        after: { acknowledgedBy: userId },
      })
    })
    this.#deps.bus.emit('alarm.changed', { alarmIds: [id] })
    return (await this.byIds([id]))[0]!
  }

  /** What the desk needs of an open alarm, for an incident that a person opens. */
  async forDesk(viewer: Viewer, id: string): Promise<AlarmForDesk | undefined> {
    const known = await findAlarm(this.#deps.db, viewer, id)
    const open = known && [...this.book.open()].find((alarm) => alarm.id === id)
    return open && alarmForDesk(open, this.#deps.state)
  }

  async #mustFind(viewer: Viewer, id: string): Promise<AlarmRow> {
    const row = await findAlarm(this.#deps.db, viewer, id)
    if (!row) throw notFound('alarm')
    return row
  }

  #devicesOf(viewer: Viewer, row: AlarmRow): { id: string; name: string }[] {
    const { model } = this.#deps.state
    const link = model.links.get(row.entity_id)
    const ids = link
      ? link.circuits.flatMap((c) => [c.z.deviceId, c.a.deviceId])
      : [detailsOf(row).deviceId ?? (model.devices.has(row.entity_id) ? row.entity_id : null)]
    return [...new Set(ids)].flatMap((id) => {
      const device = id ? model.devices.get(id) : undefined
      const isTheirs = device && this.#deps.state.seesDevice(viewer, device.id)
      return isTheirs ? [{ id: device.id, name: device.name }] : []
    })
  }

  #siteOf(row: AlarmRow): Alarm['site'] {
    const site = this.#deps.state.model.sites.get(detailsOf(row).siteId ?? '')
    return site ? { id: site.id, name: site.name } : null
  }

  async #present(rows: AlarmRow[]): Promise<Alarm[]> {
    const ids = rows.map((row) => row.id)
    const [tickets, children, people] = await Promise.all([
      this.#deps.desk.ticketOfAlarms(ids),
      countExplained(this.#deps.db, ids),
      this.#deps.namesOf(rows.flatMap((row) => row.acknowledged_by ?? [])),
    ])
    return rows.map((row) => ({
      id: row.id,
      entity: { type: row.entity_type as Alarm['entity']['type'], id: row.entity_id, name: row.entity_name },
      region: { id: row.region_id, name: this.#deps.state.model.regions.get(row.region_id)?.name ?? '' },
      site: this.#siteOf(row),
      condition: row.condition as Condition,
      severity: row.severity as Severity,
      state: row.state as AlarmState,
      causeId: row.cause_id,
      flapping: row.flapping === 1,
      values: detailsOf(row).values,
      startedAt: row.started_at,
      firedAt: row.fired_at,
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
