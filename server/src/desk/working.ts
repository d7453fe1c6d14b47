import type { Updateable } from 'kysely'
import { differences, type Change } from '../audit/change.ts'
import type { AuditTrail } from '../audit/trail.ts'
import type { Tables } from '../db/tables.ts'
import { conflict, forbidden, invalid, notFound } from '../http/problem.ts'
import type { IdentityService } from '../identity/service.ts'
import { covers, type Viewer } from '../identity/viewer.ts'
import { changeTicket } from './change.ts'
import type { NewEntry } from './entry.ts'
import { arriving, movesFrom, type IncidentState, type PendingReason } from './incident.ts'
import { mayWorkOn, type Reach, type ReachedTicket } from './reach.ts'
import * as record from './record.ts'
import type { TimelineEntry } from './schema.ts'
import type { TicketRow } from './store.ts'

interface WorkDeps {
  audit: Pick<AuditTrail, 'write'>
  clock: () => number
  identity: IdentityService
  reach: Reach
}

export interface Assignment {
  teamId?: string | undefined
  assigneeId?: string | null | undefined
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
  ): Promise<void> {
    const ticket = await this.#deps.reach.seen(viewer, id)
    const own = visibility === 'public' && ticket.row.requester_id === viewer.userId
    if (!own && !mayWorkOn(viewer, ticket)) throw forbidden()
    const entry = { kind: 'comment', visibility, authorId: viewer.userId, text } as const
    await this.#change(ticket.row, {}, [entry], record.commented(ticket.row, text, visibility))
  }

  /** Gives it to a team, a person, or both; a person on a new ticket makes it assigned. */
  async assign(viewer: Viewer, id: string, to: Assignment): Promise<void> {
    const ticket = await this.#deps.reach.worked(viewer, id)
    const { row } = ticket
    if (row.state === 'closed' || row.state === 'cancelled') throw wrongMove(row.state, [])
    await this.#mustFit(ticket, to)
    const { teamId = row.team_id, assigneeId = row.assignee_id } = to
    if (teamId === row.team_id && assigneeId === row.assignee_id) return
    const isTaken = row.state === 'new' && assigneeId !== null
    const entries = [await this.#assigned(viewer, row, teamId, assigneeId)]
    if (isTaken) entries.push(moved(viewer, row, 'assigned', null))
    const set = { team_id: teamId, assignee_id: assigneeId, ...(isTaken && { state: 'assigned' }) }
    await this.#change(row, set, entries, record.assigned(row, sidesOf(row, set)))
  }

  /** Along the table of moves. Whoever takes up a ticket that is nobody's becomes its assignee. */
  async move(
    viewer: Viewer,
    id: string,
    {
      to,
      reason,
      text,
    }: { to: IncidentState; reason?: PendingReason | undefined; text?: string | undefined },
  ): Promise<void> {
    const { row } = await this.#deps.reach.worked(viewer, id)
    const nowMs = this.#deps.clock()
    const allowed = movesFrom(lifeOf(row), nowMs)
    if (!allowed.includes(to)) throw wrongMove(lifeOf(row).state, allowed)
    if (to === 'pending' && reason === undefined) throw reasonMissing()
    const waitsFor = to === 'pending' ? reason! : null
    const takesUp = row.assignee_id === null && (to === 'assigned' || to === 'in_progress')
    const entries = [moved(viewer, row, to, waitsFor, text)]
    if (takesUp) entries.push(await this.#assigned(viewer, row, row.team_id, viewer.userId))
    const assignee = takesUp ? { assignee_id: viewer.userId } : {}
    const set = { state: to, pending_reason: waitsFor, ...arriving(to, nowMs), ...assignee }
    await this.#change(row, set, entries, record.moved(row, sidesOf(row, set)))
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
    viewer: Viewer,
    row: TicketRow,
    teamId: string | null,
    assigneeId: string | null,
  ): Promise<NewEntry> {
    const { identity } = this.#deps
    const teams = await identity.teamNames(present([row.team_id, teamId]))
    const users = await identity.namesOf(present([row.assignee_id, assigneeId]))
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

  #change(row: TicketRow, set: TicketSet, entries: NewEntry[], change: Change): Promise<void> {
    const { audit, clock } = this.#deps
    return audit.write(async (tx, note) => {
      await changeTicket(tx, row, set, entries, clock())
      note(change)
    })
  }
}

type TicketSet = Updateable<Tables['tickets']>

/** Of what changes, in the API's words. */
const sidesOf = (row: TicketRow, set: TicketSet) => differences(fieldsOf(row), fieldsOf({ ...row, ...set }))

const fieldsOf = (row: TicketRow & TicketSet) => ({
  state: row.state,
  pendingReason: row.pending_reason,
  teamId: row.team_id,
  assigneeId: row.assignee_id,
})

export const lifeOf = (row: TicketRow) => ({
  state: row.state as IncidentState,
  resolvedAtMs: row.resolved_at,
})

const present = (ids: (string | null)[]) => ids.filter((id) => id !== null)

const moved = (
  viewer: Viewer,
  row: TicketRow,
  to: IncidentState,
  reason: PendingReason | null,
  text: string | null = null,
): NewEntry => ({ kind: 'state', authorId: viewer.userId, text, values: { from: row.state, to, reason } })

const stateNames: Record<IncidentState, string> = {
  new: '新建',
  assigned: '已派',
  in_progress: '处理中',
  pending: '挂起',
  resolved: '已解决',
  closed: '已关闭',
  cancelled: '已取消',
}

function wrongMove(from: IncidentState, allowed: readonly IncidentState[]) {
  const names = allowed.map((state) => stateNames[state])
  return conflict('wrong-move', {
    zh: `工单${stateNames[from]}，${names.length > 0 ? `只能转为：${names.join('、')}` : '不能再改'}`,
    en: `The ticket is ${from}; it may become: ${allowed.join(', ') || 'nothing else'}`,
  })
}

const reasonMissing = () =>
  invalid([{ path: '/reason', code: 'required', message: 'is required to wait' }], {
    zh: '转为等待时请选择原因',
    en: 'Waiting needs a reason',
  })
