/** What the doctor asks of the database as it is found: the services of a running server are not there to be asked. */
import type { Condition } from '@zongheng/inventory/condition.ts'
import type { Db } from '../db/database.ts'
import type { Role } from '../identity/roles.ts'

export async function lastBackupAt(db: Db): Promise<number | null> {
  const { at } = await db
    .selectFrom('audit_records')
    .select((eb) => eb.fn.max('at').as('at'))
    .where('action', '=', 'operations.backed-up')
    .executeTakeFirstOrThrow()
  return at === null ? null : Number(at)
}

/** Whether it was set up: there is anybody. */
export async function hasUsers(db: Db): Promise<boolean> {
  return (await db.selectFrom('users').select('id').limit(1).executeTakeFirst()) !== undefined
}

/** Those of these roles that somebody holds who can sign in. */
export async function rolesHeld(db: Db, roles: readonly Role[], nowMs: number): Promise<Set<string>> {
  const rows = await db
    .selectFrom('grants')
    .innerJoin('users', 'users.id', 'grants.user_id')
    .select('grants.role')
    .distinct()
    .where('grants.role', 'in', [...roles])
    .where('users.disabled_at', 'is', null)
    .where((eb) => eb.or([eb('grants.expires_at', 'is', null), eb('grants.expires_at', '>', nowMs)]))
    .execute()
  return new Set(rows.map(({ role }) => role))
}

export async function neverChangedPassword(db: Db, madeBefore: number): Promise<string[]> {
  const rows = await db
    .selectFrom('users')
    .select('username')
    .where('must_change_password', '=', 1)
    .where('disabled_at', 'is', null)
    .where('provider_id', 'is', null)
    .where('created_at', '<', madeBefore)
    .orderBy('username')
    .execute()
  return rows.map(({ username }) => username)
}

export async function expiredGrants(db: Db, nowMs: number): Promise<number> {
  const { n } = await db
    .selectFrom('grants')
    .select((eb) => eb.fn.countAll().as('n'))
    .where('expires_at', '<=', nowMs)
    .executeTakeFirstOrThrow()
  return Number(n)
}

export interface AwayCollector {
  name: string
  since: number
}

/** Those whose absence is an alarm: whether one is connected, only a running server knows. */
export async function awayCollectors(db: Db): Promise<AwayCollector[]> {
  return db
    .selectFrom('alarms')
    .select(['entity_name as name', 'started_at as since'])
    .where('condition', '=', 'collector-away' satisfies Condition)
    .where('state', '=', 'firing')
    .orderBy('started_at')
    .execute()
}
