import { dayMs } from '@zongheng/inventory/zone.ts'
import type { Db } from '../db/database.ts'
import type { Viewer } from '../identity/viewer.ts'
import * as store from './board-store.ts'
import { groundOf } from './list-store.ts'
import type { Board, BoardQuery } from './schema-board.ts'
import { sightOf } from './sight.ts'
import type { Names } from './views.ts'

export interface BoardDeps {
  db: Db
  clock: () => number
  timezone: string
  names: Names
}

const soonMs = 4 * 3_600_000
const peopleAtMost = 50

/** How the desk stands, for a region and a team: a few queries, each along an index. */
export class DeskBoard {
  readonly #deps: BoardDeps

  constructor(deps: BoardDeps) {
    this.#deps = deps
  }

  async read(viewer: Viewer, { teamId, assignee, regionId, days = 14 }: BoardQuery): Promise<Board> {
    const { db, clock, timezone, names } = this.#deps
    const nowMs = clock()
    const offsetMs = offsetOf(timezone, nowMs)
    const today = Math.floor((nowMs + offsetMs) / dayMs)
    const sinceMs = (today - days + 1) * dayMs - offsetMs
    const assigneeId = assignee === 'me' ? viewer.userId : undefined
    const board = { ground: await groundOf(db, sightOf(viewer), regionId), teamId, assigneeId }
    const { byAge, ...open } = await store.openFigures(db, board, nowMs, soonMs)
    const load = await store.loads(db, board, peopleAtMost)
    const users = await names.users(load.map(({ userId }) => userId), db) // prettier-ignore
    const opened = await store.perDay(db, board, 'created_at', { sinceMs, offsetMs })
    const solved = await store.perDay(db, board, 'resolved_at', { sinceMs, offsetMs })
    return {
      open: { ...open, byAge: byAge.map((count, i) => ({ upToHours: store.ages[i] ?? null, count })) },
      load: load.map(({ userId: id, open: count }) => ({ assignee: { id, name: users.get(id) ?? id }, open: count })), // prettier-ignore
      days: Array.from({ length: days }, (_, i) => {
        const day = today - days + 1 + i
        return { from: day * dayMs - offsetMs, opened: opened.get(day) ?? 0, solved: solved.get(day) ?? 0 }
      }),
      kept: await store.kept(db, board, sinceMs),
      satisfaction: await store.satisfaction(db, board, sinceMs),
    }
  }
}

/** What a zone is ahead of UTC now. */
function offsetOf(timeZone: string, nowMs: number): number {
  const minute = Math.floor(nowMs / 60_000) * 60_000
  const local = new Intl.DateTimeFormat('sv-SE', { dateStyle: 'short', timeStyle: 'medium', timeZone }).format(minute) // prettier-ignore
  return Date.parse(`${local.replace(' ', 'T')}Z`) - minute
}
