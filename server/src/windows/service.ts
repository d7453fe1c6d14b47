import { kindOfId, newId } from '@zongheng/inventory/id.ts'
import { dayMs } from '@zongheng/inventory/zone.ts'
import type { AuditTrail } from '../audit/trail.ts'
import type { Clock } from '../clock.ts'
import type { Db } from '../db/database.ts'
import type { EventBus } from '../events.ts'
import type { EstateModel } from '../estate/model.ts'
import { pageOfItems, type PageOf } from '../http/paging.ts'
import { conflict, forbidden, invalid, notFound, unprocessable } from '../http/problem.ts'
import { concerns, covers, type Viewer } from '../identity/viewer.ts'
import type { Finding } from '../state/finding.ts'
import type { StateService } from '../state/service.ts'
import { longestRecurringMs, nextOccurrences, type Recurrence, type Span } from './recurrence.ts'
import type {
  MaintenanceWindow,
  NewWindow,
  WindowCalendar,
  WindowPatch,
  WindowPhase,
  WindowPreview,
} from './schema.ts'
import { Turns } from './turns.ts'
import { insertWindow, loadWindows, updateWindow } from './store.ts'
import { WindowBook, type Maintenance, type Window, type WindowScope, type WindowSource } from './window-book.ts' // prettier-ignore

export interface WindowServiceDeps {
  db: Db
  bus: EventBus
  clock: Clock
  audit: Pick<AuditTrail, 'write'>
  timezone: string
  state: Pick<StateService, 'model' | 'stateOf' | 'nameOf'>
  namesOf: (userIds: string[]) => Promise<Map<string, string>>
  /** What fires now, and by which window it is muted. */
  firing: () => Iterable<{ finding: Finding; windowId: string | null }>
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
const longestMs = 92 * dayMs
const periodAtMostMs = 400 * dayMs

/** Maintenance windows: who announced what, what they cover, when they run. What they mute is still recorded. */
export class WindowService {
  readonly #deps: WindowServiceDeps
  readonly #turns: Turns
  #book: WindowBook

  constructor(deps: WindowServiceDeps) {
    this.#deps = deps
    this.#book = new WindowBook([], deps.timezone)
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
      regionId: this.#regionOver(input.scopes),
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
  async list(
    viewer: Viewer,
    query: { phase?: WindowPhase; regionId?: string; limit?: number; cursor?: string },
  ): Promise<PageOf<MaintenanceWindow>> {
    const nowMs = this.#deps.clock()
    const seen = this.#visible(viewer, query.regionId)
      .map((window) => ({ window, next: this.#next(window, nowMs) }))
      .filter(({ next }) => query.phase === undefined || phaseOf(next, nowMs) === query.phase)
    const key = ({ window, next }: (typeof seen)[number]) => [
      next ? (next.fromMs <= nowMs ? 0 : 1) : 2,
      next ? next.fromMs : -this.#lastEndMs(window),
      window.id,
    ]
    const page = pageOfItems(seen, query, key)
    return {
      next: page.next,
      items: await this.#views(
        viewer,
        page.items.map(({ window }) => window),
      ),
    }
  }

  async get(viewer: Viewer, id: string): Promise<MaintenanceWindow> {
    return (await this.#views(viewer, [this.#mustSee(viewer, id)]))[0]!
  }

  /** Every occurrence that touches the period. */
  calendar(viewer: Viewer, query: { from: number; until: number; regionId?: string }): WindowCalendar {
    if (query.until - query.from > periodAtMostMs || query.until <= query.from)
      throw invalid([{ path: '/until', code: 'range', message: 'at most 400 days after from' }])
    const items = this.#visible(viewer, query.regionId).flatMap((window) =>
      this.#book.runs(window, query.from, query.until).map((span) => ({
        windowId: window.id,
        title: window.title,
        source: window.source,
        fromAt: span.fromMs,
        untilAt: span.untilMs,
      })),
    )
    return { items: items.sort((a, b) => a.fromAt - b.fromAt).slice(0, 2000) }
  }

