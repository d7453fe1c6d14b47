/** What is told once a minute is told with the last of its rounds, not with the first of the next. */
export function isMinuteOver(startMs: number, nowMs: number, intervalMs: number, minuteMs = 60_000): boolean {
  return nowMs - startMs + intervalMs * 1.5 >= minuteMs
}

/** As exact as a network is. */
export const roundMs = (ms: number): number => Math.round(ms * 100) / 100
