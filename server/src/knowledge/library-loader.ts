import type { AuditTrail } from '../audit/trail.ts'
import type { Db } from '../db/database.ts'
import type { IdentityService } from '../identity/service.ts'
import type { Log } from '../log.ts'
import type { ArticleBook } from './article-book.ts'
import { readLibrary, type LibraryArticle } from './library.ts'
import { originsOf } from './store.ts'
import { told } from './telling.ts'

export interface LibraryDeps {
  db: Db
  log: Log
  audit: Pick<AuditTrail, 'write'>
  identity: Pick<IdentityService, 'rootRegion'>
  book: ArticleBook
}

/** Brings the articles that come with the product. */
export class LibraryLoader {
  readonly #deps: LibraryDeps
  #loading: Promise<void> | null = null
  #isRunning = false

  constructor(deps: LibraryDeps) {
    this.#deps = deps
  }

  /** In the background: nobody waits for it. */
  start(): void {
    this.#isRunning = true
    this.founded()
  }

  async stop(): Promise<void> {
    this.#isRunning = false
    await this.#loading
  }

  /** The regions are there now. */
  founded(): void {
    if (!this.#isRunning || this.#loading) return
    this.#loading = this.load()
      .catch((err: unknown) => this.#deps.log.error({ err }, 'the library is not loaded'))
      .finally(() => (this.#loading = null))
  }

  /** Adds to the root region what is not there yet; an article that was loaded once is the installation's own. */
  async load(articles?: LibraryArticle[]): Promise<void> {
    const root = await this.#deps.identity.rootRegion()
    if (!root) return
    const known = await originsOf(this.#deps.db)
    for (const article of articles ?? (await readLibrary()))
      if (!known.has(originOf(article))) await this.#add(article, root.id)
  }

  #add(article: LibraryArticle, regionId: string): Promise<void> {
    return this.#deps.audit.write(async (tx, note) => {
      if ((await originsOf(tx)).has(originOf(article))) return
      const row = await this.#deps.book.insert(tx, { ...article, regionId }, null, originOf(article))
      await this.#deps.book.publish(tx, row.article, row.version, null, [])
      note({ action: 'knowledge.published', ...told(row.article), after: { version: 1, origin: originOf(article) } }) // prettier-ignore
    })
  }
}

const originOf = ({ key }: LibraryArticle) => `library:${key}`
