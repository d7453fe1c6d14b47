import type { AuditTrail } from '../audit/trail.ts'
import type { Clock } from '../clock.ts'
import type { Db } from '../db/database.ts'
import type { IdentityService } from '../identity/service.ts'
import type { TicketBook } from './book.ts'
import type { DeskNotices } from './notices.ts'
import type { Reach } from './reach.ts'
import type { Names } from './views.ts'

/** What every part of the desk works with. */
export interface Parts {
  db: Db
  clock: Clock
  audit: Pick<AuditTrail, 'write'>
  identity: IdentityService
  book: TicketBook
  reach: Reach
  names: Names
  notices: DeskNotices
}
