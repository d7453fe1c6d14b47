import { newId } from '@zongheng/inventory/id.ts'
import { dayMs } from '@zongheng/inventory/zone.ts'
import { differences } from '../audit/change.ts'
import type { AuditTrail, Note } from '../audit/trail.ts'
import type { Clock } from '../clock.ts'
import type { Db } from '../db/database.ts'
import type { NewEntry } from '../desk/entry.ts'
import type { Ticket } from '../desk/schema.ts'
import { isOpenPhase, phaseOf, type TicketKind } from '../desk/kinds.ts'
import type { TicketRow } from '../desk/contract.ts'
import type { EventBus } from '../events.ts'
import type { PageOf, Paging } from '../http/paging.ts'
import { conflict, invalid, notFound } from '../http/problem.ts'
import type { IdentityService } from '../identity/service.ts'
import { covers, type Viewer } from '../identity/viewer.ts'
import { isOver, isSound, overAfter, settle, type Ordered } from './order.ts'
import type { Task, TaskPatch, TaskPlan } from './schema.ts'
import * as store from './store.ts'

/** What tasks ask of the desk. */
export interface TaskDesk {
  rowOf(id: string, db: Db): Promise<TicketRow | undefined>
  note(tx: Db, ticketId: string, entry: NewEntry): Promise<void>
  mustSee(viewer: Viewer, id: string): Promise<unknown>
  mustWorkOn(viewer: Viewer, id: string): Promise<unknown>
  tickets(ids: string[]): Promise<Pick<Ticket, 'id' | 'number' | 'title'>[]>
}

export interface TaskDeps {
  db: Db
  bus: EventBus
  clock: Clock
  audit: Pick<AuditTrail, 'write'>
  identity: IdentityService
  desk: TaskDesk
}

type OnAllDone = (done: { tx: Db; note: Note; ticketId: string }) => Promise<void>

/** What has to be done for a request or a change: who does it, in what order, by when. */
export class TaskService {
  readonly #deps: TaskDeps
  readonly #onAllDone = new Map<string, OnAllDone>()

  constructor(deps: TaskDeps) {
    this.#deps = deps
  }

  /** What follows the last task of a ticket of this kind; within its transaction. */
  onAllDone(kind: TicketKind, follow: OnAllDone): void {
    this.#onAllDone.set(kind, follow)
  }

  /** After those that are there. Throws `invalid` for a task that follows a later one. */
  async plan(tx: Db, ticketId: string, plans: readonly TaskPlan[]): Promise<void> {
    if (plans.length === 0) return
    if (!isSound(plans))
      throw invalid([{ path: '/tasks', code: 'order', message: 'a task follows earlier ones only' }])
    const nowMs = this.#deps.clock()
    const last = (await store.tasksOf(tx, ticketId)).at(-1)?.position ?? 0
    const rows = plans.map((plan, index) => {
      const follows = (plan.follows ?? []).map((position) => position + last)
      return {
        id: newId('task', nowMs),
        ticket_id: ticketId,
        position: last + index + 1,
        name: plan.name,
        team_id: plan.teamId ?? null,
        assignee_id: plan.assigneeId ?? null,
        state: follows.length === 0 ? ('open' as const) : ('waiting' as const),
        follows: JSON.stringify(follows),
        due_at: plan.days === undefined ? null : nowMs + plan.days * dayMs,
        done_by: null,
        done_at: null,
        note: null,
        created_at: nowMs,
        updated_at: nowMs,
      }
    })
    await store.insertTasks(tx, rows)
  }

  /** The need `tasksDone`; a ticket without tasks has done them all. */
  async allDone(ticketId: string, db: Db = this.#deps.db): Promise<boolean> {
    return (await store.tasksOf(db, ticketId)).every(isOver)
  }

  /** As an observer of the desk: of what is over nothing is left to do. */
  async changed(tx: Db, before: TicketRow | null, after: TicketRow, nowMs: number): Promise<void> {
    if (before === null || before.state === after.state) return
    if (phaseOf(after.kind as TicketKind, after.state) === 'over') await store.dropTasks(tx, after.id, nowMs)
  }

  // ---- working -------------------------------------------------------------------------------

