import type { Region, Team, Ticket, User } from '@zongheng/server/api.ts'

export interface AssignableTeam {
  team: Team
  members: { id: string; name: string }[]
}

/** Roles that work on tickets. */
const staff = ['agent', 'engineer', 'manager', 'network-admin']

/**
 * Who a ticket can be given to: the teams of its region and of those above it, the nearest first, each with its members;
 * then whoever else works there, as `others`.
 */
export function assignable(
  ticket: Pick<Ticket, 'region'>,
  teams: readonly Team[],
  users: readonly User[],
  regions: ReadonlyMap<string, Region>,
): { teams: AssignableTeam[]; others: { id: string; name: string }[] } {
  const path = regions.get(ticket.region.id)?.path ?? ''
  const covers = (regionId: string) => {
    const own = regions.get(regionId)?.path
    return own !== undefined && path.startsWith(own)
  }
  const depth = (team: Team) => regions.get(team.region.id)?.path.length ?? 0
  const works = new Set(
    users.filter((u) => u.roles.some((r) => staff.includes(r)) && covers(u.region.id)).map((u) => u.id),
  )
  const fitting = teams
    .filter((team) => covers(team.region.id))
    .sort((a, b) => depth(b) - depth(a) || a.name.localeCompare(b.name, 'zh'))
    .map((team) => ({ team, members: team.members.filter((m) => works.has(m.id)) }))
  const named = new Set(fitting.flatMap(({ members }) => members.map((m) => m.id)))
  const others = users
    .filter((u) => works.has(u.id) && !named.has(u.id))
    .map(({ id, displayName }) => ({ id, name: displayName }))
  return { teams: fitting, others }
}
