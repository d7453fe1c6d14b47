import type { Severity } from '@zongheng/inventory/severity.ts'
import type { AuditTrail } from '../audit/trail.ts'
import type { Clock } from '../clock.ts'
import type { Db } from '../db/database.ts'
import type { AlarmForDesk } from '../desk/alarm-incidents.ts'
import type { DeskService } from '../desk/service.ts'
import type { EventBus } from '../events.ts'
import { notFound } from '../http/problem.ts'
import type { PageOf, Paging } from '../http/paging.ts'
import type { Viewer } from '../identity/viewer.ts'
import type { NotifyService } from '../notify/service.ts'
import type { Finding } from '../state/finding.ts'
import type { LatePiece } from '../state/late-piece.ts'
import type { StateService } from '../state/service.ts'
import type { WindowService } from '../windows/service.ts'
import { AlarmBook, type AlarmStep, type BookRules } from './book.ts'
import { alarmForDesk } from './dossier.ts'
import { recordPast } from './past.ts'
import { PolicyBook } from './policies.ts'
import { allPolicies } from './policy-store.ts'
import { alarmView, x733Of } from './present.ts'
import { Sayings, type Flags } from './sayings.ts'
import type { Alarm, AlarmCounts, AlarmDetail, AlarmHistoryEvent } from './schema.ts'
import {
  alarmsById,
  countExplained,
  countFiring,
  countRoots,
  detailsOf,
  evidenceOf,
  findAlarm,
  findAlarms,
  keepStep,
  listAlarms,
  listEvents,
  loadOpenAlarms,
  loadSuppressed,
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
  notify: Pick<NotifyService, 'take'>
  namesOf: (userIds: string[]) => Promise<Map<string, string>>
}

/** Alarms: their lives, their causes, and who knows of them. */
export class AlarmService {
  readonly #deps: AlarmServiceDeps
  readonly #sayings: Sayings
  book = new AlarmBook([])
  policies = new PolicyBook([], () => [])
  /** What people say, and loading, one after the other. */
  #turn: Promise<unknown> = Promise.resolve()

  constructor(deps: AlarmServiceDeps) {
    this.#deps = deps
    this.#sayings = new Sayings(deps)
  }

