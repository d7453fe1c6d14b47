/** Ready answers, by region and team. */
import { newId } from '@zongheng/inventory/id.ts'
import type { PageOf } from '../http/paging.ts'
import { notFound } from '../http/problem.ts'
import { concerns, covers, viewerFor, type Viewer } from '../identity/viewer.ts'
import * as store from './answers-store.ts'
import { filled } from './blanks.ts'
import type { Parts } from './parts.ts'
import type {
  CannedAnswer,
  CannedPatch,
  CannedQuery,
  FilledAnswer,
  NewCannedAnswer,
} from './schema-answers.ts'
import { viewTickets } from './views.ts'

const offeredAtMost = 200

export class Answers {
  readonly #parts: Parts

  constructor(parts: Parts) {
    this.#parts = parts
  }

  /** Those of one's regions, and those that reach down to them. */
  async list(viewer: Viewer, query: CannedQuery): Promise<PageOf<CannedAnswer>> {
    const { db, identity } = this.#parts
    const regions = (await identity.allRegions(db)).filter(({ path }) => concerns(viewer, path))
    if (regions.length === 0) return { items: [], next: null }
    const ids = regions.map(({ id }) => id)
    const page = await store.listAnswers(db, ids, query)
    const byId = new Map(regions.map((region) => [region.id, region]))
    const items = page.items.map((row) => {
      const { id, name, path } = byId.get(row.region_id)!
      return view(row, { id, name }, covers(viewer, path))
    })
    return { items, next: page.next }
  }

  /** For a ticket: those of its region and above, for everybody, its team or one's own. */
  async forTicket(viewer: Viewer, ticketId: string): Promise<FilledAnswer[]> {
    const { db, identity, names, reach } = this.#parts
    const { row, regionPath } = await reach.worked(viewer, ticketId)
    const teamIds = [...(await identity.teamIdsOf(viewer.userId)), ...(row.team_id ? [row.team_id] : [])]
    const above = regionPath.split('/').filter(Boolean)
    const answers = await store.answersAt(db, above, teamIds, offeredAtMost)
    const [ticket] = await viewTickets(db, names, [row])
    return answers.map(({ id, title, body, shortcut }) => ({
      id,
      title,
      body: filled(body, ticket!, viewer.displayName),
      shortcut,
    }))
  }

  async create(viewer: Viewer, { regionId, ...answer }: NewCannedAnswer): Promise<CannedAnswer> {
    const { audit, clock, identity } = this.#parts
    const region = (await identity.regionsNamed([regionId])).get(regionId)
    if (!region || !covers(viewer, region.path)) throw notFound('region')
    await this.#mustFit(region.path, answer.teamId)
    const [id, nowMs] = [newId('cannedAnswer'), clock()]
    const { title, body, shortcut = null, teamId = null } = answer
    const row = { id, region_id: regionId, team_id: teamId, title, body, shortcut, used: 0, archived_at: null, created_at: nowMs, updated_at: nowMs } // prettier-ignore
    await audit.write(async (tx, note) => {
      await store.insertAnswer(tx, row)
      note({ action: 'desk.answer-created', entity: { type: 'canned-answer', id, name: title }, regionId, after: answer }) // prettier-ignore
    })
    return view(row, { id: regionId, name: region.name }, true)
  }

  async update(viewer: Viewer, id: string, patch: CannedPatch): Promise<CannedAnswer> {
    const { row, region } = await this.#mine(viewer, id)
    await this.#mustFit(region.path, patch.teamId)
    const { teamId, ...rest } = patch
    const set = { ...rest, ...(teamId !== undefined && { team_id: teamId }) }
    await this.#write(row, set, 'desk.answer-updated', patch)
    return view({ ...row, ...set }, { id: row.region_id, name: region.name }, true)
  }

  async remove(viewer: Viewer, id: string): Promise<void> {
    const { row } = await this.#mine(viewer, id)
    await this.#write(row, { archived_at: this.#parts.clock() }, 'desk.answer-removed', undefined)
  }

  async #write(
    row: store.AnswerRow,
    set: Partial<store.AnswerRow>,
    action: string,
    after: unknown,
  ): Promise<void> {
    const { audit, clock } = this.#parts
    await audit.write(async (tx, note) => {
      await store.updateAnswer(tx, row.id, { ...set, updated_at: clock() })
      const { title, body, shortcut, team_id: teamId } = row
      note({ action, entity: { type: 'canned-answer', id: row.id, name: title }, regionId: row.region_id, before: { title, body, shortcut, teamId }, after }) // prettier-ignore
    })
  }

  async #mine(viewer: Viewer, id: string) {
    const { db, identity } = this.#parts
    const row = await store.answerById(db, id)
    const region = row && (await identity.regionsNamed([row.region_id])).get(row.region_id)
    if (!region || !covers(viewerFor(viewer, 'desk.write'), region.path)) throw notFound('canned-answer')
    return { row, region }
  }

  /** A team of the region or of one below it. */
  async #mustFit(regionPath: string, teamId: string | null | undefined): Promise<void> {
    if (teamId == null) return
    const team = await this.#parts.identity.team(teamId)
    if (!team || !covers({ regionPaths: [regionPath] }, team.regionPath)) throw notFound('team')
  }
}

const view = (
  { id, title, body, shortcut, team_id: teamId }: store.AnswerRow,
  region: CannedAnswer['region'],
  writable: boolean,
): CannedAnswer => ({ id, title, body, shortcut, teamId, region, writable })
