import type { Cause, Causes, Moment } from '@zongheng/inventory/causes.ts'
import type { Topology } from '@zongheng/inventory/topology.ts'
import { illsOf, lostWay, type CollectorLook } from './collector-rules.ts'
import { causesAlone, topologyFrom } from './estate-topology.ts'
import type { Finding } from './finding.ts'
import type { Ground, Pass } from './pass.ts'

/** Judges collectors by what they say of themselves, and one that says nothing by the way to it. */
export class CollectorJudge {
  readonly #ground: Ground
  readonly #away = new Map<string, number>()
  readonly #looks = new Map<string, CollectorLook>()
  #awayChanges = 0
  /** Seen from the collector beside the server: how the others are reached. */
  #fromServer!: Topology
  #cuts!: Causes

  constructor(ground: Ground) {
    this.#ground = ground
  }

  /** Takes a changed estate. */
  rebuild(): void {
    const { model, faults } = this.#ground
    const local = [...model.collectors.values()].filter(({ isLocal }) => isLocal)
    this.#fromServer = topologyFrom(model, local)
    this.#cuts = causesAlone(faults, local)
  }

  /** How often a collector came or went. */
  get awayChanges(): number {
    return this.#awayChanges
  }

  /** Since when a collector gives no sign; null while it does. */
  away(collectorId: string, sinceMs: number | null): void {
    if (this.#away.has(collectorId) !== (sinceMs !== null)) this.#awayChanges++
    if (sinceMs === null) this.#away.delete(collectorId)
    else this.#away.set(collectorId, sinceMs)
  }

  /** How a collector fares, as it says itself, and whether it says anything. */
  seen(collectorId: string, look: CollectorLook): void {
    this.away(collectorId, look.awaySinceMs)
    this.#looks.set(collectorId, look)
  }

  /** Its word stands for nothing: it gives no sign, or is none of the estate's. */
  isAway(collectorId: string): boolean {
    return this.#away.has(collectorId) || !this.#ground.model.collectors.has(collectorId)
  }

  /** It has said how it fares since this process started. */
  isHeard(collectorId: string): boolean {
    return this.#looks.get(collectorId)?.isHeard === true
  }

  /** It is heard, and is so now. */
  isThere(collectorId: string): boolean {
    return this.isHeard(collectorId) && this.#looks.get(collectorId)?.awaySinceMs === null
  }

  /** After the links, over which they are reached. */
  judge({ nowMs, findings, moment }: Pass): void {
    for (const [id, { siteId }] of this.#ground.model.collectors) {
      const look = this.#looks.get(id) ?? { awaySinceMs: this.#away.get(id) ?? null }
      const isCut = siteId !== null && this.#cuts.explainLost(siteId, moment) !== null
      findings.addCollector(id, illsOf(look, lostWay(isCut, this.#wayTo(siteId)), nowMs))
    }
  }

  /** What cuts off the site of a collector that is away; null when nothing does. */
  whyAway({ siteId }: Finding, moment: Moment): Cause | null {
    return siteId === null ? null : this.#cuts.explainLost(siteId, moment)
  }

  /** States of the links between the server and a site; null when nobody knows the way. */
  #wayTo(siteId: string | null): string[] | null {
    const way = siteId === null ? null : this.#fromServer.wayTo(siteId)
    return way && way.map(({ id }) => this.#ground.book.stateOf(id))
  }
}