  /** What it would do. */
  preview(viewer: Viewer, input: NewWindow): WindowPreview {
    const nowMs = this.#deps.clock()
    const window = this.#drafted(viewer, input)
    const spans = nextOccurrences(window, nowMs, 5, this.#deps.timezone)
    const wanted = new Set(window.scopes.map(({ id }) => id))
    const chains = this.#book.chains(this.#model)
    const isUnder = (id: string) => chains.of(id).some((one) => wanted.has(one))
    const count = (ids: Iterable<string>) => [...ids].filter(isUnder).length
    const { sites, devices, circuits, checks } = this.#model
    const carriers = new Map(
      [...circuits.values()].filter(({ id }) => isUnder(id)).map((one) => [one.carrierId, one.carrier]),
    )
    const firing = [...this.#deps.firing()].filter(({ finding }) =>
      chains.ofFinding(finding).some((id) => wanted.has(id)),
    )
    return {
      occurrences: spans.map(shown),
      covers: {
        sites: count(sites.keys()),
        devices: count(devices.keys()),
        circuits: count(circuits.keys()),
        checks: count(checks.keys()),
      },
      carriers: [...carriers].map(([id, name]) => ({ id, name })).sort((a, b) => (a.name < b.name ? -1 : 1)),
      firing: firing.length,
      conflicts: this.#conflicts(viewer, window, spans),
    }
  }

  // ---- writing -----------------------------------------------------------------------------

  async create(viewer: Viewer, input: NewWindow): Promise<MaintenanceWindow> {
    const window = this.#drafted(viewer, input)
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
    const before = this.#mustWrite(viewer, id)
    const nowMs = this.#deps.clock()
    if (!this.#next(before, nowMs)) throw over()
    const after: Window = {
      ...before,
      title: patch.title?.trim() ?? before.title,
      note: patch.note === undefined ? before.note : patch.note,
      reference: patch.reference === undefined ? before.reference : patch.reference,
      carrierId:
        patch.carrierId === undefined ? before.carrierId : this.#carrierOf(before.source, patch.carrierId),
      endsAtMs: patch.endsAt ?? before.endsAtMs,
      recursUntilMs: patch.recursUntil === undefined ? before.recursUntilMs : patch.recursUntil,
    }
    if (patch.endsAt !== undefined && (before.recurrence !== null || patch.endsAt < nowMs)) throw wrongEnd()
    if (patch.recursUntil != null && patch.recursUntil < nowMs) throw wrongEnd()
    mustBeSound(after)
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
    const window = this.#mustWrite(viewer, id)
    if (!this.#next(window, this.#deps.clock())) throw over()
    await this.#deps.audit.write(async (tx, note) => {
      await this.end(id, tx, viewer.userId)
      note({ action: 'windows.cancelled', ...told(window), before: facts(window), after: { cancelledAt: this.#deps.clock() } }) // prettier-ignore
    })
    await this.load()
    return this.get(viewer, id)
  }

  // ---- rules -------------------------------------------------------------------------------

  get #model(): EstateModel {
    return this.#deps.state.model
  }

  #drafted(viewer: Viewer, input: NewWindow): Window {
    const scopes = [...new Map(input.scopes.map((scope) => [scope.id, scope])).values()]
    for (const scope of scopes) this.#mustCover(viewer, scope)
    const nowMs = this.#deps.clock()
    const window: Window = {
      id: newId('window', nowMs),
      regionId: this.#regionOver(scopes),
      title: input.title.trim(),
      source: input.source,
      reference: input.reference?.trim() || null,
      carrierId: this.#carrierOf(input.source, input.carrierId ?? null),
      note: input.note?.trim() || null,
      createdBy: viewer.userId,
      createdAtMs: nowMs,
      cancelledAtMs: null,
      scopes,
      startsAtMs: input.startsAt,
      endsAtMs: input.endsAt,
      recurrence: input.recurrence ?? null,
      recursUntilMs: input.recurrence ? (input.recursUntil ?? null) : null,
    }
    mustBeSound(window)
    return window
  }

  /** Of an announced one: whoever rents out lines here. */
  #carrierOf(source: WindowSource, carrierId: string | null): string | null {
    if (source !== 'carrier' || carrierId === null) return null
    for (const circuit of this.#model.circuits.values()) if (circuit.carrierId === carrierId) return carrierId
    throw notFound('carrier')
  }

  /** The carriers' names, by id. */
  #carriers(): Map<string, string> {
    return new Map([...this.#model.circuits.values()].map((circuit) => [circuit.carrierId, circuit.carrier]))
  }

  /** Only over what is one's own: of a line, one end is enough. */
  #mustCover(viewer: Viewer, scope: WindowScope): void {
    const expected = scope.type === kindOfId(scope.id)
    const paths = expected ? this.#book.chains(this.#model).regionPathsOf(scope.id) : []
    if (!paths.some((path) => covers(viewer, path))) throw notFound(scope.type)
  }

  /** The lowest region that holds all of it. */
  #regionOver(scopes: readonly WindowScope[]): string {
    const chains = this.#book.chains(this.#model)
    const paths = scopes.flatMap(({ id }) => chains.regionPathsOf(id).slice(0, 1))
    const lineages = paths.map((path) => path.split('/').filter(Boolean))
    const [first = []] = lineages
    const shared = first.filter((id, depth) => lineages.every((lineage) => lineage[depth] === id))
    const root = [...this.#model.regions.values()].find(({ path }) => path.split('/').length === 3)
    return shared.at(-1) ?? root?.id ?? ''
  }

  #visible(viewer: Scope, withinRegionId?: string): Window[] {
    const all = [...this.#book.windows.values()]
    const seen = all.filter((window) => this.#isSeen(window, viewer))
    if (withinRegionId === undefined) return seen
    const within = this.#model.regions.get(withinRegionId)?.path
    return within === undefined
      ? []
      : seen.filter((window) => this.#isSeen(window, { regionPaths: [within] }))
  }

  #isSeen(window: Window, viewer: Scope): boolean {
    if (this.#scopesFor(viewer, window).length > 0) return true
    const own = this.#model.regions.get(window.regionId)?.path
    return window.scopes.length === 0 && own !== undefined && concerns(viewer, own)
  }

  /** What of it is the viewer's to know: a region above theirs reaches down to them, a thing that stands up there does not. */
  #scopesFor(viewer: Scope, window: Window): Window['scopes'] {
    const chains = this.#book.chains(this.#model)
    return window.scopes.filter(({ type, id }) =>
      chains
        .regionPathsOf(id)
        .some((path) => (type === 'region' ? concerns(viewer, path) : covers(viewer, path))),
    )
  }

  #regionPathsOf(window: Window): string[] {
    const chains = this.#book.chains(this.#model)
    const found = window.scopes.flatMap(({ id }) => chains.regionPathsOf(id))
    const own = this.#model.regions.get(window.regionId)?.path
    return found.length > 0 || own === undefined ? found : [own]
  }

  #mustSee(viewer: Viewer, id: string): Window {
    const window = this.#visible(viewer).find((one) => one.id === id)
    if (!window) throw notFound('window')
    return window
  }

  /** Whoever sees a window from below may not move what the upper tier announced. */
  #mustWrite(viewer: Viewer, id: string): Window {
    const window = this.#mustSee(viewer, id)
    const path = this.#model.regions.get(window.regionId)?.path
    const ends = this.#regionPathsOf(window)
    if (!(path !== undefined && covers(viewer, path)) && !ends.every((one) => covers(viewer, one)))
      throw forbidden()
    return window
  }

