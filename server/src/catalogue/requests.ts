import {
  checkAnswers,
  recordKindOf,
  wordsOf,
  type Answers,
  type FormError,
} from '@zongheng/inventory/form.ts'
import { kindOfId } from '@zongheng/inventory/id.ts'
import type { AuditTrail, Note } from '../audit/trail.ts'
import type { ApprovalService } from '../approvals/service.ts'
import type { BookingService } from '../bookings/service.ts'
import type { Clock } from '../clock.ts'
import type { Db } from '../db/database.ts'
import type { KindRules, TicketRow } from '../desk/contract.ts'
import type { Ticket } from '../desk/schema.ts'
import type { DeskService } from '../desk/service.ts'
import type { EventBus } from '../events.ts'
import { conflict, invalid, notFound } from '../http/problem.ts'
import type { IdentityService } from '../identity/service.ts'
import type { Viewer } from '../identity/viewer.ts'
import type { TaskService } from '../tasks/service.ts'
import { conferenceOf } from './conference.ts'
import { factsOf, recordsIn } from './facts.ts'
import type { CatalogueItems } from './items.ts'
import type { KnownRecords } from './records.ts'
import type { Item, NewReceipt, NewRequest, RequestFacts } from './schema.ts'
import * as store from './store.ts'

/** What requests ask of the desk, within their transaction. */
export type RequestDesk = Pick<DeskService, 'extend' | 'open' | 'moveAs' | 'rowOf' | 'mustSee' | 'mustWorkOn'>

export interface RequestDeps {
  db: Db
  bus: EventBus
  clock: Clock
  audit: Pick<AuditTrail, 'write'>
  timezone: string
  identity: IdentityService
  desk: RequestDesk
  items: CatalogueItems
  approvals: ApprovalService
  tasks: TaskService
  records: Pick<KnownRecords, 'names' | 'regionOfSite'>
  bookings: Pick<BookingService, 'book' | 'release'>
}

/** A request from the order to the signature: approved, worked off by tasks, handed over. */
export class RequestService {
  readonly #deps: RequestDeps

