import { conflict, notFound } from '../http/problem.ts'
import type { Viewer } from '../identity/viewer.ts'
import { deleteLinks, heldTickets, insertLink, type LinkKind } from './gathering-store.ts'
import type { Parts } from './parts.ts'
import * as record from './record.ts'

/** One link between two tickets, of one kind: a second says what the first was wrong about. */
export class Linking {
  readonly #parts: Parts

  constructor(parts: Parts) {
    this.#parts = parts
  }

  async link(viewer: Viewer, id: string, otherId: string, kind: Exclude<LinkKind, 'split'>): Promise<void> {
    const { audit, book, clock, reach } = this.#parts
    await reach.worked(viewer, id)
    await reach.seen(viewer, otherId)
    if (id === otherId) throw conflict('same-ticket')
    await audit.write(async (tx, note) => {
      const held = await heldTickets(tx, [id, otherId])
      await deleteLinks(tx, id, otherId)
      await insertLink(tx, {
        from_id: id,
        to_id: otherId,
        kind,
        created_by: viewer.userId,
        created_at: clock(),
      })
      const { number } = held.get(otherId)!
      await book.add(tx, id, [
        { kind: 'link', visibility: 'internal', authorId: viewer.userId, values: { event: kind, number } },
      ])
      note(record.done('desk.ticket-linked', held.get(id)!, { to: number, kind }))
    })
  }

  /** Throws `not-found` where there is none. */
  async unlink(viewer: Viewer, id: string, otherId: string): Promise<void> {
    const { audit, book, reach } = this.#parts
    await reach.worked(viewer, id)
    await reach.seen(viewer, otherId)
    await audit.write(async (tx, note) => {
      const held = await heldTickets(tx, [id, otherId])
      if ((await deleteLinks(tx, id, otherId)) === 0) throw notFound('link')
      const { number } = held.get(otherId)!
      await book.add(tx, id, [
        {
          kind: 'link',
          visibility: 'internal',
          authorId: viewer.userId,
          values: { event: 'unlinked', number },
        },
      ])
      note(record.done('desk.ticket-unlinked', held.get(id)!, { from: number }))
    })
  }
}
