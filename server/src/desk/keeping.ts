/** What agents keep a ticket by: its tags, and who watches it. */
import { forbidden, notFound } from '../http/problem.ts'
import { covers, type Viewer } from '../identity/viewer.ts'
import { addWatchers, heldTicket, watchersOf } from './gathering-store.ts'
import * as store from './keeping-store.ts'
import type { Parts } from './parts.ts'
import { ticketChanged } from './problems.ts'
import { readsInternal, type ReachedTicket } from './reach.ts'
import * as record from './record.ts'
import type { KeepingFields, SetTags } from './schema-keeping.ts'
import type { TicketRow } from './store.ts'

const offeredAtMost = 20

export class Keeping {
  readonly #parts: Parts

  constructor(parts: Parts) {
    this.#parts = parts
  }

  async fields(viewer: Viewer, ticket: ReachedTicket): Promise<KeepingFields> {
    const { db, names } = this.#parts
    if (!readsInternal(viewer, ticket)) return { tags: [], watching: false, watchers: [] }
    const [watchers, tags] = await Promise.all([watchersOf(db, ticket.row.id), store.tagsOf(db, ticket.row.id)]) // prettier-ignore
    const users = await names.users(watchers, db)
    return {
      tags,
      watching: watchers.includes(viewer.userId),
      watchers: watchers.map((id) => ({ id, name: users.get(id) ?? id })),
    }
  }

  /** Tags in use, that others may be alike. */
  tagsFrom(q = ''): Promise<string[]> {
    return store.tagsFrom(this.#parts.db, q.trim(), offeredAtMost)
  }

  /** All of its tags anew. Throws `ticket-changed` where the writer saw others. */
  setTags(viewer: Viewer, id: string, { tags, revision }: SetTags): Promise<void> {
    return this.#tag(viewer, id, () => tags, revision)
  }

  /** Beside those it has. */
  retag(viewer: Viewer, id: string, add: readonly string[], remove: readonly string[]): Promise<void> {
    return this.#tag(viewer, id, (has) => [...has.filter((tag) => !remove.includes(tag)), ...add])
  }

  async #tag(
    viewer: Viewer,
    id: string,
    become: (has: readonly string[]) => readonly string[],
    revision?: number,
  ): Promise<void> {
    const { audit, book, reach } = this.#parts
    await reach.worked(viewer, id)
    await audit.write(async (tx, note) => {
      const row = await heldTicket(tx, id)
      mustBe(row, revision)
      const before = await store.tagsOf(tx, id)
      const tags = [...new Set(become(before))].sort()
      if (tags.join('\n') === before.join('\n')) return
      await store.replaceTags(tx, id, tags)
      const values = { event: 'tags', from: before.join('、'), to: tags.join('、') }
      await book.change(tx, row, {}, [{ kind: 'fields', visibility: 'internal', authorId: viewer.userId, values }]) // prettier-ignore
      note(record.done('desk.ticket-tagged', row, { tags }))
    })
  }

  /** Oneself, where one reads it as staff do; somebody else who may, where one works on it. */
  async watch(viewer: Viewer, id: string, userId: string, watches: boolean): Promise<void> {
    const { audit, clock, identity, reach } = this.#parts
    const ticket = await reach.seen(viewer, id)
    if (!readsInternal(viewer, ticket)) throw forbidden()
    const whom = userId === 'me' ? viewer.userId : userId
    if (whom !== viewer.userId) {
      await reach.worked(viewer, id)
      const scope = await identity.scopeOf(whom, 'desk.read')
      if (watches && !covers(scope, ticket.regionPath)) throw notFound('user')
    }
    await audit.write(async (tx, note) => {
      const isSame = (await watchersOf(tx, id)).includes(whom) === watches
      if (isSame) return
      if (watches) await addWatchers(tx, id, [whom], clock())
      else await store.removeWatcher(tx, id, whom)
      note(record.done('desk.ticket-watched', ticket.row, { userId: whom, watches }))
    })
  }
}

export function mustBe(row: TicketRow, revision: number | undefined): void {
  if (revision !== undefined && revision !== row.revision) throw ticketChanged()
}
