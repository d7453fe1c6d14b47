import type { Link } from '@zongheng/server/api.ts'
import { linkStateRank } from '../state.ts'

/** Something to tell about: one link, or several of one upper site that fell into one state together. */
export interface Finding {
  id: string
  state: Link['state']
  since: number | null
  /** The link, or the first of the group. */
  link: Link
  members: Link[]
  /** Links below a broken one whose state is therefore unknown. */
  hidden: number
  rank: number
}

const togetherMs = 5 * 60_000
/** From so many on, links that changed together are one finding. */
const groupSize = 3

const notable = (link: Link) => link.state !== 'normal'
/** Severity first, newest before older within it. */
const rank = (state: string, since: number | null) => linkStateRank(state) * 1e15 - (since ?? 0)

/** One cause, one finding: links unknown below a broken link fold into it, siblings that changed together into one. */
export function findings(links: Link[]): Finding[] {
  const upward = new Map(links.map((link) => [link.lowerSite.id, link]))
  const explains = (link: Link) => {
    const above = upward.get(link.upperSite.id)
    return above && (above.state === 'down' || above.state === 'unknown') ? above : null
  }
  const hiddenBy = new Map<string, number>()
  const told: Link[] = []
  for (const link of links.filter(notable)) {
    const above = link.state === 'unknown' || link.state === 'down' ? explains(link) : null
    if (above) hiddenBy.set(above.id, (hiddenBy.get(above.id) ?? 0) + 1)
    else told.push(link)
  }
  return groups(told)
    .map((members) => finding(members, hiddenBy))
    .sort((a, b) => a.rank - b.rank)
}

function finding(members: Link[], hiddenBy: Map<string, number>): Finding {
  const [link] = members as [Link, ...Link[]]
  const { id, state, since } = link
  return { id, state, since, link, members, hidden: hiddenBy.get(id) ?? 0, rank: rank(state, since) }
}

/** Links of one upper site, in one state, that changed within five minutes of one another. */
function groups(links: Link[]): Link[][] {
  const byKind = new Map<string, Link[]>()
  for (const link of links) {
    const kind = `${link.upperSite.id} ${link.state}`
    byKind.set(kind, [...(byKind.get(kind) ?? []), link])
  }
  return [...byKind.values()].flatMap((same) => {
    const runs: Link[][] = []
    for (const link of [...same].sort((a, b) => (a.since ?? 0) - (b.since ?? 0))) {
      const run = runs.at(-1)
      if (run && (link.since ?? 0) - (run.at(-1)?.since ?? 0) <= togetherMs) run.push(link)
      else runs.push([link])
    }
    return runs.flatMap((run) => (run.length >= groupSize ? [run] : run.map((link) => [link])))
  })
}
