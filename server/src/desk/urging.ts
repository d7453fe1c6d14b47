/** 督办: whoever stands above asks for a ticket to be hurried. */
import { conflict, forbidden } from '../http/problem.ts'
import { covers, viewerFor, type Viewer } from '../identity/viewer.ts'
import { mustBeOpen } from './escalating.ts'
import { heldTicket } from './gathering-store.ts'
import type { Parts } from './parts.ts'
import type { ReachedTicket } from './reach.ts'
import * as record from './record.ts'
import { lastEntryOf } from './entries-store.ts'

/** One person, one ticket: hurrying twice in a breath hurries nobody. */
const notAgainWithinMs = 10 * 60_000

export class Urging {
  readonly #parts: Parts

  constructor(parts: Parts) {
    this.#parts = parts
  }

  async mayUrge(viewer: Viewer, { row, regionPath }: ReachedTicket): Promise<boolean> {
    const team = row.team_id === null ? undefined : await this.#parts.identity.team(row.team_id)
    return isAbove(viewer, team?.regionPath ?? regionPath)
  }

  /** Throws `forbidden` but for a tier above the team that has it, or those who manage that team's region. */
  async urge(viewer: Viewer, id: string, text: string): Promise<void> {
    const { audit, book, clock, notices, reach } = this.#parts
    if (!(await this.mayUrge(viewer, await reach.seen(viewer, id)))) throw forbidden()
    await audit.write(async (tx, note) => {
      const held = await heldTicket(tx, id)
      mustBeOpen(held)
      const nowMs = clock()
      const last = await lastEntryOf(tx, id, 'urging', viewer.userId)
      if (last && nowMs - last.at < notAgainWithinMs) throw conflict('urged-already')
      const values = { event: 'urged' }
      await book.add(tx, id, [
        { kind: 'urging', visibility: 'internal', authorId: viewer.userId, text, values },
      ])
      await notices.tell(tx, 'ticket-urged', held, nowMs, { text })
      note(record.done('desk.ticket-urged', held, { text }))
    })
  }
}

function isAbove(viewer: Viewer, path: string): boolean {
  if (covers(viewerFor(viewer, 'desk.rules'), path)) return true
  return viewerFor(viewer, 'desk.write').regionPaths.some((root) => root !== path && path.startsWith(root))
}
