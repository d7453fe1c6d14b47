/** What can become of an alarm, in the order of its life: the words of its history. */
export const alarmEventKinds = [
  'started',
  'fired',
  'raised-again',
  'flapping',
  'severity',
  'explained',
  'unexplained',
  'window-entered',
  'window-left',
  'incident-opened',
  'acknowledged',
  'unacknowledged',
  'acknowledgement-ended',
  'suppressed',
  'unsuppressed',
  'suppression-ended',
  'cleared',
] as const
export type AlarmEventKind = (typeof alarmEventKinds)[number]

export interface AlarmEvent {
  kind: AlarmEventKind
  atMs: number
  /** Ids, severities, counts: `{from: 'major', to: 'critical'}`. */
  details: Record<string, string | number | null>
}
