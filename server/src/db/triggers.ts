import { sql, SqliteAdapter, type Kysely } from 'kysely'

/** A row change that is refused with `message` when `when` holds; `new` and `old` are the rows. */
export interface Refusal {
  name: string
  /** `before delete on users` */
  on: string
  when: string
  message: string
}

/** The same refusals on both databases. */
export async function createTriggers(db: Kysely<never>, refusals: readonly Refusal[]): Promise<void> {
  const isSqlite = db.getExecutor().adapter instanceof SqliteAdapter
  for (const refusal of refusals)
    for (const statement of isSqlite ? forSqlite(refusal) : forPostgres(refusal))
      await sql.raw(statement).execute(db)
}

/** TRUNCATE passes by triggers of rows. SQLite has none. */
export async function refuseTruncate(db: Kysely<never>, tables: readonly string[]): Promise<void> {
  if (db.getExecutor().adapter instanceof SqliteAdapter) return
  await sql`create function truncate_refused() returns trigger language plpgsql as $$ begin
    raise exception '% is kept', tg_table_name;
  end $$`.execute(db)
  for (const table of tables)
    await sql
      .raw(
        `create trigger ${table}_not_truncated before truncate on ${table} for each statement execute function truncate_refused()`,
      ) // prettier-ignore
      .execute(db)
}

const forSqlite = ({ name, on, when, message }: Refusal) => [
  `create trigger ${name} ${on} when ${when} begin select raise(abort, '${message}'); end`,
]

const forPostgres = ({ name, on, when, message }: Refusal) => [
  `create function ${name}() returns trigger language plpgsql as $$ begin
    if ${when} then raise exception '${message}'; end if;
    if tg_op = 'DELETE' then return old; end if;
    return new;
  end $$`,
  `create trigger ${name} ${on} for each row execute function ${name}()`,
]