  load(): Promise<void> {
    return this.#inTurn(async () => {
      const { db, clock } = this.#deps
      await this.loadPolicies()
      const [open, suppressed] = await Promise.all([loadOpenAlarms(db, clock()), loadSuppressed(db, clock())])
      this.book = new AlarmBook(open, this.#rules(), suppressed)
    })
  }

  /** They hold for what opens from now on. */
  async loadPolicies(): Promise<void> {
    this.policies = new PolicyBook(await allPolicies(this.#deps.db), this.#regionsAbove)
  }

  #rules(): BookRules {
    const { state, windows } = this.#deps
    return {
      muting: (finding, startedMs, nowMs) => windows.muting(finding, startedMs, nowMs),
      incidentAfterMs: (finding) => this.policies.decide(finding).afterMs,
      regionsAbove: this.#regionsAbove,
      regionName: (id) => state.model.regions.get(id)?.name ?? id,
    }
  }

  readonly #regionsAbove = (id: string): string[] => {
    const path = this.#deps.state.model.regions.get(id)?.path
    return path ? path.split('/').filter(Boolean).reverse() : [id]
  }

  /** Keeps what the book decided, has the desk follow, and people told. */
  async apply(
    tx: Db,
    steps: AlarmStep[],
    nowMs: number,
  ): Promise<{ alarmIds: string[]; ticketIds: string[] }> {
    const ticketIds = new Set<string>()
    for (const step of steps) {
      const touched = await this.#follow(tx, step)
      if (step.due)
        step.events.push({ kind: 'incident-opened', atMs: nowMs, details: { ticketId: touched[0] ?? null } })
      await keepStep(tx, step, nowMs)
      for (const id of touched) ticketIds.add(id)
    }
    await this.#deps.notify.take(tx, steps, nowMs)
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
    if (!step.due && (!step.changed || !alarm.isDesked)) return []
    const forDesk = alarmForDesk(alarm, state, this.policies.decide(alarm.finding))
    return step.due ? [await incidents.openForAlarm(tx, forDesk)] : incidents.alarmChanged(tx, forDesk)
  }

  /** Outages that began and ended unseen, in the transaction that puts history right. Answers the alarms to tell of. */
  recordPast(tx: Db, pieces: readonly LatePiece[]): Promise<string[]> {
    return recordPast(tx, pieces, this.#deps.state, this.#deps.clock())
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#turn.then(work)
    this.#turn = done.catch(() => undefined)
    return done
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
    const coCauses = await this.#inSight(viewer, detailsOf(row).coCauseIds ?? [])
    const [self, ...others] = await this.#present([row, ...(cause ? [cause] : []), ...coCauses, ...explained.items]) // prettier-ignore
    return {
      ...self!,
      evidence: evidenceOf(row),
      x733: x733Of(row),
      cause: cause ? (others.shift() ?? null) : null,
      coCauses: others.splice(0, coCauses.length),
      explained: others,
      devices: this.#devicesOf(viewer, row),
    }
  }

  /** Those of them that the viewer may see, in this order. */
  async #inSight(viewer: Viewer, ids: string[]): Promise<AlarmRow[]> {
    if (ids.length === 0) return []
    const rows = await findAlarms(this.#deps.db, viewer, ids)
    return rows.sort((a, b) => ids.indexOf(a.id) - ids.indexOf(b.id))
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
    for (const { state, finding, windowId } of this.book.open())
      if (state === 'firing') yield { finding, windowId }
  }

  // ---- people --------------------------------------------------------------------------

  acknowledge(viewer: Viewer, ids: string[], yes: boolean, untilMs: number | null = null): Promise<Alarm[]> {
    return this.#said(ids, (wanted) => this.#sayings.acknowledge(viewer, wanted, yes, untilMs))
  }

  suppress(viewer: Viewer, ids: string[], by: { untilMs: number; reason: string } | null): Promise<Alarm[]> {
    return this.#said(ids, (wanted) => this.#sayings.suppress(viewer, wanted, by))
  }

  #said(ids: string[], say: (ids: string[]) => Promise<Flags>): Promise<Alarm[]> {
    const wanted = [...new Set(ids)]
    return this.#inTurn(async () => {
      const flags = await say(wanted)
      for (const id of wanted) this.book.told(id, flags)
      this.#deps.bus.emit('alarm.changed', { alarmIds: wanted })
      return this.byIds(wanted)
    })
  }

  /** What became of it, in order. */
  async events(viewer: Viewer, id: string, paging: Paging): Promise<PageOf<AlarmHistoryEvent>> {
    const row = await this.#mustFind(viewer, id)
    const page = await listEvents(this.#deps.db, row.id, paging)
    const people = await this.#deps.namesOf(page.items.flatMap((event) => event.actor_id ?? []))
    const items = page.items.map((event) => ({
      id: event.id,
      at: event.at,
      kind: event.kind as AlarmHistoryEvent['kind'],
      actor: event.actor_id
        ? { id: event.actor_id, name: people.get(event.actor_id) ?? event.actor_id }
        : null,
      values: JSON.parse(event.details) as AlarmHistoryEvent['values'],
    }))
    return { next: page.next, items }
  }

  /** What the desk needs of an open alarm, for an incident that a person opens. */
  async forDesk(viewer: Viewer, id: string): Promise<AlarmForDesk | undefined> {
    const known = await findAlarm(this.#deps.db, viewer, id)
    const open = known && [...this.book.open()].find((alarm) => alarm.id === id)
    return open && alarmForDesk(open, this.#deps.state, this.policies.decide(open.finding))
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

  async #present(rows: AlarmRow[]): Promise<Alarm[]> {
    const { db, desk, state, windows, namesOf } = this.#deps
    const ids = rows.map((row) => row.id)
    const [tickets, children, people] = await Promise.all([
      desk.ticketOfAlarms(ids),
      countExplained(db, ids),
      namesOf(rows.flatMap((row) => [row.acknowledged_by, row.suppressed_by]).filter((id) => id !== null)),
    ])
    const around = { state, windowTitle: (id: string) => windows.titleOf(id), tickets, children, people }
    return rows.map((row) => alarmView(row, around))
  }
}
