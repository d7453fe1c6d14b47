/** How windows are shown: which run, which come, what one would do. */
import { dayMs } from '@zongheng/inventory/zone.ts'
import type { Clock } from '../clock.ts'
import type { EstateModel } from '../estate/model.ts'
import { pageOfItems, type PageOf } from '../http/paging.ts'
import { invalid } from '../http/problem.ts'
import type { Viewer } from '../identity/viewer.ts'
import type { Finding } from '../state/finding.ts'
import type { StateService } from '../state/service.ts'
import type { WindowReach } from './reach.ts'
import { nextOccurrences, type Span } from './recurrence.ts'
import type { MaintenanceWindow, WindowCalendar, WindowPhase, WindowPreview } from './schema.ts'
import type { Window, WindowBook } from './window-book.ts'

export interface WindowReadingDeps {
  clock: Clock
  timezone: string
  state: Pick<StateService, 'model' | 'stateOf' | 'nameOf'>
  namesOf: (userIds: string[]) => Promise<Map<string, string>>
  /** What fires now, and by which window it is muted. */
  firing: () => Iterable<{ finding: Finding; windowId: string | null }>
}

const periodAtMostMs = 400 * dayMs

export class WindowReading {
  readonly #deps: WindowReadingDeps
  readonly #book: () => WindowBook
  readonly #reach: WindowReach

  constructor(deps: WindowReadingDeps, book: () => WindowBook, reach: WindowReach) {
    this.#deps = deps
    this.#book = book
    this.#reach = reach
  }

  /** Running first, then what comes next, then the latest that are over. */
  async list(
    viewer: Viewer,
    query: { phase?: WindowPhase; regionId?: string; limit?: number; cursor?: string },
  ): Promise<PageOf<MaintenanceWindow>> {
    const nowMs = this.#deps.clock()
    const seen = this.#reach
      .visible(viewer, query.regionId)
      .map((window) => ({ window, next: this.next(window, nowMs) }))
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
    return (await this.#views(viewer, [this.#reach.mustSee(viewer, id)]))[0]!
  }

  /** Every occurrence that touches the period. */
  calendar(viewer: Viewer, query: { from: number; until: number; regionId?: string }): WindowCalendar {
    if (query.until - query.from > periodAtMostMs || query.until <= query.from)
      throw invalid([{ path: '/until', code: 'range', message: 'at most 400 days after from' }])
    const items = this.#reach.visible(viewer, query.regionId).flatMap((window) =>
      this.#book()
        .runs(window, query.from, query.until)
        .map((span) => ({
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
  preview(viewer: Viewer, window: Window): WindowPreview {
    const nowMs = this.#deps.clock()
    const spans = nextOccurrences(window, nowMs, 5, this.#deps.timezone)
    const wanted = new Set(window.scopes.map(({ id }) => id))
    const chains = this.#book().chains(this.#model)
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

  // ------------------------------------------------------------------------------------------

  get #model(): EstateModel {
    return this.#deps.state.model
  }

  /** The carriers' names, by id. */
  #carriers(): Map<string, string> {
    return new Map([...this.#model.circuits.values()].map((circuit) => [circuit.carrierId, circuit.carrier]))
  }

  /** When it runs, or runs next; null: it is over. */
  next(window: Window, nowMs: number): Span | null {
    if (window.cancelledAtMs !== null) return null
    return nextOccurrences(window, nowMs, 1, this.#deps.timezone)[0] ?? null
  }

  #lastEndMs(window: Window): number {
    return window.cancelledAtMs ?? window.recursUntilMs ?? window.endsAtMs
  }

  #conflicts(viewer: Viewer, window: Window, spans: readonly Span[]): WindowPreview['conflicts'] {
    const last = spans.at(-1)
    if (!last) return []
    const chains = this.#book().chains(this.#model)
    const reach = (one: Window) => one.scopes.map(({ id }) => ({ id, chain: new Set(chains.of(id)) }))
    const mine = reach(window)
    const meets = (other: Window) =>
      reach(other).some((theirs) => mine.some((own) => own.chain.has(theirs.id) || theirs.chain.has(own.id)))
    return this.#reach
      .visible(viewer)
      .filter((other) => other.id !== window.id && meets(other))
      .flatMap((other) =>
        this.#book()
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
      scopes: this.#reach
        .scopesFor(viewer, window)
        .map((scope) => ({ ...scope, name: this.#nameOf(scope.id) })),
    }))
  }

  #view(
    window: Window,
    nowMs: number,
    people: Map<string, string>,
    carriers: Map<string, string>,
    muted: number,
  ): Omit<MaintenanceWindow, 'scopes'> {
    const next = this.next(window, nowMs)
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
