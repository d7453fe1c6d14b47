import { newId } from '@zongheng/inventory/id.ts'
import type { AuditTrail, Note } from '../audit/trail.ts'
import type { Clock } from '../clock.ts'
import type { Db } from '../db/database.ts'
import type { NewEntry } from '../desk/entry.ts'
import { sightOf } from '../desk/sight.ts'
import { isOpenPhase, phaseOf, type TicketKind } from '../desk/kinds.ts'
import type { Ticket } from '../desk/schema.ts'
import type { TicketRow } from '../desk/contract.ts'
import type { EventBus } from '../events.ts'
import { pageOfItems, type PageOf, type Paging } from '../http/paging.ts'
import { conflict, invalid, notFound } from '../http/problem.ts'
import type { IdentityService } from '../identity/service.ts'
import { covers, type Viewer } from '../identity/viewer.ts'
import { approversOf, type ApproverSources } from './approvers.ts'
import { outcomeOf, type StepRule } from './rule.ts'
import type { ApprovalPlan, ApprovalStep, AskedApproval, Decision } from './schema.ts'
import type { Fact } from './fact.ts'
import type { Reminding } from './reminding.ts'
import * as store from './store.ts'

/** What approvals ask of the desk. */
export interface ApprovalDesk {
  rowOf(id: string, db: Db): Promise<TicketRow | undefined>
  note(tx: Db, ticketId: string, entry: NewEntry): Promise<void>
  mustSee(viewer: Viewer, id: string): Promise<unknown>
  tickets(ids: string[]): Promise<Ticket[]>
}

export interface ApprovalDeps {
  db: Db
  bus: EventBus
  clock: Clock
  audit: Pick<AuditTrail, 'write'>
  identity: IdentityService
  desk: ApprovalDesk
  reminding: Pick<Reminding, 'opened'>
}

export interface Decided {
  tx: Db
  note: Note
  ticketId: string
  approved: boolean
  /** Why not. */
  text: string | null
}
/** What is asked for, by ticket. */
type Describe = (ticketIds: string[]) => Promise<Map<string, Fact[]>>
type OnDecided = (decided: Decided) => Promise<void>

/** Who has to agree before a request or a change goes on: steps one after the other, each decided by its rule. */
export class ApprovalService {
  readonly #deps: ApprovalDeps
  readonly #onDecided = new Map<string, OnDecided>()
  readonly #describe = new Map<string, Describe>()

  constructor(deps: ApprovalDeps) {
    this.#deps = deps
  }

  /** What follows the last step, or a rejection, of a ticket of this kind; within the transaction of the decision. */
  onDecided(kind: TicketKind, follow: OnDecided): void {
    this.#onDecided.set(kind, follow)
  }

  /** What approvers are shown of a ticket of this kind, besides its title. */
  describe(kind: TicketKind, describe: Describe): void {
    this.#describe.set(kind, describe)
  }

  /** Throws `not-found` unless the viewer may look at the ticket, or was asked about it. */
  async mustSee(viewer: Viewer, ticketId: string): Promise<void> {
    const { db, clock, desk } = this.#deps
    if (await store.isAskedAbout(db, ticketId, viewer.userId, clock())) return
    if (!viewer.permissions.has('desk.read')) throw notFound('ticket')
    await desk.mustSee(viewer, ticketId)
  }

  // ---- for other modules ---------------------------------------------------------------------

