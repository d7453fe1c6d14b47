/** The first instant of the month that an instant lies in, at the installation's midnight. */
export function startOfMonth(nowMs: number, timeZone: string): number {
  const { year, month } = wallClock(nowMs, timeZone)
  const asUtc = Date.UTC(year, month - 1, 1)
  return asUtc - offsetMs(asUtc, timeZone)
}

const units = {
  year: 'numeric',
  month: 'numeric',
  day: 'numeric',
  hour: 'numeric',
  minute: 'numeric',
  second: 'numeric',
} as const

function wallClock(ms: number, timeZone: string) {
  const parts = new Intl.DateTimeFormat('en', { timeZone, hourCycle: 'h23', ...units }).formatToParts(ms)
  const of = (type: keyof typeof units) => Number(parts.find((part) => part.type === type)?.value)
  return {
    year: of('year'),
    month: of('month'),
    day: of('day'),
    hour: of('hour'),
    minute: of('minute'),
    second: of('second'),
  }
}

function offsetMs(ms: number, timeZone: string): number {
  const { year, month, day, hour, minute, second } = wallClock(ms, timeZone)
  return Date.UTC(year, month - 1, day, hour, minute, second) - ms
}
