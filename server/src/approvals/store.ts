import { sql, type Insertable, type Selectable } from 'kysely'
import type { Db } from '../db/database.ts'
import type { Tables } from '../db/tables.ts'
import { keysetPage, type Paging } from '../http/paging.ts'

export type StepRow = Selectable<Tables['approval_steps']>
export type ApprovalRow = Selectable<Tables['approvals']>
export type DeputyRow = Selectable<Tables['deputies']>

export const insertSteps = (db: Db, rows: Insertable<Tables['approval_steps']>[]) =>
  db.insertInto('approval_steps').values(rows).execute()
export const insertApprovals = (db: Db, rows: Insertable<Tables['approvals']>[]) =>
  db.insertInto('approvals').values(rows).execute()

/** In the order they are asked, round by round. */
export const stepsOf = (db: Db, ticketId: string): Promise<StepRow[]> =>
  db
    .selectFrom('approval_steps')
    .selectAll()
    .where('ticket_id', '=', ticketId)
    .orderBy('round')
    .orderBy('position')
    .execute()

export const approvalsOf = (db: Db, ticketId: string): Promise<ApprovalRow[]> =>
  db.selectFrom('approvals').selectAll().where('ticket_id', '=', ticketId).orderBy('id').execute()

export const approvalsOfStep = (db: Db, stepId: string): Promise<ApprovalRow[]> =>
  db.selectFrom('approvals').selectAll().where('step_id', '=', stepId).orderBy('id').execute()

export const approvalById = (db: Db, id: string): Promise<ApprovalRow | undefined> =>
  db.selectFrom('approvals').selectAll().where('id', '=', id).executeTakeFirst()

/** Holds the step until the transaction ends, so that two who decide at once decide one after the other; undefined once it is decided. */
export const lockOpenStep = (db: Db, stepId: string, nowMs: number): Promise<StepRow | undefined> =>
  db
    .updateTable('approval_steps')
    .set({ updated_at: nowMs })
    .where('id', '=', stepId)
    .where('state', '=', 'open')
    .returningAll()
    .executeTakeFirst()

export async function setStep(
  db: Db,
  id: string,
  set: Partial<Pick<StepRow, 'state' | 'opened_at' | 'decided_at'>> & { updated_at: number },
): Promise<void> {
  await db.updateTable('approval_steps').set(set).where('id', '=', id).execute()
}

const lastTold = sql<number>`coalesce(reminded_at, opened_at)`

/** Open steps of which nobody was told since; the longest first. */
export const stepsLongOpen = (db: Db, sinceMs: number, limit: number): Promise<StepRow[]> =>
  db
    .selectFrom('approval_steps')
    .selectAll()
    .where('state', '=', 'open')
    .where(lastTold, '<=', sinceMs)
    .orderBy('opened_at')
    .limit(limit)
    .execute()

/** False when it was decided, or told of, meanwhile. */
export async function claimReminder(db: Db, id: string, sinceMs: number, nowMs: number): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('approval_steps')
    .set({ reminded_at: nowMs })
    .where('id', '=', id)
    .where('state', '=', 'open')
    .where(lastTold, '<=', sinceMs)
    .executeTakeFirst()
  return numUpdatedRows > 0n
}

/** Whatever is still to be decided of a ticket is asked no more. */
export async function withdrawSteps(db: Db, ticketId: string, nowMs: number): Promise<void> {
  await db
    .updateTable('approval_steps')
    .set({ state: 'withdrawn', decided_at: nowMs, updated_at: nowMs })
    .where('ticket_id', '=', ticketId)
    .where('state', 'in', ['waiting', 'open'])
    .execute()
}

/** False when it was decided meanwhile. */
export async function decideApproval(
  db: Db,
  id: string,
  set: { state: 'approved' | 'rejected'; by: string; text: string | null; nowMs: number },
): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('approvals')
    .set({
      state: set.state,
      decided_by: set.by,
      decided_at: set.nowMs,
      text: set.text,
      updated_at: set.nowMs,
    }) // prettier-ignore
    .where('id', '=', id)
    .where('state', '=', 'waiting')
    .executeTakeFirst()
  return numUpdatedRows > 0n
}

// ---- what somebody is asked --------------------------------------------------------------------

