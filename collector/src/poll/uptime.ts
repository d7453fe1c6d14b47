/** sysUpTime as it was read: hundredths of a second, at an instant (UTC epoch ms). */
export interface UptimeReading {
  atMs: number
  ticks: number
}

const wrap = 2 ** 32 // TimeTicks, 497 days
const slackMs = 10_000

/**
 * Whether the device started anew between two readings: its uptime went back other than by wrapping round, or it says itself
 * that it started after the earlier one.
 */
export function hasRestarted(before: UptimeReading, now: UptimeReading): boolean {
  const elapsedMs = now.atMs - before.atMs
  if (now.ticks * 10 < elapsedMs - slackMs) return !isWrap(before, now, elapsedMs)
  return now.ticks < before.ticks && !isWrap(before, now, elapsedMs)
}

function isWrap(before: UptimeReading, now: UptimeReading, elapsedMs: number): boolean {
  return Math.abs(before.ticks * 10 + elapsedMs - wrap * 10 - now.ticks * 10) <= slackMs + elapsedMs * 0.01
}
