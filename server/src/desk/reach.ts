import type { Db } from '../db/database.ts'
import { notFound } from '../http/problem.ts'
import type { IdentityService } from '../identity/service.ts'
import { covers, viewerFor, type Viewer } from '../identity/viewer.ts'
import type { Actor } from './kinds.ts'
import { sightOf } from './sight.ts'
import { ticketInSight, type TicketRow } from './store.ts'

/** A ticket with where it belongs. */
export interface ReachedTicket {
  row: TicketRow
  regionPath: string
}

/** Which tickets a viewer may look at, and which they may work on. */
export class Reach {
  readonly #db: Db
  readonly #identity: IdentityService

  constructor(db: Db, identity: IdentityService) {
    this.#db = db
    this.#identity = identity
  }

  /** Throws `not-found` for what the viewer may not see. */
  async seen(viewer: Viewer, id: string, db: Db = this.#db): Promise<ReachedTicket> {
    const row = await ticketInSight(db, sightOf(viewer), id)
    if (!row) throw notFound('ticket')
    const regions = await this.#identity.regionsNamed([row.region_id], db)
    return { row, regionPath: regions.get(row.region_id)?.path ?? '' }
  }

  /** Throws `not-found` unless it is the viewer's to work on. */
  async worked(viewer: Viewer, id: string): Promise<ReachedTicket> {
    const ticket = await this.seen(viewer, id)
    if (!mayWorkOn(viewer, ticket)) throw notFound('ticket')
    return ticket
  }
}

export const mayWorkOn = (viewer: Viewer, { regionPath }: ReachedTicket) =>
  covers(viewerFor(viewer, 'desk.write'), regionPath)

/** Staff read everything; the reporter what is public. */
export const readsInternal = (viewer: Viewer, { regionPath }: ReachedTicket) =>
  covers(sightOf(viewer), regionPath)

/** As whom a viewer moves this ticket. */
export function actorsOf(viewer: Viewer, ticket: ReachedTicket): ReadonlySet<Actor> {
  const actors = new Set<Actor>()
  if (mayWorkOn(viewer, ticket)) actors.add('worker')
  if (ticket.row.requester_id === viewer.userId && viewer.permissions.has('desk.report'))
    actors.add('requester')
  if (covers(viewerFor(viewer, 'desk.rules'), ticket.regionPath)) actors.add('manager')
  return actors
}
