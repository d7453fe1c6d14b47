const zoneMs = 8 * 3_600_000
const dayMs = 24 * 3_600_000

/** The end of a calendar day in China, as grants and tokens end. */
export const endOfDay = (day: string): number => Date.parse(`${day}T23:59:59.999+08:00`)

/** `2027-01-31`: the day in China in which `at` lies. */
export const dayOf = (at: number): string => new Date(at + zoneMs).toISOString().slice(0, 10)

export const tomorrow = (now: number): string => dayOf(now + dayMs)
