import type { Db } from '../db/database.ts'

export async function tagsOf(db: Db, ticketId: string): Promise<string[]> {
  const rows = await db
    .selectFrom('ticket_tags')
    .select('tag')
    .where('ticket_id', '=', ticketId)
    .orderBy('tag')
    .execute()
  return rows.map(({ tag }) => tag)
}

export async function replaceTags(tx: Db, ticketId: string, tags: readonly string[]): Promise<void> {
  await tx.deleteFrom('ticket_tags').where('ticket_id', '=', ticketId).execute()
  if (tags.length === 0) return
  await tx
    .insertInto('ticket_tags')
    .values(tags.map((tag) => ({ ticket_id: ticketId, tag })))
    .execute()
}

/** Tags in use that begin so, each found by one step along the index, however many tickets carry it. */
export async function tagsFrom(db: Db, prefix: string, limit: number): Promise<string[]> {
  const tags: string[] = []
  for (let after: string | null = null; tags.length < limit;) {
    let query = db.selectFrom('ticket_tags').select('tag').orderBy('tag').limit(1)
    query = after === null ? query.where('tag', '>=', prefix) : query.where('tag', '>', after)
    const row: { tag: string } | undefined = await query.executeTakeFirst()
    if (!row?.tag.startsWith(prefix)) break
    tags.push((after = row.tag))
  }
  return tags
}

export async function removeWatcher(tx: Db, ticketId: string, userId: string): Promise<boolean> {
  const result = await tx
    .deleteFrom('ticket_watchers')
    .where('ticket_id', '=', ticketId)
    .where('user_id', '=', userId)
    .executeTakeFirst()
  return result.numDeletedRows > 0n
}
