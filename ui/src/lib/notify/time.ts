/** Minutes of a day as a time field shows them, and dates in the installation's zone, which is China's. */
export const timeOf = (minute: number) =>
  `${String(Math.floor(minute / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}`

export function minuteOf(text: string): number {
  const [hours = 0, minutes = 0] = text.split(':').map(Number)
  return (hours * 60 + minutes) % 1440
}

const ahead = '+08:00'
const aheadMs = 8 * 3_600_000
const wall = (ms: number) => new Date(ms + aheadMs).toISOString()
/** `2026-11-22T08:30`, for a field of date and time. */
export const wallOf = (ms: number) => wall(ms).slice(0, 'yyyy-mm-ddThh:mm'.length)
export const instantOf = (wallClock: string) => Date.parse(`${wallClock}:00${ahead}`)
export const dateOf = (ms: number) => wall(ms).slice(0, 'yyyy-mm-dd'.length)
export const monthOf = (ms: number) => wall(ms).slice(0, 'yyyy-mm'.length)

/** The weeks that a month touches, Monday first: instants at which days begin. */
export function weeksOf(month: string): number[][] {
  const dayMs = 86_400_000
  const first = Date.parse(`${month}-01T00:00:00${ahead}`)
  const weekday = (new Date(`${month}-01T00:00:00Z`).getUTCDay() + 6) % 7
  const begin = first - weekday * dayMs
  const weeks: number[][] = []
  for (let week = 0; week < 6; week++) {
    const days = Array.from({ length: 7 }, (_, day) => begin + (week * 7 + day) * dayMs)
    if (week > 0 && monthOf(days[0]!) > month) break
    weeks.push(days)
  }
  return weeks
}

export function monthAfter(month: string, by: number): string {
  const [year = 0, number = 1] = month.split('-').map(Number)
  return new Date(Date.UTC(year, number - 1 + by, 1)).toISOString().slice(0, 'yyyy-mm'.length)
}
