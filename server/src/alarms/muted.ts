/** Why an alarm says nothing by itself, though it is recorded and shown. */
export const muteReasons = ['historical', 'suppressed', 'window', 'cause', 'storm'] as const
export type MuteReason = (typeof muteReasons)[number]

/** What muting depends on; rows and open alarms both have it. */
export interface Mutable {
  causeId: string | null
  /** Its cause is the storm of its region. */
  isStormed?: boolean
  windowId: string | null
  /** Null: not suppressed. */
  suppressedUntilMs: number | null
  /** Told by late evidence, over before anybody could know. */
  isHistorical?: boolean
}

export function muteOf(alarm: Mutable): MuteReason | null {
  if (alarm.isHistorical) return 'historical'
  if (alarm.suppressedUntilMs !== null) return 'suppressed'
  if (alarm.windowId !== null) return 'window'
  if (alarm.causeId !== null) return alarm.isStormed ? 'storm' : 'cause'
  return null
}

/** The one question of the desk and of notification: muted, it pages nobody and opens no incident. */
export const isMuted = (alarm: Mutable): boolean => muteOf(alarm) !== null