  #next(window: Window, nowMs: number): Span | null {
    if (window.cancelledAtMs !== null) return null
    return nextOccurrences(window, nowMs, 1, this.#deps.timezone)[0] ?? null
  }

  #lastEndMs(window: Window): number {
    return window.cancelledAtMs ?? window.recursUntilMs ?? window.endsAtMs
  }

  #conflicts(viewer: Viewer, window: Window, spans: readonly Span[]): WindowPreview['conflicts'] {
    const last = spans.at(-1)
    if (!last) return []
    const chains = this.#book.chains(this.#model)
    const reach = (one: Window) => one.scopes.map(({ id }) => ({ id, chain: new Set(chains.of(id)) }))
    const mine = reach(window)
    const meets = (other: Window) =>
      reach(other).some((theirs) => mine.some((own) => own.chain.has(theirs.id) || theirs.chain.has(own.id)))
    return this.#visible(viewer)
      .filter((other) => other.id !== window.id && meets(other))
      .flatMap((other) =>
        this.#book
          .runs(other, spans[0]!.fromMs, last.untilMs)
          .filter((run) => spans.some((span) => run.fromMs < span.untilMs && span.fromMs < run.untilMs))
          .map((run) => ({ windowId: other.id, title: other.title, ...shown(run) })),
      )
      .slice(0, 20)
  }

  async #views(viewer: Viewer, windows: Window[]): Promise<MaintenanceWindow[]> {
    const nowMs = this.#deps.clock()
    const people = await this.#deps.namesOf(windows.flatMap(({ createdBy }) => createdBy ?? []))
    const muted = new Map<string, number>()
    for (const { windowId } of this.#deps.firing())
      if (windowId !== null) muted.set(windowId, (muted.get(windowId) ?? 0) + 1)
    const carriers = this.#carriers()
    return windows.map((window) => ({
      ...this.#view(window, nowMs, people, carriers, muted.get(window.id) ?? 0),
      scopes: this.#scopesFor(viewer, window).map((scope) => ({ ...scope, name: this.#nameOf(scope.id) })),
    }))
  }

  #view(
    window: Window,
    nowMs: number,
    people: Map<string, string>,
    carriers: Map<string, string>,
    muted: number,
  ): Omit<MaintenanceWindow, 'scopes'> {
    const next = this.#next(window, nowMs)
    const { createdBy } = window
    return {
      id: window.id,
      region: { id: window.regionId, name: this.#model.regions.get(window.regionId)?.name ?? '' },
      title: window.title,
      source: window.source,
      reference: window.reference,
      carrier:
        window.carrierId === null
          ? null
          : { id: window.carrierId, name: carriers.get(window.carrierId) ?? '' },
      note: window.note,
      startsAt: window.startsAtMs,
      endsAt: window.endsAtMs,
      recurrence: window.recurrence,
      recursUntil: window.recursUntilMs,
      cancelledAt: window.cancelledAtMs,
      createdBy: createdBy === null ? null : { id: createdBy, name: people.get(createdBy) ?? createdBy },
      createdAt: window.createdAtMs,
      next: next && shown(next),
      running: phaseOf(next, nowMs) === 'running',
      muted,
    }
  }

  #nameOf(id: string): string {
    return (
      this.#model.regions.get(id)?.name ?? this.#model.services.get(id)?.name ?? this.#deps.state.nameOf(id)
    )
  }
}

const shown = ({ fromMs, untilMs }: Span) => ({ fromAt: fromMs, untilAt: untilMs })

const phaseOf = (next: Span | null, nowMs: number): WindowPhase =>
  next === null ? 'over' : next.fromMs <= nowMs ? 'running' : 'coming'

const over = () =>
  conflict('window-over', { zh: '这个维护窗口已经结束', en: 'This maintenance window is over' })
const wrongEnd = () =>
  invalid([
    { path: '/endsAt', code: 'range', message: 'later than now; a recurring one ends by recursUntil' },
  ])

function mustBeSound({ startsAtMs, endsAtMs, recurrence, recursUntilMs }: Window): void {
  const atMost = recurrence ? longestRecurringMs : longestMs
  if (endsAtMs <= startsAtMs || endsAtMs - startsAtMs > atMost)
    throw invalid([{ path: '/endsAt', code: 'range', message: `after startsAt, by at most ${atMost / dayMs} days` }]) // prettier-ignore
  if (recursUntilMs !== null && recursUntilMs < startsAtMs)
    throw invalid([{ path: '/recursUntil', code: 'range', message: 'after startsAt' }])
}

type Scope = Pick<Viewer, 'regionPaths'>

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
