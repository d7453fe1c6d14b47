/** How busy an office network is at each hour of a workday, as a share of its peak; backups run at night. */
const workday = [
  0.22, 0.3, 0.34, 0.3, 0.22, 0.18, 0.2, 0.32, 0.7, 0.95, 1, 0.9, 0.55, 0.5, 0.8, 0.95, 0.92, 0.75, 0.46,
  0.36, 0.31, 0.27, 0.24, 0.22,
]
const weekendShare = 0.6
const hourMs = 3_600_000
const chinaOffsetMs = 8 * hourMs // Asia/Shanghai has had no summer time since 1991

function hourly(hour: number): number {
  const weekday = Math.floor(hour / 24 + 4) % 7 // 1970-01-01 was a Thursday
  return workday[hour % 24]! * (weekday === 0 || weekday === 6 ? weekendShare : 1)
}

/** Share of the peak (0 to 1) at an instant, by the clock of Asia/Shanghai, smooth from hour to hour. */
export function officeLoad(atMs: number): number {
  const hours = (atMs + chinaOffsetMs) / hourMs
  const hour = Math.floor(hours)
  const into = hours - hour
  return hourly(hour) * (1 - into) + hourly(hour + 1) * into
}

/** A wavering about 1 that never leaves 0.86 to 1.14; `phase` (0 to 1) sets one line apart from another. */
export function ripple(phase: number, atMs: number): number {
  const turn = (periodS: number, shift: number) =>
    Math.sin(2 * Math.PI * (atMs / (periodS * 1000) + phase * shift))
  return 1 + 0.07 * turn(1130, 1) + 0.04 * turn(373, 7) + 0.03 * turn(97, 13)
}
