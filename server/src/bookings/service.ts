import { newId } from '@zongheng/inventory/id.ts'
import { dayMs } from '@zongheng/inventory/zone.ts'
import type { AuditTrail, Note } from '../audit/trail.ts'
import type { Clock } from '../clock.ts'
import type { Db } from '../db/database.ts'
import type { EstateModel } from '../estate/model.ts'
import { pageOfItems, type PageOf } from '../http/paging.ts'
import { conflict, forbidden, invalid, notFound } from '../http/problem.ts'
import { covers, type Viewer } from '../identity/viewer.ts'
import type { Span } from '../windows/recurrence.ts'
import type { Booking, BookingPatch, BookingQuery, BookingWarning, NewBooking } from './schema.ts'
import {
  bookingById,
  bookingsOfTicket,
  bookingsWithin,
  insertBooking,
  updateBooking,
  type BookingRow,
} from './store.ts'
import { warningsOf, type Booked, type Warning } from './warnings.ts'

export interface BookingDeps {
  db: Db
  clock: Clock
  audit: Pick<AuditTrail, 'write'>
  model: () => EstateModel
  namesOf: (userIds: string[]) => Promise<Map<string, string>>
  /** Planned maintenance of a site. */
  plannedOf: (siteId: string, fromMs: number, untilMs: number) => Span[]
}

/** What another module books: the fulfilment of a request. */
export interface BookingOrder extends NewBooking {
  ticketId: string | null
  bookedBy: string | null
}

const longestMs = 14 * dayMs
const periodAtMostMs = 400 * dayMs
const backMs = 30 * dayMs
const aheadMs = 180 * dayMs

/** Video conferences: where, when, how wide. Changes ask what they would disturb. */
export class BookingService {
  readonly #deps: BookingDeps

  constructor(deps: BookingDeps) {
    this.#deps = deps
  }

  // ---- for other modules -----------------------------------------------------------------------

  /** Within the caller's transaction. Answers its id. */
  async book(tx: Db, note: Note, order: BookingOrder): Promise<string> {
    mustBeSound(order)
    const nowMs = this.#deps.clock()
    const id = newId('booking', nowMs)
    const regionId = this.#regionOver(order.siteIds)
    await insertBooking(tx, {
      id,
      region_id: regionId,
      ...columnsOf(order),
      device_ids: '[]',
      ticket_id: order.ticketId,
      booked_by: order.bookedBy,
      cancelled_at: null,
      created_at: nowMs,
      updated_at: nowMs,
    })
    note({ action: 'bookings.made', entity: { type: 'booking', id, name: order.title }, regionId, after: facts(order) }) // prettier-ignore
    return id
  }

  /** Within the caller's transaction: what was booked for this ticket is not held. */
  async release(tx: Db, note: Note, ticketId: string): Promise<void> {
    for (const row of await bookingsOfTicket(tx, ticketId)) await this.#callOff(tx, note, row)
  }

  /** All that are held within a period, wherever. */
  within(fromMs: number, untilMs: number, db: Db = this.#deps.db): Promise<Booked[]> {
    return bookingsWithin(db, fromMs, untilMs).then((rows) => rows.map(bookedOf))
  }

  /** The demo's, once. */
  async seed(bookings: readonly NewBooking[]): Promise<void> {
    const { db, audit } = this.#deps
    if (bookings.length === 0 || (await bookingsWithin(db, 0, Number.MAX_SAFE_INTEGER)).length > 0) return
    await audit.write(async (tx, note) => {
      for (const one of bookings) await this.book(tx, note, { ...one, ticketId: null, bookedBy: null })
    })
  }

