/**
 * 升级: a ticket is offered to a team of a tier above or to specialists, which accepts it or gives it back with a reason; until then
 * it may be withdrawn. Its region stays, so the lower tier keeps sight of it.
 */
import { newId } from '@zongheng/inventory/id.ts'
import type { Note } from '../audit/trail.ts'
import type { Db } from '../db/database.ts'
import { conflict, forbidden, notFound } from '../http/problem.ts'
import { teamNames } from '../identity/teams/team-names.ts'
import { covers, viewerFor, type Viewer } from '../identity/viewer.ts'
import { addEntry, type NewEntry } from './entry.ts'
import * as store from './escalation-store.ts'
import { heldTicket } from './gathering-store.ts'
import { isOpenPhase, phaseOf, type TicketKind } from './kinds.ts'
import type { Parts } from './parts.ts'
import { needsMissing, wrongMove } from './problems.ts'
import { mayWorkOn, type ReachedTicket } from './reach.ts'
import * as record from './record.ts'
import type { Escalation, EscalationDecision, EscalationTarget, NewEscalation } from './schema-together.ts'
import type { TicketRow } from './store.ts'

type Decided = EscalationDecision['decision']
const common: ReadonlySet<string> = new Set(teamNames)

export class Escalating {
  readonly #parts: Parts

  constructor(parts: Parts) {
    this.#parts = parts
  }

  // ---- reading -------------------------------------------------------------------------------

  /** Teams of the tiers above the one that has it, and specialists of any tier it belongs to; nearest first. */
  async targets(viewer: Viewer, id: string): Promise<EscalationTarget[]> {
    return this.#targets(await this.#parts.reach.worked(viewer, id))
  }

