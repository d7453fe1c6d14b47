/** Views of lists that people named: their own, and those of their teams. */
import { newId } from '@zongheng/inventory/id.ts'
import { conflict, notFound } from '../http/problem.ts'
import type { Viewer } from '../identity/viewer.ts'
import * as store from './answers-store.ts'
import type { Parts } from './parts.ts'
import type { NewView, SavedView, ViewPatch } from './schema-answers.ts'

const eachAtMost = 100

export class Views {
  readonly #parts: Parts

  constructor(parts: Parts) {
    this.#parts = parts
  }

  async list({ userId }: Viewer, page: string | undefined): Promise<SavedView[]> {
    const { db, identity } = this.#parts
    const rows = await store.viewsOf(db, userId, await identity.teamIdsOf(userId), page)
    return rows.map((row) => view(row, userId))
  }

  /** Throws `not-found` for a team that is not one's own, `too-many` beyond a hundred. */
  async create({ userId }: Viewer, input: NewView): Promise<SavedView> {
    const { audit, clock } = this.#parts
    const { name, page, query, teamId = null, position = 0 } = input
    await this.#mustBeIn(userId, teamId)
    const [id, nowMs] = [newId('view'), clock()]
    const row = { id, user_id: userId, team_id: teamId, page, name, query: JSON.stringify(query), position, created_at: nowMs, updated_at: nowMs } // prettier-ignore
    await audit.write(async (tx, note) => {
      if ((await store.countViews(tx, userId)) >= eachAtMost) throw conflict('too-many')
      await store.insertView(tx, row)
      note({ action: 'desk.view-saved', entity: entityOf(row), regionId: null, after: input })
    })
    return view(row, userId)
  }

  async update({ userId }: Viewer, id: string, patch: ViewPatch): Promise<SavedView> {
    const { audit, clock } = this.#parts
    const row = await this.#mine(userId, id)
    const { teamId, query, ...rest } = patch
    if (teamId !== undefined) await this.#mustBeIn(userId, teamId)
    const set = { ...rest, ...(teamId !== undefined && { team_id: teamId }), ...(query && { query: JSON.stringify(query) }) } // prettier-ignore
    await audit.write(async (tx, note) => {
      await store.updateView(tx, id, { ...set, updated_at: clock() })
      note({ action: 'desk.view-saved', entity: entityOf(row), regionId: null, after: patch })
    })
    return view({ ...row, ...set }, userId)
  }

  async remove({ userId }: Viewer, id: string): Promise<void> {
    const row = await this.#mine(userId, id)
    await this.#parts.audit.write(async (tx, note) => {
      await store.deleteView(tx, id)
      note({ action: 'desk.view-removed', entity: entityOf(row), regionId: null })
    })
  }

  /** A team's view is changed by whoever saved it. */
  async #mine(userId: string, id: string): Promise<store.ViewRow> {
    const row = await store.viewById(this.#parts.db, id)
    if (row?.user_id !== userId) throw notFound('view')
    return row
  }

  async #mustBeIn(userId: string, teamId: string | null): Promise<void> {
    if (teamId !== null && !(await this.#parts.identity.teamIdsOf(userId)).includes(teamId))
      throw notFound('team')
  }
}

const entityOf = ({ id, name }: Pick<store.ViewRow, 'id' | 'name'>) => ({ type: 'view', id, name })

const view = (row: store.ViewRow, userId: string): SavedView => ({
  id: row.id,
  name: row.name,
  page: row.page,
  query: JSON.parse(row.query) as SavedView['query'],
  teamId: row.team_id,
  position: row.position,
  mine: row.user_id === userId,
})
