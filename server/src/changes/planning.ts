import { newId } from '@zongheng/inventory/id.ts'
import { dayMs } from '@zongheng/inventory/zone.ts'
import type { AuditTrail } from '../audit/trail.ts'
import type { BookingService } from '../bookings/service.ts'
import type { Clock } from '../clock.ts'
import type { Db } from '../db/database.ts'
import type { EstateModel } from '../estate/model.ts'
import { pageOfItems, type PageOf, type Paging } from '../http/paging.ts'
import { invalid, notFound } from '../http/problem.ts'
import { concerns, covers, type Viewer } from '../identity/viewer.ts'
import type { WindowService } from '../windows/service.ts'
import type { PlannedChange } from './planned.ts'
import * as problem from './problems.ts'
import type {
  ChangeModel,
  Freeze,
  ModelApproval,
  ModelPatch,
  NewFreeze,
  NewModel,
  PlanCalendar,
  Template,
} from './schema.ts'
import {
  archiveFreeze,
  freezeById,
  freezesWithin,
  insertFreeze,
  insertModel,
  listModels,
  modelById,
  updateModel,
  updateModelAsRead,
  type FreezeRow,
  type ModelRow,
} from './store.ts'

export interface PlanningDeps {
  db: Db
  clock: Clock
  audit: Pick<AuditTrail, 'write'>
  model: () => EstateModel
  namesOf: (userIds: string[]) => Promise<Map<string, string>>
  windows: Pick<WindowService, 'calendar'>
  bookings: Pick<BookingService, 'within' | 'isSeen'>
  changesWithin: (fromMs: number, untilMs: number) => Promise<PlannedChange[]>
}

const longestMs = 120 * dayMs
const periodAtMostMs = 400 * dayMs

/** When nothing may change, and what may change without being asked about again. */
export class ChangePlanning {
  readonly #deps: PlanningDeps

  constructor(deps: PlanningDeps) {
    this.#deps = deps
  }

  // ---- freezes ---------------------------------------------------------------------------------