  async change(viewer: Viewer, id: string, patch: TaskPatch): Promise<void> {
    const found = await store.taskById(this.#deps.db, id)
    if (!found) throw notFound('task')
    await this.#deps.desk.mustWorkOn(viewer, found.ticket_id)
    if (patch.state === 'skipped' && !patch.note?.trim())
      throw invalid([{ path: '/note', code: 'required', message: 'says why it is skipped' }], {
        zh: '跳过任务时请写明原因',
        en: 'A task that is skipped says why',
      })
    await this.#deps.audit.write((tx, note) => this.#change(tx, note, viewer, id, found.ticket_id, patch))
    this.#deps.bus.emit('ticket.changed', { ticketIds: [found.ticket_id] })
  }

  async #change(
    tx: Db,
    note: Note,
    viewer: Viewer,
    id: string,
    ticketId: string,
    patch: TaskPatch,
  ): Promise<void> {
    const nowMs = this.#deps.clock()
    const tasks = await store.lockTasks(tx, ticketId, nowMs)
    const task = tasks.find((one) => one.id === id)!
    const ticket = await this.#mustBeOpen(ticketId, tx)
    if (patch.assigneeId) await this.#mustFit(patch.assigneeId, ticket, tx)
    const set = {
      ...(patch.assigneeId !== undefined && { assignee_id: patch.assigneeId }),
      ...(patch.dueAt !== undefined && { due_at: patch.dueAt }),
      ...(patch.note !== undefined && { note: patch.note.trim() || null }),
      ...(patch.state !== undefined && this.#moved(tasks, task, patch.state, viewer, nowMs)),
    }
    await store.updateTask(tx, id, { ...set, updated_at: nowMs })
    note({
      action: 'tasks.changed',
      entity: { type: 'ticket', id: ticketId, name: ticket.number },
      regionId: ticket.region_id,
      ...differences<object>(task, set),
    })
    if (patch.state === undefined || patch.state === task.state) return
    await this.#deps.desk.note(tx, ticketId, {
      kind: 'task',
      visibility: 'internal',
      authorId: viewer.userId,
      text: patch.note?.trim() || null,
      values: { task: task.name, state: patch.state },
    })
    const now = tasks.map((one) => (one.id === id ? { ...one, ...set } : one))
    for (const [position, state] of settle(now.map(ordered)))
      await store.updateTask(tx, now.find((one) => one.position === position)!.id, {
        state,
        updated_at: nowMs,
      })
    if (now.every(isOver)) await this.#onAllDone.get(ticket.kind)?.({ tx, note, ticketId })
  }

  #moved(
    tasks: store.TaskRow[],
    task: store.TaskRow,
    state: 'open' | 'done' | 'skipped',
    viewer: Viewer,
    nowMs: number,
  ) {
    if (state === task.state) return {}
    if (state === 'open') {
      if (!isOver(task)) throw notYet()
      if (overAfter(tasks.map(ordered), task.position).length > 0) throw isFollowed()
      return { state, done_by: null, done_at: null }
    }
    if (task.state === 'waiting') throw notYet()
    return { state, done_by: viewer.userId, done_at: nowMs }
  }

  async #mustBeOpen(ticketId: string, tx: Db): Promise<TicketRow> {
    const ticket = await this.#deps.desk.rowOf(ticketId, tx)
    if (!ticket) throw notFound('ticket')
    if (!isOpenPhase(phaseOf(ticket.kind as TicketKind, ticket.state)))
      throw conflict('wrong-move', { zh: '工单已经结束，任务不能再改', en: 'The ticket is over' })
    return ticket
  }

  async #mustFit(userId: string, ticket: TicketRow, tx: Db): Promise<void> {
    const { identity } = this.#deps
    const region = (await identity.regionsNamed([ticket.region_id], tx)).get(ticket.region_id)
    if (!covers(await identity.scopeOf(userId, 'desk.write', tx), region?.path ?? '')) throw notFound('user')
  }

  // ---- reading -------------------------------------------------------------------------------

  async ofTicket(viewer: Viewer, ticketId: string): Promise<{ items: Task[]; mayWork: boolean }> {
    const { desk, db } = this.#deps
    await desk.mustSee(viewer, ticketId)
    const mayWork = await desk.mustWorkOn(viewer, ticketId).then(
      () => true,
      () => false, // seen, but not theirs to work on
    )
    return { items: await this.#views(await store.tasksOf(db, ticketId)), mayWork }
  }

  async mine(viewer: Viewer, paging: Paging): Promise<PageOf<Task>> {
    const { db, identity } = this.#deps
    const page = await store.openTasksFor(db, viewer.userId, await identity.teamIdsOf(viewer.userId), paging)
    return { items: await this.#views(page.items), next: page.next }
  }

  async #views(rows: store.TaskRow[]): Promise<Task[]> {
    const { identity, desk } = this.#deps
    const users = await identity.namesOf(
      rows.flatMap((row) => [row.assignee_id ?? [], row.done_by ?? []].flat()),
    )
    const teams = await identity.teamNames(rows.flatMap((row) => row.team_id ?? []))
    const tickets = new Map((await desk.tickets([...new Set(rows.map((row) => row.ticket_id))])).map((one) => [one.id, one])) // prettier-ignore
    const ref = (id: string | null, names: Map<string, string>) =>
      id === null ? null : { id, name: names.get(id) ?? id }
    return rows.flatMap((row) => {
      const ticket = tickets.get(row.ticket_id)
      if (!ticket) return []
      return {
        id: row.id,
        ticket: { id: ticket.id, number: ticket.number, title: ticket.title },
        position: row.position,
        name: row.name,
        team: ref(row.team_id, teams),
        assignee: ref(row.assignee_id, users),
        state: row.state,
        follows: JSON.parse(row.follows) as number[],
        dueAt: row.due_at,
        doneBy: ref(row.done_by, users),
        doneAt: row.done_at,
        note: row.note,
      }
    })
  }
}

const ordered = (row: store.TaskRow): Ordered => ({
  position: row.position,
  state: row.state,
  follows: JSON.parse(row.follows) as number[],
})

const notYet = () =>
  conflict('task-waits', { zh: '前面的任务还没有完成', en: 'Earlier tasks are not done yet' })
const isFollowed = () =>
  conflict('task-followed', {
    zh: '后续任务已经完成，不能重新打开',
    en: 'A task that follows is over: it cannot be reopened',
  })
