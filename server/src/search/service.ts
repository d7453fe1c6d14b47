import { sql, type Expression, type SqlBool } from 'kysely'
import type { Clock } from '../clock.ts'
import type { Db } from '../db/database.ts'
import { isInScope } from '../identity/scope.ts'
import type { Viewer } from '../identity/viewer.ts'
import { scoreOf } from './rank.ts'
import { marked, snippetOf, type Piece } from './snippet.ts'
import * as store from './store.ts'
import { termsOf } from './words.ts'

export type { SearchDoc } from './store.ts'

export interface FindOptions {
  /** Null: the system, which sees everything. */
  viewer: Pick<Viewer, 'regionPaths'> | null
  /** Default 20, at most 50. */
  limit?: number
  /** Also what the regions above own: articles of the province are read in a county. */
  fromAbove?: boolean
}

export interface Hit {
  id: string
  kind: string
  regionId: string
  title: Piece[]
  snippet: Piece[]
  score: number
  updatedAt: number
}

/** One facility for everything that is found by words. `put` and `remove` run in the caller's transaction. */
export class SearchService {
  readonly #db: Db
  readonly #clock: Clock

  constructor({ db, clock }: { db: Db; clock: Clock }) {
    this.#db = db
    this.#clock = clock
  }

  put = (tx: Db, doc: store.SearchDoc): Promise<void> => store.put(tx, doc)

  remove = (tx: Db, id: string): Promise<void> => store.remove(tx, id)

  /** Best first. What has all the words; if nothing has, what has any. */
  async find(kinds: readonly string[], text: string, options: FindOptions): Promise<Hit[]> {
    const terms = termsOf(text)
    if (terms.length === 0 || kinds.length === 0) return []
    const seen = visible(options, this.#db)
    const all = await store.find(this.#db, kinds, terms, 'all', seen)
    const found =
      all.length > 0 || terms.length === 1 ? all : await store.find(this.#db, kinds, terms, 'any', seen)
    const nowMs = this.#clock()
    return found
      .map((row, rank) => ({ row, score: scoreOf(row, rank, text, nowMs) }))
      .sort((a, b) => b.score - a.score)
      .slice(0, Math.min(options.limit ?? 20, 50))
      .map(({ row, score }) => ({
        id: row.id,
        kind: row.kind,
        regionId: row.regionId,
        title: marked(row.title, terms),
        snippet: snippetOf(row.body, terms),
        score,
        updatedAt: row.updatedAt,
      }))
  }
}

function visible({ viewer, fromAbove }: FindOptions, db: Db): Expression<SqlBool> {
  if (!viewer) return sql<SqlBool>`1 = 1`
  const within = isInScope('d.region_id', viewer, db)
  const above = fromAbove
    ? [...new Set(viewer.regionPaths.flatMap((path) => path.split('/').filter(Boolean)))]
    : []
  return above.length === 0 ? within : sql<SqlBool>`(${within} or d.region_id in (${sql.join(above)}))`
}
