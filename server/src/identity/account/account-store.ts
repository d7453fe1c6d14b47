import type { Insertable, Selectable, Updateable } from 'kysely'
import type { Db } from '../../db/database.ts'
import type { Tables } from '../../db/tables.ts'
import { lookupKeysOf } from '../people/lookup-keys.ts'

type Users = Tables['users']

// ---- the user's own row --------------------------------------------------------------------

/** A user with what signing in needs to know; `provider_kind` is null for a password kept here. */
export type Account = Selectable<Users> & {
  region_name: string
  region_path: string
  provider_name: string | null
  provider_kind: string | null
}

const accounts = (db: Db) =>
  db
    .selectFrom('users')
    .innerJoin('regions', 'regions.id', 'users.region_id')
    .leftJoin('identity_providers as provider', 'provider.id', 'users.provider_id')
    .selectAll('users')
    .select(['regions.name as region_name', 'regions.path as region_path'])
    .select(['provider.name as provider_name', 'provider.kind as provider_kind'])

export const accountByName = (db: Db, username: string): Promise<Account | undefined> =>
  accounts(db).where('users.username', '=', username).executeTakeFirst()

export const accountById = (db: Db, id: string): Promise<Account | undefined> =>
  accounts(db).where('users.id', '=', id).executeTakeFirst()

export const updateAccount = (db: Db, userId: string, changes: Updateable<Users>) =>
  db
    .updateTable('users')
    .set({ ...changes, ...lookupKeysOf(changes) })
    .where('id', '=', userId)
    .execute()

/** Held until the transaction ends: while a session opens, no other ends all of them, or sets another password. */
export const lockAccount = (tx: Db, userId: string) =>
  tx
    .updateTable('users')
    .set((eb) => ({ updated_at: eb.ref('updated_at') }))
    .where('id', '=', userId)
    .returning(['password_hash', 'disabled_at'])
    .executeTakeFirst()

/** Counts one more failure in a row; false when someone else was counted since the row was read. */
export async function claimAttempt(
  db: Db,
  seen: Pick<Account, 'id' | 'failed_count'>,
  lockedUntil: number | null,
): Promise<boolean> {
  const result = await db
    .updateTable('users')
    .set({ failed_count: seen.failed_count + 1, locked_until: lockedUntil })
    .where('id', '=', seen.id)
    .where('failed_count', '=', seen.failed_count)
    .executeTakeFirst()
  return result.numUpdatedRows > 0n
}

/** Takes one failure back, and the lock that it brought. */
export async function releaseAttempt(db: Db, userId: string, lockedUntil: number | null): Promise<void> {
  await db
    .updateTable('users')
    .set((eb) => ({ failed_count: eb('failed_count', '-', 1) }))
    .where('id', '=', userId)
    .where('failed_count', '>', 0)
    .execute()
  if (lockedUntil === null) return
  await db
    .updateTable('users')
    .set({ locked_until: null })
    .where('id', '=', userId)
    .where('locked_until', '=', lockedUntil)
    .execute()
}

// ---- passwords of the past -----------------------------------------------------------------

/** The last ones, newest first. */
export async function earlierPasswords(db: Db, userId: string, count: number): Promise<string[]> {
  const rows = await db
    .selectFrom('password_history')
    .select('password_hash')
    .where('user_id', '=', userId)
    .orderBy('created_at', 'desc')
    .orderBy('id', 'desc')
    .limit(count)
    .execute()
  return rows.map((row) => row.password_hash)
}

export const insertEarlierPassword = (db: Db, row: Insertable<Tables['password_history']>) =>
  db.insertInto('password_history').values(row).execute()

// ---- recovery codes ------------------------------------------------------------------------

export async function replaceRecoveryCodes(
  db: Db,
  userId: string,
  rows: Insertable<Tables['recovery_codes']>[],
): Promise<void> {
  await db.deleteFrom('recovery_codes').where('user_id', '=', userId).execute()
  if (rows.length > 0) await db.insertInto('recovery_codes').values(rows).execute()
}

/** Uses it up; false when there is no such code, or it was used. */
export async function useRecoveryCode(
  db: Db,
  userId: string,
  codeHash: string,
  at: number,
): Promise<boolean> {
  const result = await db
    .updateTable('recovery_codes')
    .set({ used_at: at })
    .where('user_id', '=', userId)
    .where('code_hash', '=', codeHash)
    .where('used_at', 'is', null)
    .executeTakeFirst()
  return result.numUpdatedRows > 0n
}

export async function recoveryCodesLeft(db: Db, userId: string): Promise<number> {
  const row = await db
    .selectFrom('recovery_codes')
    .select((eb) => eb.fn.countAll<number | string>().as('count'))
    .where('user_id', '=', userId)
    .where('used_at', 'is', null)
    .executeTakeFirstOrThrow()
  return Number(row.count)
}

/** Uses up a time step; false when it, or a later one, was used before. */
export async function useTotpStep(db: Db, userId: string, step: number): Promise<boolean> {
  const result = await db
    .updateTable('users')
    .set({ totp_step: step })
    .where('id', '=', userId)
    .where((eb) => eb.or([eb('totp_step', 'is', null), eb('totp_step', '<', step)]))
    .executeTakeFirst()
  return result.numUpdatedRows > 0n
}