  /** Whether the viewer may be told its name. */
  isSeen(viewer: Pick<Viewer, 'regionPaths'>, siteIds: readonly string[]): boolean {
    return siteIds.some((id) => this.#seesSite(viewer, id))
  }

  // ---- reading ---------------------------------------------------------------------------------

  /** In order of time; by default from a month ago for half a year. */
  async list(viewer: Viewer, query: BookingQuery): Promise<PageOf<Booking>> {
    const nowMs = this.#deps.clock()
    const { from = nowMs - backMs, until = from + backMs + aheadMs } = query
    if (until <= from || until - from > periodAtMostMs)
      throw invalid([{ path: '/until', code: 'range', message: 'at most 400 days after from' }])
    const rows = await bookingsWithin(this.#deps.db, from, until)
    const seen = rows.filter((row) => this.#isVisible(viewer, row, query.regionId))
    const page = pageOfItems(seen, query, (row) => [row.starts_at, row.id])
    return { next: page.next, items: await this.#views(viewer, page.items) }
  }

  async get(viewer: Viewer, id: string): Promise<Booking> {
    return (await this.#views(viewer, [await this.#mustSee(viewer, id)]))[0]!
  }

  /** What speaks against it; nothing is kept. */
  async preview(viewer: Viewer, input: NewBooking): Promise<{ warnings: BookingWarning[] }> {
    mustBeSound(input)
    this.#mustCover(viewer, input.siteIds)
    const { sites } = this.#deps.model()
    const own = { id: '', title: input.title, siteIds: input.siteIds, bandwidthBps: input.bandwidthBps ?? 0, fromMs: input.startsAt, untilMs: input.endsAt } // prettier-ignore
    const warnings = [
      ...warningsOf(own, await this.within(own.fromMs, own.untilMs), this.#lineBps()),
      ...own.siteIds.flatMap((siteId) => this.#maintained(siteId, own)),
    ]
    return {
      warnings: warnings.slice(0, 100).map(({ siteId, span, ...one }) => ({
        ...one,
        site: siteId === null ? null : { id: siteId, name: sites.get(siteId)?.name ?? '' },
        fromAt: span?.fromMs ?? null,
        untilAt: span?.untilMs ?? null,
      })),
    }
  }

  // ---- writing ---------------------------------------------------------------------------------

  async create(viewer: Viewer, input: NewBooking): Promise<Booking> {
    this.#mustCover(viewer, input.siteIds)
    const order = { ...input, ticketId: null, bookedBy: viewer.userId }
    const id = await this.#deps.audit.write((tx, note) => this.book(tx, note, order))
    return this.get(viewer, id)
  }

  async change(viewer: Viewer, id: string, patch: BookingPatch): Promise<Booking> {
    const row = await this.#mustWrite(viewer, id)
    const before = orderOf(row)
    const after = { ...before, ...patch }
    mustBeSound(after)
    if (patch.siteIds) this.#mustCover(viewer, patch.siteIds)
    const regionId = this.#regionOver(after.siteIds)
    await this.#deps.audit.write(async (tx, note) => {
      await updateBooking(tx, id, { ...columnsOf(after), region_id: regionId, updated_at: this.#deps.clock() }) // prettier-ignore
      note({ action: 'bookings.changed', ...told(row), before: facts(before), after: facts(after) })
    })
    return this.get(viewer, id)
  }

  async cancel(viewer: Viewer, id: string): Promise<Booking> {
    const row = await this.#mustWrite(viewer, id)
    await this.#deps.audit.write((tx, note) => this.#callOff(tx, note, row))
    return this.get(viewer, id)
  }

  // ---- rules -----------------------------------------------------------------------------------

  async #callOff(tx: Db, note: Note, row: BookingRow): Promise<void> {
    const nowMs = this.#deps.clock()
    await updateBooking(tx, row.id, { cancelled_at: nowMs, updated_at: nowMs })
    note({ action: 'bookings.cancelled', ...told(row), before: facts(orderOf(row)), after: { cancelledAt: nowMs } }) // prettier-ignore
  }

  #seesSite(viewer: Pick<Viewer, 'regionPaths'>, siteId: string): boolean {
    const { sites, regions } = this.#deps.model()
    const path = regions.get(sites.get(siteId)?.regionId ?? '')?.path
    return path !== undefined && covers(viewer, path)
  }

  #isVisible(viewer: Viewer, row: BookingRow, regionId?: string): boolean {
    const siteIds = sitesOf(row)
    if (!this.isSeen(viewer, siteIds)) return false
    const within = regionId === undefined ? undefined : this.#deps.model().regions.get(regionId)?.path
    return regionId === undefined || (within !== undefined && this.isSeen({ regionPaths: [within] }, siteIds))
  }

  /** Only what is one's own can be booked; whoever asks from above books it for all. */
  #mustCover(viewer: Viewer, siteIds: readonly string[]): void {
    if (!siteIds.every((id) => this.#seesSite(viewer, id))) throw notFound('site')
  }

  async #mustSee(viewer: Viewer, id: string): Promise<BookingRow> {
    const row = await bookingById(this.#deps.db, id)
    if (!row || !this.#isVisible(viewer, row)) throw notFound('booking')
    return row
  }

  async #mustWrite(viewer: Viewer, id: string): Promise<BookingRow> {
    const row = await this.#mustSee(viewer, id)
    if (!sitesOf(row).every((one) => this.#seesSite(viewer, one))) throw forbidden()
    if (row.cancelled_at !== null) throw conflict('booking-over')
    return row
  }

  /** The lowest region that holds all of its sites. */
  #regionOver(siteIds: readonly string[]): string {
    const { sites, regions } = this.#deps.model()
    const lineages = siteIds.map((id) => {
      const path = regions.get(sites.get(id)?.regionId ?? '')?.path
      if (path === undefined) throw notFound('site')
      return path.split('/').filter(Boolean)
    })
    const [first = []] = lineages
    return first.findLast((id, depth) => lineages.every((lineage) => lineage[depth] === id)) ?? first[0]!
  }

  /** What the lines of a site's uplinks have together; null where there are none. */
  #lineBps(): (siteId: string) => number | null {
    const bps = new Map<string, number>()
    for (const { lowerSiteId, circuits } of this.#deps.model().links.values())
      for (const { bandwidthBps } of circuits)
        bps.set(lowerSiteId, Math.max(bps.get(lowerSiteId) ?? 0, bandwidthBps))
    return (siteId) => bps.get(siteId) ?? null
  }

  #maintained(siteId: string, { fromMs, untilMs }: Span): Warning[] {
    const none = { title: null, neededBps: null, availableBps: null }
    return this.#deps
      .plannedOf(siteId, fromMs, untilMs)
      .map((span) => ({ code: 'window', siteId, span, ...none }))
  }

  async #views(viewer: Viewer, rows: readonly BookingRow[]): Promise<Booking[]> {
    const people = await this.#deps.namesOf(rows.flatMap((row) => row.booked_by ?? []))
    const { sites, regions } = this.#deps.model()
    return rows.map((row) => {
      const all = sitesOf(row)
      const own = all.filter((id) => this.#seesSite(viewer, id))
      return {
        id: row.id,
        region: { id: row.region_id, name: regions.get(row.region_id)?.name ?? '' },
        title: row.title,
        kind: row.kind as Booking['kind'],
        startsAt: row.starts_at,
        endsAt: row.ends_at,
        sites: own.map((id) => ({ id, name: sites.get(id)!.name })),
        sitesOutside: all.length - own.length,
        bandwidthBps: row.bandwidth_bps,
        organiser: row.organiser,
        phone: row.phone,
        ticketId: row.ticket_id,
        bookedBy: row.booked_by === null ? null : { id: row.booked_by, name: people.get(row.booked_by) ?? row.booked_by }, // prettier-ignore
        note: row.note,
        cancelledAt: row.cancelled_at,
        createdAt: row.created_at,
      }
    })
  }
}

function mustBeSound({ startsAt, endsAt }: Pick<NewBooking, 'startsAt' | 'endsAt'>): void {
  if (endsAt <= startsAt || endsAt - startsAt > longestMs)
    throw invalid([{ path: '/endsAt', code: 'range', message: 'after startsAt, by at most 14 days' }])
}

const sitesOf = (row: BookingRow) => JSON.parse(row.site_ids) as string[]

const bookedOf = (row: BookingRow): Booked => ({
  id: row.id,
  title: row.title,
  siteIds: sitesOf(row),
  bandwidthBps: row.bandwidth_bps ?? 0,
  fromMs: row.starts_at,
  untilMs: row.ends_at,
})

const orderOf = (row: BookingRow): NewBooking => ({
  title: row.title,
  kind: row.kind as NewBooking['kind'],
  startsAt: row.starts_at,
  endsAt: row.ends_at,
  siteIds: sitesOf(row),
  bandwidthBps: row.bandwidth_bps,
  organiser: row.organiser,
  phone: row.phone,
  note: row.note,
})

const columnsOf = (order: NewBooking) => ({
  title: order.title.trim(),
  kind: order.kind,
  starts_at: order.startsAt,
  ends_at: order.endsAt,
  site_ids: JSON.stringify(order.siteIds),
  bandwidth_bps: order.bandwidthBps ?? null,
  organiser: order.organiser?.trim() || null,
  phone: order.phone?.trim() || null,
  note: order.note?.trim() || null,
})

const told = ({ id, title, region_id: regionId }: BookingRow) => ({
  entity: { type: 'booking', id, name: title },
  regionId,
})

const facts = (order: NewBooking) => ({
  title: order.title,
  startsAt: order.startsAt,
  endsAt: order.endsAt,
  siteIds: order.siteIds.join(' '),
  bandwidthBps: order.bandwidthBps ?? null,
})
