import type { Collector } from '@zongheng/server/api.ts'

/** How a collector fares, worst first. lapsed: its token was never used, and is good no more. */
export const standings = ['away', 'behind', 'lapsed', 'invited', 'online', 'revoked'] as const
export type Standing = (typeof standings)[number]

/** What it measured longer ago than this and has not sent yet: it cannot keep up. */
const behindMs = 60_000

export function standingOf(collector: Collector, now: number): Standing {
  if (collector.state === 'revoked') return 'revoked'
  if (collector.state === 'invited') return (collector.tokenExpiresAt ?? 0) > now ? 'invited' : 'lapsed'
  if (!collector.connected) return 'away'
  return (collector.health?.lagMs ?? 0) > behindMs ? 'behind' : 'online'
}

/** The mark of a state that looks like it. */
export const markState: Record<Standing, string> = {
  online: 'up',
  behind: 'degraded',
  away: 'down',
  invited: 'unknown',
  lapsed: 'unknown',
  revoked: 'unknown',
}

export const views = ['current', 'away', 'waiting', 'revoked'] as const
export type View = (typeof views)[number]
const inView: Record<View, readonly Standing[]> = {
  current: ['away', 'behind', 'lapsed', 'invited', 'online'],
  away: ['away', 'behind'],
  waiting: ['invited', 'lapsed'],
  revoked: ['revoked'],
}

/** Those of a view, worst first, then by name. */
export function collectorsIn(view: View, all: readonly Collector[], now: number): Collector[] {
  const rank = (collector: Collector) => standings.indexOf(standingOf(collector, now))
  return all
    .filter((collector) => inView[view].includes(standingOf(collector, now)))
    .sort((a, b) => rank(a) - rank(b) || a.name.localeCompare(b.name, 'zh-CN'))
}
