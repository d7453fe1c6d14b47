import { lingersMs } from '@zongheng/inventory/causes.ts'
import { worse } from '@zongheng/inventory/severity.ts'
import { findingKey, type Finding } from '../state/finding.ts'
import type { Judgement } from '../state/judge.ts'
import type { AlarmEvent, AlarmEventKind } from './events.ts'
import { isMuted } from './muted.ts'
import { newAlarm, newStep, type AlarmStep, type OpenAlarm } from './open-alarm.ts'
import { condition as stormCondition, StormWatch, type RegionSight, type StormLimits } from './storm.ts'

export type { AlarmStep, OpenAlarm } from './open-alarm.ts'

/** What others say of alarms; a book of its own goes without. */
export interface BookRules extends Partial<RegionSight> {
  /** The maintenance window that mutes what began then. */
  muting?: (finding: Finding, startedMs: number, nowMs: number) => string | null
  /** How long a root must speak before its incident is opened; null: never. */
  incidentAfterMs?: (finding: Finding) => number | null
  storm?: StormLimits
}

const flapWindowMs = 10 * 60_000
const flapRaises = 3
const flapCalmMs = 3 * 60_000
const milderMs = 60_000
/** After a cause clears, what it explained gets this long to recover before it speaks for itself. */
export const surfaceMs = 90_000

/** It came again and again, or its evidence says so: a line may come and go without ever being well in between. */
const isFlapping = ({ raisedMs, finding }: OpenAlarm) =>
  raisedMs.length >= flapRaises || finding.evidence.some(({ code }) => code === 'flapping')

/** The open alarms and their lives. Pure but for its memory: given findings and the time, it tells the steps. */
export class AlarmBook {
  readonly #open = new Map<string, OpenAlarm>()
  /** When what is over came, of late: what comes and goes slowly flaps as well. */
  readonly #before = new Map<string, number[]>()
  #forgetMs = 0
  /** Until when what comes again is suppressed, by finding. */
  readonly #suppressed: Map<string, number>
  readonly #rules: BookRules
  readonly #storms: StormWatch
  #steps = new Map<string, AlarmStep>()
  #nowMs = 0

  constructor(open: Iterable<OpenAlarm>, rules: BookRules = {}, suppressed: Iterable<[string, number]> = []) {
    for (const alarm of open) this.#open.set(findingKey(alarm.finding), alarm)
    const { regionsAbove = (id: string) => [id], regionName = (id: string) => id } = rules
    this.#rules = rules
    this.#suppressed = new Map(suppressed)
    this.#storms = new StormWatch({ regionsAbove, regionName }, rules.storm)
  }

