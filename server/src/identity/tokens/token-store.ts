import type { Insertable } from 'kysely'
import type { Db } from '../../db/database.ts'
import type { Tables } from '../../db/tables.ts'

const tokens = (db: Db) =>
  db
    .selectFrom('api_tokens')
    .innerJoin('regions', 'regions.id', 'api_tokens.region_id')
    .selectAll('api_tokens')
    .select(['regions.name as region_name', 'regions.path as region_path'])
    .where('api_tokens.revoked_at', 'is', null)

export type TokenRow = Awaited<ReturnType<ReturnType<typeof tokens>['execute']>>[number]

export const insertToken = (db: Db, row: Insertable<Tables['api_tokens']>) =>
  db.insertInto('api_tokens').values(row).execute()

/** Tokens of a user that were not revoked, newest first. */
export const tokensOf = (db: Db, userId: string): Promise<TokenRow[]> =>
  tokens(db).where('api_tokens.user_id', '=', userId).orderBy('api_tokens.id', 'desc').execute()

export const tokenById = (db: Db, id: string): Promise<TokenRow | undefined> =>
  tokens(db).where('api_tokens.id', '=', id).executeTakeFirst()

export const touchToken = (db: Db, id: string, at: number, address: string) =>
  db.updateTable('api_tokens').set({ used_at: at, used_address: address }).where('id', '=', id).execute()

export const revokeToken = (db: Db, id: string, at: number) =>
  db.updateTable('api_tokens').set({ revoked_at: at, updated_at: at }).where('id', '=', id).execute()
