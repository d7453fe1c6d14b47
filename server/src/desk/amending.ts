/** The fields of a ticket, as people correct them. */
import { notFound } from '../http/problem.ts'
import { concerns, type Viewer } from '../identity/viewer.ts'
import type { TicketSet } from './book.ts'
import type { NewEntry } from './entry.ts'
import { heldTicket } from './gathering-store.ts'
import { mustBe } from './keeping.ts'
import { phaseOf, type TicketKind } from './kinds.ts'
import type { Parts } from './parts.ts'
import { priorityOf, ratingOf } from './priority.ts'
import { wrongMove } from './problems.ts'
import type { ReachedTicket } from './reach.ts'
import * as record from './record.ts'
import type { ReportingDeps } from './reporting.ts'
import type { TicketPatch } from './schema-keeping.ts'
import type { TicketRow } from './store.ts'

/** What a ticket's fields may name, of the estate in memory. */
type Known = Pick<ReportingDeps, 'sites' | 'services'>

export class Amending {
  readonly #parts: Parts
  readonly #known: Known

  constructor(parts: Parts, known: Known) {
    this.#parts = parts
    this.#known = known
  }

  /** Throws `ticket-changed` where the writer saw another, `wrong-move` for what is over. */
  async patch(viewer: Viewer, id: string, { revision, ...patch }: TicketPatch): Promise<void> {
    const { audit, book, reach } = this.#parts
    await this.#mustKnow(await reach.worked(viewer, id), patch)
    await audit.write(async (tx, note) => {
      const row = await heldTicket(tx, id)
      mustBe(row, revision)
      if (phaseOf(row.kind as TicketKind, row.state) === 'over') throw wrongMove(row.state, [])
      const set = differing(row, setOf(row, patch))
      if (Object.keys(set).length === 0) return
      await book.change(tx, row, set, entriesOf(viewer, row, set))
      note({ ...record.done('desk.ticket-amended', row, set), before: pick(row, set) })
    })
  }

  /** A site of its region; a service of its region, or of one below or above it. */
  async #mustKnow({ row, regionPath }: ReachedTicket, { siteId, serviceId }: TicketPatch): Promise<void> {
    const { sites, services } = this.#known
    const { identity } = this.#parts
    if (siteId != null && (await sites()).get(siteId)?.regionId !== row.region_id) throw notFound('site')
    if (serviceId == null || serviceId === row.service_id) return
    const regionId = (await services()).get(serviceId)?.regionId
    const path = regionId && (await identity.regionsNamed([regionId])).get(regionId)?.path
    if (!path || !concerns({ regionPaths: [regionPath] }, path)) throw notFound('service')
  }
}

function setOf(row: TicketRow, patch: Omit<TicketPatch, 'revision'>): TicketSet {
  const { title, description, category, siteId, serviceId, contact, priority } = patch
  const isRated = patch.impact !== undefined || patch.urgency !== undefined
  const rating = isRated ? { impact: patch.impact ?? row.impact, urgency: patch.urgency ?? row.urgency } : priority && ratingOf(priority) // prettier-ignore
  return {
    ...(title !== undefined && { title: title.trim() }),
    ...(description !== undefined && { description }),
    ...(category !== undefined && { category }),
    ...(siteId !== undefined && { site_id: siteId }),
    ...(serviceId !== undefined && { service_id: serviceId }),
    ...(contact?.name !== undefined && { contact_name: contact.name }),
    ...(contact?.phone !== undefined && { contact_phone: contact.phone }),
    ...(contact?.email !== undefined && { contact_email: contact.email }),
    ...(rating && (isRated || priority !== row.priority) && { ...rating, priority: isRated ? priorityOf(rating) : priority! }), // prettier-ignore
  }
}

type Field = keyof TicketRow & keyof TicketSet

const differing = (row: TicketRow, set: TicketSet): TicketSet =>
  Object.fromEntries(Object.entries(set).filter(([name, value]) => row[name as Field] !== value))

const pick = (row: TicketRow, set: TicketSet) =>
  Object.fromEntries(Object.keys(set).map((name) => [name, row[name as Field]]))

/** Its priority is said to its reporter too; long texts are in the audit trail. */
function entriesOf(viewer: Viewer, row: TicketRow, set: TicketSet): NewEntry[] {
  const authorId = viewer.userId
  const entries: NewEntry[] = []
  if (set.priority !== undefined && set.priority !== row.priority)
    entries.push({ kind: 'priority', authorId, values: { from: row.priority, to: set.priority as string } })
  const names = Object.keys(set).filter((name) => !['priority', 'impact', 'urgency'].includes(name))
  if (names.length > 0)
    entries.push({ kind: 'fields', visibility: 'internal', authorId, values: { event: 'fields', fields: names.join(' '), ...(set.title && { from: row.title, to: set.title as string }) } }) // prettier-ignore
  return entries
}
