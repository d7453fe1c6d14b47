/** What the life of a change asks for besides the table of kinds, and what follows each of its moves. */
import { addWorkingMs, officeCalendar } from '@zongheng/inventory/calendar.ts'
import { kindOfId } from '@zongheng/inventory/id.ts'
import type { ApprovalService } from '../approvals/service.ts'
import type { Db } from '../db/database.ts'
import type { KindRules, Moving, TicketRow } from '../desk/contract.ts'
import type { DeskService } from '../desk/service.ts'
import type { NewEntry } from '../desk/entry.ts'
import type { EstateModel } from '../estate/model.ts'
import { forbidden } from '../http/problem.ts'
import { covers, viewerFor, type Viewer } from '../identity/viewer.ts'
import type { TaskPlan } from '../tasks/schema.ts'
import type { TaskService } from '../tasks/service.ts'
import type { WindowScope } from '../windows/window-book.ts'
import type { WindowService } from '../windows/service.ts'
import type { Span } from '../windows/recurrence.ts'
import { approvalsFor } from './approvers.ts'
import type { Assessor } from './assessing.ts'
import { mustBeComplete } from './complete.ts'
import { mustFit } from './fitting.ts'
import { frozen, modelNotApproved, past } from './problems.ts'
import type { Risk } from './risk.ts'
import { outcomes } from './schema.ts'
import * as store from './store.ts'

export interface ChangeLifeDeps {
  timezone: string
  model: () => Pick<EstateModel, 'regions'>
  desk: Pick<DeskService, 'moveAs' | 'note' | 'entitiesOf' | 'rowOf'>
  approvals: Pick<ApprovalService, 'ask' | 'isApproved' | 'isDecided' | 'onDecided'>
  tasks: Pick<TaskService, 'plan' | 'allDone'>
  windows: Pick<WindowService, 'open' | 'move' | 'end'>
  assessor: Pick<Assessor, 'tierOf' | 'freezeOver'>
  /** Windows were opened, moved or ended: they count once the transaction is committed. */
  windowsChanged: () => void
}

type Outcome = (typeof outcomes)[number]
type Following = Moving & { from: string; change: store.ChangeRow }

/** An emergency is reviewed within a day's work. */
const workdayMs = 7 * 3_600_000

/** Moves of the table that are not for a change of this type. */
const closedMoves: Readonly<Record<store.ChangeRow['type'], readonly string[]>> = {
  standard: ['assessed', 'implementing'],
  normal: ['scheduled', 'implementing'],
  emergency: ['assessed', 'scheduled'],
}

/** Whether changes of this very region are the viewer's to make. */
export const mayWriteIn = (viewer: Viewer, regionPath = '-'): boolean =>
  covers(viewerFor(viewer, 'changes.write'), regionPath)

const outcomeOf = (code: string | null | undefined): Outcome | null =>
  outcomes.find((one) => one === code) ?? null

export class ChangeLife {
  readonly #deps: ChangeLifeDeps

