import type { AlarmState } from '@zongheng/inventory/condition.ts'
import { newId } from '@zongheng/inventory/id.ts'
import { worse } from '@zongheng/inventory/severity.ts'
import { findingKey, type Finding } from '../state/finding.ts'
import type { Judgement } from '../state/judge.ts'

/** An alarm that is not cleared. Pending ones live here only: nobody is told of what may pass. */
export interface OpenAlarm {
  id: string
  state: AlarmState
  finding: Finding
  startedMs: number
  /** When this process first saw it. */
  seenMs: number
  firedMs: number | null
  clearedMs: number | null
  causeId: string | null
  flapping: boolean
  /** Since when nothing is found any more; null while it is. */
  goneSinceMs: number | null
  /** Since when what explained it is gone, while it still fails. */
  orphanedSinceMs: number | null
  /** Since when it would be milder; null while it is as grave as told. */
  milderSinceMs: number | null
  /** When it came, of late. */
  raisedMs: number[]
}

/** What happened to an alarm in one pass. */
export interface AlarmStep {
  alarm: OpenAlarm
  fired: boolean
  cleared: boolean
  /** Severity, state of the link, or what is affected is another. */
  changed: boolean
  /** It has just found its cause, or lost it and stands for itself now. */
  explained: boolean
  surfaced: boolean
}

const flapWindowMs = 10 * 60_000
const flapRaises = 3
const flapCalmMs = 3 * 60_000
const milderMs = 60_000
/** After a cause clears, what it explained gets this long to recover before it speaks for itself. */
export const surfaceMs = 90_000

/** The open alarms and their lives. Pure but for its memory: given findings and the time, it tells the steps. */
export class AlarmBook {
  readonly #open = new Map<string, OpenAlarm>()

  constructor(open: Iterable<OpenAlarm>) {
    for (const alarm of open) this.#open.set(findingKey(alarm.finding), alarm)
  }

  /** O(findings + open alarms). */
  reconcile(judgement: Judgement, nowMs: number): AlarmStep[] {
    const steps = new Map<string, AlarmStep>()
    for (const [key, finding] of judgement.findings) this.#see(key, finding, nowMs, steps)
    for (const [key, alarm] of this.#open) {
      if (!judgement.findings.has(key)) this.#miss(key, alarm, judgement, nowMs, steps)
    }
    for (const alarm of this.#open.values()) this.#explain(alarm, judgement, nowMs, steps)
    for (const alarm of this.#open.values()) this.#fire(alarm, judgement, nowMs, steps)
    return [...steps.values()]
  }

  #see(key: string, finding: Finding, nowMs: number, steps: Map<string, AlarmStep>): void {
    const alarm = this.#open.get(key)
    if (!alarm) {
      this.#open.set(key, newAlarm(finding, nowMs))
      return
    }
    if (alarm.goneSinceMs !== null) this.#raiseAgain(alarm, nowMs, steps)
    const before = alarm.finding
    if (this.#isPassing(alarm, finding, nowMs)) return
    alarm.finding = finding
    if (alarm.state === 'firing' && differs(before, finding)) stepOf(steps, alarm).changed = true
  }

  /** On its way back a line passes milder states: it is told as such only when it stays there. */
  #isPassing(alarm: OpenAlarm, finding: Finding, nowMs: number): boolean {
    const isMilder =
      finding.severity !== alarm.finding.severity &&
      worse(finding.severity, alarm.finding.severity) === alarm.finding.severity
    if (!isMilder) alarm.milderSinceMs = null
    else alarm.milderSinceMs ??= nowMs
    return alarm.milderSinceMs !== null && nowMs - alarm.milderSinceMs < milderMs
  }

  #raiseAgain(alarm: OpenAlarm, nowMs: number, steps: Map<string, AlarmStep>): void {
    alarm.goneSinceMs = null
    alarm.raisedMs = [...alarm.raisedMs.filter((at) => nowMs - at <= flapWindowMs), nowMs]
    if (!alarm.flapping && alarm.raisedMs.length >= flapRaises) {
      alarm.flapping = true
      if (alarm.state === 'firing') stepOf(steps, alarm).changed = true
    }
  }

