import { sql } from 'kysely'
import type { Db } from '../db/database.ts'
import { sealedUnder } from '../secrets/open.ts'
import type { Holdings } from './manifest.ts'

/** What a database holds, of whatever migration. On PostgreSQL, call it in the snapshot that is dumped. */
export async function holdingsOf(db: Db): Promise<Holdings> {
  const tables = (await db.introspection.getTables()).map(({ name }) => name).sort()
  const rows: Record<string, number> = {}
  for (const table of tables) rows[table] = await countOf(db, table)
  return {
    migration: await lastMigration(db),
    rows,
    marks: await marksOf(db),
    audit: await auditHead(db, tables),
    keyId: await sealedUnder(db),
  }
}

async function countOf(db: Db, table: string): Promise<number> {
  const { rows } = await sql<{ n: number }>`select count(*) as n from ${sql.table(table)}`.execute(db)
  return Number(rows[0]!.n)
}

export async function lastMigration(db: Db): Promise<string> {
  const { rows } = await sql<{ name: string }>`select max(name) as name from kysely_migration`.execute(db)
  return rows[0]!.name
}

function marksOf(db: Db): Promise<Holdings['marks']> {
  return db
    .selectFrom('batch_marks')
    .select(['collector_id as collectorId', 'epoch', 'lane', 'seq'])
    .orderBy('collector_id')
    .orderBy('epoch')
    .orderBy('lane')
    .execute()
}

async function auditHead(db: Db, tables: string[]): Promise<Holdings['audit']> {
  if (!tables.includes('audit_head')) return null
  return db.selectFrom('audit_head').select(['seq', 'hash']).executeTakeFirstOrThrow()
}
