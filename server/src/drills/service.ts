import { newId } from '@zongheng/inventory/id.ts'
import type { AuditTrail } from '../audit/trail.ts'
import type { Clock } from '../clock.ts'
import type { Db } from '../db/database.ts'
import type { CircuitModel, LinkModel } from '../estate/model.ts'
import type { PageOf, Paging } from '../http/paging.ts'
import { conflict, invalid, notFound, unprocessable } from '../http/problem.ts'
import { covers, type Viewer } from '../identity/viewer.ts'
import type { Log } from '../log.ts'
import type { StateService } from '../state/service.ts'
import type { WindowService } from '../windows/service.ts'
import { lookAt } from './look.ts'
import type { Drill, NewDrill } from './schema.ts'
import { drillById, insertDrill, listDrills, openDrills, saveDrill, type DrillRow } from './store.ts'
import { failures, isOver, newRecord, takeoverBoundMs, watchDrill, type DrillRecord } from './watch.ts'

export interface DrillServiceDeps {
  db: Db
  clock: Clock
  log: Log
  audit: Pick<AuditTrail, 'write'>
  state: Pick<
    StateService,
    'model' | 'judge' | 'circuit' | 'stateOf' | 'evidenceOf' | 'activeCircuitOf' | 'seesLink'
  >
  windows: Pick<WindowService, 'open' | 'end' | 'load'>
  namesOf: (userIds: string[]) => Promise<Map<string, string>>
}

/** One that is over, to be kept as it was. */
export interface PastDrill {
  linkId: string
  regionId: string
  circuitId: string
  plannedMs: number
  endedMs: number
  record: DrillRecord
}

const lookEveryMs = 1000
/** While it runs its record is kept this often, and at once when something happened. */
const keepEveryMs = 30_000
const aheadAtMostMs = 366 * 86_400_000
const lateAtMostMs = 60_000

/** Planned failovers: announced as maintenance, watched while they run, judged when they are over. */
export class DrillService {
  readonly #deps: DrillServiceDeps
  readonly #open = new Map<string, DrillRow>()
  readonly #keptMs = new Map<string, number>()
  #timer: NodeJS.Timeout | undefined
  #ticking: Promise<void> | null = null

  constructor(deps: DrillServiceDeps) {
    this.#deps = deps
  }