/** Whom this person stands in for now. */
const principals = (db: Db, userId: string, nowMs: number) =>
  db
    .selectFrom('deputies')
    .select('deputies.user_id')
    .where('deputies.deputy_id', '=', userId)
    .where('deputies.starts_at', '<=', nowMs)
    .where('deputies.ends_at', '>', nowMs)

const asked = (db: Db) =>
  db
    .selectFrom('approvals')
    .innerJoin('approval_steps', 'approval_steps.id', 'approvals.step_id')
    .selectAll('approvals')
    .select(['approval_steps.name as step', 'approval_steps.opened_at'])
export type AskedRow = ApprovalRow & { step: string; opened_at: number | null }

/** Of one person at once; nobody has more on the desk. */
const waitingAtMost = 500

/** What waits for this person, themselves or as a deputy; the oldest first. */
export const waitingFor = (db: Db, userId: string, nowMs: number): Promise<AskedRow[]> =>
  asked(db)
    .where('approvals.state', '=', 'waiting')
    .where('approval_steps.state', '=', 'open')
    .where((eb) =>
      eb.or([
        eb('approvals.approver_id', '=', userId),
        eb('approvals.approver_id', 'in', principals(db, userId, nowMs)),
      ]),
    )
    .orderBy('approval_steps.opened_at')
    .orderBy('approvals.id')
    .limit(waitingAtMost)
    .execute()

/** What this person decided, the latest first. */
export const decidedBy = (db: Db, userId: string, paging: Paging) =>
  keysetPage(
    asked(db)
      .where('approvals.decided_by', '=', userId)
      .select(sql<number>`coalesce(approvals.decided_at, 0)`.as('at')),
    paging,
    [
      { column: 'approvals.decided_at', as: 'at', direction: 'desc', isInteger: true },
      { column: 'approvals.id', direction: 'desc' },
    ],
  )

// ---- deputies ----------------------------------------------------------------------------------

/** Who stands in for these people now. */
export async function deputiesFor(db: Db, userIds: string[], nowMs: number): Promise<string[]> {
  if (userIds.length === 0) return []
  const rows = await db
    .selectFrom('deputies')
    .select('deputy_id')
    .where('user_id', 'in', userIds)
    .where('starts_at', '<=', nowMs)
    .where('ends_at', '>', nowMs)
    .execute()
  return rows.map((row) => row.deputy_id)
}

/** Whether this person, or one for whom they stand in now, was asked about the ticket. */
export async function isAskedAbout(
  db: Db,
  ticketId: string,
  userId: string,
  nowMs: number,
): Promise<boolean> {
  const row = await db
    .selectFrom('approvals')
    .select('id')
    .where('ticket_id', '=', ticketId)
    .where((eb) =>
      eb.or([
        eb('approver_id', '=', userId),
        eb('decided_by', '=', userId),
        eb('approver_id', 'in', principals(db, userId, nowMs)),
      ]),
    )
    .executeTakeFirst()
  return row !== undefined
}

/** Whether one stands in for the other at this instant. */
export async function standsIn(db: Db, deputyId: string, userId: string, nowMs: number): Promise<boolean> {
  const row = await principals(db, deputyId, nowMs).where('deputies.user_id', '=', userId).executeTakeFirst()
  return row !== undefined
}

/** Whom this person stands in for now. */
export const principalsOf = async (db: Db, userId: string, nowMs: number): Promise<Set<string>> =>
  new Set((await principals(db, userId, nowMs).execute()).map((row) => row.user_id))

export const deputiesOf = (db: Db, userId: string, nowMs: number): Promise<DeputyRow[]> =>
  db
    .selectFrom('deputies')
    .selectAll()
    .where((eb) => eb.or([eb('user_id', '=', userId), eb('deputy_id', '=', userId)]))
    .where('ends_at', '>', nowMs)
    .orderBy('starts_at')
    .orderBy('id')
    .limit(100)
    .execute()

export const insertDeputy = (db: Db, row: DeputyRow) => db.insertInto('deputies').values(row).execute()

/** The one that was removed; undefined where it is not this person’s. */
export const deleteDeputy = (db: Db, id: string, userId: string): Promise<DeputyRow | undefined> =>
  db
    .deleteFrom('deputies')
    .where('id', '=', id)
    .where('user_id', '=', userId)
    .returningAll()
    .executeTakeFirst()
