import type { Db } from '../db/database.ts'
import { conflict, notFound } from '../http/problem.ts'
import type { IdentityService } from '../identity/service.ts'
import { covers, viewerFor, type Viewer } from '../identity/viewer.ts'
import { seenArticle, type ArticleRow, type Sight } from './store.ts'

export interface ReachDeps {
  db: Db
  identity: Pick<IdentityService, 'regionsNamed'>
}

/** Which articles a viewer may look at, and which they may write or publish. */
export class ArticleReach {
  readonly #deps: ReachDeps

  constructor(deps: ReachDeps) {
    this.#deps = deps
  }

  /** Throws `not-found`. */
  async seen(viewer: Viewer, id: string, db: Db = this.#deps.db): Promise<ArticleRow> {
    const row = await seenArticle(db, sightOf(viewer), id)
    if (!row) throw notFound('article')
    return row
  }

  /** Throws `article-state` for what is not published. */
  async read(viewer: Viewer, id: string): Promise<ArticleRow> {
    const row = await this.seen(viewer, id)
    if (row.state !== 'published') throw conflict('article-state')
    return row
  }

  async may(
    viewer: Viewer,
    permission: 'knowledge.write' | 'knowledge.publish',
    row: ArticleRow,
    db: Db = this.#deps.db,
  ): Promise<boolean> {
    const region = (await this.#deps.identity.regionsNamed([row.region_id], db)).get(row.region_id)
    return region !== undefined && covers(viewerFor(viewer, permission), region.path)
  }
}

export const sightOf = (viewer: Viewer): Sight => ({
  reads: viewerFor(viewer, 'knowledge.read'),
  writes: viewerFor(viewer, 'knowledge.write'),
})
