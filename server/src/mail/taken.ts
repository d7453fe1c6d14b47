/** What one mail does to tickets, in its transaction. */
import { createHash } from 'node:crypto'
import { newId } from '@zongheng/inventory/id.ts'
import type { AuditTrail, Note } from '../audit/trail.ts'
import type { Clock } from '../clock.ts'
import type { Db } from '../db/database.ts'
import type { TicketRow } from '../desk/contract.ts'
import type { NewEntry } from '../desk/entry.ts'
import { phaseOf, reopenWithinMs, type TicketKind } from '../desk/kinds.ts'
import type { DeskService } from '../desk/service.ts'
import type { FileService, NewFile } from '../files/service.ts'
import type { IdentityService } from '../identity/service.ts'
import { covers } from '../identity/viewer.ts'
import type { MailOutbox } from './outbox.ts'
import type { ReadMail, RefusedMail } from './reading.ts'
import { bounceOf, ticketNumberIn, type Standing } from './standing.ts'
import * as store from './store.ts'
import type { MailboxRow, MailRow } from './store.ts'

export interface TakingDeps {
  db: Db
  clock: Clock
  audit: Pick<AuditTrail, 'write'>
  identity: Pick<IdentityService, 'personAt' | 'regionsNamed' | 'contactsOf' | 'teamFor'>
  desk: Pick<DeskService, 'open' | 'add' | 'rowOf' | 'rowNumbered' | 'moveAs' | 'tell'>
  files: Pick<FileService, 'keep' | 'attach' | 'scan'>
  outbox: MailOutbox
  origin: string
}

type Refusal = RefusedMail['reason'] | 'loop' | 'too-many'

const anHourMs = 3_600_000
/** Of one address in an hour: whoever writes more is a program. */
const anHourAtMost = 30
const middle = 2

/** What is kept of a mail beside the ticket. */
export interface Kept {
  files: NewFile[]
  original: NewFile
  /** Names of what was not taken, for what it was. */
  refused: string[]
}

/** What a mail is, and of a person's what was kept. */
export type Judged =
  | { mail: ReadMail; standing: 'person'; kept: Kept }
  | { mail: ReadMail; standing: Exclude<Standing, 'person'> }

interface Spoken {
  ticket?: TicketRow
  isTheirs: boolean
}

export interface Situation {
  tx: Db
  note: Note
  mailbox: MailboxRow
  raw: Buffer | null
}

/** One mail in its transaction. Each way answers the id of the ticket to be told of, or null. */
export class Taken {
  readonly #deps: TakingDeps
  readonly #in: Situation
  readonly #nowMs: number

  constructor(deps: TakingDeps, situation: Situation) {
    this.#deps = deps
    this.#in = situation
    this.#nowMs = deps.clock()
  }

  async refuse(
    mail: ReadMail | null,
    reason: Refusal,
    ticketId: string | null = null,
  ): Promise<string | null> {
    await this.#record(mail, { state: 'refused', reason, ticketId })
    return null
  }

