import { newId } from '@zongheng/inventory/id.ts'
import type { AuditTrail } from '../audit/trail.ts'
import type { Db } from '../db/database.ts'
import type { EstateModel } from '../estate/model.ts'
import type { EventBus } from '../events.ts'
import type { PageOf } from '../http/paging.ts'
import { conflict, unprocessable } from '../http/problem.ts'
import type { Viewer } from '../identity/viewer.ts'
import type { Finding } from '../state/finding.ts'
import { draftOf, patchedOf } from './drafting.ts'
import { WindowReach } from './reach.ts'
import { WindowReading, type WindowReadingDeps } from './reading.ts'
import type { Recurrence, Span } from './recurrence.ts'
import type { MaintenanceWindow, NewWindow, WindowCalendar, WindowPatch, WindowPreview } from './schema.ts'
import { insertWindow, loadWindows, updateWindow } from './store.ts'
import { Turns } from './turns.ts'
import { WindowBook, type Maintenance, type Window, type WindowScope, type WindowSource } from './window-book.ts' // prettier-ignore

export interface WindowServiceDeps extends WindowReadingDeps {
  db: Db
  bus: EventBus
  audit: Pick<AuditTrail, 'write'>
}

/** What the product itself opens: a drill, a change. */
export interface OpenWindow {
  title: string
  source: WindowSource
  reference?: string | null
  carrierId?: string | null
  note?: string | null
  startsAtMs: number
  endsAtMs: number
  recurrence?: Recurrence | null
  recursUntilMs?: number | null
  scopes: WindowScope[]
  createdBy: string | null
}

/** Announced after it began, it still counts for so long; beyond, an outage is not excused by hindsight. */
const backdatedMs = 15 * 60_000

/** Maintenance windows: who announced what, what they cover, when they run. What they mute is still recorded. */
export class WindowService {
  readonly #deps: WindowServiceDeps
  readonly #turns: Turns
  readonly #reach: WindowReach
  readonly #reading: WindowReading
  #book: WindowBook