  /** A new round; what was asked before is asked no more. False: there is nobody to ask. Throws `no-approver`. */
  async ask(tx: Db, ticketId: string, plans: readonly ApprovalPlan[]): Promise<boolean> {
    const nowMs = this.#deps.clock()
    await store.withdrawSteps(tx, ticketId, nowMs)
    if (plans.length === 0) return false
    const ticket = await this.#ticket(ticketId, tx)
    const round = Math.max(0, ...(await store.stepsOf(tx, ticketId)).map((step) => step.round)) + 1
    const asking = { requesterId: ticket.requester_id, lineage: await this.#lineage(ticket.region_id, tx) }
    const stamps = { created_at: nowMs, updated_at: nowMs }
    for (const [index, plan] of plans.entries()) {
      const approvers = await approversOf(plan, asking, this.#sources(tx))
      const id = newId('approvalStep', nowMs)
      const isFirst = index === 0
      const step = {
        id,
        ticket_id: ticketId,
        round,
        position: index + 1,
        name: plan.name,
        decided_at: null,
        reminded_at: null,
      }
      const opened = { state: isFirst ? ('open' as const) : ('waiting' as const), opened_at: isFirst ? nowMs : null } // prettier-ignore
      await store.insertSteps(tx, [{ ...step, ...opened, rule: JSON.stringify(plan.rule), ...stamps }])
      const undecided = { step_id: id, ticket_id: ticketId, state: 'waiting' as const, decided_by: null, decided_at: null, text: null } // prettier-ignore
      await store.insertApprovals(
        tx,
        approvers.map((approver_id) => ({
          id: newId('approval', nowMs),
          approver_id,
          ...undecided,
          ...stamps,
        })),
      )
      if (isFirst) await this.#deps.reminding.opened(tx, step, ticket, nowMs)
    }
    return true
  }

  /** Whether the last round agreed. */
  async isApproved(ticketId: string, db: Db = this.#deps.db): Promise<boolean> {
    const steps = await store.stepsOf(db, ticketId)
    const last = steps.filter(({ round }) => round === steps.at(-1)?.round)
    return last.length > 0 && last.every(({ state }) => state === 'approved')
  }

  /** Whether the last round is over, either way. */
  async isDecided(ticketId: string, db: Db = this.#deps.db): Promise<boolean> {
    const steps = await store.stepsOf(db, ticketId)
    const last = steps.filter(({ round }) => round === steps.at(-1)?.round)
    return last.length > 0 && !last.some(({ state }) => state === 'open')
  }

  /** As an observer of the desk: what is over needs no approval. */
  async changed(tx: Db, before: TicketRow | null, after: TicketRow, nowMs: number): Promise<void> {
    if (before === null || before.state === after.state) return
    if (!isOpenPhase(phaseOf(after.kind as TicketKind, after.state)))
      await store.withdrawSteps(tx, after.id, nowMs)
  }

  // ---- deciding ------------------------------------------------------------------------------

  /** By the approver, or by whoever stands in for them now. Throws `already-decided`. */
  async decide(viewer: Viewer, id: string, decision: Decision): Promise<void> {
    const text = decision.text?.trim() || null
    if (!decision.approved && text === null)
      throw invalid([{ path: '/text', code: 'required', message: 'says why not' }], {
        zh: '驳回时请写明理由',
        en: 'A rejection says why',
      })
    const ticketId = await this.#deps.audit.write((tx, note) =>
      this.#decide(tx, note, viewer, id, { approved: decision.approved, text }),
    )
    this.#deps.bus.emit('ticket.changed', { ticketIds: [ticketId] })
  }

  async #decide(
    tx: Db,
    note: Note,
    viewer: Viewer,
    id: string,
    { approved, text }: { approved: boolean; text: string | null },
  ): Promise<string> {
    const nowMs = this.#deps.clock()
    const approval = await store.approvalById(tx, id)
    if (!approval) throw notFound('approval')
    const ticket = await this.#ticket(approval.ticket_id, tx)
    await this.#mustBeAsked(tx, viewer.userId, approval, ticket, nowMs)
    const step = await store.lockOpenStep(tx, approval.step_id, nowMs)
    if (!step) throw alreadyDecided()
    const votes = await store.approvalsOfStep(tx, step.id)
    if (votes.some((vote) => vote.decided_by === viewer.userId)) throw oneVoice()
    const state = approved ? 'approved' : 'rejected'
    if (!(await store.decideApproval(tx, id, { state, by: viewer.userId, text, nowMs })))
      throw alreadyDecided()
    await this.#deps.desk.note(tx, ticket.id, {
      kind: 'approval',
      visibility: 'public',
      authorId: viewer.userId,
      text,
      values: { step: step.name, decision: state },
    })
    note({
      action: approved ? 'approvals.approved' : 'approvals.rejected',
      entity: { type: 'ticket', id: ticket.id, name: ticket.number },
      regionId: ticket.region_id,
      after: { step: step.name, onBehalfOf: approval.approver_id === viewer.userId ? null : approval.approver_id, text }, // prettier-ignore
    })
    const now = votes.map((vote) => (vote.id === id ? state : vote.state))
    await this.#follow(tx, note, ticket, step, outcomeOf(JSON.parse(step.rule) as StepRule, now), text)
    return ticket.id
  }

  /** Opens the next step, or tells that the last one is decided. */
  async #follow(
    tx: Db,
    note: Note,
    ticket: TicketRow,
    step: store.StepRow,
    outcome: ReturnType<typeof outcomeOf>,
    text: string | null,
  ): Promise<void> {
    if (outcome === 'open') return
    const nowMs = this.#deps.clock()
    await store.setStep(tx, step.id, { state: outcome, decided_at: nowMs, updated_at: nowMs })
    const next = (await store.stepsOf(tx, ticket.id)).find(
      ({ round, position }) => round === step.round && position === step.position + 1,
    )
    if (outcome === 'approved' && next) {
      await store.setStep(tx, next.id, { state: 'open', opened_at: nowMs, updated_at: nowMs })
      return this.#deps.reminding.opened(tx, next, ticket, nowMs)
    }
    if (outcome === 'rejected') await store.withdrawSteps(tx, ticket.id, nowMs)
    const follow = this.#onDecided.get(ticket.kind)
    await follow?.({ tx, note, ticketId: ticket.id, approved: outcome === 'approved', text })
  }

  /** Nobody decides what they asked for, not even as a deputy. */
  async #mustBeAsked(
    tx: Db,
    userId: string,
    approval: store.ApprovalRow,
    ticket: TicketRow,
    nowMs: number,
  ): Promise<void> {
    const isAsked =
      approval.approver_id === userId || (await store.standsIn(tx, userId, approval.approver_id, nowMs))
    if (!isAsked || ticket.requester_id === userId) throw notFound('approval')
  }

  // ---- reading -------------------------------------------------------------------------------

  async stepsOf(viewer: Viewer, ticketId: string): Promise<ApprovalStep[]> {
    await this.mustSee(viewer, ticketId)
    const { db, clock, identity, desk } = this.#deps
    const [steps, approvals, principals, ticket] = await Promise.all([
      store.stepsOf(db, ticketId),
      store.approvalsOf(db, ticketId),
      store.principalsOf(db, viewer.userId, clock()),
      desk.rowOf(ticketId, db),
    ])
    const names = await identity.namesOf(
      approvals.flatMap((one) => [one.approver_id, one.decided_by ?? []].flat()),
    )
    const ref = (id: string) => ({ id, name: names.get(id) ?? id })
    const isAsked = (id: string) => id === viewer.userId || principals.has(id)
    return steps.map((step) => ({
      id: step.id,
      round: step.round,
      position: step.position,
      name: step.name,
      rule: JSON.parse(step.rule) as StepRule,
      state: step.state,
      openedAt: step.opened_at,
      decidedAt: step.decided_at,
      votes: approvals
        .filter((one) => one.step_id === step.id)
        .map((one) => ({
          id: one.id,
          approver: ref(one.approver_id),
          state: one.state,
          decidedBy: one.decided_by === null ? null : ref(one.decided_by),
          decidedAt: one.decided_at,
          text: one.text,
          mine: step.state === 'open' && one.state === 'waiting' && isAsked(one.approver_id) && ticket?.requester_id !== viewer.userId, // prettier-ignore
        })),
    }))
  }

  /** What waits for the viewer, the oldest first, or what they decided. */
  async asked(
    viewer: Viewer,
    { state = 'waiting', ...paging }: Paging & { state?: 'waiting' | 'decided' },
  ): Promise<PageOf<AskedApproval>> {
    if (state === 'waiting')
      return pageOfItems(await this.#waiting(viewer), paging, ({ openedAt, id }) => [openedAt ?? 0, id])
    const page = await store.decidedBy(this.#deps.db, viewer.userId, paging)
    return { items: await this.#views(viewer, page.items), next: page.next }
  }

  async waitingCount(viewer: Viewer): Promise<number> {
    return (await this.#waiting(viewer)).length
  }

  async #waiting(viewer: Viewer): Promise<AskedApproval[]> {
    const rows = await store.waitingFor(this.#deps.db, viewer.userId, this.#deps.clock())
    const views = await this.#views(viewer, rows)
    return views.filter(({ ticket }) => ticket.requester?.id !== viewer.userId)
  }

  async #views(viewer: Viewer, rows: store.AskedRow[]): Promise<AskedApproval[]> {
    const { desk, identity } = this.#deps
    const tickets = new Map(
      (await desk.tickets(rows.map((row) => row.ticket_id))).map((one) => [one.id, one]),
    )
    const names = await identity.namesOf(rows.map((row) => row.approver_id))
    const facts = await this.#factsOf([...tickets.values()])
    const regions = await identity.regionsNamed([...tickets.values()].map(({ region }) => region.id))
    return rows.flatMap((row) => {
      const ticket = tickets.get(row.ticket_id)
      if (!ticket) return []
      const { id, number, kind, title, description, priority, region, requester, createdAt } = ticket
      const behalf = row.approver_id === viewer.userId ? null : { id: row.approver_id, name: names.get(row.approver_id) ?? '' } // prettier-ignore
      return {
        id: row.id,
        step: row.step,
        ticket: { id, number, kind, title, description, priority, region, requester, createdAt },
        facts: facts.get(ticket.id) ?? [],
        mayOpen: covers(sightOf(viewer), regions.get(region.id)?.path ?? ''),
        onBehalfOf: behalf,
        state: row.state,
        openedAt: row.opened_at,
        decidedAt: row.decided_at,
        text: row.text,
      }
    })
  }

  // --------------------------------------------------------------------------------------------

  async #factsOf(tickets: Ticket[]): Promise<Map<string, Fact[]>> {
    const facts = new Map<string, Fact[]>()
    for (const [kind, some] of Map.groupBy(tickets, (ticket) => ticket.kind))
      for (const [id, lines] of (await this.#describe.get(kind)?.(some.map((one) => one.id))) ?? []) facts.set(id, lines) // prettier-ignore
    return facts
  }

  async #ticket(id: string, db: Db): Promise<TicketRow> {
    const row = await this.#deps.desk.rowOf(id, db)
    if (!row) throw notFound('ticket')
    return row
  }

  async #lineage(regionId: string, db: Db): Promise<string[]> {
    const region = (await this.#deps.identity.regionsNamed([regionId], db)).get(regionId)
    return region?.path.split('/').filter(Boolean) ?? []
  }

  #sources(db: Db): ApproverSources {
    const { identity } = this.#deps
    return {
      active: async (ids) => [...(await identity.contactsOf(ids, db)).keys()],
      membersOf: async (teamId) => (await identity.membersOf([teamId], db)).map(({ userId }) => userId),
      managersOf: (regionIds) => identity.holdersOn(regionIds, 'desk.rules', db),
    }
  }
}

const alreadyDecided = () =>
  conflict('already-decided', { zh: '这一步已经有结果了', en: 'This step is decided already' })
const oneVoice = () =>
  conflict('already-decided', {
    zh: '您在这一步已经表态，不能再代他人审批',
    en: 'You have decided in this step already, and cannot do so again for someone else',
  })
