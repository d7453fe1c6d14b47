import { sql, type Expression, type SqlBool } from 'kysely'
import type { Clock } from '../clock.ts'
import type { Db } from '../db/database.ts'
import { isInScope } from '../identity/scope.ts'
import type { Viewer } from '../identity/viewer.ts'
import { scoreOf } from './rank.ts'
import { newest } from './newest.ts'
import { Rarity, type Weighed } from './rarity.ts'
import { rebuild, type Rebuilt, type Source } from './rebuild.ts'
import { marked, snippetOf, type Piece } from './snippet.ts'
import * as store from './store.ts'
import { squeezed, termsOf, tokensAsked, type Token } from './words.ts'

export type { Rebuilt, Source } from './rebuild.ts'
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

/** More are not weighed against one another: nobody reads them. */
const candidates = 120
const namesakes = 20
/** With so many no less of what was typed is looked for. */
const enough = 20

/** One facility for everything that is found by words. `put` and `remove` run in the caller's transaction. */
export class SearchService {
  readonly #db: Db
  readonly #clock: Clock
  readonly #rarity: Rarity
  readonly #sources = new Map<string, Source>()

  constructor({ db, clock }: { db: Db; clock: Clock }) {
    this.#db = db
    this.#clock = clock
    this.#rarity = new Rarity({ db, clock })
  }

  put = (tx: Db, doc: store.SearchDoc): Promise<void> => store.put(tx, doc)

  remove = (tx: Db, id: string): Promise<void> => store.remove(tx, id)

  newest = newest

  /** Where the records of a kind come from when the index is built anew. */
  sourcedBy(kind: string, source: Source): void {
    this.#sources.set(kind, source)
  }

  /** Builds the index anew, a few records a transaction, while it is searched. */
  rebuild(): Promise<Rebuilt[]> {
    return rebuild(this.#db, this.#sources)
  }

  /** Best first. What has all the words; if nothing has, what has most, the rare ones before the common. */
  async find(kinds: readonly string[], text: string, options: FindOptions): Promise<Hit[]> {
    const terms = termsOf(text)
    if (terms.length === 0 || kinds.length === 0) return []
    const whole = squeezed(text)
    const asking = { kinds, seen: visible(options, this.#db) }
    const tokens = tokensAsked(terms)
    const all = await this.#having(tokens, asking, whole)
    const isWeighed = all.length === 0 && tokens.length > 1
    const weighed = isWeighed ? await this.#rarity.weigh(tokens) : tokens.map((token) => ({ ...token, weight: 1, isCommon: false })) // prettier-ignore
    const found = isWeighed ? await this.#most(weighed, asking) : all
    const nowMs = this.#clock()
    return found
      .map((row) => ({ row, score: scoreOf(row, { whole, tokens: weighed }, nowMs) }))
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

  async #having(tokens: readonly Token[], asking: store.Asking, name?: string): Promise<store.Found[]> {
    const db = this.#db
    const rows = name ? await store.named(db, name, asking, namesakes) : []
    rows.push(...(await store.having(db, 'heads', tokens, asking, candidates)))
    if (rows.length < candidates) rows.push(...(await store.having(db, 'words', tokens, asking, candidates)))
    return different(rows)
  }

  /** Lets go of the common words until there is enough. Tokens come rare ones first. */
  async #most(tokens: readonly Weighed[], asking: store.Asking): Promise<store.Found[]> {
    const rows: store.Found[] = []
    for (let n = tokens.length; n > 0 && rows.length < enough; n = n >> 1)
      rows.push(...(await this.#having(tokens.slice(0, n), asking)))
    return different(rows.length > 0 ? rows : await this.#any(tokens, asking))
  }

  /** What has any of them, but for those that very much else has: each a look of its own. */
  async #any(tokens: readonly Weighed[], asking: store.Asking): Promise<store.Found[]> {
    const rows: store.Found[] = []
    for (const token of tokens.filter(({ isCommon }) => !isCommon))
      rows.push(...(await this.#having([token], asking)))
    return rows
  }
}

const different = (rows: readonly store.Found[]): store.Found[] => {
  const first = new Map<string, store.Found>()
  for (const row of rows) if (!first.has(row.id)) first.set(row.id, row)
  return [...first.values()]
}

function visible({ viewer, fromAbove }: FindOptions, db: Db): Expression<SqlBool> {
  if (!viewer) return sql<SqlBool>`1 = 1`
  const within = isInScope('d.region_id', viewer, db)
  const above = fromAbove
    ? [...new Set(viewer.regionPaths.flatMap((path) => path.split('/').filter(Boolean)))]
    : []
  return above.length === 0 ? within : sql<SqlBool>`(${within} or d.region_id in (${sql.join(above)}))`
}
