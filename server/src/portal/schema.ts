import { Type, type Static } from 'typebox'
import { TicketPage, Ticket } from '../desk/schema.ts'
import { ticketStates } from '../desk/kinds.ts'
import { Instant, Nullable, paging, Ref } from '../http/schema.ts'
import { reportCategories } from './categories.ts'

const Id = Type.String({ maxLength: 40 })

const Stateful = Type.Object({
  id: Type.String(),
  name: Type.String(),
  state: Type.String(),
  since: Nullable(Instant),
})

/** Of an incident that others reported: nothing of who did, nor of what was said. */
export const PortalOutage = Type.Object({
  ticketId: Type.String(),
  number: Type.String(),
  title: Type.String(),
  state: Type.Enum([...ticketStates]),
  since: Instant,
  dueAt: Nullable(Instant),
  meToos: Type.Integer(),
  isMine: Type.Boolean(),
})

/** What the first screen answers, all about one site. */
export const PortalHome = Type.Object({
  site: Nullable(Type.Object({ ...Stateful.properties, region: Ref })),
  /** Where else one may report for: at most 200, those of one's own region first. */
  sites: Type.Array(Ref),
  /** Its lines towards the centre. */
  links: Type.Array(Stateful),
  /** What its people work with. */
  services: Type.Array(Stateful),
  outages: Type.Array(PortalOutage),
  /** Planned work that touches it within the week. */
  announcements: Type.Array(
    Type.Object({ id: Type.String(), title: Type.String(), startsAt: Instant, endsAt: Instant }),
  ),
  hotline: Nullable(Type.String()),
})

export const PortalQuery = Type.Object({ siteId: Type.Optional(Id) })
export const PortalSite = Type.Object({ siteId: Id })

/** Of the draft: the same one sent again is the same ticket. */
export const DraftKey = Type.String({ minLength: 8, maxLength: 64, pattern: '^[A-Za-z0-9-]+$' })

export const NewReport = Type.Object({
  key: DraftKey,
  category: Type.Enum(reportCategories),
  siteId: Type.Optional(Id),
  serviceId: Type.Optional(Id),
  text: Type.Optional(Type.String({ maxLength: 4000 })),
  /** Where to call back, if it is not the number on file. */
  phone: Type.Optional(Type.String({ maxLength: 40 })),
})
export const ReportMade = Type.Object({ id: Type.String(), number: Type.String() })

export const NewPortalMeToo = Type.Object({
  siteId: Type.Optional(Id),
  text: Type.Optional(Type.String({ maxLength: 500 })),
})

export const PortalTicketQuery = Type.Object(paging)
export { Ticket, TicketPage }

export type PortalHome = Static<typeof PortalHome>
export type NewReport = Static<typeof NewReport>
export type NewPortalMeToo = Static<typeof NewPortalMeToo>