  constructor(deps: RequestDeps) {
    this.#deps = deps
    deps.desk.extend('request', this.#rules())
    deps.approvals.onDecided('request', ({ tx, note, ticketId, approved, text }) =>
      approved
        ? this.#begin(tx, note, ticketId)
        : deps.desk.moveAs(tx, note, ticketId, { to: 'rejected', text: text ?? '' }, null),
    )
    deps.approvals.describe('request', (ticketIds) => this.#factsOf(ticketIds))
    deps.tasks.onAllDone('request', ({ tx, note, ticketId }) => this.#fulfilled(tx, note, ticketId))
  }

  /** Answers the ticket's id. Throws `invalid`, which names each field, and `no-approver`. */
  async order(viewer: Viewer, { itemId, siteId, answers: raw }: NewRequest): Promise<string> {
    const { audit, identity, items, desk, approvals, records, timezone, bus } = this.#deps
    const home = await identity.homeOf(viewer.userId)
    if (home === undefined) throw notFound('catalogue item')
    const item = await items.mustOffer(home, itemId)
    const { answers, errors } = checkAnswers(item.form, raw)
    const names = await this.#named(viewer, item, answers, errors)
    const site =
      siteId ?? recordsIn(item.form, answers).find(({ field }) => field.type === 'site')?.id ?? null
    if (siteId && !(await records.names(viewer, 'site', [siteId])).has(siteId)) throw notFound('site')
    if (errors.length > 0) throw refused(errors)
    const facts = factsOf(item.form, answers, names, timezone)
    const regionId = (site && records.regionOfSite(site)) || home
    const team = item.teamId ?? (await identity.teamFor(regionId, '服务台'))?.id ?? null
    const ticketId = await audit.write(async (tx, note) => {
      const id = await desk.open(tx, note, {
        kind: 'request',
        title: item.name,
        description: facts
          .map(({ label, text }) => `${label}：${text}`)
          .join('\n')
          .slice(0, 10_000),
        rating: item.priority,
        channel: 'portal',
        regionId,
        siteId: site,
        teamId: team,
        requesterId: viewer.userId,
        category: item.category,
        entities: entitiesAmong(item, answers, names),
      })
      const kept = { item: JSON.stringify(item), answers: JSON.stringify({ answers, facts }) }
      await store.insertRequest(tx, { ticket_id: id, item_id: item.id, ...kept, receipt: null, received_by: null, received_at: null }) // prettier-ignore
      const isAsked = await approvals.ask(tx, id, item.approvals)
      if (isAsked) await desk.moveAs(tx, note, id, { to: 'approval' }, null)
      else await this.#begin(tx, note, id)
      return id
    })
    bus.emit('ticket.changed', { ticketIds: [ticketId] })
    return ticketId
  }

  /** Null: not asked for from the catalogue. */
  async factsOf(viewer: Viewer, ticketId: string): Promise<RequestFacts | null> {
    const { db, desk, identity, approvals } = this.#deps
    await approvals.mustSee(viewer, ticketId)
    const [row, ticket] = await Promise.all([store.requestOf(db, ticketId), desk.rowOf(ticketId, db)])
    if (!row || !ticket) return null
    const item = JSON.parse(row.item) as Item
    const { facts } = JSON.parse(row.answers) as Kept
    const by = row.received_by
    const signed = row.receipt === null ? null : (JSON.parse(row.receipt) as NewReceipt)
    const names = await identity.namesOf(by === null ? [] : [by])
    return {
      item: { id: item.id, name: item.name, version: item.version, icon: item.icon },
      facts,
      wantsReceipt: item.receipt,
      maySign: item.receipt && signed === null && ticket.state === 'fulfilled' && (await this.#maySign(viewer, ticket)), // prettier-ignore
      receipt: signed && {
        ...signed,
        at: row.received_at ?? 0,
        by: by === null ? null : { id: by, name: names.get(by) ?? by },
      },
    }
  }

  /** By whoever asked for it, or on the phone of whoever brought it; closes the request. Throws `signed-already`. */
  async sign(viewer: Viewer, ticketId: string, receipt: NewReceipt): Promise<void> {
    const { db, clock, desk, audit, bus } = this.#deps
    await desk.mustSee(viewer, ticketId)
    const ticket = await desk.rowOf(ticketId, db)
    if (!ticket || !(await store.requestOf(db, ticketId)) || !(await this.#maySign(viewer, ticket)))
      throw notFound('request')
    await audit.write(async (tx, note) => {
      if ((await desk.rowOf(ticketId, tx))?.state !== 'fulfilled')
        throw conflict('wrong-move', { zh: '办结之后才能签收', en: 'It is signed for once it is fulfilled' })
      const name = receipt.name.trim()
      const set = { receipt: JSON.stringify({ ...receipt, name }), received_by: viewer.userId, received_at: clock() } // prettier-ignore
      if (!(await store.signRequest(tx, ticketId, set)))
        throw conflict('signed-already', { zh: '已经签收过了', en: 'It is signed for already' })
      note({ action: 'catalogue.received', entity: { type: 'ticket', id: ticketId, name: ticket.number }, regionId: ticket.region_id, after: { by: name } }) // prettier-ignore
      await desk.moveAs(tx, note, ticketId, { to: 'closed' }, viewer)
    })
    bus.emit('ticket.changed', { ticketIds: [ticketId] })
  }

  // --------------------------------------------------------------------------------------------

  #rules(): KindRules {
    const { approvals, tasks, bookings } = this.#deps
    return {
      moved: async ({ tx, note, ticket }) => {
        if (ticket.state === 'cancelled' || ticket.state === 'rejected')
          await bookings.release(tx, note, ticket.id)
      },
      meets: {
        approval: ({ ticket, tx }) => approvals.isApproved(ticket.id, tx),
        tasksDone: ({ ticket, tx }) => tasks.allDone(ticket.id, tx),
        receipt: async ({ ticket, tx }) => {
          const row = await store.requestOf(tx, ticket.id)
          return !row || row.received_at !== null || !(JSON.parse(row.item) as Item).receipt
        },
      },
    }
  }

  async #factsOf(ticketIds: string[]): Promise<Map<string, Kept['facts']>> {
    const rows = ticketIds.length === 0 ? [] : await store.requestsOf(this.#deps.db, ticketIds)
    return new Map(rows.map((row) => [row.ticket_id, (JSON.parse(row.answers) as Kept).facts]))
  }

  async #begin(tx: Db, note: Note, ticketId: string): Promise<void> {
    const { desk, tasks } = this.#deps
    const row = await store.requestOf(tx, ticketId)
    const ticket = await desk.rowOf(ticketId, tx)
    const item = row && (JSON.parse(row.item) as Item)
    const booked = item && conferenceOf(item, (JSON.parse(row.answers) as Kept).answers)
    if (booked)
      await this.#deps.bookings.book(tx, note, {
        ...booked,
        ticketId,
        bookedBy: ticket?.requester_id ?? null,
      })
    await tasks.plan(tx, ticketId, (item?.tasks ?? []).map((task) => ({ ...task, teamId: task.teamId ?? ticket?.team_id ?? null }))) // prettier-ignore
    await desk.moveAs(tx, note, ticketId, { to: 'in_progress' }, null)
  }

  /** One that waits is taken up again first: what it waited for was done all the same. */
  async #fulfilled(tx: Db, note: Note, ticketId: string): Promise<void> {
    const { desk } = this.#deps
    const isWaiting = (await desk.rowOf(ticketId, tx))?.state === 'pending'
    if (isWaiting) await desk.moveAs(tx, note, ticketId, { to: 'in_progress' }, null)
    await desk.moveAs(tx, note, ticketId, { to: 'fulfilled' }, null)
  }

  /** What names a record that is not there, or not the viewer's to see, is wrong as well. */
  async #named(
    viewer: Viewer,
    item: Item,
    answers: Answers,
    errors: FormError[],
  ): Promise<Map<string, string>> {
    const records = recordsIn(item.form, answers)
    const names = new Map<string, string>()
    for (const [kind, some] of Map.groupBy(records, ({ field }) => recordKindOf(field.type)!))
      for (const [id, name] of await this.#deps.records.names(viewer, kind, some.map(({ id }) => id))) names.set(id, name) // prettier-ignore
    for (const { id, path, field } of records)
      if (!names.has(id)) errors.push({ path, label: field.label, code: 'unknown' })
    return names
  }

  async #maySign(viewer: Viewer, ticket: TicketRow): Promise<boolean> {
    if (ticket.requester_id === viewer.userId) return true
    return this.#deps.desk.mustWorkOn(viewer, ticket.id).then(
      () => true,
      () => false, // seen, but not theirs to work on
    )
  }
}

interface Kept {
  answers: Answers
  facts: RequestFacts['facts']
}

/** Devices and services that were named: the ticket is about them. */
function entitiesAmong(item: Item, answers: Answers, names: Map<string, string>): Ticket['entities'] {
  const ids = new Set(recordsIn(item.form, answers).map(({ id }) => id))
  return [...ids].flatMap((id) => {
    const type = kindOfId(id)
    if (type !== 'device' && type !== 'service') return []
    return { type, id, name: names.get(id) ?? id, role: 'affected' as const }
  })
}

/** Each field by its name, in the reader's language. */
function refused(errors: readonly FormError[]) {
  const words = errors.slice(0, 20).map(wordsOf)
  return invalid(
    errors.map((error) => ({ path: `/answers${error.path}`, code: error.code, message: wordsOf(error).zh })),
    { zh: `${words.map(({ zh }) => zh).join('；')}。`, en: `${words.map(({ en }) => en).join('; ')}.` },
  )
}
