/** A published article is looked at again after a year: whoever wrote it is told, once, when that is due. */
import type { Clock } from '../clock.ts'
import type { Db } from '../db/database.ts'
import type { Log } from '../log.ts'
import { clockText } from '../notify/message.ts'
import type { ArticleNotice } from '../notify/personal.ts'
import { Rounds } from '../rounds.ts'
import { claimReviewReminder, reviewsToTell, type ReviewToTell } from './review-store.ts'

export interface ReminderDeps {
  db: Db
  clock: Clock
  log: Log
  timezone: string
  tellOf: (tx: Db, notices: readonly ArticleNotice[], nowMs: number) => Promise<void>
  /** What was told goes out. */
  wake: () => void
}

const lookEveryMs = 3600_000
const atOnce = 200

export class ReviewReminders extends Rounds {
  readonly #deps: ReminderDeps

  constructor(deps: ReminderDeps) {
    super({ everyMs: lookEveryMs, log: deps.log, failed: 'reviews of articles were not told of' })
    this.#deps = deps
  }

  override start(): void {
    super.start()
    void this.look()
  }

  protected override async round(): Promise<void> {
    const { db, clock, wake } = this.#deps
    const nowMs = clock()
    const due = await reviewsToTell(db, nowMs, atOnce)
    for (const article of due) await this.#tell(article, nowMs)
    if (due.length > 0) wake()
  }

  /** Claimed first: of two processes one tells. */
  #tell({ owner_id: ownerId, ...row }: ReviewToTell, nowMs: number): Promise<void> {
    const { db, timezone, tellOf } = this.#deps
    return db.transaction().execute(async (tx) => {
      if (!(await claimReviewReminder(tx, row.id, nowMs))) return
      const { id, number, title, region_id: regionId, published_at: openedMs } = row
      const article = { id, number, title, regionId, openedMs: openedMs ?? nowMs }
      const text = `请看内容是否仍然正确，到期 ${clockText(row.review_due_at ?? nowMs, timezone)}`
      await tellOf(tx, [{ event: 'article-review', article, severity: 'warning', text, userIds: [ownerId] }], nowMs) // prettier-ignore
    })
  }
}
