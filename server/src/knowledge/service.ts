import type { AuditTrail } from '../audit/trail.ts'
import type { DeskService } from '../desk/service.ts'
import type { IdentityService } from '../identity/service.ts'
import type { Viewer } from '../identity/viewer.ts'
import type { Log } from '../log.ts'
import type { SearchService } from '../search/service.ts'
import { ArticleBook, docOf } from './article-book.ts'
import { Feedback } from './feedback.ts'
import { Finding, type FindingDeps } from './finding.ts'
import { LibraryLoader } from './library-loader.ts'
import { ArticleReach } from './reach.ts'
import { Reading } from './reading.ts'
import { KnowledgeReports, type ReportDeps } from './reports.ts'
import { ReviewReminders, type ReminderDeps } from './review-reminders.ts'
import { publishedAfter } from './store.ts'
import { Writing } from './writing.ts'

export interface KnowledgeDeps extends ReportDeps, FindingDeps, ReminderDeps {
  log: Log
  audit: Pick<AuditTrail, 'write'>
  identity: Pick<IdentityService, 'namesOf' | 'regionsNamed' | 'rootRegion' | 'peopleIn'>
  search: Pick<SearchService, 'put' | 'remove' | 'find' | 'sourcedBy'>
  desk: Pick<DeskService, 'mustSee' | 'mustWorkOn' | 'detail' | 'note' | 'tell'>
}

/** What the desk knows: written by one, published by another, read here and below. */
export class KnowledgeService {
  readonly #reach: ArticleReach
  readonly library: LibraryLoader
  readonly finding: Finding
  readonly reading: Reading
  readonly writing: Writing
  readonly feedback: Feedback
  readonly timeZone: string
  readonly reports: KnowledgeReports
  readonly reminders: ReviewReminders

  constructor(deps: KnowledgeDeps) {
    const book = new ArticleBook(deps)
    const reach = new ArticleReach(deps)
    const reading = new Reading({ ...deps, reach })
    this.#reach = reach
    this.timeZone = deps.timezone
    this.reading = reading
    this.library = new LibraryLoader({ ...deps, book })
    this.finding = new Finding(deps)
    this.writing = new Writing({ ...deps, book, reach, reading })
    this.feedback = new Feedback({ ...deps, reach, reading })
    this.reports = new KnowledgeReports(deps)
    this.reminders = new ReviewReminders(deps)
    deps.search.sourcedBy('article', async (after, limit, db) =>
      (await publishedAfter(db, after, limit)).map((row) => docOf(row, { ...row, title: row.shownTitle })),
    )
  }

  start(): void {
    this.library.start()
    this.reminders.start()
  }

  async stop(): Promise<void> {
    await this.reminders.stop()
    await this.library.stop()
  }

  /** The regions are there now. */
  founded(): void {
    this.library.founded()
  }

  /** For what hangs on an article: who writes it sees what is internal to it. Throws `not-found`. */
  async reachOf(viewer: Viewer, id: string): Promise<{ regionId: string; seesInternal: boolean }> {
    const row = await this.#reach.seen(viewer, id)
    return { regionId: row.region_id, seesInternal: await this.#reach.may(viewer, 'knowledge.write', row) }
  }
}
