import { newId } from '@zongheng/inventory/id.ts'
import type { Clock } from '../clock.ts'
import type { Db } from '../db/database.ts'
import type { Log } from '../log.ts'
import { nextAttemptMs } from '../notify/backoff.ts'
import { refusedBy, smtpConnection } from '../notify/transports/smtp-connection.ts'
import type { Handed } from '../notify/transports/transport.ts'
import { letterOf, type Letter, type LetterTo } from './letters.ts'
import type { MailboxSecret, SmtpSettings } from './schema.ts'
import * as store from './store.ts'
import type { MailboxRow, MailRow } from './store.ts'

export interface OutboxDeps {
  db: Db
  clock: Clock
  log: Log
  secretOf: (mailbox: MailboxRow) => MailboxSecret
  /** Given up: whoever works on the ticket is told, in this transaction. */
  gaveUp: (mail: MailRow, answer: string) => Promise<void>
}

const lookEveryMs = 5_000
const atOnce = 20
const refsKept = 20

/** Letters that wait until their server takes them. The same attempt made twice is the same Message-ID. */
export class MailOutbox {
  readonly #deps: OutboxDeps
  #timer: NodeJS.Timeout | undefined
  #running: Promise<void> | null = null
  #stopped = false

  constructor(deps: OutboxDeps) {
    this.#deps = deps
  }

  /** Within the caller's transaction: to be sent once it is committed. */
  async put(tx: Db, mailbox: MailboxRow, to: string, letterTo: LetterTo): Promise<void> {
    const nowMs = this.#deps.clock()
    const id = newId('mail', nowMs)
    const letter = letterOf(letterTo)
    const before = (await store.mailsOf(tx, letterTo.ticket.id, refsKept)).map((mail) => mail.message_id)
    await store.insertMail(tx, {
      id,
      mailbox_id: mailbox.id,
      region_id: mailbox.region_id,
      ticket_id: letterTo.ticket.id,
      entry_id: null,
      direction: 'out',
      message_id: `<${id}@${mailbox.address.split('@')[1]}>`,
      refs: JSON.stringify(before.reverse()),
      from_address: mailbox.address,
      to_address: to,
      subject: letter.subject,
      body: JSON.stringify({ text: letter.text, headers: letter.headers }),
      state: 'waiting',
      reason: null,
      attempts: 0,
      next_at: nowMs,
      sent_at: null,
      created_at: nowMs,
      updated_at: nowMs,
    })
  }

  start(): void {
    this.#timer = setInterval(() => void this.send(), lookEveryMs).unref()
  }

  async stop(): Promise<void> {
    this.#stopped = true
    clearInterval(this.#timer)
    await this.#running
  }

  /** Sends what is due; one round at a time. */
  send(): Promise<void> {
    return (this.#running ??= this.#sendDue().finally(() => (this.#running = null)))
  }

  async #sendDue(): Promise<void> {
    const { db, clock, log } = this.#deps
    try {
      for (const mail of await store.dueMails(db, clock(), atOnce)) {
        if (this.#stopped) return
        const mailbox = await store.mailboxById(db, mail.mailbox_id)
        await this.#settle(mail, await this.#handOver(mail, mailbox))
      }
    } catch (err) {
      log.warn({ err }, 'letters wait')
    }
  }

  async #handOver(mail: MailRow, mailbox: MailboxRow | undefined): Promise<Handed> {
    if (!mailbox || mailbox.archived_at !== null)
      return { ok: false, answer: 'mailbox archived', again: false }
    if (mailbox.enabled === 0) return { ok: false, answer: 'mailbox disabled', again: true }
    const transport = smtpConnection(JSON.parse(mailbox.smtp) as SmtpSettings, this.#deps.secretOf(mailbox).smtpPassword ?? '') // prettier-ignore
    const { text, headers } = JSON.parse(mail.body) as Pick<Letter, 'text' | 'headers'>
    const references = JSON.parse(mail.refs) as string[]
    try {
      const { response } = await transport.sendMail({
        from: { name: mailbox.name, address: mailbox.address },
        to: { name: '', address: mail.to_address },
        subject: mail.subject,
        text,
        messageId: mail.message_id,
        date: new Date(mail.created_at),
        headers,
        ...(references.length > 0 && { references, inReplyTo: references.at(-1)! }),
      })
      return { ok: true, answer: response.slice(0, 300) }
    } catch (error) {
      return refusedBy(error as Error)
    } finally {
      transport.close()
    }
  }

  async #settle(mail: MailRow, handed: Handed): Promise<void> {
    const { db, clock, gaveUp } = this.#deps
    const nowMs = clock()
    const attempts = mail.attempts + 1
    const done = { attempts, updated_at: nowMs, next_at: null, reason: handed.answer }
    if (handed.ok) return store.updateMail(db, mail.id, { ...done, state: 'sent', sent_at: nowMs })
    const nextAt = handed.again ? nextAttemptMs(attempts, mail.created_at, nowMs) : null
    if (nextAt !== null) return store.updateMail(db, mail.id, { ...done, next_at: nextAt })
    await gaveUp(mail, handed.answer)
  }
}
