import type { AlarmState } from '@zongheng/inventory/condition.ts'
import { newId } from '@zongheng/inventory/id.ts'
import type { Finding } from '../state/finding.ts'
import type { AlarmEvent } from './events.ts'

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
  /** What explains it together with that. */
  coCauseIds: string[]
  /** Its cause is the storm of its region. */
  isStormed: boolean
  flapping: boolean
  /** How often it came, the first time included. */
  raised: number
  /** The maintenance window that mutes it. */
  windowId: string | null
  /** Null: nobody suppressed it. */
  suppressedUntilMs: number | null
  isAcknowledged: boolean
  /** It speaks again then; null: acknowledged for good, or not at all. */
  acknowledgedUntilMs: number | null
  /** Since when it speaks for itself: neither explained nor muted otherwise; null while it does not. */
  spokeMs: number | null
  /** The desk was told since it speaks. */
  isDesked: boolean
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
  /** It has just found its cause. */
  explained: boolean
  /** It was muted, by a cause, a window, somebody's hand, and speaks for itself now. */
  surfaced: boolean
  /** It spoke, and is muted now. */
  quieted: boolean
  /** Its acknowledgement has ended while it still fires: people are to be told again. */
  reminded: boolean
  /** By policy its incident is to be opened now. */
  due: boolean
  events: AlarmEvent[]
}

export const newStep = (alarm: OpenAlarm): AlarmStep => ({
  alarm,
  fired: false,
  cleared: false,
  changed: false,
  explained: false,
  surfaced: false,
  quieted: false,
  reminded: false,
  due: false,
  events: [],
})

export function newAlarm(finding: Finding, nowMs: number): OpenAlarm {
  return {
    id: newId('alarm'),
    state: 'pending',
    finding,
    startedMs: finding.sinceMs,
    seenMs: nowMs,
    firedMs: null,
    clearedMs: null,
    causeId: null,
    coCauseIds: [],
    isStormed: false,
    flapping: false,
    raised: 1,
    windowId: null,
    suppressedUntilMs: null,
    isAcknowledged: false,
    acknowledgedUntilMs: null,
    spokeMs: null,
    isDesked: false,
    goneSinceMs: null,
    orphanedSinceMs: null,
    milderSinceMs: null,
    raisedMs: [nowMs],
  }
}