  /** Those that run or come, in order. */
  async freezes(viewer: Viewer, paging: Paging): Promise<PageOf<Freeze>> {
    const rows = await freezesWithin(this.#deps.db, this.#deps.clock(), Number.MAX_SAFE_INTEGER)
    const page = pageOfItems(
      rows.filter((row) => this.#concerns(viewer, row.region_id)),
      paging,
      (row) => [row.starts_at, row.id],
    )
    return { next: page.next, items: await this.#freezeViews(page.items) }
  }

  async freeze(viewer: Viewer, input: NewFreeze): Promise<Freeze> {
    this.#mustCover(viewer, input.regionId)
    if (input.endsAt <= input.startsAt || input.endsAt - input.startsAt > longestMs)
      throw invalid([{ path: '/endsAt', code: 'range', message: 'after startsAt, by at most 120 days' }])
    const row = freezeRow(input, viewer.userId, this.#deps.clock())
    await this.#deps.audit.write(async (tx, note) => {
      await insertFreeze(tx, row)
      note({ action: 'changes.freeze-announced', ...toldOf('freeze', row), after: freezeFacts(row) })
    })
    return (await this.#freezeViews([row]))[0]!
  }

  async thaw(viewer: Viewer, id: string): Promise<void> {
    const row = await freezeById(this.#deps.db, id)
    if (!row) throw notFound('freeze')
    this.#mustCover(viewer, row.region_id, 'freeze')
    await this.#deps.audit.write(async (tx, note) => {
      await archiveFreeze(tx, id, this.#deps.clock())
      note({ action: 'changes.freeze-lifted', ...toldOf('freeze', row), before: freezeFacts(row) })
    })
  }

  // ---- models ----------------------------------------------------------------------------------

  async models(viewer: Viewer, paging: Paging): Promise<PageOf<ChangeModel>> {
    const page = await listModels(this.#deps.db, viewer, paging)
    return { next: page.next, items: await this.#modelViews(page.items) }
  }

  async createModel(viewer: Viewer, input: NewModel): Promise<ChangeModel> {
    this.#mustCover(viewer, input.regionId)
    const row = modelRow(input, viewer.userId, this.#deps.clock())
    await this.#deps.audit.write(async (tx, note) => {
      await insertModel(tx, row)
      note({ action: 'changes.model-created', ...toldOf('changeModel', row), after: modelFacts(row) })
    })
    return this.#modelView(row)
  }

  /** A model that was changed is to be approved anew. */
  async changeModel(viewer: Viewer, id: string, patch: ModelPatch): Promise<ChangeModel> {
    const before = await this.#mustSeeModel(viewer, id)
    const set = {
      name: patch.name?.trim() ?? before.name,
      template: patch.template ? JSON.stringify(patch.template) : before.template,
      approved_by: null,
      approved_at: null,
      changed_by: viewer.userId,
      updated_at: this.#stampAfter(before),
    }
    const after = { ...before, ...set }
    await this.#deps.audit.write(async (tx, note) => {
      await updateModel(tx, id, set)
      note({ action: 'changes.model-changed', ...toldOf('changeModel', after), before: modelFacts(before), after: modelFacts(after) }) // prettier-ignore
    })
    return this.#modelView(after)
  }

  /** As it was read, by somebody who had no hand in it. Throws `own-model`, `model-changed`. */
  async approveModel(viewer: Viewer, id: string, { updatedAt }: ModelApproval): Promise<ChangeModel> {
    const before = await this.#mustSeeModel(viewer, id)
    if ([before.created_by, before.changed_by].includes(viewer.userId)) throw problem.ownModel()
    const approvedAt = this.#deps.clock()
    const set = { approved_by: viewer.userId, approved_at: approvedAt, updated_at: this.#stampAfter(before) }
    await this.#deps.audit.write(async (tx, note) => {
      if (!(await updateModelAsRead(tx, id, updatedAt, set))) throw problem.modelChanged()
      note({ action: 'changes.model-approved', ...toldOf('changeModel', before), after: { approvedAt } })
    })
    return this.#modelView({ ...before, ...set })
  }

  async archiveModel(viewer: Viewer, id: string): Promise<void> {
    const before = await this.#mustSeeModel(viewer, id)
    const nowMs = this.#deps.clock()
    await this.#deps.audit.write(async (tx, note) => {
      await updateModel(tx, id, { archived_at: nowMs, updated_at: nowMs })
      note({ action: 'changes.model-archived', ...toldOf('changeModel', before), before: modelFacts(before) })
    })
  }

  /** The demo's, once; its models are approved. */
  async seed(freezes: readonly NewFreeze[], models: readonly NewModel[]): Promise<void> {
    const { db, clock } = this.#deps
    const all = await listModels(db, { regionPaths: ['/'] }, { limit: 1 })
    if (all.items.length > 0) return
    const nowMs = clock()
    await db.transaction().execute(async (tx) => {
      for (const freeze of freezes) await insertFreeze(tx, freezeRow(freeze, null, nowMs))
      for (const model of models)
        await insertModel(tx, { ...modelRow(model, null, nowMs), approved_at: nowMs })
    })
  }

  // ---- calendar --------------------------------------------------------------------------------

  /** Windows, freezes, bookings and changes that touch the period; a change stands for its window. */
  async calendar(viewer: Viewer, { from, until }: { from: number; until: number }): Promise<PlanCalendar> {
    if (until <= from || until - from > periodAtMostMs)
      throw invalid([{ path: '/until', code: 'range', message: 'at most 400 days after from' }])
    const { db, windows, bookings, changesWithin } = this.#deps
    const freezes = (await freezesWithin(db, from, until))
      .filter((row) => this.#concerns(viewer, row.region_id))
      .map((row) => item('freeze', row.id, row.name, row.starts_at, row.ends_at))
    const held = (await bookings.within(from, until))
      .filter(({ siteIds }) => bookings.isSeen(viewer, siteIds))
      .map((one) => item('booking', one.id, one.title, one.fromMs, one.untilMs))
    const changes = (await changesWithin(from, until)).filter(({ regionId }) =>
      covers(viewer, this.#pathOf(regionId) ?? '-'),
    )
    const ownWindows = new Set(changes.map(({ windowId }) => windowId))
    const planned = windows
      .calendar(viewer, { from, until })
      .items.filter(({ windowId }) => !ownWindows.has(windowId))
      .map((one) => item('window', one.windowId, one.title, one.fromAt, one.untilAt))
    const changing = changes.map((one) => ({
      ...item('change', one.id, one.title, one.fromMs, one.untilMs),
      state: one.state,
    }))
    const items = [...freezes, ...held, ...planned, ...changing]
    return { items: items.sort((a, b) => a.fromAt - b.fromAt || (a.id < b.id ? -1 : 1)).slice(0, 2000) }
  }

  // ---- rules -----------------------------------------------------------------------------------

  #pathOf(regionId: string): string | undefined {
    return this.#deps.model().regions.get(regionId)?.path
  }

  #concerns(viewer: Viewer, regionId: string): boolean {
    const path = this.#pathOf(regionId)
    return path !== undefined && concerns(viewer, path)
  }

  #mustCover(viewer: Viewer, regionId: string, what = 'region'): void {
    const path = this.#pathOf(regionId)
    if (path === undefined || !covers(viewer, path)) throw notFound(what)
  }

  /** Two changes within a millisecond are told apart. */
  #stampAfter({ updated_at: before }: ModelRow): number {
    return Math.max(this.#deps.clock(), before + 1)
  }

  async #mustSeeModel(viewer: Viewer, id: string): Promise<ModelRow> {
    const row = await modelById(this.#deps.db, id)
    if (!row) throw notFound('changeModel')
    this.#mustCover(viewer, row.region_id, 'changeModel')
    return row
  }

  async #freezeViews(rows: readonly FreezeRow[]): Promise<Freeze[]> {
    const people = await this.#deps.namesOf(rows.flatMap((row) => row.created_by ?? []))
    return rows.map((row) => ({
      id: row.id,
      region: this.#regionRef(row.region_id),
      name: row.name,
      startsAt: row.starts_at,
      endsAt: row.ends_at,
      note: row.note,
      createdBy: personRef(row.created_by, people),
    }))
  }

  async #modelView(row: ModelRow): Promise<ChangeModel> {
    return (await this.#modelViews([row]))[0]!
  }

  async #modelViews(rows: readonly ModelRow[]): Promise<ChangeModel[]> {
    const people = await this.#deps.namesOf(
      rows.flatMap((row) => [row.created_by, row.changed_by, row.approved_by].filter((id) => id !== null)),
    )
    return rows.map((row) => ({
      id: row.id,
      region: this.#regionRef(row.region_id),
      name: row.name,
      template: JSON.parse(row.template) as Template,
      createdBy: personRef(row.created_by, people),
      changedBy: personRef(row.changed_by, people),
      updatedAt: row.updated_at,
      approvedBy: personRef(row.approved_by, people),
      approvedAt: row.approved_at,
    }))
  }

  #regionRef(id: string): { id: string; name: string } {
    return { id, name: this.#deps.model().regions.get(id)?.name ?? '' }
  }
}

