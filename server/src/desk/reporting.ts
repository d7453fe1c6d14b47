import type { AuditTrail, Note } from '../audit/trail.ts'
import type { Db } from '../db/database.ts'
import { forbidden, notFound } from '../http/problem.ts'
import type { IdentityService } from '../identity/service.ts'
import { covers, viewerFor, type Viewer } from '../identity/viewer.ts'
import type { AlarmForDesk, AlarmIncidents } from './alarm-incidents.ts'
import type { NewEntry } from './entry.ts'
import type { TicketBook } from './book.ts'
import { reported } from './record.ts'
import type { NewTicket } from './schema.ts'
import { ticketsByIds } from './store.ts'

export interface ReportingDeps {
  db: Db
  audit: Pick<AuditTrail, 'write'>
  identity: IdentityService
  /** Sites by id, of the estate in memory. */
  sites(): Promise<ReadonlyMap<string, { name: string; regionId: string }>>
  /** Business services by id, of the same. */
  services(): Promise<ReadonlyMap<string, { regionId: string }>>
  /** An open alarm within the viewer's scope, for an incident opened by hand. */
  alarm(viewer: Viewer, alarmId: string): Promise<AlarmForDesk | undefined>
}

const middle = 2 // of impact and urgency, where the reporter does not say

/** Writes down what a person reports; answers the new ticket's id, or that of the alarm's open incident. */
export async function reportTicket(
  deps: ReportingDeps & { incidents: AlarmIncidents; book: TicketBook },
  viewer: Viewer,
  ticket: NewTicket,
): Promise<string> {
  if (ticket.alarmId !== undefined) return reportAlarm(deps, viewer, ticket, ticket.alarmId)
  const { audit, identity, book } = deps
  const { regionId, siteId } = await placeOf(deps, viewer, ticket)
  const reporter = await reporterOf(deps, viewer, ticket, regionId)
  const team = await identity.teamFor(regionId, '网络组')
  const incident = {
    kind: 'incident' as const,
    title: ticket.title,
    description: ticket.description,
    channel: ticket.channel ?? ('portal' as const),
    rating: { impact: ticket.impact ?? middle, urgency: ticket.urgency ?? middle },
    regionId,
    siteId,
    teamId: team?.id ?? null,
    ...reporter,
  }
  const values = { from: null, to: 'new', reason: null }
  const first: NewEntry = { kind: 'state', authorId: viewer.userId, values }
  return audit.write(async (tx, note) => noted(tx, note, await book.open(tx, incident, first)))
}

async function noted(tx: Db, note: Note, ticketId: string): Promise<string> {
  const rows = await ticketsByIds(tx, [ticketId])
  for (const row of rows) note(reported(row))
  return ticketId
}

async function reportAlarm(
  { audit, alarm: find, incidents }: ReportingDeps & { incidents: AlarmIncidents; book: TicketBook },
  viewer: Viewer,
  { title, description, channel = 'portal' }: NewTicket,
  alarmId: string,
): Promise<string> {
  if (!viewer.permissions.has('desk.write')) throw forbidden()
  const alarm = await find(viewerFor(viewer, 'desk.write'), alarmId)
  if (!alarm) throw notFound('alarm')
  const by = { title, description, channel, requesterId: viewer.userId }
  return audit.write(async (tx, note) => noted(tx, note, await incidents.openForAlarm(tx, alarm, by)))
}

/** Whoever writes it down, or, where they work, whom they write it down for: of their regions, or a stranger who calls. */
async function reporterOf(
  { identity }: ReportingDeps,
  viewer: Viewer,
  { requesterId, contact }: NewTicket,
  regionId: string,
): Promise<{ requesterId: string | null; contact?: NonNullable<NewTicket['contact']> }> {
  if (requesterId === undefined && contact === undefined) return { requesterId: viewer.userId }
  const worker = viewerFor(viewer, 'desk.write')
  const homeId = requesterId === undefined ? regionId : await identity.homeOf(requesterId)
  if (homeId === undefined) throw notFound('user')
  const regions = await identity.regionsNamed([regionId, homeId])
  if (!covers(worker, regions.get(regionId)?.path ?? '')) throw forbidden()
  if (!covers(worker, regions.get(homeId)?.path ?? '')) throw notFound('user')
  return { requesterId: requesterId ?? null, ...(contact && { contact }) }
}

/** Where it is reported for: as said, else the site's region, else where the reporter belongs. */
async function placeOf(
  { identity, sites }: ReportingDeps,
  viewer: Viewer,
  { regionId, siteId }: NewTicket,
): Promise<{ regionId: string; siteId: string | null }> {
  const site = siteId === undefined ? undefined : (await sites()).get(siteId)
  if (siteId !== undefined && !site) throw notFound('site')
  const id = regionId ?? site?.regionId ?? (await identity.homeOf(viewer.userId))
  const region = id === undefined ? undefined : (await identity.regionsNamed([id])).get(id)
  if (id === undefined || !region || !covers(viewer, region.path)) throw notFound('region')
  if (site && site.regionId !== id) throw notFound('site')
  return { regionId: id, siteId: siteId ?? null }
}
