import type { EstateModel, LinkModel } from '../estate/model.ts'
import type { Finding } from '../state/finding.ts'
import { merged, occurrences, type Span, type Timing } from './recurrence.ts'
import { ScopeChains } from './scope-chains.ts'

/** What a scope may name. */
export const scopeTypes = ['region', 'site', 'device', 'link', 'circuit', 'service'] as const
export type ScopeType = (typeof scopeTypes)[number]
export const windowSources = ['manual', 'carrier', 'change', 'drill'] as const
export type WindowSource = (typeof windowSources)[number]

export interface WindowScope {
  type: ScopeType
  id: string
}

/** A maintenance window as it is kept. */
export interface Window extends Timing {
  id: string
  regionId: string
  title: string
  source: WindowSource
  /** The carrier's notice number, the change's ticket. */
  reference: string | null
  carrierId: string | null
  note: string | null
  createdBy: string | null
  createdAtMs: number
  cancelledAtMs: number | null
  scopes: WindowScope[]
}

/** A window while it runs. */
export interface Running extends Span {
  window: Window
}

/** Laid over the technical state. */
export interface Maintenance {
  windowId: string
  title: string
  untilMs: number
}

const horizonMs = 24 * 3_600_000

/** All windows at hand, by what they cover. Pure but for its memory. */
export class WindowBook {
  readonly windows: ReadonlyMap<string, Window>
  readonly #timeZone: string
  readonly #byScope = new Map<string, Window[]>()
  #model: EstateModel | undefined
  #chains: ScopeChains | undefined
  /** What runs within the period, by scope id. */
  #near: Span & { byScope: Map<string, Running[]> } = { fromMs: 0, untilMs: 0, byScope: new Map() }

  constructor(windows: Iterable<Window>, timeZone: string) {
    this.windows = new Map([...windows].map((window) => [window.id, window]))
    this.#timeZone = timeZone
    for (const window of this.windows.values())
      for (const { id } of window.scopes) this.#byScope.set(id, [...(this.#byScope.get(id) ?? []), window])
  }

  chains(model: EstateModel): ScopeChains {
    if (!this.#chains || this.#model !== model) this.#chains = new ScopeChains(model)
    this.#model = model
    return this.#chains
  }

  /** When it runs within the period; a cancelled one ran until then. */
  runs(window: Window, fromMs: number, untilMs: number): Span[] {
    const lastMs = window.cancelledAtMs ?? Infinity
    return occurrences(window, fromMs, Math.min(untilMs, lastMs), this.#timeZone)
      .map((span) => ({ fromMs: span.fromMs, untilMs: Math.min(span.untilMs, lastMs) }))
      .filter((span) => span.untilMs > Math.max(span.fromMs, fromMs))
  }

  /** Of those that cover it now, the one that lasts longest. */
  at(model: EstateModel, entityId: string, nowMs: number): Running | null {
    if (this.#runningNear(nowMs).size === 0) return null
    return this.#longest(this.chains(model).of(entityId), nowMs, nowMs)
  }

  /** A link's is any of its circuits': what is lost there is seen on it. */
  overlay(model: EstateModel, entityId: string, nowMs: number): Maintenance | null {
    const parts = model.links.get(entityId)?.circuits.map(({ id }) => id) ?? []
    const found = [entityId, ...parts].map((id) => this.at(model, id, nowMs)).find((one) => one !== null)
    return found ? { windowId: found.window.id, title: found.window.title, untilMs: found.untilMs } : null
  }

  /**
   * The window that mutes what began then: it has run since, and covers it. A link is covered when every circuit of it that is not
   * up is: what is lost beside the announced work speaks. `isIll`: whether a circuit is not up.
   */
  muting(
    model: EstateModel,
    finding: Finding,
    startedMs: number,
    nowMs: number,
    isIll: (circuitId: string) => boolean,
  ): Window | null {
    if (this.#runningNear(nowMs).size === 0) return null
    const link = finding.entityType === 'link' ? model.links.get(finding.entityId) : undefined
    const chains = this.chains(model)
    if (!link) return this.#longest(chains.ofFinding(finding), startedMs, nowMs)?.window ?? null
    const found = suspects(link, isIll).map((id) => this.#longest(chains.of(id), startedMs, nowMs))
    return found.every((one) => one !== null) ? (found[0]?.window ?? null) : null
  }

  /** When the next window begins or ends; where none does for a day, in a day. */
  nextTurnMs(nowMs: number): number {
    const runs = [...this.#runningNear(nowMs).values()].flat()
    const turns = runs.flatMap(({ fromMs, untilMs }) => [fromMs, untilMs]).filter((ms) => ms > nowMs)
    return turns.reduce((least, ms) => Math.min(least, ms), this.#near.untilMs)
  }

  /** Planned time of a thing within a period, in order, without overlaps, clipped to it. */
  spans(model: EstateModel, entityId: string, fromMs: number, untilMs: number): Span[] {
    const covering = new Set(
      this.chains(model)
        .of(entityId)
        .flatMap((id) => this.#byScope.get(id) ?? []),
    )
    const spans = [...covering].flatMap((window) => this.runs(window, fromMs, untilMs))
    return merged(spans).map((span) => ({
      fromMs: Math.max(span.fromMs, fromMs),
      untilMs: Math.min(span.untilMs, untilMs),
    }))
  }

  #longest(chain: readonly string[], sinceMs: number, nowMs: number): Running | null {
    const running = this.#runningNear(nowMs)
    let longest: Running | null = null
    for (const id of chain)
      for (const one of running.get(id) ?? [])
        if (one.fromMs <= sinceMs && one.fromMs <= nowMs && nowMs < one.untilMs)
          if (!longest || one.untilMs > longest.untilMs) longest = one
    return longest
  }

  #runningNear(nowMs: number): Map<string, Running[]> {
    const near = this.#near
    if (nowMs >= near.fromMs && nowMs < near.untilMs) return near.byScope
    const byScope = new Map<string, Running[]>()
    const span = { fromMs: nowMs, untilMs: nowMs + horizonMs }
    for (const window of this.windows.values())
      for (const run of this.runs(window, span.fromMs, span.untilMs))
        for (const { id } of window.scopes) byScope.set(id, [...(byScope.get(id) ?? []), { ...run, window }])
    this.#near = { ...span, byScope }
    return byScope
  }
}

const suspects = ({ circuits }: LinkModel, isIll: (circuitId: string) => boolean): string[] => {
  const ids = circuits.map(({ id }) => id)
  const ill = ids.filter(isIll)
  return ill.length > 0 ? ill : ids
}
