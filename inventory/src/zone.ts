/** Days and months as a time zone counts them. Instants are UTC epoch ms; a date is `2026-11-22`, a month `2026-11`. */
export const defaultTimeZone = 'Asia/Shanghai'

const minuteMs = 60_000
export const dayMs = 86_400_000

const formats = new Map<string, Intl.DateTimeFormat>()

/** Throws a RangeError when there is no such zone. */
function formatOf(timeZone: string): Intl.DateTimeFormat {
  const known = formats.get(timeZone)
  if (known) return known
  const format = new Intl.DateTimeFormat('en', { timeZone, timeZoneName: 'longOffset' })
  formats.set(timeZone, format)
  return format
}

/** What the zone's clocks are ahead of UTC at an instant. */
export function offsetMs(ms: number, timeZone: string): number {
  const name = formatOf(timeZone).formatToParts(ms).find((part) => part.type === 'timeZoneName')?.value ?? '' // prettier-ignore
  const [, sign, hours = 0, minutes = 0, seconds = 0] = /([+-])(\d+):(\d+)(?::(\d+))?/.exec(name) ?? []
  const ahead = (Number(hours) * 60 + Number(minutes)) * minuteMs + Number(seconds) * 1000
  return sign === '-' ? -ahead : ahead
}

/** The instant at which the zone's clocks first show this; `wallMs` is the wall clock read as if it were UTC. */
function instantOf(wallMs: number, timeZone: string): number {
  const guess = wallMs - offsetMs(wallMs, timeZone)
  return wallMs - offsetMs(guess, timeZone)
}

const wallOf = (ms: number, timeZone: string) => new Date(ms + offsetMs(ms, timeZone))

export const dateOf = (ms: number, timeZone: string): string =>
  wallOf(ms, timeZone).toISOString().slice(0, 'yyyy-mm-dd'.length)

export const monthOf = (ms: number, timeZone: string): string =>
  wallOf(ms, timeZone).toISOString().slice(0, 'yyyy-mm'.length)

/** The date's first instant. */
export const startOfDate = (date: string, timeZone: string): number =>
  instantOf(Date.parse(`${date}T00:00:00Z`), timeZone)

/** The instant at which the clocks show `minute` minutes after midnight. */
export const minuteOfDate = (date: string, minute: number, timeZone: string): number =>
  instantOf(Date.parse(`${date}T00:00:00Z`) + minute * minuteMs, timeZone)

export const nextDate = (date: string): string =>
  new Date(Date.parse(`${date}T00:00:00Z`) + dayMs).toISOString().slice(0, date.length)

/** 0 is Sunday. */
export const weekdayOf = (date: string): number => new Date(`${date}T00:00:00Z`).getUTCDay()

const monthForm = /^(\d{4})-(0[1-9]|1[0-2])$/

/** From the month's first instant (inclusive) to the next one's (exclusive). Throws a RangeError when it is no month. */
export function monthBounds(month: string, timeZone: string): { from: number; until: number } {
  const [, year, number] = monthForm.exec(month) ?? []
  if (!year) throw new RangeError(`${month} is no month`)
  const next = new Date(Date.UTC(Number(year), Number(number), 1)).toISOString().slice(0, 'yyyy-mm-dd'.length)
  return { from: startOfDate(`${month}-01`, timeZone), until: startOfDate(next, timeZone) }
}
