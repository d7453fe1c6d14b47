import type { Span } from '../windows/recurrence.ts'

/** A booking as it weighs on lines. */
export interface Booked extends Span {
  id: string
  title: string
  siteIds: readonly string[]
  /** At each site; 0: not said. */
  bandwidthBps: number
}

export interface Warning {
  code: 'overlap' | 'bandwidth' | 'window'
  siteId: string | null
  title: string | null
  span: Span | null
  neededBps: number | null
  availableBps: number | null
}

/** Above this share of a site's rented lines a conference suffers from what else they carry. */
const shareOfLine = 0.5

/** Sites that are booked twice at once, and those whose lines are too thin for what is booked at the worst moment. */
export function warningsOf(
  own: Booked,
  others: readonly Booked[],
  availableBps: (siteId: string) => number | null,
): Warning[] {
  const met = others.filter(
    ({ id, fromMs, untilMs }) => id !== own.id && own.fromMs < untilMs && fromMs < own.untilMs,
  )
  const overlapping = met.flatMap(({ title, fromMs, untilMs, siteIds }) => {
    const siteId = siteIds.find((one) => own.siteIds.includes(one))
    const span = { fromMs, untilMs }
    return siteId === undefined
      ? []
      : [{ code: 'overlap', siteId, title, span, neededBps: null, availableBps: null } as const]
  })
  const thin = own.siteIds.flatMap((siteId) => {
    const has = availableBps(siteId)
    const here = met.filter(({ siteIds }) => siteIds.includes(siteId))
    const neededBps = own.bandwidthBps + mostAtOnce(here)
    return has === null || neededBps === 0 || neededBps <= has * shareOfLine
      ? []
      : [{ code: 'bandwidth', siteId, title: null, span: null, neededBps, availableBps: has } as const]
  })
  return [...overlapping, ...thin]
}

/** The most that any one moment asks for: it begins with one of them. */
function mostAtOnce(booked: readonly Booked[]): number {
  const sums = booked.map(({ fromMs }) =>
    booked
      .filter((one) => one.fromMs <= fromMs && fromMs < one.untilMs)
      .reduce((sum, { bandwidthBps }) => sum + bandwidthBps, 0),
  )
  return Math.max(0, ...sums)
}