  constructor(deps: ChangeLifeDeps) {
    this.#deps = deps
    deps.approvals.onDecided('change', (decided) => this.#decided(decided))
  }

  readonly rules: KindRules = {
    meets: {
      schedule: async ({ tx, ticket, move, nowMs }) => {
        const change = await this.#change(ticket.id, tx)
        if (move.to === 'submitted') mustBeComplete(change)
        await this.#mustBeFree(tx, change, nowMs)
        return true
      },
      assessment: async ({ tx, ticket }) => (await this.#change(ticket.id, tx)).assessment !== '{}',
      approval: ({ tx, ticket }) => this.#deps.approvals.isApproved(ticket.id, tx),
      outcome: async ({ move }) => outcomeOf(move.resolutionCode) !== null,
      // What failed or was undone leaves tasks that nobody does any more.
      tasksDone: async ({ tx, ticket, move }) =>
        outcomeOf(move.resolutionCode) !== 'successful' || this.#deps.tasks.allDone(ticket.id, tx),
      review: async ({ tx, ticket, move }) => {
        const { type } = await this.#change(ticket.id, tx)
        const isAsked = type !== 'emergency' || (await this.#deps.approvals.isDecided(ticket.id, tx))
        return isAsked && Boolean(move.text?.trim())
      },
    },
    closed: async (ticket, to, db) =>
      ticket.state === 'submitted' && closedMoves[(await this.#change(ticket.id, db)).type].includes(to),
    moved: async (moving) => {
      const { viewer, ticket } = moving
      if (viewer && !mayWriteIn(viewer, this.#deps.model().regions.get(ticket.region_id)?.path)) throw forbidden() // prettier-ignore
      const change = await this.#change(moving.ticket.id, moving.tx)
      await this.#following[moving.move.to]?.({ ...moving, change })
    },
  }

  readonly #following: Readonly<Record<string, (moving: Following) => Promise<void>>> = {
    submitted: (moving) => this.#submitted(moving),
    assessed: (moving) => this.#askApprovers(moving),
    approved: (moving) => this.#approved(moving),
    scheduled: async ({ tx, ticket, change }) => {
      await store.updateChange(tx, ticket.id, {
        window_id: await this.#openWindow(tx, ticket, store.spanOf(change)),
      })
    },
    implementing: (moving) => this.#begun(moving),
    review: (moving) => this.#ended(moving),
    closed: ({ tx, ticket, move, viewer }) =>
      store.updateChange(tx, ticket.id, { review: move.text!.trim(), reviewed_by: viewer?.userId ?? null }),
    draft: (moving) => this.#withdrawn(moving),
    cancelled: (moving) => this.#withdrawn(moving),
  }

  /** To another time, in the caller's transaction. Throws for one that is over or frozen. */
  async reschedule(tx: Db, ticket: TicketRow, change: store.ChangeRow, nowMs: number): Promise<void> {
    await this.#mustBeFree(tx, change, nowMs)
    if (change.window_id === null) return
    const { fromMs, untilMs } = store.spanOf(change)
    await this.#moveWindow(tx, ticket, change.window_id, { fromMs: change.started_at ?? fromMs, untilMs })
  }

  // ---- what follows a move -----------------------------------------------------------------------

  /** A standard change is approved with its model, which may have been shortened since it was drafted. */
  async #submitted({ tx, note, ticket, change }: Following): Promise<void> {
    if (change.type !== 'standard') return
    const model = change.model_id === null ? undefined : await store.modelById(tx, change.model_id)
    if (!model || model.approved_at === null) throw modelNotApproved()
    mustFit(model, store.spanOf(change))
    await this.#deps.desk.moveAs(tx, note, ticket.id, { to: 'scheduled' }, null)
  }

  async #askApprovers({ tx, ticket, change }: Pick<Following, 'tx' | 'ticket' | 'change'>): Promise<void> {
    const { approvals, assessor } = this.#deps
    const entities = await this.#aboutOf(tx, ticket.id)
    const place = { tier: assessor.tierOf(entities.map(({ id }) => id)), teamId: ticket.team_id }
    await approvals.ask(tx, ticket.id, approvalsFor(change.risk as Risk, place))
  }

  /** Scheduled at once, unless its time was lost while it was asked about. */
  async #approved({ tx, note, ticket, change, nowMs }: Following): Promise<void> {
    const { desk } = this.#deps
    const freeze = await this.#freezeOver(tx, change)
    if (freeze !== null || store.spanOf(change).untilMs <= nowMs) {
      const text = freeze === null ? '计划的时间已经过去，请另定时间' : `计划时间在封网期“${freeze}”内，请另定时间` // prettier-ignore
      return desk.note(tx, ticket.id, { kind: 'comment', visibility: 'internal', text })
    }
    await desk.moveAs(tx, note, ticket.id, { to: 'scheduled' }, null)
  }

  /** From now on, or from when it was planned; what begins after its time takes as long as was planned. */
  async #begun({ tx, ticket, change, nowMs }: Following): Promise<void> {
    const { fromMs, untilMs } = store.spanOf(change)
    const isLate = untilMs <= nowMs
    const span = { fromMs: Math.min(fromMs, nowMs), untilMs: isLate ? nowMs + untilMs - fromMs : untilMs }
    const isMoved = isLate || span.fromMs !== fromMs
    const windowId = change.window_id ?? (await this.#openWindow(tx, ticket, span))
    if (change.window_id !== null && isMoved) await this.#moveWindow(tx, ticket, windowId, span)
    await store.updateChange(tx, ticket.id, { window_id: windowId, started_at: nowMs, ends_at: span.untilMs })
    await this.#deps.tasks.plan(tx, ticket.id, JSON.parse(change.tasks) as TaskPlan[])
  }

  async #ended({ tx, ticket, change, move, viewer, nowMs }: Following): Promise<void> {
    await this.#endWindow(tx, ticket, change, viewer?.userId ?? null)
    const isEmergency = change.type === 'emergency'
    const dueAt = isEmergency ? addWorkingMs(officeCalendar(this.#deps.timezone), nowMs, workdayMs) : null
    const outcome = outcomeOf(move.resolutionCode)
    await store.updateChange(tx, ticket.id, { ended_at: nowMs, outcome, review_due_at: dueAt })
    if (isEmergency) await this.#askApprovers({ tx, ticket, change })
  }

  async #withdrawn({ tx, ticket, change, viewer }: Following): Promise<void> {
    await this.#deps.approvals.ask(tx, ticket.id, [])
    await this.#endWindow(tx, ticket, change, viewer?.userId ?? null)
    await store.updateChange(tx, ticket.id, { window_id: null })
  }

  async #decided({
    tx,
    note,
    ticketId,
    approved,
    text,
  }: Parameters<Parameters<ApprovalService['onDecided']>[1]>[0]): Promise<void> {
    // prettier-ignore
    const { desk } = this.#deps
    const ticket = await desk.rowOf(ticketId, tx)
    if (ticket?.state !== 'assessed') return // of an emergency: whoever closes it reads what was decided
    const move = approved ? { to: 'approved' } : { to: 'rejected', text: text ?? undefined }
    await desk.moveAs(tx, note, ticketId, move, null)
  }

  // ---- its window --------------------------------------------------------------------------------

  async #openWindow(tx: Db, ticket: TicketRow, { fromMs, untilMs }: Span): Promise<string> {
    const entities = await this.#aboutOf(tx, ticket.id)
    const id = await this.#deps.windows.open(
      {
        title: ticket.title,
        source: 'change',
        reference: ticket.number,
        startsAtMs: fromMs,
        endsAtMs: untilMs,
        scopes: entities.map((one) => ({ type: kindOfId(one.id) as WindowScope['type'], id: one.id })),
        createdBy: ticket.requester_id,
      },
      tx,
    )
    await this.#windowTold(tx, ticket, { event: 'opened', windowId: id, from: fromMs, until: untilMs })
    return id
  }

  async #moveWindow(tx: Db, ticket: TicketRow, windowId: string, span: Span): Promise<void> {
    await this.#deps.windows.move(windowId, span, tx)
    await this.#windowTold(tx, ticket, { event: 'moved', windowId, from: span.fromMs, until: span.untilMs })
  }

  async #endWindow(tx: Db, ticket: TicketRow, { window_id: windowId }: store.ChangeRow, by: string | null) {
    if (windowId === null) return
    await this.#deps.windows.end(windowId, tx, by)
    await this.#windowTold(tx, ticket, { event: 'ended', windowId })
  }

  async #windowTold(tx: Db, { id }: TicketRow, values: NewEntry['values']): Promise<void> {
    this.#deps.windowsChanged()
    await this.#deps.desk.note(tx, id, { kind: 'window', ...(values && { values }) })
  }

  // --------------------------------------------------------------------------------------------------

  async #change(ticketId: string, db: Db): Promise<store.ChangeRow> {
    const row = await store.changeById(db, ticketId)
    if (!row) throw new Error(`${ticketId} is no change`)
    return row
  }

  /** An emergency minds none. */
  async #freezeOver(tx: Db, change: store.ChangeRow): Promise<string | null> {
    if (change.type === 'emergency') return null
    const entities = await this.#aboutOf(tx, change.ticket_id)
    return this.#deps.assessor.freezeOver(
      tx,
      entities.map(({ id }) => id),
      store.spanOf(change),
    )
  }

  async #aboutOf(tx: Db, ticketId: string) {
    return (await this.#deps.desk.entitiesOf([ticketId], tx)).get(ticketId) ?? []
  }

  async #mustBeFree(tx: Db, change: store.ChangeRow, nowMs: number): Promise<void> {
    if (store.spanOf(change).untilMs <= nowMs) throw past()
    const freeze = await this.#freezeOver(tx, change)
    if (freeze !== null) throw frozen(freeze)
  }
}
