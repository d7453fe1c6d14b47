/**
 * What becomes of a mail: a ticket, a line of one, or nothing, and why. A sender is whoever wrote that name there: no mail has the
 * rights of anyone.
 */
import type { Db } from '../db/database.ts'
import { ProblemError } from '../http/problem.ts'
import { readMail, RefusedMail, type ReadMail } from './reading.ts'
import { standingOf } from './standing.ts'
import * as store from './store.ts'
import { Taken, type Judged, type Kept, type TakingDeps } from './taken.ts'

export class MailTaker {
  readonly #deps: TakingDeps

  constructor(deps: TakingDeps) {
    this.#deps = deps
  }

  /** Once, whatever happens: the mail, what it does and how far reading has come are one transaction. */
  async take(mailboxId: string, uid: number, raw: Buffer | null): Promise<void> {
    const { db, desk, files, outbox } = this.#deps
    const mailbox = await store.mailboxById(db, mailboxId)
    if (!mailbox) return
    const judged = await this.#judge(raw)
    const told = await this.#deps.audit.write(async (tx, note) => {
      await store.updateMailbox(tx, mailbox.id, { last_uid: uid })
      const taken = new Taken(this.#deps, { tx, note, mailbox, raw })
      return judged instanceof RefusedMail ? taken.refuse(null, judged.reason) : taken.settle(judged)
    })
    if (told === null) return
    desk.tell([told])
    void files.scan()
    void outbox.send()
  }

  async #judge(raw: Buffer | null): Promise<Judged | RefusedMail> {
    if (raw === null) return new RefusedMail('too-large')
    try {
      const mail = await readMail(raw)
      const standing = standingOf(mail, await ownAddresses(this.#deps.db))
      return standing === 'person'
        ? { mail, standing, kept: await this.#keep(mail, raw) }
        : { mail, standing }
    } catch (error) {
      if (error instanceof RefusedMail) return error
      throw error
    }
  }

  /** Bytes that nobody names yet; what is never attached is swept. */
  async #keep(mail: ReadMail, raw: Buffer): Promise<Kept> {
    const kept: Kept = {
      files: [],
      refused: [],
      original: await this.#deps.files.keep('original.eml', chunks(raw)),
    }
    for (const { name, content } of mail.attachments)
      try {
        kept.files.push(await this.#deps.files.keep(name, chunks(content)))
      } catch (error) {
        if (!(error instanceof ProblemError) || error.status >= 500) throw error
        kept.refused.push(name.slice(0, 100))
      }
    return kept
  }
}

const ownAddresses = async (db: Db): Promise<ReadonlySet<string>> =>
  new Set((await store.mailboxesInUse(db)).map(({ address }) => address))

async function* chunks(content: Buffer): AsyncGenerator<Buffer> {
  yield content
}