  async settle(judged: Judged): Promise<string | null> {
    const { tx } = this.#in
    const { mail, standing } = judged
    if (standing === 'bounce') return this.#bounced(mail)
    if (standing === 'loop') return this.refuse(mail, 'loop')
    if ((await store.countFrom(tx, mail.from.address, this.#nowMs - anHourMs)) >= anHourAtMost)
      return this.refuse(mail, 'too-many')
    if (judged.standing !== 'person') return this.#byMachine(mail)
    const { kept } = judged
    const { ticket, isTheirs } = await this.#ticketOf(mail)
    return ticket && isTheirs && this.#goesOn(ticket)
      ? this.#answered(mail, kept, ticket)
      : this.#opened(mail, kept, ticket)
  }

  // ---- a person's ------------------------------------------------------------------------------

  async #opened(mail: ReadMail, kept: Kept, former: TicketRow | undefined): Promise<string | null> {
    const { tx, note, mailbox } = this.#in
    const { desk, identity, outbox, origin } = this.#deps
    const person = await this.#insider(mail.from.address)
    const recorded = await this.#record(mail, { state: 'taken', reason: null, ticketId: null })
    if (recorded === null) return null
    const regionId = person?.regionId ?? mailbox.region_id
    const team = mailbox.team_id ?? (await identity.teamFor(regionId, '网络组', tx))?.id ?? null
    const id = await desk.open(tx, note, {
      kind: 'incident',
      title: mail.subject || mail.text.split('\n')[0]!.slice(0, 100) || mail.from.address,
      description: mail.text,
      channel: 'email',
      rating: { impact: middle, urgency: middle },
      regionId,
      teamId: team,
      requesterId: person?.id ?? null,
      contact: { name: mail.from.name || null, email: mail.from.address },
    })
    await this.#keepWith(id, regionId, kept, null)
    await store.updateMail(tx, recorded, { ticket_id: id })
    if (former || kept.refused.length > 0)
      await desk.add(tx, id, [{ kind: 'mail', visibility: 'internal', values: receivedOf(mail, kept, former) }]) // prettier-ignore
    const ticket = (await desk.rowOf(id, tx))!
    await outbox.put(tx, mailbox, mail.from.address, { kind: 'opened', ticket, desk: mailbox.name, origin, hasAccount: person !== undefined }) // prettier-ignore
    return id
  }

  async #answered(mail: ReadMail, kept: Kept, ticket: TicketRow): Promise<string | null> {
    const { tx } = this.#in
    const recorded = await this.#record(mail, { state: 'taken', reason: null, ticketId: ticket.id })
    if (recorded === null) return null
    const person = await this.#insider(mail.from.address)
    // by mail it is said in nobody's name but the reporter's, and never with anyone's rights
    const isReporter = person !== undefined && person.id === ticket.requester_id
    const entry: NewEntry = {
      kind: 'mail',
      authorId: isReporter ? person.id : null,
      text: mail.text,
      values: receivedOf(mail, kept),
    }
    await this.#deps.desk.add(tx, ticket.id, [entry])
    await this.#keepWith(ticket.id, ticket.region_id, kept, isReporter ? person.id : null)
    await this.#comesBack(ticket, mail.from.address, isReporter)
    return ticket.id
  }

  /** What is over, or was done longer ago than it may come back, is spoken of in a ticket of its own. */
  #goesOn({ kind, state, resolved_at: doneAt }: TicketRow): boolean {
    const phase = phaseOf(kind as TicketKind, state)
    return phase !== 'over' && !(phase === 'done' && (doneAt ?? 0) + reopenWithinMs < this.#nowMs)
  }

  /** What waited for the reporter goes on; what was done and is not, as they say, is taken up again. */
  async #comesBack(ticket: TicketRow, from: string, isReporter: boolean): Promise<void> {
    if (!isReporter && ticket.contact_email?.toLowerCase() !== from) return
    if (ticket.kind !== 'incident') return
    const waited = ticket.state === 'pending' && ticket.pending_reason === 'requester'
    if (!waited && ticket.state !== 'resolved') return
    const { tx, note } = this.#in
    await this.#deps.desk.moveAs(tx, note, ticket.id, { to: 'in_progress' }, null)
  }

  /**
   * What it speaks of, and whether as one who belongs there. Of a letter of ours only those know the name who were sent it; the name
   * of somebody's mail to us anyone may have seen, and who does not belong to its ticket gets one of their own, which points at it.
   */
  async #ticketOf(mail: ReadMail): Promise<Spoken> {
    const { tx } = this.#in
    const { desk } = this.#deps
    const found = mail.answers.length === 0 ? [] : await store.mailsNamed(tx, mail.answers)
    const nearest = mail.answers.flatMap((id) => found.filter((one) => one.message_id === id))[0]
    const answered = nearest?.ticket_id ? await desk.rowOf(nearest.ticket_id, tx) : undefined
    if (answered) {
      const isTheirs = nearest?.direction === 'out' || (await this.#belongs(answered, mail.from.address))
      return { ticket: await this.#current(answered), isTheirs }
    }
    const number = ticketNumberIn(mail.subject)
    const named = number === null ? undefined : await desk.rowNumbered(number, tx)
    const isTheirs = named !== undefined && (await this.#belongs(named, mail.from.address))
    return isTheirs ? { ticket: await this.#current(named), isTheirs } : { isTheirs }
  }

  /** Where it was merged into another, the one that is left. */
  async #current(ticket: TicketRow): Promise<TicketRow> {
    for (let at = ticket; ;) {
      const next = at.merged_into ? await this.#deps.desk.rowOf(at.merged_into, this.#in.tx) : undefined
      if (!next) return at
      at = next
    }
  }

  async #belongs(ticket: TicketRow, address: string): Promise<boolean> {
    if (ticket.contact_email?.toLowerCase() === address) return true
    const { tx } = this.#in
    const person = await this.#deps.identity.personAt(address, tx)
    if (person !== undefined && person.id === ticket.requester_id) return true
    return (await store.mailsOf(tx, ticket.id)).some((mail) => [mail.from_address, mail.to_address].includes(address)) // prettier-ignore
  }

  /** Who has an account within what the mailbox is for. */
  async #insider(address: string) {
    const { tx, mailbox } = this.#in
    const { identity } = this.#deps
    const person = await identity.personAt(address, tx)
    if (!person) return undefined
    const regions = await identity.regionsNamed([person.regionId, mailbox.region_id], tx)
    const [own, served] = [regions.get(person.regionId)?.path, regions.get(mailbox.region_id)?.path]
    return own && served && covers({ regionPaths: [served] }, own) ? person : undefined
  }