  async #targets({ row, regionPath }: ReachedTicket, db: Db = this.#parts.db): Promise<EscalationTarget[]> {
    const { identity } = this.#parts
    const lineage = regionPath.split('/').filter(Boolean)
    const teams = await identity.teamsAt(lineage, db)
    const from = teams.find((team) => team.id === row.team_id)?.path ?? regionPath
    const members = Map.groupBy(await identity.membersOf(teams.map((team) => team.id), db), ({ teamId }) => teamId) // prettier-ignore
    return teams
      .filter((team) => team.id !== row.team_id)
      .filter((team) => !common.has(team.name) || team.path.length < from.length)
      .sort((a, b) => b.path.length - a.path.length)
      .map(({ id, name, region_id, region_name, path }) => ({
        id,
        name,
        region: { id: region_id, name: region_name },
        kind: path.length < from.length ? 'above' : 'specialist',
        members: members.get(id)?.length ?? 0,
      }))
  }

  /** Newest first, with what the viewer may do about each. */
  async list(viewer: Viewer, ticket: ReachedTicket, db: Db = this.#parts.db): Promise<Escalation[]> {
    const rows = await store.escalationsOf(db, ticket.row.id)
    if (rows.length === 0) return []
    const { identity, names } = this.#parts
    const users = await names.users(present(rows.flatMap((row) => [row.offered_by, row.decided_by])), db)
    const teams = await identity.teamTitles(
      present(rows.flatMap((row) => [row.from_team_id, row.to_team_id])),
      db,
    )
    const ref = (id: string | null, of: Map<string, string>) =>
      id === null ? null : { id, name: of.get(id) ?? id }
    const views = rows.map(async (row) => ({
      id: row.id,
      state: row.state,
      fromTeam: ref(row.from_team_id, teams),
      toTeam: ref(row.to_team_id, teams)!,
      reason: row.reason,
      offeredBy: ref(row.offered_by, users),
      offeredAt: row.created_at,
      decidedBy: ref(row.decided_by, users),
      decidedAt: row.decided_at,
      answer: row.answer,
      may: row.state === 'offered' ? await this.#mayDecide(viewer, ticket, row, db) : [],
    }))
    return (await Promise.all(views)).reverse()
  }

  // ---- writing -------------------------------------------------------------------------------

  async offer(viewer: Viewer, id: string, { teamId, reason }: NewEscalation): Promise<void> {
    const { audit, book, clock, notices, reach } = this.#parts
    const reached = await reach.worked(viewer, id)
    await audit.write(async (tx, note) => {
      const row = await heldTicket(tx, id)
      mustBeOpen(row)
      const team = (await this.#targets({ ...reached, row }, tx)).find((target) => target.id === teamId)
      if (!team) throw notFound('team')
      if (await store.offeredOf(tx, id)) throw conflict('escalation-open')
      const nowMs = clock()
      const stamps = { created_at: nowMs, updated_at: nowMs }
      await store.insertEscalation(tx, {
        id: newId('escalation', nowMs),
        ticket_id: id,
        from_team_id: row.team_id,
        to_team_id: teamId,
        state: 'offered',
        offered_by: viewer.userId,
        reason,
        decided_by: null,
        decided_at: null,
        answer: null,
        ...stamps,
      })
      await book.add(tx, id, [entryOf('offered', viewer.userId, `${team.region.name} ${team.name}`, reason)])
      await notices.tell(tx, 'ticket-offered', row, nowMs, { text: reason, teamId })
      note(record.done('desk.ticket-escalated', row, { to: team.name, reason }))
    })
  }

  /** Throws `escalation-decided` for whoever comes second, `forbidden` for whom it is not up to. */
  async decide(
    viewer: Viewer,
    id: string,
    escalationId: string,
    { decision, text }: EscalationDecision,
  ): Promise<void> {
    const { audit, reach } = this.#parts
    const reached = await reach.seen(viewer, id)
    if (decision === 'returned' && !text?.trim()) throw needsMissing(['text'])
    await audit.write(async (tx, note) => {
      const row = await heldTicket(tx, id)
      const found = (await store.escalationsOf(tx, id)).find((one) => one.id === escalationId)
      if (!found) throw notFound('escalation')
      if (!(await this.#mayDecide(viewer, reached, found, tx)).includes(decision)) throw forbidden()
      await this.#decided(tx, note, row, found, { decision, text: text ?? null, userId: viewer.userId })
    })
  }

  /** An offer ends with the work it was made for, and once the team that made it has the ticket no longer. */
  async changed(tx: Db, before: TicketRow | null, after: TicketRow, nowMs: number): Promise<void> {
    if (!before || !isOpen(before) || (isOpen(after) && before.team_id === after.team_id)) return
    const open = await store.offeredOf(tx, after.id)
    if (!open) return
    const decision = { state: 'withdrawn', decided_by: null, answer: null } as const
    await store.decideEscalation(tx, open.id, decision, nowMs)
    const toTeam = (await this.#parts.identity.teamTitles([open.to_team_id], tx)).get(open.to_team_id)
    await addEntry(tx, after.id, nowMs, entryOf('withdrawn', null, toTeam ?? open.to_team_id, null))
  }

  async #decided(
    tx: Db,
    note: Note,
    row: TicketRow,
    escalation: store.EscalationRow,
    { decision, text, userId }: { decision: Decided; text: string | null; userId: string },
  ): Promise<void> {
    const { book, clock, identity, notices } = this.#parts
    const nowMs = clock()
    const answer = { state: decision, decided_by: userId, answer: text }
    if (!(await store.decideEscalation(tx, escalation.id, answer, nowMs)))
      throw conflict('escalation-decided')
    const toTeamId = escalation.to_team_id
    const teams = await identity.teamTitles(present([row.team_id, toTeamId]), tx)
    const toTeam = teams.get(toTeamId) ?? toTeamId
    const entry = entryOf(decision, userId, toTeam, text)
    if (decision === 'accepted') {
      mustBeOpen(row)
      const fromTeam = row.team_id === null ? null : (teams.get(row.team_id) ?? row.team_id)
      const handed: NewEntry = { kind: 'assignment', authorId: userId, values: { fromTeam, toTeam, reason: 'escalation' } } // prettier-ignore
      await book.change(tx, row, { team_id: toTeamId, assignee_id: null }, [entry, handed])
    } else await book.add(tx, row.id, [entry])
    const offerer = escalation.offered_by === null ? [] : [escalation.offered_by]
    if (decision !== 'withdrawn')
      await notices.tell(tx, `ticket-${decision}`, row, nowMs, { text, userIds: offerer })
    note(record.done('desk.escalation-decided', row, { decision, to: toTeam, text }))
  }

  /**
   * | decision           | up to                                                                              |
   * | accepted, returned | members of the team; managers of its region; while it has no members, who works there |
   * | withdrawn          | whoever offered it; members of the team it came from; managers of the ticket's region  |
   */
  async #mayDecide(
    viewer: Viewer,
    ticket: ReachedTicket,
    { to_team_id, from_team_id, offered_by }: store.EscalationRow,
    db: Db,
  ): Promise<Decided[]> {
    const { identity } = this.#parts
    if (!mayWorkOn(viewer, ticket)) return []
    const toPath = (await identity.team(to_team_id, db))?.regionPath
    const members = await identity.membersOf(present([to_team_id, from_team_id]), db)
    const isOn = (teamId: string | null) =>
      members.some((member) => member.teamId === teamId && member.userId === viewer.userId)
    const manages = (path: string | undefined) =>
      path !== undefined && covers(viewerFor(viewer, 'desk.rules'), path)
    const isEmpty = !members.some((member) => member.teamId === to_team_id)
    const worksThere = toPath !== undefined && covers(viewerFor(viewer, 'desk.write'), toPath)
    const takes = isOn(to_team_id) || manages(toPath) || (isEmpty && worksThere)
    const gave = offered_by === viewer.userId || isOn(from_team_id) || manages(ticket.regionPath)
    return [...(takes ? (['accepted', 'returned'] as const) : []), ...(gave ? (['withdrawn'] as const) : [])]
  }
}

const present = (ids: (string | null)[]) => [...new Set(ids.filter((id) => id !== null))]
export const isOpen = ({ kind, state }: TicketRow) => isOpenPhase(phaseOf(kind as TicketKind, state))

export function mustBeOpen(row: TicketRow): void {
  if (!isOpen(row)) throw wrongMove(row.state, [])
}

/** Its reporter learns who has it now, and nothing of the talk between the tiers. */
const entryOf = (
  event: Decided | 'offered',
  authorId: string | null,
  toTeam: string,
  text: string | null,
): NewEntry => ({
  kind: 'escalation',
  visibility: 'internal',
  authorId,
  text,
  values: { event, toTeam },
})