  #miss(
    key: string,
    alarm: OpenAlarm,
    judgement: Judgement,
    nowMs: number,
    steps: Map<string, AlarmStep>,
  ): void {
    if (!judgement.isKnown(alarm.finding.entityId, alarm.finding.condition)) return
    alarm.goneSinceMs ??= nowMs
    // whoever came back before is trusted later each time
    const calmMs = alarm.flapping ? flapCalmMs : alarm.finding.clearHoldMs * alarm.raisedMs.length
    if (alarm.state === 'firing' && nowMs - alarm.goneSinceMs < calmMs) return
    this.#open.delete(key)
    if (alarm.state !== 'firing') return
    alarm.state = 'cleared'
    alarm.clearedMs = alarm.goneSinceMs
    stepOf(steps, alarm).cleared = true
  }

  #explain(alarm: OpenAlarm, judgement: Judgement, nowMs: number, steps: Map<string, AlarmStep>): void {
    if (alarm.goneSinceMs !== null) return
    const causeKey = judgement.explain(alarm.finding)
    const cause = causeKey ? this.#open.get(causeKey) : undefined
    if (cause?.state === 'firing') {
      alarm.orphanedSinceMs = null
      if (alarm.causeId === cause.id) return
      const wasRoot = alarm.causeId === null
      alarm.causeId = cause.id
      if (alarm.state !== 'firing') return
      const step = stepOf(steps, alarm)
      step.changed = true
      step.explained ||= wasRoot
    } else if (alarm.causeId !== null && !cause) {
      alarm.orphanedSinceMs ??= nowMs
      if (nowMs - alarm.orphanedSinceMs < surfaceMs) return
      alarm.causeId = alarm.orphanedSinceMs = null
      if (alarm.state === 'firing') stepOf(steps, alarm).surfaced = true
    }
  }

  /** A finding whose cause is still pending waits for it: the cause is to be told, not the consequence. */
  #fire(alarm: OpenAlarm, judgement: Judgement, nowMs: number, steps: Map<string, AlarmStep>): void {
    if (alarm.state !== 'pending' || nowMs - alarm.seenMs < alarm.finding.holdMs) return
    const causeKey = judgement.explain(alarm.finding)
    const cause = causeKey ? this.#open.get(causeKey) : undefined
    if (cause && this.#isWaiting(cause, judgement)) return
    if (cause) alarm.causeId = cause.id
    alarm.state = 'firing'
    alarm.firedMs = nowMs
    stepOf(steps, alarm).fired = true
  }

  #isWaiting(cause: OpenAlarm, judgement: Judgement): boolean {
    return cause.state === 'pending' && judgement.findings.has(findingKey(cause.finding))
  }

  /** Pending and firing ones. */
  open(): IterableIterator<OpenAlarm> {
    return this.#open.values()
  }
}

function newAlarm(finding: Finding, nowMs: number): OpenAlarm {
  return {
    id: newId('alarm'),
    state: 'pending',
    finding,
    startedMs: finding.sinceMs,
    seenMs: nowMs,
    firedMs: null,
    clearedMs: null,
    causeId: null,
    flapping: false,
    goneSinceMs: null,
    orphanedSinceMs: null,
    milderSinceMs: null,
    raisedMs: [nowMs],
  }
}

function stepOf(steps: Map<string, AlarmStep>, alarm: OpenAlarm): AlarmStep {
  let step = steps.get(alarm.id)
  if (!step) {
    step = { alarm, fired: false, cleared: false, changed: false, explained: false, surfaced: false }
    steps.set(alarm.id, step)
  }
  return step
}

/** Evidence and measured values move with every poll; these are what people are told. */
function differs(a: Finding, b: Finding): boolean {
  return (
    a.severity !== b.severity || a.values.state !== b.values.state || a.values.circuits !== b.values.circuits
  )
}
