/** What an alarm is about. With the entity it is the alarm's identity. */
export const conditions = [
  'link-state',
  'device-down',
  'device-unreachable',
  'site-silent',
  'mains-lost',
  'sensor-limit',
  'sensor-state',
  'cpu-high',
  'memory-high',
  'collector-away',
  'collector-late',
  'collector-fault',
  'series-capacity',
  'check-failed',
  'check-limit',
] as const
export type Condition = (typeof conditions)[number]

/** pending: seen, but not yet for long enough. */
export const alarmStates = ['pending', 'firing', 'cleared'] as const
export type AlarmState = (typeof alarmStates)[number]
