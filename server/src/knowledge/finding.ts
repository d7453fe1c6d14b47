import { newId } from '@zongheng/inventory/id.ts'
import type { Clock } from '../clock.ts'
import type { Db } from '../db/database.ts'
import type { Viewer } from '../identity/viewer.ts'
import type { SearchService } from '../search/service.ts'
import { fitting, type Trouble } from './fitting.ts'
import type { Category } from './library.ts'
import type { ArticleHits, SearchQuery, SuggestionQuery } from './schema.ts'
import * as store from './store.ts'

export interface FindingDeps {
  db: Db
  clock: Clock
  search: Pick<SearchService, 'find'>
  /** Who made a device; null for what is none, or is not seen. */
  vendorOf: (viewer: Viewer, entityId: string) => Promise<string | null>
  /** Names of regions, short ones too: where it happens says nothing of what it is. */
  placeNames: () => Promise<ReadonlySet<string>>
}

const foundAtMost = 30
/** Of what was looked for. */
const keptChars = 100
/** Of so many that fit by their words those are suggested that fit the device. */
const weighed = 20

/** Published articles by words: looked for, or offered while somebody types. */
export class Finding {
  readonly #deps: FindingDeps

  constructor(deps: FindingDeps) {
    this.#deps = deps
  }

  /** What was looked for is kept, found or not: it tells what the library lacks. */
  async find(viewer: Viewer, { text, category, place }: SearchQuery): Promise<ArticleHits> {
    const { db, clock } = this.#deps
    const items = (await this.#found(viewer, text, foundAtMost)).filter(
      (one) => category === undefined || one.category === category,
    )
    const searchId = newId('search', clock())
    await store.insertSearch(db, {
      id: searchId,
      at: clock(),
      user_id: viewer.userId,
      region_id: viewer.regionPaths[0]?.split('/').findLast(Boolean) ?? null,
      place: place ?? 'console',
      text: text.replaceAll('\0', '').slice(0, keptChars),
      hits: items.length,
      opened_id: null,
    })
    return { searchId, items }
  }

  /** While somebody types: not kept. */
  async suggest(
    viewer: Viewer,
    { text, entityId, category, limit = 5 }: SuggestionQuery,
  ): Promise<ArticleHits> {
    // prettier-ignore
    const vendor = entityId ? await this.#deps.vendorOf(viewer, entityId) : null
    const what = withoutPlaces(text, await this.#deps.placeNames())
    const items = await this.#found(viewer, what, weighed, { vendor, category: category ?? null })
    return { searchId: null, items: items.slice(0, limit) }
  }

  async #found(viewer: Viewer, text: string, limit: number, trouble?: Trouble) {
    const { db, search } = this.#deps
    const hits = await search.find(['article'], text, { viewer, fromAbove: true, limit })
    const rows = new Map((await store.articlesByIds(db, hits.map(({ id }) => id))).map((row) => [row.id, row])) // prettier-ignore
    return (trouble ? fitting(hits, rows, trouble) : hits).flatMap(({ id, title, snippet }) => {
      const row = rows.get(id)
      if (!row) return []
      return [{ id, number: row.number, category: row.category as Category, title, snippet }]
    })
  }
}

/** Longest names first: 石家庄市 before 石家庄. A text of places alone stays. */
function withoutPlaces(text: string, names: ReadonlySet<string>): string {
  const said = [...names].filter((name) => name.length > 1 && text.includes(name))
  const rest = said
    .sort((a, b) => b.length - a.length)
    .reduce((left, name) => left.replaceAll(name, ' '), text)
  return rest.trim() === '' ? text : rest
}
