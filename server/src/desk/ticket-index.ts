import type { Db } from '../db/database.ts'
import type { SearchDoc } from '../search/service.ts'
import type { TicketObserver } from './contract.ts'
import * as found from './found-store.ts'
import { entitiesOf, type TicketRow } from './store.ts'

export interface TicketWords {
  put(tx: Db, doc: SearchDoc): Promise<void>
  newest(
    db: Db,
    text: string,
    options: { kind: string; regionIds: readonly string[] | null; limit: number },
  ): Promise<string[]>
}

/** What lists by words look through; the rest of the list narrows it. */
const foundAtMost = 200
const kind = 'ticket'
const isNumber = /^[a-z]{3}\d{4,8}(-\d*)?$/i

/** Tickets by their words: number, title, description, and what they are about. Kept in the desk's own transaction. */
export class TicketIndex implements TicketObserver {
  readonly #words: TicketWords

  constructor(words: TicketWords) {
    this.#words = words
  }

  async changed(tx: Db, before: TicketRow | null, after: TicketRow): Promise<void> {
    const isSame = before && before.title === after.title && before.description === after.description
    if (!isSame || before.region_id !== after.region_id) await this.put(tx, after)
  }

  async put(tx: Db, row: TicketRow): Promise<void> {
    const [doc] = await docsOf(tx, [row])
    await this.#words.put(tx, doc!)
  }

  /** The newest that have these words, of those within regions, and of the viewer's own. */
  async find(db: Db, text: string, userId: string, regionIds: readonly string[] | null): Promise<string[]> {
    const typed = text.trim()
    if (isNumber.test(typed)) return found.numbered(db, typed.toUpperCase(), foundAtMost)
    const [ids, own] = await Promise.all([
      this.#words.newest(db, typed, { kind, regionIds, limit: foundAtMost }),
      regionIds === null ? [] : found.ownMentioning(db, userId, typed, foundAtMost),
    ])
    return [...new Set([...ids, ...own])]
  }
}

/** Of tickets in order of id, after that one: for the index to be built anew. */
export const ticketDocs = async (after: string, limit: number, db: Db): Promise<SearchDoc[]> =>
  docsOf(db, await found.ticketsAfter(db, after, limit))

async function docsOf(db: Db, rows: readonly TicketRow[]): Promise<SearchDoc[]> {
  const ids = rows.map(({ id }) => id)
  const about = Map.groupBy(ids.length === 0 ? [] : await entitiesOf(db, ids), (entity) => entity.ticket_id)
  return rows.map((row) => ({
    kind,
    id: row.id,
    regionId: row.region_id,
    title: row.title,
    body: row.description,
    keywords: [row.number, ...(about.get(row.id) ?? []).map(({ name }) => name).slice(0, 20), row.region_id],
    updatedAt: row.updated_at,
  }))
}
