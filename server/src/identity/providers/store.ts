import type { Insertable, Selectable, Updateable } from 'kysely'
import type { Db } from '../../db/database.ts'
import type { Tables } from '../../db/tables.ts'
import type { Role } from '../roles.ts'

export type ProviderRow = Selectable<Tables['identity_providers']>
type GrantRow = Insertable<Tables['grants']>

// ---- providers ---------------------------------------------------------------------------

/** In the order in which they were set up; with how many accounts each vouches for. */
export const providers = (db: Db) => withUsers(db).orderBy('created_at').orderBy('id').execute()

export const provider = (db: Db, id: string) => withUsers(db).where('id', '=', id).executeTakeFirst()

const withUsers = (db: Db) =>
  db
    .selectFrom('identity_providers')
    .selectAll()
    .select((eb) =>
      eb
        .selectFrom('users')
        .select((users) => users.fn.countAll<number | string>().as('users'))
        .whereRef('users.provider_id', '=', 'identity_providers.id')
        .as('users'),
    )

export const enabledProviders = (db: Db, kind?: string): Promise<ProviderRow[]> =>
  db
    .selectFrom('identity_providers')
    .selectAll()
    .where('enabled', '=', 1)
    .$if(kind !== undefined, (query) => query.where('kind', '=', kind!))
    .orderBy('created_at')
    .orderBy('id')
    .execute()

export const insertProvider = (db: Db, row: Insertable<Tables['identity_providers']>) =>
  db.insertInto('identity_providers').values(row).execute()

export const updateProvider = (db: Db, id: string, change: Updateable<Tables['identity_providers']>) =>
  db.updateTable('identity_providers').set(change).where('id', '=', id).execute()

export const deleteProvider = (db: Db, id: string) =>
  db.deleteFrom('identity_providers').where('id', '=', id).execute()

/** Held until the transaction ends: two first sign-ins of one person make one account. False when it is switched off. */
export async function lockProvider(tx: Db, id: string): Promise<boolean> {
  const row = await tx
    .updateTable('identity_providers')
    .set((eb) => ({ enabled: eb.ref('enabled') }))
    .where('id', '=', id)
    .returning('enabled')
    .executeTakeFirst()
  return row?.enabled === 1
}

// ---- the people they vouch for -----------------------------------------------------------

export const userOf = (db: Db, providerId: string, externalId: string) =>
  db
    .selectFrom('users')
    .selectAll()
    .where('provider_id', '=', providerId)
    .where('external_id', '=', externalId)
    .executeTakeFirst()

export { updateUser } from '../people/user-store.ts'

// ---- their grants ------------------------------------------------------------------------

export interface HeldRole {
  id: string
  role: Role
  regionId: string
  /** The provider whose group gives it. */
  providerId: string | null
}

/** All that a user holds, by themselves or in teams, unless it was swept: to the database what has expired still counts. */
export async function heldRoles(db: Db, userId: string): Promise<HeldRole[]> {
  const teams = db.selectFrom('team_members').select('team_id').where('user_id', '=', userId)
  const rows = await db
    .selectFrom('grants')
    .select(['id', 'role', 'region_id', 'provider_id'])
    .where((eb) => eb.or([eb('user_id', '=', userId), eb('team_id', 'in', teams)]))
    .execute()
  return rows.map((row) => ({
    id: row.id,
    role: row.role as Role,
    regionId: row.region_id,
    providerId: row.provider_id,
  }))
}

export const deleteGrants = (db: Db, ids: string[]) =>
  db.deleteFrom('grants').where('id', 'in', ids).execute()

export const insertGrants = (db: Db, rows: GrantRow[]) => db.insertInto('grants').values(rows).execute()