  constructor(deps: WindowServiceDeps) {
    this.#deps = deps
    this.#book = new WindowBook([], deps.timezone)
    const book = () => this.#book
    this.#reach = new WindowReach(() => this.#model, book)
    this.#reading = new WindowReading(deps, book, this.#reach)
    this.#turns = new Turns({
      clock: deps.clock,
      ids: () => this.#model.links.keys(),
      windowOf: (id) => this.overlay(id)?.windowId ?? null,
      nextMs: (nowMs) => this.#book.nextTurnMs(nowMs),
      tell: (linkIds) => deps.bus.emit('maintenance.changed', { linkIds }),
    })
  }

  /** Takes what is kept: at start, and once a transaction in which `open` was called is committed. */
  async load(): Promise<void> {
    this.#book = new WindowBook(await loadWindows(this.#deps.db), this.#deps.timezone)
    this.#turns.look()
  }

  /** Once states are loaded. */
  start(): void {
    this.#turns.start()
  }

  stop(): void {
    this.#turns.stop()
  }

  // ---- what others ask -------------------------------------------------------------------

  /** The window that covers it now; of several the one that lasts longest. */
  at(entityId: string, nowMs: number): Window | null {
    return this.#book.at(this.#model, entityId, nowMs)?.window ?? null
  }

  /** Planned time of a circuit (or of anything else), in order, merged, clipped to the period. */
  spans(entityId: string, fromMs: number, untilMs: number): Span[] {
    return this.#book.spans(this.#model, entityId, fromMs, untilMs)
  }

  /** Shown over the technical state. */
  overlay(entityId: string): Maintenance | null {
    return this.#book.overlay(this.#model, entityId, this.#deps.clock())
  }

  /** The window that mutes what began then: it has run since, and covers it. */
  muting(finding: Finding, startedMs: number, nowMs: number): string | null {
    const isIll = (id: string) => this.#deps.state.stateOf(id)?.state !== 'up'
    return this.#book.muting(this.#model, finding, startedMs, nowMs, isIll)?.id ?? null
  }

  titleOf(windowId: string): string | null {
    return this.#book.windows.get(windowId)?.title ?? null
  }

  /** Within the caller's transaction; it counts once `load` was called after the commit. Answers its id. */
  async open(input: OpenWindow, tx: Db): Promise<string> {
    const nowMs = this.#deps.clock()
    const window: Window = {
      reference: null,
      carrierId: null,
      note: null,
      recurrence: null,
      recursUntilMs: null,
      ...input,
      id: newId('window', nowMs),
      regionId: this.#reach.regionOver(input.scopes),
      createdAtMs: nowMs,
      cancelledAtMs: null,
    }
    await insertWindow(tx, window, nowMs)
    return window.id
  }

  /** The demo's, once. */
  async seed(windows: readonly OpenWindow[]): Promise<void> {
    if ([...this.#book.windows.values()].some(({ source }) => source !== 'drill')) return
    await this.#deps.db.transaction().execute(async (tx) => {
      for (const window of windows) await this.open(window, tx)
    })
    await this.load()
  }

  /** Ends one that the product opened; the same holds for `load`. */
  async end(windowId: string, tx: Db, by: string | null = null): Promise<void> {
    const nowMs = this.#deps.clock()
    await updateWindow(tx, windowId, { cancelled_at: nowMs, cancelled_by: by, updated_at: nowMs })
  }

  /** Moves one that the product opened; the same holds for `load`. */
  async move(windowId: string, { fromMs, untilMs }: Span, tx: Db): Promise<void> {
    await updateWindow(tx, windowId, { starts_at: fromMs, ends_at: untilMs, updated_at: this.#deps.clock() })
  }

  /** Every occurrence that touches the period, with what it is over; whoever asks minds what may be told. */
  within(fromMs: number, untilMs: number): (Span & { id: string; title: string; entityIds: string[] })[] {
    return [...this.#book.windows.values()].flatMap((window) =>
      this.#book.runs(window, fromMs, untilMs).map((span) => ({
        ...span,
        id: window.id,
        title: window.title,
        entityIds: window.scopes.map(({ id }) => id),
      })),
    )
  }

  // ---- reading -----------------------------------------------------------------------------

  /** Running first, then what comes next, then the latest that are over. */
  list(...asked: Parameters<WindowReading['list']>): Promise<PageOf<MaintenanceWindow>> {
    return this.#reading.list(...asked)
  }

  get(viewer: Viewer, id: string): Promise<MaintenanceWindow> {
    return this.#reading.get(viewer, id)
  }

  /** Every occurrence that touches the period. */
  calendar(...asked: Parameters<WindowReading['calendar']>): WindowCalendar {
    return this.#reading.calendar(...asked)
  }

  /** What it would do. */
  preview(viewer: Viewer, input: NewWindow): WindowPreview {
    return this.#reading.preview(viewer, draftOf(this.#reach, viewer, input, this.#deps.clock()))
  }

  // ---- writing -----------------------------------------------------------------------------

  async create(viewer: Viewer, input: NewWindow): Promise<MaintenanceWindow> {
    const window = draftOf(this.#reach, viewer, input, this.#deps.clock())
    if (window.startsAtMs < this.#deps.clock() - backdatedMs)
      throw unprocessable('window-in-past', {
        zh: '维护窗口不能补报：开始时间已经过去太久',
        en: 'A window cannot be announced afterwards: it began too long ago',
      })
    await this.#deps.audit.write(async (tx, note) => {
      await insertWindow(tx, window, this.#deps.clock())
      note({ action: 'windows.opened', ...told(window), after: facts(window) })
    })
    await this.load()
    return this.get(viewer, window.id)
  }

  async change(viewer: Viewer, id: string, patch: WindowPatch): Promise<MaintenanceWindow> {
    const before = this.#reach.mustWrite(viewer, id)
    this.#mustRun(before)
    const nowMs = this.#deps.clock()
    const after = patchedOf(this.#reach, before, patch, nowMs)
    await this.#deps.audit.write(async (tx, note) => {
      await updateWindow(tx, id, {
        title: after.title,
        note: after.note,
        reference: after.reference,
        carrier_id: after.carrierId,
        ends_at: after.endsAtMs,
        recurs_until: after.recursUntilMs,
        updated_at: nowMs,
      })
      note({ action: 'windows.changed', ...told(after), before: facts(before), after: facts(after) })
    })
    await this.load()
    return this.get(viewer, id)
  }

  /** Ends it now, or before it begins. What still fires under it speaks at once. */
  async cancel(viewer: Viewer, id: string): Promise<MaintenanceWindow> {
    const window = this.#reach.mustWrite(viewer, id)
    this.#mustRun(window)
    await this.#deps.audit.write(async (tx, note) => {
      await this.end(id, tx, viewer.userId)
      note({ action: 'windows.cancelled', ...told(window), before: facts(window), after: { cancelledAt: this.#deps.clock() } }) // prettier-ignore
    })
    await this.load()
    return this.get(viewer, id)
  }

  get #model(): EstateModel {
    return this.#deps.state.model
  }

  /** Throws `window-over`. */
  #mustRun(window: Window): void {
    if (!this.#reading.next(window, this.#deps.clock()))
      throw conflict('window-over', { zh: '这个维护窗口已经结束', en: 'This maintenance window is over' })
  }
}

const told = ({ id, title, regionId }: Window) => ({ entity: { type: 'window', id, name: title }, regionId })

const facts = (window: Window) => ({
  title: window.title,
  source: window.source,
  reference: window.reference,
  carrierId: window.carrierId,
  startsAt: window.startsAtMs,
  endsAt: window.endsAtMs,
  recurrence: window.recurrence && JSON.stringify(window.recurrence),
  recursUntil: window.recursUntilMs,
  scopes: window.scopes.map(({ id }) => id).join(' '),
})
