import { builtIn } from '@zongheng/inventory/conditions.ts'
import { findingKey, type Finding } from '../state/finding.ts'
import type { Judgement } from '../state/judge.ts'
import type { OpenAlarm } from './open-alarm.ts'

/** When single alarms cease to tell anybody anything. */
export interface StormLimits {
  /** More new roots than this … */
  roots: number
  /** … within this time, in one region and all below it, are a storm. */
  withinMs: number
  /** It is over when none came for so long, and no more than half of `roots` still fail. */
  calmMs: number
}
export const stormLimits: StormLimits = { roots: 30, withinMs: 60_000, calmMs: 180_000 }

export interface RegionSight {
  /** The region and all above it, nearest first. */
  regionsAbove: (regionId: string) => readonly string[]
  regionName: (regionId: string) => string
}

export const condition = 'alarm-storm'
const isStorm = ({ finding }: OpenAlarm) => finding.condition === condition
/** What is critical always speaks for itself: a storm must not bury a line that is down. */
const isFoldable = (finding: Finding) => finding.severity !== 'critical' && finding.condition !== condition

/**
 * One alarm stands for a storm of them. It is a finding like any other, and the cause of what it folds: when it calms, what still
 * fails speaks for itself, as with every cause. It keeps nothing: all follows from the open alarms, so that a restart changes nothing.
 */
export class StormWatch {
  readonly #limits: StormLimits
  readonly #sight: RegionSight

  constructor(sight: RegionSight, limits = stormLimits) {
    this.#sight = sight
    this.#limits = limits
  }

  /** The judgement with the storms in it. O(open alarms). */
  over(judgement: Judgement, open: ReadonlyMap<string, OpenAlarm>, nowMs: number): Judgement {
    const running = [...open.values()].filter(isStorm)
    const lasting = running.filter((storm) => this.#lasts(storm, open, nowMs))
    const begun = this.#begun(judgement, open, running, nowMs)
    if (lasting.length === 0 && begun.size === 0 && running.length === 0) return judgement
    const storms = new Map<string, Finding>()
    for (const { finding } of lasting) storms.set(finding.regionId, finding)
    for (const [regionId, count] of begun) storms.set(regionId, this.#finding(regionId, count, nowMs))
    const findings = new Map(judgement.findings)
    for (const finding of storms.values()) findings.set(findingKey(finding), finding)
    return {
      ...judgement,
      findings,
      explain: (finding) => judgement.explain(finding) ?? this.#folded(finding, storms, open),
      isKnown: (entityId, about) => about === condition || judgement.isKnown(entityId, about),
    }
  }

  #lasts(storm: OpenAlarm, open: ReadonlyMap<string, OpenAlarm>, nowMs: number): boolean {
    let failing = 0
    for (const alarm of open.values()) {
      if (alarm.causeId !== storm.id || alarm.goneSinceMs !== null) continue
      failing += 1
      if (nowMs - (alarm.firedMs ?? nowMs) < this.#limits.calmMs) return true
    }
    return failing > this.#limits.roots / 2 || nowMs - storm.startedMs < this.#limits.calmMs
  }

  /** The lowest regions in which too much came of late that no storm holds yet. */
  #begun(
    judgement: Judgement,
    open: ReadonlyMap<string, OpenAlarm>,
    running: readonly OpenAlarm[],
    nowMs: number,
  ): Map<string, number> {
    const counts = new Map<string, { count: number; depth: number }>()
    const stormy = new Set(running.map(({ finding }) => finding.regionId))
    for (const alarm of open.values()) {
      if (!this.#isNewRoot(alarm, judgement, nowMs)) continue
      const above = this.#sight.regionsAbove(alarm.finding.regionId)
      if (above.some((id) => stormy.has(id))) continue
      for (const [i, id] of above.entries()) {
        const sum = counts.get(id) ?? { count: 0, depth: above.length - i }
        sum.count += 1
        counts.set(id, sum)
      }
    }
    const begun = new Map<string, number>()
    const deepest = [...counts].filter(([, { count }]) => count > this.#limits.roots)
    deepest.sort(([a, one], [b, other]) => other.depth - one.depth || (a < b ? -1 : 1))
    for (const [id, { count }] of deepest) {
      const below = [...begun.keys()].filter((one) => this.#sight.regionsAbove(one).includes(id))
      const told = below.reduce((sum, one) => sum + begun.get(one)!, 0)
      if (count - told > this.#limits.roots) begun.set(id, count)
    }
    return begun
  }

  #isNewRoot(alarm: OpenAlarm, judgement: Judgement, nowMs: number): boolean {
    if (alarm.goneSinceMs !== null || alarm.windowId !== null || alarm.suppressedUntilMs !== null)
      return false
    if (isStorm(alarm) || alarm.causeId !== null) return false
    if (alarm.state === 'firing') return nowMs - (alarm.firedMs ?? 0) <= this.#limits.withinMs
    return nowMs - alarm.seenMs >= alarm.finding.holdMs && judgement.explain(alarm.finding) === null
  }

  #folded(
    finding: Finding,
    storms: ReadonlyMap<string, Finding>,
    open: ReadonlyMap<string, OpenAlarm>,
  ): string | null {
    if (storms.size === 0 || !isFoldable(finding)) return null
    const regionId = this.#sight.regionsAbove(finding.regionId).find((id) => storms.has(id))
    const storm = storms.get(regionId ?? '')
    if (!storm) return null
    const firedMs = open.get(findingKey(finding))?.firedMs ?? null
    const cameWithIt = firedMs === null || firedMs >= storm.sinceMs - this.#limits.withinMs
    return cameWithIt ? findingKey(storm) : null
  }

  #finding(regionId: string, count: number, nowMs: number): Finding {
    const { severity, priority, holdMs, clearHoldMs } = builtIn(condition)
    return {
      entityType: 'region',
      entityId: regionId,
      entityName: this.#sight.regionName(regionId),
      regionId,
      siteId: null,
      deviceId: null,
      condition,
      severity,
      priority,
      holdMs,
      clearHoldMs,
      values: { count, limit: this.#limits.roots, seconds: this.#limits.withinMs / 1000 },
      evidence: [],
      sinceMs: nowMs,
    }
  }
}