  async #keepWith(ticketId: string, regionId: string, kept: Kept, uploadedBy: string | null): Promise<void> {
    const { tx, note } = this.#in
    const to = { ownerType: 'ticket', ownerId: ticketId, regionId, uploadedBy } as const
    await this.#deps.files.attach(tx, note, { ...to, visibility: 'public' }, kept.files)
    await this.#deps.files.attach(tx, note, { ...to, visibility: 'internal' }, [kept.original])
  }

  // ---- a machine's -----------------------------------------------------------------------------

  async #byMachine(mail: ReadMail): Promise<string | null> {
    const { tx } = this.#in
    const spoken = mail.answers.length > 0 ? await this.#ticketOf(mail) : undefined
    const ticket = spoken?.isTheirs ? spoken.ticket : undefined
    const recorded = await this.#record(mail, { state: 'refused', reason: 'machine', ticketId: ticket?.id ?? null }) // prettier-ignore
    if (!ticket || recorded === null) return null
    const values = { event: 'machine', from: mail.from.address }
    await this.#deps.desk.add(tx, ticket.id, [{ kind: 'mail', visibility: 'internal', text: mail.text.slice(0, 500), values }]) // prettier-ignore
    return ticket.id
  }

  async #bounced(mail: ReadMail): Promise<string | null> {
    const { tx } = this.#in
    const { messageIds, isFinal, status } = bounceOf(mail.report ?? mail.text)
    const ours = messageIds.length === 0 ? [] : await store.mailsNamed(tx, messageIds)
    const sent = ours.find((one): one is MailRow & { ticket_id: string } => one.direction === 'out')
    const recorded = await this.#record(mail, { state: 'refused', reason: 'bounce', ticketId: sent?.ticket_id ?? null }) // prettier-ignore
    if (!sent || !isFinal || recorded === null) return null
    await store.updateMail(tx, sent.id, { state: 'bounced', reason: status, updated_at: this.#nowMs })
    const values = { event: 'bounced', to: sent.to_address, status }
    await this.#deps.desk.add(tx, sent.ticket_id, [{ kind: 'mail', visibility: 'internal', values }])
    return sent.ticket_id
  }

  // ----------------------------------------------------------------------------------------------

  /** Its id; null where this mailbox has had it before. */
  async #record(
    mail: ReadMail | null,
    {
      state,
      reason,
      ticketId,
    }: { state: 'taken' | 'refused'; reason: string | null; ticketId: string | null },
  ): Promise<string | null> {
    const { tx, mailbox, raw } = this.#in
    const id = newId('mail', this.#nowMs)
    const hash = createHash('sha256').update(raw ?? id)
    const isNew = await store.insertMail(tx, {
      id,
      mailbox_id: mailbox.id,
      region_id: mailbox.region_id,
      ticket_id: ticketId,
      entry_id: null,
      direction: 'in',
      message_id: mail?.messageId ?? `<${hash.digest('hex')}@unnamed>`,
      refs: JSON.stringify(mail?.answers ?? []),
      from_address: mail?.from.address ?? '',
      to_address: mailbox.address,
      subject: mail?.subject ?? '',
      body: '{}',
      state,
      reason,
      attempts: 0,
      next_at: null,
      sent_at: null,
      created_at: this.#nowMs,
      updated_at: this.#nowMs,
    })
    return isNew ? id : null
  }
}

function receivedOf(
  { from }: ReadMail,
  { refused }: Kept,
  former?: TicketRow,
): NonNullable<NewEntry['values']> {
  const event = former ? 'follows' : refused.length > 0 ? 'received-partly' : 'received'
  return {
    event,
    from: from.address,
    number: former?.number ?? null,
    refused: refused.join('、').slice(0, 500) || null,
  }
}
