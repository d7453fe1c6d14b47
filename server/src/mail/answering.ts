import type { Db } from '../db/database.ts'
import type { TicketObserver, TicketRow } from '../desk/contract.ts'
import type { NewEntry } from '../desk/entry.ts'
import { phaseOf, type TicketKind } from '../desk/kinds.ts'
import type { DeskService } from '../desk/service.ts'
import type { IdentityService } from '../identity/service.ts'
import type { LetterTo } from './letters.ts'
import type { MailOutbox } from './outbox.ts'
import type { RatingLinks } from './rating-links.ts'
import { mailboxById, mailboxesInUse, mailsOf, type MailboxRow } from './store.ts'

export interface AnsweringDeps {
  identity: Pick<IdentityService, 'contactsOf' | 'namesOf'>
  desk: Pick<DeskService, 'rowOf'>
  outbox: Pick<MailOutbox, 'put'>
  origin: string
  ratingLinks: Pick<RatingLinks, 'addressOf'>
}

/** Who wrote by mail is answered by mail: what is said publicly, and that it is done. */
export class Answering implements TicketObserver {
  readonly #deps: AnsweringDeps

  constructor(deps: AnsweringDeps) {
    this.#deps = deps
  }

  async changed(tx: Db, before: TicketRow | null, after: TicketRow): Promise<void> {
    if (!before || after.merged_into !== null || after.channel !== 'email' || before.state === after.state)
      return
    if (phaseOf(after.kind as TicketKind, after.state) !== 'done') return
    const rateAt = this.#deps.ratingLinks.addressOf(after)
    await this.#write(tx, after, { kind: 'resolved', text: after.resolution ?? '', rateAt })
  }

  async added(tx: Db, ticket: TicketRow, entries: readonly NewEntry[]): Promise<void> {
    const said = entries.filter(
      ({ kind, visibility = 'public', authorId, text }) =>
        kind === 'comment' && visibility === 'public' && authorId && text?.trim(),
    )
    if (said.length === 0 || ticket.channel !== 'email') return
    const answers = said.filter(({ authorId }) => authorId !== ticket.requester_id)
    const names = await this.#deps.identity.namesOf(
      answers.map(({ authorId }) => authorId!),
      tx,
    )
    for (const { text, authorId } of answers)
      await this.#write(tx, ticket, { kind: 'answer', text: text!, author: names.get(authorId!) ?? '' })
  }

  /** From the mailbox that it came to; one that was split off from such, from that of its team or region. */
  async #write(
    tx: Db,
    ticket: TicketRow,
    letter: Pick<LetterTo, 'kind' | 'text' | 'author' | 'rateAt'>,
  ): Promise<void> {
    const mailbox = await this.#mailboxOf(tx, ticket)
    const to = await this.#addressOf(tx, ticket)
    if (!mailbox || !to) return
    const { outbox, origin } = this.#deps
    const hasAccount = ticket.requester_id !== null
    await outbox.put(tx, mailbox, to, { ...letter, ticket, desk: mailbox.name, origin, hasAccount })
  }

  async #mailboxOf(tx: Db, ticket: TicketRow): Promise<MailboxRow | undefined> {
    const last = (await mailsOf(tx, ticket.id)).find(({ direction }) => direction === 'in')
    if (last) {
      const mailbox = await mailboxById(tx, last.mailbox_id)
      return mailbox?.archived_at === null ? mailbox : undefined
    }
    const inUse = await mailboxesInUse(tx)
    const ofTeam = inUse.find((box) => box.team_id !== null && box.team_id === ticket.team_id)
    return ofTeam ?? inUse.find((box) => box.region_id === ticket.region_id)
  }

  async #addressOf(tx: Db, { contact_email: email, requester_id: by }: TicketRow): Promise<string | null> {
    if (email) return email
    return by === null ? null : ((await this.#deps.identity.contactsOf([by], tx)).get(by)?.email ?? null)
  }
}
