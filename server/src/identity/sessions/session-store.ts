import type { Insertable } from 'kysely'
import type { Db } from '../../db/database.ts'
import type { Tables } from '../../db/tables.ts'
import { policySetting } from '../policy/policy.ts'

type Row = Tables['sessions']

export const insertSession = (db: Db, row: Insertable<Row>) => db.insertInto('sessions').values(row).execute()

/** A session that was not revoked, with its user, unless disabled, and with the policy, which whoever asks for it needs as well. */
export const sessionWithUser = (db: Db, id: string) =>
  db
    .selectFrom('sessions')
    .innerJoin('users', 'users.id', 'sessions.user_id')
    .leftJoin('identity_providers as provider', 'provider.id', 'users.provider_id')
    .selectAll('sessions')
    .select(['users.username', 'users.display_name', 'users.totp_confirmed_at'])
    .leftJoin('settings as policy', (join) => join.on('policy.key', '=', policySetting))
    .select(['provider.kind as provider_kind', 'policy.value as policy'])
    .where('sessions.id', '=', id)
    .where('sessions.revoked_at', 'is', null)
    .where('users.disabled_at', 'is', null)
    .executeTakeFirst()

/** What a user could still use, newest first. */
export const sessionsOf = (db: Db, userId: string, now: number) =>
  db
    .selectFrom('sessions')
    .selectAll()
    .where('user_id', '=', userId)
    .where('revoked_at', 'is', null)
    .where('expires_at', '>', now)
    .orderBy('created_at', 'desc')
    .orderBy('id', 'desc')
    .execute()

export const touchSession = (db: Db, id: string, seenAt: number) =>
  db.updateTable('sessions').set({ seen_at: seenAt }).where('id', '=', id).execute()

export const setViewingAs = (db: Db, id: string, userId: string | null) =>
  db.updateTable('sessions').set({ viewing_as: userId }).where('id', '=', id).execute()

/** Of this user: one, all but one, or all. Answers those that were not revoked before. */
export async function revokeSessions(
  db: Db,
  userId: string,
  { id, exceptId }: { id?: string; exceptId?: string },
  at: number,
): Promise<string[]> {
  let query = db
    .updateTable('sessions')
    .set({ revoked_at: at })
    .where('user_id', '=', userId)
    .where('revoked_at', 'is', null)
  if (id !== undefined) query = query.where('id', '=', id)
  if (exceptId !== undefined) query = query.where('id', '!=', exceptId)
  const rows = await query.returning('id').execute()
  return rows.map((row) => row.id)
}

/** Of everyone; answers how many were not revoked before. */
export async function revokeAllSessions(db: Db, at: number): Promise<number> {
  const result = await db
    .updateTable('sessions')
    .set({ revoked_at: at })
    .where('revoked_at', 'is', null)
    .executeTakeFirst()
  return Number(result.numUpdatedRows)
}

/** One more wrong code; answers how many there were. */
export async function countWrongCode(db: Db, id: string): Promise<number> {
  const row = await db
    .updateTable('sessions')
    .set((eb) => ({ wrong_codes: eb('wrong_codes', '+', 1) }))
    .where('id', '=', id)
    .returning('wrong_codes')
    .executeTakeFirstOrThrow()
  return row.wrong_codes
}

/** Sessions nobody can use any more. */
export const deleteSessionsBefore = (db: Db, at: number) =>
  db.deleteFrom('sessions').where('expires_at', '<', at).execute()
