import { Type, type Static } from 'typebox'
import { Instant, Nullable, Page, paging, Ref } from '../http/schema.ts'

const Id = Type.String({ maxLength: 40 })
const title = Type.String({ minLength: 1, maxLength: 120, pattern: '\\S' })
const short = Type.String({ maxLength: 80 })

export const bookingKinds = ['video', 'broadcast', 'exam', 'other'] as const
export const warningCodes = ['overlap', 'bandwidth', 'window'] as const

/** A video conference, or what else must not be disturbed. */
export const Booking = Type.Object({
  id: Type.String(),
  region: Ref,
  title: Type.String(),
  kind: Type.Enum(bookingKinds),
  startsAt: Instant,
  endsAt: Instant,
  /** Of the viewer's regions. */
  sites: Type.Array(Ref),
  sitesOutside: Type.Integer(),
  /** At each site, bit/s. */
  bandwidthBps: Nullable(Type.Number()),
  organiser: Nullable(Type.String()),
  phone: Nullable(Type.String()),
  ticketId: Nullable(Type.String()),
  bookedBy: Nullable(Ref),
  note: Nullable(Type.String()),
  cancelledAt: Nullable(Instant),
  createdAt: Instant,
})
export const BookingPage = Page(Booking)

export const BookingQuery = Type.Object({
  ...paging,
  from: Type.Optional(Instant),
  until: Type.Optional(Instant),
  regionId: Type.Optional(Id),
})

const fields = {
  title,
  kind: Type.Enum(bookingKinds),
  startsAt: Instant,
  endsAt: Instant,
  siteIds: Type.Array(Id, { minItems: 1, maxItems: 400, uniqueItems: true }),
  bandwidthBps: Type.Optional(Nullable(Type.Number({ minimum: 0, maximum: 1e12 }))),
  organiser: Type.Optional(Nullable(short)),
  phone: Type.Optional(Nullable(Type.String({ maxLength: 40 }))),
  note: Type.Optional(Nullable(Type.String({ maxLength: 500 }))),
}
export const NewBooking = Type.Object(fields)
export const BookingPatch = Type.Partial(NewBooking)

/** `overlap`: a site is booked twice; `bandwidth`: a site's lines do not carry it; `window`: maintenance is planned there. */
export const BookingWarning = Type.Object({
  code: Type.Enum(warningCodes),
  site: Nullable(Ref),
  /** The other booking, the window. */
  title: Nullable(Type.String()),
  fromAt: Nullable(Instant),
  untilAt: Nullable(Instant),
  /** bit/s: what is asked of the site at once, and what its lines have. */
  neededBps: Nullable(Type.Number()),
  availableBps: Nullable(Type.Number()),
})
export const BookingPreview = Type.Object({ warnings: Type.Array(BookingWarning) })

export type Booking = Static<typeof Booking>
export type BookingWarning = Static<typeof BookingWarning>
export type NewBooking = Static<typeof NewBooking>
export type BookingPatch = Static<typeof BookingPatch>
export type BookingQuery = Static<typeof BookingQuery>
