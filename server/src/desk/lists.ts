import type { Db } from '../db/database.ts'
import type { PageOf } from '../http/paging.ts'
import type { Viewer } from '../identity/viewer.ts'
import type { TicketFilter } from './list-filter.ts'
import type { TicketCounts, TicketQuery } from './list-schema.ts'
import type { Ground } from './list-reads-store.ts'
import { countTickets, groundOf, listTickets } from './list-store.ts'
import type { Ticket } from './schema.ts'
import { sightOf } from './sight.ts'
import type { TicketIndex } from './ticket-index.ts'
import { viewTickets, type Names } from './views.ts'

export interface ListDeps {
  db: Db
  clock: () => number
  names: Names
  index: TicketIndex
  teamIdsOf(userId: string): Promise<string[]>
}

export const countedAtMost = 1000

/** Queues and whatever else is a list of tickets. */
export class TicketLists {
  readonly #deps: ListDeps

  constructor(deps: ListDeps) {
    this.#deps = deps
  }

  async list(viewer: Viewer, query: TicketQuery): Promise<PageOf<Ticket>> {
    const { db, names } = this.#deps
    const ground = await groundOf(db, sightOf(viewer), query.regionId)
    const filter = await this.#filterOf(viewer, query, ground)
    const page = await listTickets(db, ground, filter)
    return { next: page.next, items: await viewTickets(db, names, page.items) }
  }

  /** How many open tickets each queue has, narrowed as a list is. */
  async counts(viewer: Viewer, query: TicketQuery): Promise<TicketCounts> {
    const { db, clock, teamIdsOf } = this.#deps
    const { userId } = viewer
    const ground = await groundOf(db, sightOf(viewer), query.regionId)
    const filter = await this.#filterOf(viewer, { ...query, sort: undefined }, ground)
    const teamIds = await teamIdsOf(userId)
    const count = async (queue: TicketFilter) => {
      const { state = 'open' } = filter
      return countTickets(db, ground, { ...filter, state, ...queue }, countedAtMost)
    }
    const ofTeams = await Promise.all(teamIds.map((teamId) => (isOther(filter.teamId, teamId) ? 0 : count({ teamId })))) // prettier-ignore
    return {
      queues: {
        mine: isOther(filter.assigneeId, userId) ? 0 : await count({ assigneeId: userId }),
        team: Math.min(countedAtMost, ofTeams.reduce((sum, n) => sum + n, 0)), // prettier-ignore
        unassigned: filter.assigneeId ? 0 : await count({ assigneeId: null }),
        all: await count({}),
        waiting: await count({ state: undefined, phase: 'waiting' }),
        breached: await count({ dueBeforeMs: clock() }),
        watching: await count({ watcherId: userId }),
        offered: await count({ offeredTo: teamIds }),
      },
    }
  }

  async #filterOf(viewer: Viewer, query: TicketQuery, ground: Ground): Promise<TicketFilter> {
    const { db, clock, index, teamIdsOf } = this.#deps
    const { assignee, watching, breached, offered, dueBefore, q, ...filter } = query
    const { userId } = viewer
    const now = breached ? clock() : undefined
    return {
      ...filter,
      ...(filter.requesterId === 'me' && { requesterId: userId }),
      assigneeId: assignee === 'none' ? null : assignee === 'me' ? userId : assignee,
      ...(watching && { watcherId: userId }),
      ...(offered && { offeredTo: await teamIdsOf(userId) }),
      dueBeforeMs: dueBefore === undefined ? now : Math.min(dueBefore, now ?? dueBefore),
      ...(q?.trim() && { ids: await index.find(db, q, userId, ground.regionIds) }),
    }
  }
}

/** A list that is narrowed to another has none of these. */
const isOther = (asked: string | null | undefined, own: string) => asked !== undefined && asked !== own
