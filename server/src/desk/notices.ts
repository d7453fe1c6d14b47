/** Who is told by name when something happens to a ticket: one table, read by one observer. */
import type { Priority, Severity } from '@zongheng/inventory/severity.ts'
import { severities } from '@zongheng/inventory/severity.ts'
import { currentActor } from '../audit/actor.ts'
import type { Db } from '../db/database.ts'
import type { IdentityService } from '../identity/service.ts'
import { covers } from '../identity/viewer.ts'
import type { TicketEvent } from '../notify/message.ts'
import type { TicketNotice } from '../notify/personal.ts'
import type { TicketObserver } from './contract.ts'
import type { NewEntry } from './entry.ts'
import { meToosOf, watchersOf } from './gathering-store.ts'
import { phaseOf, type TicketKind } from './kinds.ts'
import type { OnDuty } from './on-duty.ts'
import type { TicketRow } from './store.ts'

type Role = 'assignee' | 'team' | 'watchers' | 'requester' | 'meToos' | 'duty' | 'named' | 'namedTeam'

/** `text`: said with it. `named`, `namedTeam`: whom or which team the caller names. */
interface Told {
  to: readonly Role[]
  /** However mild the ticket: what comes from above is no trifle. */
  atLeast?: Severity
}

const table: Record<TicketEvent, Told> = {
  'ticket-assigned': { to: ['assignee'] },
  'ticket-on-duty': { to: ['duty'] },
  'ticket-offered': { to: ['namedTeam'] },
  'ticket-accepted': { to: ['named', 'watchers'] },
  'ticket-returned': { to: ['named', 'assignee'] },
  'ticket-urged': { to: ['assignee', 'team', 'watchers'], atLeast: 'major' },
  'ticket-due': { to: ['named'] },
  'ticket-answered': { to: ['requester', 'meToos', 'assignee', 'watchers'] },
  'ticket-resolved': { to: ['requester', 'meToos', 'watchers'] },
  'ticket-rated': { to: ['assignee'] },
  'ticket-approval': { to: ['named'] },
}

const severityOf: Record<Priority, Severity> = { P1: 'critical', P2: 'major', P3: 'minor', P4: 'warning' }

export interface Said {
  text?: string | null
  userIds?: readonly string[]
  teamId?: string
}

interface Deps {
  identity: IdentityService
  onDuty: OnDuty
  tellOf: (tx: Db, notices: readonly TicketNotice[], nowMs: number) => Promise<void>
}

export class DeskNotices implements TicketObserver {
  readonly #deps: Deps

  constructor(deps: Deps) {
    this.#deps = deps
  }

  /** Within the caller's transaction. Whoever does it is not told of it. */
  async tell(tx: Db, event: TicketEvent, ticket: TicketRow, nowMs: number, said: Said = {}): Promise<void> {
    const { to, atLeast } = table[event]
    const found = await Promise.all(to.map((role) => this.#people(tx, role, ticket, nowMs, said)))
    const actor = currentActor().id
    const userIds = [...new Set(found.flat())].filter((id) => id !== actor)
    if (userIds.length === 0) return
    const { id, number, title, region_id: regionId, created_at: openedMs } = ticket
    const severity = graver(severityOf[ticket.priority as Priority], atLeast)
    const about = { id, number, title, regionId, openedMs }
    await this.#deps.tellOf(tx, [{ event, ticket: about, severity, text: said.text ?? '', userIds }], nowMs)
  }

  async changed(tx: Db, before: TicketRow | null, after: TicketRow, nowMs: number): Promise<void> {
    if (after.assignee_id !== null && after.assignee_id !== before?.assignee_id)
      await this.tell(tx, 'ticket-assigned', after, nowMs)
    if (after.assignee_id === null && after.team_id !== (before?.team_id ?? null))
      await this.tell(tx, 'ticket-on-duty', after, nowMs)
    if (before && after.merged_into === null && !isDone(before) && isDone(after))
      await this.tell(tx, 'ticket-resolved', after, nowMs, { text: after.resolution })
  }

  async added(tx: Db, ticket: TicketRow, entries: readonly NewEntry[], nowMs: number): Promise<void> {
    const answers = entries.filter(({ kind, visibility }) => kind === 'comment' && visibility !== 'internal')
    for (const { text } of answers)
      await this.tell(tx, 'ticket-answered', ticket, nowMs, { text: text ?? '' })
  }

  async #people(tx: Db, role: Role, ticket: TicketRow, nowMs: number, said: Said): Promise<string[]> {
    switch (role) {
      case 'assignee':
        return ticket.assignee_id === null ? [] : [ticket.assignee_id]
      case 'requester':
        return ticket.requester_id === null ? [] : [ticket.requester_id]
      case 'named':
        return [...(said.userIds ?? [])]
      case 'team':
        return this.#members(tx, ticket.team_id)
      case 'namedTeam':
        return this.#members(tx, said.teamId ?? null)
      case 'meToos':
        return (await meToosOf(tx, ticket.id)).flatMap(({ user_id }) => user_id ?? [])
      case 'watchers':
        return this.#watchers(tx, ticket)
      case 'duty': {
        const userId = await this.#deps.onDuty.personFor(tx, ticket, 'offer', nowMs)
        return userId === null ? [] : [userId]
      }
    }
  }

  async #members(tx: Db, teamId: string | null): Promise<string[]> {
    if (teamId === null) return []
    return (await this.#deps.identity.membersOf([teamId], tx)).map(({ userId }) => userId)
  }

  /** Whoever may not look at it any more is not told of it either. */
  async #watchers(tx: Db, ticket: TicketRow): Promise<string[]> {
    const { identity } = this.#deps
    const userIds = await watchersOf(tx, ticket.id)
    if (userIds.length === 0) return []
    const path = (await identity.regionsNamed([ticket.region_id], tx)).get(ticket.region_id)?.path ?? ''
    const seeing: string[] = []
    for (const userId of userIds)
      if (covers(await identity.scopeOf(userId, 'desk.read', tx), path)) seeing.push(userId)
    return seeing
  }
}

const isDone = ({ kind, state }: TicketRow) => phaseOf(kind as TicketKind, state) === 'done'

const graver = (severity: Severity, atLeast: Severity | undefined) =>
  atLeast && severities.indexOf(atLeast) < severities.indexOf(severity) ? atLeast : severity
