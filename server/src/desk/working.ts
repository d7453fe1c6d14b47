import type { AuditTrail } from '../audit/trail.ts'
import type { Db } from '../db/database.ts'
import { forbidden, notFound } from '../http/problem.ts'
import type { IdentityService } from '../identity/service.ts'
import { covers, type Viewer } from '../identity/viewer.ts'
import type { TicketBook } from './book.ts'
import type { MoveInput } from './contract.ts'
import type { NewEntry } from './entry.ts'
import { phaseOf, type TicketKind } from './kinds.ts'
import { ticketChanged, wrongMove } from './problems.ts'
import { actorsOf, mayWorkOn, type Reach, type ReachedTicket } from './reach.ts'
import * as record from './record.ts'
import type { TimelineEntry } from './schema.ts'
import { ticketsByIds, type TicketRow } from './store.ts'

interface WorkDeps {
  audit: Pick<AuditTrail, 'write'>
  book: TicketBook
  identity: IdentityService
  reach: Reach
}

export interface Assignment {
  teamId?: string | undefined
  assigneeId?: string | null | undefined
  revision?: number | undefined
}

/** What people do to a ticket, each in a transaction of its own. */
export class TicketWork {
  readonly #deps: WorkDeps

  constructor(deps: WorkDeps) {
    this.#deps = deps
  }

  /** A reporter writes publicly, on their own tickets. */
  async comment(
    viewer: Viewer,
    id: string,
    text: string,
    visibility: TimelineEntry['visibility'],
    manner: 'comment' | 'call' = 'comment',
  ): Promise<void> {
    const ticket = await this.#deps.reach.seen(viewer, id)
    const own = visibility === 'public' && ticket.row.requester_id === viewer.userId
    if (!own && !mayWorkOn(viewer, ticket)) throw forbidden()
    const entry = { kind: manner, visibility, authorId: viewer.userId, text } as const
    const { audit, book } = this.#deps
    await audit.write(async (tx, note) => {
      await book.add(tx, id, [entry])
      note(record.commented(ticket.row, text, visibility))
    })
  }

  /** Gives it to a team, a person, or both; a person on a new ticket makes it assigned. */
  async assign(viewer: Viewer, id: string, to: Assignment): Promise<void> {
    const ticket = await this.#deps.reach.worked(viewer, id)
    await this.#mustFit(ticket, to)
    const { audit, book } = this.#deps
    await audit.write(async (tx, note) => {
      const row = await freshOf(tx, id, to.revision)
      if (phaseOf(row.kind as TicketKind, row.state) === 'over') throw wrongMove(row.state, [])
      const { teamId = row.team_id, assigneeId = row.assignee_id } = to
      if (teamId === row.team_id && assigneeId === row.assignee_id) return
      const isTaken = row.kind === 'incident' && row.state === 'new' && assigneeId !== null
      const entries = [await this.#assigned(tx, viewer, row, teamId, assigneeId)]
      if (isTaken) entries.push({ kind: 'state', authorId: viewer.userId, values: { from: 'new', to: 'assigned', reason: null } }) // prettier-ignore
      const set = { team_id: teamId, assignee_id: assigneeId, ...(isTaken && { state: 'assigned' }) }
      await book.change(tx, row, set, entries)
      note(record.assigned(row, record.sidesOf(row, set)))
    })
  }

  /** Along the table of moves. Whoever takes up a ticket that is nobody's becomes its assignee. */
  async move(viewer: Viewer, id: string, move: MoveInput & { revision?: number | undefined }): Promise<void> {
    const ticket = await this.#deps.reach.seen(viewer, id)
    const actors = actorsOf(viewer, ticket)
    if (actors.size === 0) throw forbidden()
    const { audit, book } = this.#deps
    await audit.write(async (tx, note) => {
      const row = await freshOf(tx, id, move.revision)
      const takesUp =
        row.assignee_id === null && actors.has('worker') && takenUp.has(`${row.kind} ${move.to}`)
      const also = takesUp && {
        set: { assignee_id: viewer.userId },
        entries: [await this.#assigned(tx, viewer, row, row.team_id, viewer.userId)],
      }
      await book.moveAs(tx, note, id, move, viewer, actors, also || {})
    })
  }

  /** A team of the ticket's region or of one above it; a person who may work on the ticket. */
  async #mustFit({ regionPath }: ReachedTicket, { teamId, assigneeId }: Assignment): Promise<void> {
    const { identity } = this.#deps
    if (teamId !== undefined) {
      const team = await identity.team(teamId)
      if (!team || !covers({ regionPaths: [team.regionPath] }, regionPath)) throw notFound('team')
    }
    if (assigneeId !== undefined && assigneeId !== null) {
      const scope = await identity.scopeOf(assigneeId, 'desk.write')
      if (!covers(scope, regionPath)) throw notFound('user')
    }
  }

  /** Names, before and after, of what changes. */
  async #assigned(
    tx: Db,
    viewer: Viewer,
    row: TicketRow,
    teamId: string | null,
    assigneeId: string | null,
  ): Promise<NewEntry> {
    const { identity } = this.#deps
    const teams = await identity.teamTitles(present([row.team_id, teamId]), tx)
    const users = await identity.namesOf(present([row.assignee_id, assigneeId]), tx)
    const name = (id: string | null, names: Map<string, string>) =>
      id === null ? null : (names.get(id) ?? id)
    const values = {
      ...(teamId !== row.team_id && { fromTeam: name(row.team_id, teams), toTeam: name(teamId, teams) }),
      ...(assigneeId !== row.assignee_id && {
        from: name(row.assignee_id, users),
        to: name(assigneeId, users),
      }),
    }
    return { kind: 'assignment', authorId: viewer.userId, values }
  }
}

const present = (ids: (string | null)[]) => ids.filter((id) => id !== null)

/** Moves by which whoever makes them takes up what is nobody's. */
const takenUp = new Set([
  'incident assigned',
  'incident in_progress',
  'request in_progress',
  'problem investigating',
  'change submitted',
])

/** Read within the transaction; throws `ticket-changed` where it is not what the reader saw. */
async function freshOf(tx: Db, id: string, revision: number | undefined): Promise<TicketRow> {
  const [row] = await ticketsByIds(tx, [id])
  if (!row) throw notFound('ticket')
  if (revision !== undefined && row.revision !== revision) throw ticketChanged()
  return row
}
