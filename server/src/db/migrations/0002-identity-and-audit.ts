import { sql, type Kysely } from 'kysely'
import { columns, isOptional, stamps, typeOf, type Builder, type Column } from '../columns.ts'
import { createTriggers, refuseTruncate } from '../triggers.ts'

// prettier-ignore
const tables: Record<string, Record<string, Column>> = {
  password_history: { id: 'text', user_id: 'text', password_hash: 'text', created_at: 'int' },
  recovery_codes: { id: 'text', user_id: 'text', code_hash: 'text', used_at: 'int?' },
  api_tokens: {
    id: 'text', user_id: 'text', name: 'text', secret_hash: 'text', permissions: 'text', region_id: 'text', expires_at: 'int', used_at: 'int?', used_address: 'text?',
    revoked_at: 'int?', ...stamps,
  },
  identity_providers: { id: 'text', kind: 'text', name: 'text', enabled: 'int', settings: 'text', secret: 'text?', ...stamps },
  audit_records: {
    seq: 'int', id: 'text', at: 'int', actor_kind: 'text', actor_id: 'text?', actor_name: 'text', action: 'text', entity_type: 'text?', entity_id: 'text?',
    entity_name: 'text?', region_id: 'text?', before: 'text?', after: 'text?', reason: 'text?', request_id: 'text?', address: 'text?', hash: 'text', seal: 'text',
  },
  audit_head: { id: 'int', seq: 'int', hash: 'text' },
  audit_archives: {
    id: 'text', first_seq: 'int', last_seq: 'int', first_at: 'int', last_at: 'int', previous_hash: 'text', last_hash: 'text', file: 'text', sha256: 'text', created_at: 'int',
  },
}

/** Columns of tables that are there already, with what old rows get where it is not null. */
// prettier-ignore
const added: [table: string, column: string, type: Column, initial?: string | number][] = [
  ['users', 'email', 'text?'], ['users', 'post', 'text?'], ['users', 'skills', 'text', '[]'], ['users', 'certificates', 'text', '[]'], ['users', 'trainings', 'text', '[]'],
  ['users', 'provider_id', 'text?'], ['users', 'external_id', 'text?'], ['users', 'password_changed_at', 'int?'], ['users', 'must_change_password', 'int', 0],
  ['users', 'totp_secret', 'text?'], ['users', 'totp_confirmed_at', 'int?'], ['users', 'totp_step', 'int?'], ['users', 'failed_count', 'int', 0],
  ['users', 'locked_until', 'int?'], ['users', 'signed_in_at', 'int?'],
  ['grants', 'provider_id', 'text?'], ['grants', 'expires_at', 'int?'],
  ['sessions', 'stage', 'text', 'open'], ['sessions', 'viewing_as', 'text?'], ['sessions', 'wrong_codes', 'int', 0],
  ['collectors', 'region_id', 'text?'], ['collectors', 'token_expires_at', 'int?'], ['collectors', 'enrolled_at', 'int?'],
  ['collectors', 'token_used_at', 'int?'], ['collectors', 'is_local', 'int', 0],
]

const uniques: Record<string, string[]> = {
  audit_records_seq: ['audit_records', 'seq'],
  audit_archives_first: ['audit_archives', 'first_seq'],
  users_external: ['users', 'provider_id', 'external_id'],
}

const indexes: Record<string, string[]> = {
  password_history_user: ['password_history', 'user_id', 'created_at'],
  recovery_codes_user: ['recovery_codes', 'user_id'],
  api_tokens_user: ['api_tokens', 'user_id'],
  audit_records_at: ['audit_records', 'at'],
  audit_records_actor: ['audit_records', 'actor_id', 'seq'],
  audit_records_entity: ['audit_records', 'entity_id', 'seq'],
  audit_records_region: ['audit_records', 'region_id', 'seq'],
  grants_region: ['grants', 'region_id'],
  team_members_user: ['team_members', 'user_id'],
  users_region: ['users', 'region_id'],
}

export async function up(db: Kysely<never>): Promise<void> {
  for (const [name, defs] of Object.entries(tables))
    await columns(db.schema.createTable(name) as unknown as Builder, defs).execute()
  for (const [table, column, type, initial] of added) {
    const alter = db.schema.alterTable(table)
    await alter
      .addColumn(column, typeOf(type), (c) => (isOptional(type) ? c : c.notNull().defaultTo(initial!)))
      .execute()
  }
  for (const [name, [table, ...on]] of Object.entries(uniques))
    await db.schema.createIndex(name).unique().on(table!).columns(on).execute()
  for (const [name, [table, ...on]] of Object.entries(indexes))
    await db.schema.createIndex(name).on(table!).columns(on).execute()
  await sql`insert into audit_head (id, seq, hash) values (1, 0, ${'0'.repeat(64)})`.execute(db)
  await createTriggers(db, triggers)
  await refuseTruncate(db, ['audit_records', 'audit_archives', 'audit_head'])
}

const office = "('system-admin', 'security-admin', 'audit-admin')"
const held =
  'held.user_id = new.user_id and held.role <> new.role and (held.role in OFFICE or new.role in OFFICE)'.replaceAll(
    'OFFICE',
    office,
  )

/** What no program may do, ours included: each refuses with its message when its condition holds. */
const triggers = [
  {
    name: 'audit_records_kept',
    on: 'before delete on audit_records',
    when: 'old.seq > (select coalesce(max(last_seq), 0) from audit_archives)',
    message: 'audit records are kept',
  },
  {
    name: 'audit_records_unchanged',
    on: 'before update on audit_records',
    when: '1 = 1',
    message: 'audit records never change',
  },
  {
    name: 'audit_archives_kept',
    on: 'before delete on audit_archives',
    when: '1 = 1',
    message: 'audit archives are kept',
  },
  {
    name: 'audit_archives_unchanged',
    on: 'before update on audit_archives',
    when: '1 = 1',
    message: 'audit archives never change',
  },
  {
    name: 'audit_head_kept',
    on: 'before delete on audit_head',
    when: '1 = 1',
    message: 'the audit chain keeps its head',
  },
  {
    name: 'officers_exclude',
    on: 'before insert on grants',
    when: `exists (select 1 from grants held where ${held})
      or (new.team_id is not null and new.role in ${office})
      or (new.role in ${office} and exists (select 1 from team_members m join grants g on g.team_id = m.team_id where m.user_id = new.user_id))
      or exists (select 1 from team_members m join grants g on g.user_id = m.user_id where m.team_id = new.team_id and g.role in ${office})`,
    message: 'officer roles exclude all others',
  },
  {
    name: 'grants_unchanged',
    on: 'before update of role, user_id, team_id on grants',
    when: '1 = 1',
    message: 'a grant is given or taken, never changed',
  },
  {
    name: 'officers_join_no_team_with_grants',
    on: 'before insert on team_members',
    when: `exists (select 1 from grants t where t.team_id = new.team_id) and exists (select 1 from grants g where g.user_id = new.user_id and g.role in ${office})`,
    message: 'officer roles exclude all others',
  },
]
