import { type Insertable, type Selectable, type Updateable } from 'kysely'
import type { Db } from '../db/database.ts'
import type { Tables } from '../db/tables.ts'
import { keysetPage, type Paging } from '../http/paging.ts'

export type TaskRow = Selectable<Tables['tasks']>

export const insertTasks = (db: Db, rows: Insertable<Tables['tasks']>[]) =>
  db.insertInto('tasks').values(rows).execute()

export const tasksOf = (db: Db, ticketId: string): Promise<TaskRow[]> =>
  db.selectFrom('tasks').selectAll().where('ticket_id', '=', ticketId).orderBy('position').execute()

/** As `tasksOf`, held until the transaction ends: two tasks that end at once open what follows both. */
export async function lockTasks(db: Db, ticketId: string, nowMs: number): Promise<TaskRow[]> {
  await db.updateTable('tasks').set({ updated_at: nowMs }).where('ticket_id', '=', ticketId).execute()
  return tasksOf(db, ticketId)
}

export const taskById = (db: Db, id: string): Promise<TaskRow | undefined> =>
  db.selectFrom('tasks').selectAll().where('id', '=', id).executeTakeFirst()

export async function updateTask(db: Db, id: string, set: Updateable<Tables['tasks']>): Promise<void> {
  await db.updateTable('tasks').set(set).where('id', '=', id).execute()
}

/** Nothing of a ticket that is over is left to do. */
export async function dropTasks(db: Db, ticketId: string, nowMs: number): Promise<void> {
  await db
    .updateTable('tasks')
    .set({ state: 'skipped', done_at: nowMs, updated_at: nowMs })
    .where('ticket_id', '=', ticketId)
    .where('state', 'in', ['waiting', 'open'])
    .execute()
}

/** Open tasks of this person, and of their teams where nobody has them; the oldest first. */
export const openTasksFor = (db: Db, userId: string, teamIds: string[], paging: Paging) =>
  keysetPage(
    db
      .selectFrom('tasks')
      .selectAll()
      .where('tasks.state', '=', 'open')
      .where((eb) =>
        eb.or([
          eb('tasks.assignee_id', '=', userId),
          ...(teamIds.length > 0
            ? [eb.and([eb('tasks.assignee_id', 'is', null), eb('tasks.team_id', 'in', teamIds)])]
            : []),
        ]),
      ),
    paging,
    [{ column: 'tasks.created_at', isInteger: true }, { column: 'tasks.id' }],
  )
