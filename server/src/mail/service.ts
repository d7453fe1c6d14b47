import type { AuditTrail } from '../audit/trail.ts'
import type { Clock } from '../clock.ts'
import type { Db } from '../db/database.ts'
import type { DeskService } from '../desk/service.ts'
import type { EventBus } from '../events.ts'
import type { FileService } from '../files/service.ts'
import { pageOfItems, type PageOf, type Paging } from '../http/paging.ts'
import type { IdentityService } from '../identity/service.ts'
import type { Viewer } from '../identity/viewer.ts'
import type { Log } from '../log.ts'
import type { SecretBox } from '../secret-box.ts'
import { Answering } from './answering.ts'
import { Inbox } from './inbox.ts'
import { MailboxService, settingsOf } from './mailbox-service.ts'
import { MailOutbox } from './outbox.ts'
import { RatingLinks } from './rating-links.ts'
import type { Mail } from './schema.ts'
import * as store from './store.ts'
import type { MailboxRow, MailRow } from './store.ts'
import { MailTaker } from './taking.ts'

export interface MailDeps {
  db: Db
  bus: EventBus
  clock: Clock
  log: Log
  audit: Pick<AuditTrail, 'write'>
  secrets: SecretBox
  identity: IdentityService
  desk: DeskService
  files: FileService
  /** Where the console is reached; blank where nobody said. */
  origin: string
}

const lookEveryMs = 60_000

/** Mail in and out: a watch on each mailbox, one outbox, and what both do to tickets. */
export class MailService {
  readonly mailboxes: MailboxService
  readonly outbox: MailOutbox
  readonly taker: MailTaker
  readonly ratingLinks: RatingLinks
  readonly #deps: MailDeps
  readonly #inboxes = new Map<string, { of: number; inbox: Inbox }>()
  #timer: NodeJS.Timeout | undefined
  #watching: Promise<void> = Promise.resolve()
  #isStarted = false

  constructor(deps: MailDeps) {
    const { db, bus, clock, log, desk, identity, origin } = deps
    this.#deps = deps
    this.mailboxes = new MailboxService({ ...deps, changed: () => this.#watchAnew() })
    this.outbox = new MailOutbox({
      db,
      clock,
      log,
      secretOf: (mailbox) => this.mailboxes.secretOf(mailbox),
      gaveUp: (mail, answer) => this.#gaveUp(mail, answer),
    })
    this.taker = new MailTaker({ ...deps, outbox: this.outbox })
    this.ratingLinks = new RatingLinks(deps)
    desk.observe(
      new Answering({ identity, desk, outbox: this.outbox, origin, ratingLinks: this.ratingLinks }),
    )
    // what a comment put there is committed by the time that anyone is told
    bus.on('ticket.changed', () => void (this.#isStarted && this.outbox.send()))
  }

  start(): void {
    this.#isStarted = true
    this.#timer = setInterval(() => this.#watchAnew(), lookEveryMs).unref()
    this.#watchAnew()
    this.outbox.start()
  }

  async stop(): Promise<void> {
    this.#isStarted = false
    clearInterval(this.#timer)
    await this.#watching
    await Promise.all([...this.#inboxes.values()].map(({ inbox }) => inbox.stop()))
    await this.outbox.stop()
  }

  /** How the mails of a ticket fared, newest first; the desk says who may know. */
  async ofTicket(viewer: Viewer, ticketId: string, paging: Paging): Promise<PageOf<Mail>> {
    await this.#deps.desk.mustWorkOn(viewer, ticketId)
    const rows = await store.mailsOf(this.#deps.db, ticketId)
    const page = pageOfItems(rows, paging, (row) => [-row.created_at, row.id])
    return { next: page.next, items: page.items.map(viewOf) }
  }

  // ----------------------------------------------------------------------------------------------

  #watchAnew(): void {
    if (!this.#isStarted) return
    this.#watching = this.#watching
      .then(() => this.#watch())
      .catch((err: unknown) => this.#deps.log.warn({ err }, 'mailboxes are not watched'))
  }

  /** One watch for each mailbox in use; another where it was set up anew. */
  async #watch(): Promise<void> {
    const wanted = new Map((await store.mailboxesInUse(this.#deps.db)).map((row) => [row.id, row]))
    for (const [id, { of: version, inbox }] of this.#inboxes)
      if (wanted.get(id)?.updated_at !== version) {
        this.#inboxes.delete(id)
        await inbox.stop()
      }
    for (const row of wanted.values())
      if (this.#isStarted && !this.#inboxes.has(row.id))
        this.#inboxes.set(row.id, { of: row.updated_at, inbox: this.#inboxOf(row) })
  }

  #inboxOf(row: MailboxRow): Inbox {
    const { db, clock, log } = this.#deps
    return new Inbox({
      settings: settingsOf(row).imap,
      secret: this.mailboxes.secretOf(row),
      log,
      position: async () => {
        const now = await store.mailboxById(db, row.id)
        return { uidValidity: now?.uid_validity ?? null, lastUid: now?.last_uid ?? 0 }
      },
      begin: ({ uidValidity, lastUid }) =>
        store.updateMailbox(db, row.id, { uid_validity: uidValidity, last_uid: lastUid }),
      take: (uid, raw) => this.taker.take(row.id, uid, raw),
      told: (error) => store.updateMailbox(db, row.id, { error, checked_at: clock() }),
    })
  }

  async #gaveUp(mail: MailRow, answer: string): Promise<void> {
    const { audit, desk, clock } = this.#deps
    await audit.write(async (tx) => {
      const attempts = mail.attempts + 1
      await store.updateMail(tx, mail.id, { state: 'failed', attempts, next_at: null, reason: answer, updated_at: clock() }) // prettier-ignore
      const values = { event: 'failed', to: mail.to_address, answer }
      if (mail.ticket_id)
        await desk.add(tx, mail.ticket_id, [{ kind: 'mail', visibility: 'internal', values }])
    })
    if (mail.ticket_id) desk.tell([mail.ticket_id])
  }
}

const viewOf = (row: MailRow): Mail => ({
  id: row.id,
  direction: row.direction,
  from: row.from_address,
  to: row.to_address,
  subject: row.subject,
  state: row.state,
  reason: row.reason,
  attempts: row.attempts,
  nextAt: row.next_at,
  sentAt: row.sent_at,
  createdAt: row.created_at,
})