  async start(): Promise<void> {
    await this.load()
    this.#timer = setInterval(() => void this.tick(), lookEveryMs)
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer)
    await this.#ticking
  }

  /** Takes up what an earlier process planned or watched. */
  async load(): Promise<void> {
    this.#open.clear()
    for (const row of await openDrills(this.#deps.db)) this.#open.set(row.id, row)
  }

  /** One look at each that runs; one at a time. */
  tick(): Promise<void> {
    this.#ticking ??= this.#watch()
      .catch((err: unknown) => this.#deps.log.error({ err }, 'drills were not watched'))
      .finally(() => (this.#ticking = null))
    return this.#ticking
  }

  async #watch(): Promise<void> {
    const nowMs = this.#deps.clock()
    for (const row of this.#open.values()) if (row.planned_at <= nowMs) await this.#watchOne(row, nowMs)
  }

  async #watchOne(row: DrillRow, nowMs: number): Promise<void> {
    const found = this.#circuitsOf(row)
    const startedMs = row.started_at ?? Math.max(row.planned_at, nowMs - lookEveryMs)
    const look = found && lookAt(this.#deps.state, found.link, found.standby, nowMs)
    const record = look ? watchDrill(row.record, startedMs, look) : row.record
    const next: DrillRow = { ...row, started_at: startedMs, record }
    if (isOver(record, nowMs) || !found) return this.#finish(next, found?.standby ?? null, nowMs)
    this.#open.set(row.id, next)
    const isNews = row.started_at === null || milestones(record) !== milestones(row.record)
    if (isNews || nowMs - (this.#keptMs.get(row.id) ?? 0) >= keepEveryMs) await this.#keep(next, nowMs)
  }

  /** The line is the carrier's again: what happens from now on is an outage. */
  async #finish(row: DrillRow, standby: CircuitModel | null, nowMs: number): Promise<void> {
    const { db, windows } = this.#deps
    const reasons = standby ? failures(row.record, standby.access) : (['not-switched'] as const)
    const record: DrillRecord = { ...row.record, reasons: [...reasons] }
    const ended: DrillRow = { ...row, record, ended_at: nowMs, outcome: reasons.length ? 'failed' : 'passed' }
    await db.transaction().execute(async (tx) => {
      await saveDrill(tx, ended, nowMs)
      if (row.window_id && nowMs < record.endsAtMs) await windows.end(row.window_id, tx)
    })
    this.#forget(row.id)
    await windows.load()
  }

  async #keep(row: DrillRow, nowMs: number): Promise<void> {
    await saveDrill(this.#deps.db, row, nowMs)
    this.#keptMs.set(row.id, nowMs)
  }

  #forget(id: string): void {
    this.#open.delete(id)
    this.#keptMs.delete(id)
  }

  // ---- planning -----------------------------------------------------------------------------

  async plan(viewer: Viewer, input: NewDrill): Promise<Drill> {
    const { audit, clock, windows } = this.#deps
    const link = this.#mustWrite(viewer, input.linkId)
    const standby = standbyOf(link, input.circuitId)
    const nowMs = clock()
    if (input.startsAt < nowMs - lateAtMostMs || input.startsAt > nowMs + aheadAtMostMs)
      throw invalid([{ path: '/startsAt', code: 'range', message: 'from now on, within a year' }])
    const endsAtMs = input.startsAt + input.minutes * 60_000
    this.#refuseOverlap(link, input.startsAt, endsAtMs)
    const note = input.note?.trim() || null
    const row: DrillRow = {
      id: newId('drill', nowMs),
      link_id: link.id,
      region_id: link.regionId,
      circuit_id: standby.id,
      window_id: null,
      planned_at: input.startsAt,
      planned_by: viewer.userId,
      started_at: null,
      ended_at: null,
      outcome: null,
      record: newRecord(endsAtMs, note),
      cancelled_at: null,
      created_at: nowMs,
      updated_at: nowMs,
    }
    await audit.write(async (tx, tell) => {
      row.window_id = await windows.open(
        {
          title: `切换演练：${link.name}`,
          source: 'drill',
          note,
          startsAtMs: input.startsAt,
          endsAtMs,
          scopes: link.circuits.map(({ id }) => ({ type: 'circuit' as const, id })),
          createdBy: viewer.userId,
        },
        tx,
      )
      await insertDrill(tx, row)
      tell({
        action: 'drills.planned',
        entity: { type: 'drill', id: row.id, name: link.name },
        regionId: link.regionId,
        after: { standby: standby.number, startsAt: input.startsAt, endsAt: endsAtMs },
      })
    })
    this.#open.set(row.id, row)
    await windows.load()
    return this.get(viewer, row.id)
  }

  /** Before it began, or while it runs: then nothing is judged. */
  async cancel(viewer: Viewer, id: string): Promise<Drill> {
    const { audit, clock, windows } = this.#deps
    const row = await this.#mustSee(viewer, id)
    this.#mustWrite(viewer, row.link_id)
    if (row.ended_at !== null || row.cancelled_at !== null) throw over()
    const nowMs = clock()
    const current = this.#open.get(id) ?? row
    await audit.write(async (tx, tell) => {
      await saveDrill(tx, { ...current, cancelled_at: nowMs }, nowMs)
      if (row.window_id) await windows.end(row.window_id, tx, viewer.userId)
      tell({
        action: 'drills.cancelled',
        entity: { type: 'drill', id, name: this.#nameOf(row.link_id) },
        regionId: row.region_id,
        after: { cancelledAt: nowMs },
      })
    })
    this.#forget(id)
    await windows.load()
    return this.get(viewer, id)
  }

  /** Keeps drills of the past; answers their ids. */
  async seed(tx: Db, drills: readonly PastDrill[]): Promise<string[]> {
    const ids: string[] = []
    for (const { linkId, regionId, circuitId, plannedMs, endedMs, record } of drills) {
      const id = newId('drill', plannedMs)
      await insertDrill(tx, {
        id,
        link_id: linkId,
        region_id: regionId,
        circuit_id: circuitId,
        window_id: null,
        planned_at: plannedMs,
        planned_by: null,
        started_at: plannedMs,
        ended_at: endedMs,
        outcome: record.reasons.length > 0 ? 'failed' : 'passed',
        record,
        cancelled_at: null,
        created_at: plannedMs,
        updated_at: endedMs,
      })
      ids.push(id)
    }
    return ids
  }

  #refuseOverlap({ id, circuits }: LinkModel, fromMs: number, untilMs: number): void {
    const overlaps = (row: DrillRow) => row.planned_at < untilMs && fromMs < row.record.endsAtMs
    if ([...this.#open.values()].some((row) => row.link_id === id && circuits.length && overlaps(row)))
      throw conflict('drill-planned', {
        zh: '这条链路在这段时间已有演练计划',
        en: 'A drill of this link is planned for this time already',
      })
  }

  // ---- reading ------------------------------------------------------------------------------

  async list(
    viewer: Viewer,
    filter: Paging & { linkId?: string; regionId?: string },
  ): Promise<PageOf<Drill>> {
    if (filter.linkId !== undefined && !this.#deps.state.seesLink(viewer, filter.linkId))
      throw notFound('link')
    const page = await listDrills(this.#deps.db, viewer, filter)
    return { next: page.next, items: await this.#views(page.items) }
  }

  async get(viewer: Viewer, id: string): Promise<Drill> {
    return (await this.#views([await this.#mustSee(viewer, id)]))[0]!
  }

  async #mustSee(viewer: Viewer, id: string): Promise<DrillRow> {
    const row = await drillById(this.#deps.db, id)
    const path = this.#deps.state.model.regions.get(row?.region_id ?? '')?.path
    const isSeen = row && (this.#deps.state.seesLink(viewer, row.link_id) || (path !== undefined && covers(viewer, path))) // prettier-ignore
    if (!isSeen) throw notFound('drill')
    return row
  }

  /** A line is somebody's who has one of its ends. */
  #mustWrite(viewer: Viewer, linkId: string): LinkModel {
    const link = this.#deps.state.model.links.get(linkId)
    if (!link || !this.#deps.state.seesLink(viewer, linkId)) throw notFound('link')
    return link
  }

  #circuitsOf(row: DrillRow): { link: LinkModel; standby: CircuitModel } | null {
    const link = this.#deps.state.model.links.get(row.link_id)
    const standby = link?.circuits.find(({ id }) => id === row.circuit_id)
    return link && standby ? { link, standby } : null
  }

  #nameOf(linkId: string): string {
    return this.#deps.state.model.links.get(linkId)?.name ?? linkId
  }

  async #views(rows: DrillRow[]): Promise<Drill[]> {
    const names = await this.#deps.namesOf(rows.flatMap(({ planned_by }) => planned_by ?? []))
    return rows.map((row) => this.#view(this.#open.get(row.id) ?? row, names))
  }

  #view(row: DrillRow, names: Map<string, string>): Drill {
    const { record, planned_by: by } = row
    const { leftMs, tookMs } = record
    return {
      id: row.id,
      link: { id: row.link_id, name: this.#nameOf(row.link_id) },
      circuit: { id: row.circuit_id, name: this.#circuitsOf(row)?.standby.number ?? row.circuit_id },
      windowId: row.window_id,
      phase: phaseOf(row),
      plannedAt: row.planned_at,
      endsAt: record.endsAtMs,
      plannedBy: by === null ? null : { id: by, name: names.get(by) ?? by },
      startedAt: row.started_at,
      endedAt: row.ended_at,
      note: record.note,
      outcome: row.outcome,
      reasons: record.reasons,
      leftAt: leftMs,
      tookAt: tookMs,
      backAt: record.backMs,
      takeoverMs: leftMs === null || tookMs === null ? null : tookMs - leftMs,
      takeoverBoundMs,
      silentDevices: record.silentDevices,
      rttMs: record.rttMs,
      lossPercent: record.lossPercent,
      loadPercent: record.loadPercent,
    }
  }
}

const milestones = ({ leftMs, tookMs, backMs }: DrillRecord) => `${leftMs} ${tookMs} ${backMs}`

function phaseOf({ cancelled_at, ended_at, started_at }: DrillRow): Drill['phase'] {
  if (cancelled_at !== null) return 'cancelled'
  if (ended_at !== null) return 'over'
  return started_at === null ? 'planned' : 'running'
}

function standbyOf(link: LinkModel, circuitId: string | undefined): CircuitModel {
  const backups = link.circuits.slice(1)
  const standby = circuitId === undefined ? backups[0] : backups.find(({ id }) => id === circuitId)
  if (standby) return standby
  if (backups.length > 0)
    throw invalid([{ path: '/circuitId', code: 'unknown', message: 'is no backup of this link' }])
  throw unprocessable('no-standby', {
    zh: '这条链路没有备用线路，无从演练切换',
    en: 'This link has no backup to switch to',
  })
}

const over = () => conflict('drill-over', { zh: '这次演练已经结束', en: 'This drill is over' })
