/**
 * Business services 业务系统: how one fares follows from what it needs. What it needs alone must do; of a group that stand in for one
 * another, so many must. Pure.
 */
import type { RelationEnd } from './relation.ts'
import type { Severity, Priority } from './severity.ts'

export const serviceKinds = [
  'budget',
  'treasury-payment',
  'non-tax',
  'payroll',
  'portal',
  'mail',
  'video-conference',
  'ip-telephony',
  'other',
] as const
export type ServiceKind = (typeof serviceKinds)[number]

/** Gravest first. */
export const criticalities = ['vital', 'important', 'normal'] as const
export type Criticality = (typeof criticalities)[number]

/** Worst first. What is not known is never shown as well. */
export const healths = ['down', 'unreachable', 'degraded', 'unknown', 'up'] as const
export type Health = (typeof healths)[number]

export const worstHealth = (all: readonly Health[]): Health =>
  healths.find((health) => all.includes(health)) ?? 'unknown'

/** How grave it is that a service of this criticality is down, or not well. */
export const serviceGravity: Record<
  Criticality,
  Record<'down' | 'degraded', { severity: Severity; priority: Priority | null }>
> = {
  vital: { down: { severity: 'critical', priority: 'P1' }, degraded: { severity: 'minor', priority: 'P3' } },
  important: {
    down: { severity: 'major', priority: 'P2' },
    degraded: { severity: 'warning', priority: null },
  },
  normal: { down: { severity: 'minor', priority: 'P3' }, degraded: { severity: 'warning', priority: null } },
}

/** What each state of a link means for those who use it: one on its backup carries them, with nothing left to fall back on. */
const linkHealth: Record<string, Health> = {
  normal: 'up',
  unprotected: 'up',
  'on-backup': 'degraded',
  degraded: 'degraded',
  down: 'down',
}

/** The state of anything a service may need, as that service sees it. */
export function healthOf(type: RelationEnd, state: string): Health {
  if (type === 'link') return linkHealth[state] ?? 'unknown'
  return healths.find((health) => health === state) ?? 'unknown'
}

export interface Need {
  id: string
  /** Null: it must do by itself. */
  group: string | null
  /** How many of its group must do. */
  needed: number
  health: Health
}

export interface ServiceVerdict {
  state: Health
  /** What decides, in the order given; empty when all is well. */
  decisive: string[]
}

/**
 * | of a group                               | it is       |
 * | enough are up, all others too            | up          |
 * | enough are up, some others have failed   | degraded    |
 * | enough are up, of some others nothing is known | unknown |
 * | enough do, some of them degraded         | degraded    |
 * | enough may do                            | unknown     |
 * | too few do, all others are unreachable   | unreachable |
 * | too few do                               | down        |
 */
export function judgeGroup(members: readonly Health[], needed: number): Health {
  const count = (...of: Health[]) => members.filter((health) => of.includes(health)).length
  const least = Math.min(Math.max(1, needed), members.length)
  if (count('up') >= least) {
    if (count('down', 'unreachable') > 0) return 'degraded'
    return count('unknown') > 0 ? 'unknown' : 'up'
  }
  if (count('up', 'degraded') >= least) return 'degraded'
  if (count('up', 'degraded', 'unknown') >= least) return 'unknown'
  return count('down') > 0 ? 'down' : 'unreachable'
}

/** The worst of its groups. One that needs nothing is unknown. */
export function judgeService(needs: readonly Need[]): ServiceVerdict {
  const groups = new Map<string, Need[]>()
  for (const need of needs) {
    const key = need.group === null ? `id ${need.id}` : `group ${need.group}`
    groups.set(key, [...(groups.get(key) ?? []), need])
  }
  const judged = [...groups.values()].map((members) => ({
    members,
    health: judgeGroup(
      members.map(({ health }) => health),
      Math.max(...members.map(({ needed }) => needed)),
    ),
  }))
  const state = worstHealth(judged.map(({ health }) => health))
  if (state === 'up') return { state, decisive: [] }
  const ill = judged.filter(({ health }) => health === state).flatMap(({ members }) => members)
  return { state, decisive: ill.filter(({ health }) => health !== 'up').map(({ id }) => id) }
}