const freezeRow = (input: NewFreeze, createdBy: string | null, nowMs: number): FreezeRow => ({
  id: newId('freeze', nowMs),
  region_id: input.regionId,
  name: input.name.trim(),
  starts_at: input.startsAt,
  ends_at: input.endsAt,
  note: input.note?.trim() || null,
  created_by: createdBy,
  archived_at: null,
  created_at: nowMs,
  updated_at: nowMs,
})

const modelRow = (input: NewModel, createdBy: string | null, nowMs: number): ModelRow => ({
  id: newId('changeModel', nowMs),
  region_id: input.regionId,
  name: input.name.trim(),
  template: JSON.stringify(input.template),
  created_by: createdBy,
  changed_by: createdBy,
  approved_by: null,
  approved_at: null,
  enabled: 1,
  archived_at: null,
  created_at: nowMs,
  updated_at: nowMs,
})

const item = (kind: PlanCalendar['items'][number]['kind'], id: string, title: string, fromAt: number, untilAt: number) => ({ kind, id, title, fromAt, untilAt, state: null }) // prettier-ignore

const personRef = (id: string | null, people: Map<string, string>) =>
  id === null ? null : { id, name: people.get(id) ?? id }

const toldOf = (type: string, { id, name, region_id: regionId }: { id: string; name: string; region_id: string }) => ({ entity: { type, id, name }, regionId }) // prettier-ignore

const freezeFacts = (row: FreezeRow) => ({ name: row.name, startsAt: row.starts_at, endsAt: row.ends_at })
const modelFacts = (row: ModelRow) => ({
  name: row.name,
  template: row.template,
  approvedAt: row.approved_at,
})