  /** O(findings + open alarms). */
  reconcile(judged: Judgement, nowMs: number): AlarmStep[] {
    this.#nowMs = nowMs
    this.#steps = new Map()
    for (const [key, finding] of judged.findings) this.#see(key, finding)
    for (const alarm of this.#open.values())
      if (alarm.state === 'pending') alarm.windowId = this.#windowOf(alarm)
    const judgement = this.#storms.over(judged, this.#open, nowMs)
    for (const [key, finding] of judgement.findings) if (!judged.findings.has(key)) this.#see(key, finding)
    for (const [key, alarm] of this.#open) if (!judgement.findings.has(key)) this.#miss(key, alarm, judgement)
    for (const alarm of this.#open.values()) this.#explain(alarm, judgement)
    for (const alarm of this.#open.values()) this.#fire(alarm, judgement)
    for (const alarm of this.#open.values()) this.#speak(alarm)
    return [...this.#steps.values()]
  }

  /** Pending and firing ones. */
  open(): IterableIterator<OpenAlarm> {
    return this.#open.values()
  }

  /** What somebody said of an alarm; what follows from it comes with the next pass. */
  told(
    id: string,
    flags: Partial<Pick<OpenAlarm, 'isAcknowledged' | 'acknowledgedUntilMs' | 'suppressedUntilMs'>>,
  ): void {
    for (const [key, alarm] of this.#open) {
      if (alarm.id !== id) continue
      Object.assign(alarm, flags)
      if (flags.suppressedUntilMs) this.#suppressed.set(key, flags.suppressedUntilMs)
      else if (flags.suppressedUntilMs === null) this.#suppressed.delete(key)
    }
  }

  #see(key: string, finding: Finding): void {
    const alarm = this.#open.get(key)
    if (!alarm) {
      this.#open.set(key, this.#newAlarm(key, finding))
      return
    }
    if (alarm.goneSinceMs !== null) this.#raiseAgain(alarm)
    const before = alarm.finding
    if (this.#isPassing(alarm, finding)) return
    alarm.finding = finding
    this.#watchFlapping(alarm)
    if (alarm.state !== 'firing' || !differs(before, finding)) return
    this.#step(alarm).changed = true
    if (before.severity !== finding.severity || before.values.state !== finding.values.state)
      this.#note(alarm, 'severity', {
        from: before.severity,
        to: finding.severity,
        state: finding.values.state ?? null,
      })
  }

  #newAlarm(key: string, finding: Finding): OpenAlarm {
    const alarm = newAlarm(finding, this.#nowMs)
    alarm.raisedMs = [...this.#late(this.#before.get(key) ?? []), this.#nowMs]
    alarm.flapping = isFlapping(alarm)
    this.#before.delete(key)
    const untilMs = this.#suppressed.get(key)
    if (untilMs === undefined) return alarm
    if (untilMs > this.#nowMs) alarm.suppressedUntilMs = untilMs
    else this.#suppressed.delete(key)
    return alarm
  }

  /** On its way back a line passes milder states: it is told as such only when it stays there. */
  #isPassing(alarm: OpenAlarm, finding: Finding): boolean {
    const isMilder =
      finding.severity !== alarm.finding.severity &&
      worse(finding.severity, alarm.finding.severity) === alarm.finding.severity
    if (!isMilder) alarm.milderSinceMs = null
    else alarm.milderSinceMs ??= this.#nowMs
    return alarm.milderSinceMs !== null && this.#nowMs - alarm.milderSinceMs < milderMs
  }

  /** It is the same alarm that comes again, not another. */
  #raiseAgain(alarm: OpenAlarm): void {
    alarm.goneSinceMs = null
    alarm.raisedMs = [...this.#late(alarm.raisedMs), this.#nowMs]
    alarm.raised += 1
    const isFiring = alarm.state === 'firing'
    if (isFiring) this.#note(alarm, 'raised-again', { raised: alarm.raised })
    this.#watchFlapping(alarm)
  }

  #watchFlapping(alarm: OpenAlarm): void {
    if (alarm.flapping || !isFlapping(alarm)) return
    alarm.flapping = true
    if (alarm.state !== 'firing') return
    this.#step(alarm).changed = true
    this.#note(alarm, 'flapping', { raised: alarm.raised })
  }

  #miss(key: string, alarm: OpenAlarm, judgement: Judgement): void {
    if (!judgement.isKnown(alarm.finding.entityId, alarm.finding.condition)) return
    alarm.goneSinceMs ??= this.#nowMs
    // whoever came back before is trusted later each time
    const calmMs = alarm.flapping ? flapCalmMs : alarm.finding.clearHoldMs * alarm.raisedMs.length
    if (alarm.state === 'firing' && this.#nowMs - alarm.goneSinceMs < calmMs) return
    this.#open.delete(key)
    if (alarm.state !== 'firing') return
    this.#remember(key, alarm)
    alarm.state = 'cleared'
    alarm.clearedMs = alarm.goneSinceMs
    this.#step(alarm).cleared = true
    this.#note(alarm, 'cleared', {}, alarm.clearedMs)
  }

  #late(raisedMs: readonly number[]): number[] {
    return raisedMs.filter((at) => this.#nowMs - at <= flapWindowMs)
  }

  #remember(key: string, { raisedMs }: OpenAlarm): void {
    this.#before.set(key, raisedMs)
    if (this.#nowMs < this.#forgetMs) return
    this.#forgetMs = this.#nowMs + flapWindowMs
    for (const [old, raised] of this.#before) if (this.#late(raised).length === 0) this.#before.delete(old)
  }

  #explain(alarm: OpenAlarm, judgement: Judgement): void {
    if (alarm.goneSinceMs !== null) return
    const cause = this.#causeOf(alarm, judgement)
    if (cause?.state === 'firing') {
      alarm.orphanedSinceMs = null
      if (alarm.causeId === cause.id) return
      const wasRoot = alarm.causeId === null
      this.#lean(alarm, cause, judgement)
      if (alarm.state !== 'firing') return
      const step = this.#step(alarm)
      step.changed = true
      step.explained ||= wasRoot
      this.#note(alarm, 'explained', { causeId: cause.id })
    } else if (alarm.causeId !== null && !cause) {
      alarm.orphanedSinceMs ??= this.#nowMs
      if (this.#nowMs - alarm.orphanedSinceMs < Math.max(surfaceMs, lingersMs(alarm.finding.condition)))
        return
      alarm.causeId = alarm.orphanedSinceMs = null
      alarm.coCauseIds = []
      alarm.isStormed = false
      if (alarm.state === 'firing') this.#note(alarm, 'unexplained', {})
    }
  }

  /** A finding whose cause is still pending waits for it: the cause is to be told, not the consequence. */
  #fire(alarm: OpenAlarm, judgement: Judgement): void {
    if (alarm.state !== 'pending' || this.#nowMs - alarm.seenMs < alarm.finding.holdMs) return
    const cause = this.#causeOf(alarm, judgement)
    if (cause?.state === 'pending' && judgement.findings.has(findingKey(cause.finding))) return
    if (cause) this.#lean(alarm, cause, judgement)
    alarm.state = 'firing'
    alarm.firedMs = this.#nowMs
    this.#step(alarm).fired = true
    this.#note(alarm, 'started', {}, alarm.startedMs)
    this.#note(alarm, 'fired', { severity: alarm.finding.severity, causeId: alarm.causeId })
    if (alarm.windowId !== null) this.#note(alarm, 'window-entered', { windowId: alarm.windowId })
    if (alarm.suppressedUntilMs !== null) this.#note(alarm, 'suppressed', { until: alarm.suppressedUntilMs })
  }

  #causeOf(alarm: OpenAlarm, judgement: Judgement): OpenAlarm | undefined {
    const key = judgement.explain(alarm.finding)
    return key ? this.#open.get(key) : undefined
  }

  #lean(alarm: OpenAlarm, cause: OpenAlarm, judgement: Judgement): void {
    alarm.causeId = cause.id
    alarm.coCauseIds = judgement.coCauses(alarm.finding).flatMap((key) => this.#open.get(key)?.id ?? [])
    alarm.isStormed = cause.finding.condition === stormCondition
  }

  /** Whether it is to be heard. What is gone for the moment is left as it is until that is certain. */
  #speak(alarm: OpenAlarm): void {
    if (alarm.state !== 'firing' || alarm.goneSinceMs !== null) return
    this.#end(alarm)
    this.#window(alarm)
    const muted = isMuted(alarm)
    if (muted && alarm.spokeMs !== null) {
      alarm.spokeMs = null
      alarm.isDesked = false
      this.#step(alarm).quieted = true
    } else if (!muted && alarm.spokeMs === null) {
      alarm.spokeMs = this.#nowMs
      const step = this.#step(alarm)
      step.surfaced = !step.fired
    }
    this.#desk(alarm)
  }

  /** What people asked for ends by itself. */
  #end(alarm: OpenAlarm): void {
    if (alarm.suppressedUntilMs !== null && alarm.suppressedUntilMs <= this.#nowMs) {
      alarm.suppressedUntilMs = null
      this.#suppressed.delete(findingKey(alarm.finding))
      this.#note(alarm, 'suppression-ended', {})
    }
    if (alarm.acknowledgedUntilMs !== null && alarm.acknowledgedUntilMs <= this.#nowMs) {
      alarm.acknowledgedUntilMs = null
      alarm.isAcknowledged = false
      this.#step(alarm).reminded = !isMuted(alarm)
      this.#note(alarm, 'acknowledgement-ended', {})
    }
  }

  #window(alarm: OpenAlarm): void {
    const windowId = this.#windowOf(alarm)
    if (windowId === alarm.windowId) return
    const left = alarm.windowId
    alarm.windowId = windowId
    if (windowId !== null) this.#note(alarm, 'window-entered', { windowId })
    else this.#note(alarm, 'window-left', { windowId: left })
  }

  #windowOf({ finding, startedMs }: OpenAlarm): string | null {
    return this.#rules.muting?.(finding, startedMs, this.#nowMs) ?? null
  }

  #desk(alarm: OpenAlarm): void {
    if (alarm.spokeMs === null || alarm.isDesked) return
    const afterMs = this.#rules.incidentAfterMs
      ? this.#rules.incidentAfterMs(alarm.finding)
      : alarm.finding.priority && 0
    if (afterMs === null || this.#nowMs - alarm.spokeMs < afterMs) return
    alarm.isDesked = true
    this.#step(alarm).due = true
  }

  #step(alarm: OpenAlarm): AlarmStep {
    const known = this.#steps.get(alarm.id)
    if (known) return known
    const step = newStep(alarm)
    this.#steps.set(alarm.id, step)
    return step
  }

  #note(alarm: OpenAlarm, kind: AlarmEventKind, details: AlarmEvent['details'], atMs = this.#nowMs): void {
    this.#step(alarm).events.push({ kind, atMs, details })
  }
}

/** Evidence and measured values move with every poll; these are what people are told. */
function differs(a: Finding, b: Finding): boolean {
  return (
    a.severity !== b.severity || a.values.state !== b.values.state || a.values.circuits !== b.values.circuits
  )
}
