import { dayMs } from '@zongheng/inventory/zone.ts'
import type { AuditTrail } from '../audit/trail.ts'
import type { Clock } from '../clock.ts'
import type { Db } from '../db/database.ts'
import type { KindRules, Moving } from '../desk/contract.ts'
import { phaseOf } from '../desk/kinds.ts'
import type { Ticket } from '../desk/schema.ts'
import type { DeskService } from '../desk/service.ts'
import type { EstateModel } from '../estate/model.ts'
import type { EventBus } from '../events.ts'
import type { PageOf, Paging } from '../http/paging.ts'
import { conflict, notFound } from '../http/problem.ts'
import type { IdentityService } from '../identity/service.ts'
import { covers, viewerFor, type Viewer } from '../identity/viewer.ts'
import { fitting, type Told } from './known.ts'
import type {
  KnownError,
  NewProblem,
  ProblemBrief,
  ProblemDetail,
  ProblemPatch,
  ProblemSuggestion,
} from './schema.ts'
import { groupsOf, type PastIncident } from './similar.ts'
import * as store from './store.ts'

export interface ProblemServiceDeps {
  db: Db
  bus: EventBus
  clock: Clock
  audit: Pick<AuditTrail, 'write'>
  identity: Pick<IdentityService, 'teamFor' | 'homeOf'>
  model: () => EstateModel
  desk: DeskService
}

const suggestedDays = 90
/** Incidents that are looked through for what they share: the latest. */
const comparedAtMost = 1000
const pageSize = 200
const namedAtMost = 200

/** What lies behind incidents: which have one cause, what the cause is, how to live with it meanwhile. */
export class ProblemService {
  readonly #deps: ProblemServiceDeps
  /** Incidents that were told of in a transaction that may not be committed yet. */
  readonly #untold = new Set<string>()

  constructor(deps: ProblemServiceDeps) {
    this.#deps = deps
    deps.desk.extend('problem', this.#rules)
    deps.bus.on('ticket.changed', () => this.#tellIncidents())
  }

  readonly #rules: KindRules = {
    meets: {
      workaround: async ({ tx, ticket }) => Boolean((await this.#row(ticket.id, tx)).workaround),
      rootCause: async ({ tx, ticket }) => Boolean((await this.#row(ticket.id, tx)).root_cause),
    },
    moved: (moving) => this.#moved(moving),
  }

  // ---- reading -----------------------------------------------------------------------------------

  /** Newest first. */
  async list(
    viewer: Viewer,
    query: Paging & { state?: Ticket['state'] | 'open' },
  ): Promise<PageOf<ProblemBrief>> {
    const { desk, db } = this.#deps
    const page = await desk.list(viewer, { ...query, kind: 'problem' })
    const ids = page.items.map(({ id }) => id)
    const rows = new Map((await store.problemsByIds(db, ids)).map((row) => [row.ticket_id, row]))
    const caused = Map.groupBy(await desk.causes.ofProblems(ids), ({ problemId }) => problemId)
    const items = page.items.flatMap((ticket) => {
      const row = rows.get(ticket.id)
      return row ? briefOf(ticket, row, caused.get(ticket.id)?.length ?? 0) : []
    })
    return { items, next: page.next }
  }

  /** Throws `not-found`. */
  async get(viewer: Viewer, ticketId: string): Promise<ProblemDetail> {
    const { desk, db } = this.#deps
    const row = await store.problemById(db, ticketId)
    if (!row) throw notFound('problem')
    const { timeline: _, moves, ...ticket } = await desk.detail(viewer, ticketId)
    const ids = (await desk.causes.ofProblems([ticketId])).map(({ incidentId }) => incidentId)
    const caused = (await desk.tickets(ids)).filter(({ region }) => this.#covers(viewer, region.id))
    const isOver = phaseOf('problem', ticket.state) === 'over'
    return {
      ...briefOf(ticket, row, ids.length),
      rootCause: row.root_cause,
      caused: caused.sort((a, b) => b.createdAt - a.createdAt).map(incidentOf),
      moves,
      mayEdit: !isOver && this.#covers(viewerFor(viewer, 'desk.write'), ticket.region.id),
    }
  }

  /** Incidents of the last days that may have one cause and are not laid to one yet; strongest first. */
  async suggestions(viewer: Viewer, days = suggestedDays): Promise<ProblemSuggestion[]> {
    const { desk, clock } = this.#deps
    const past = await this.#incidentsSince(viewer, clock() - days * dayMs)
    const laid = new Set(
      (await desk.causes.ofIncidents(past.map(({ id }) => id))).map((one) => one.incidentId),
    )
    const byId = new Map(past.filter(({ id }) => !laid.has(id)).map((ticket) => [ticket.id, ticket]))
    return groupsOf([...byId.values()].map((ticket) => this.#pastOf(ticket))).map((group) => ({
      why: group.why,
      shared: group.shared,
      entity: group.entityId === null ? null : { id: group.entityId, name: group.shared },
      total: group.incidentIds.length,
      incidents: group.incidentIds.slice(0, namedAtMost).map((id) => incidentOf(byId.get(id)!)),
    }))
  }

  /** Known errors that fit an incident, of its region and those above it; nothing for its reporter. */
  async knownFor(viewer: Viewer, incidentId: string): Promise<KnownError[]> {
    const { desk, db } = this.#deps
    const { seesInternal } = await desk.reachOf(viewer, incidentId)
    const [incident] = await desk.tickets([incidentId])
    if (!seesInternal || !incident) return []
    const rows = new Map((await store.knownErrors(db)).map((row) => [row.ticket_id, row]))
    const path = this.#pathOf(incident.region.id)
    const known = (await desk.tickets([...rows.keys()])).filter(
      ({ region, state }) => state === 'known_error' && path.startsWith(this.#pathOf(region.id)),
    )
    const linked = new Set((await desk.causes.ofIncidents([incidentId])).map((one) => one.problemId))
    const byId = new Map(known.map((ticket) => [ticket.id, ticket]))
    return fitting(toldOf(incident), known.map(toldOf), linked).map(({ id, why }) => {
      const { number, title, region } = byId.get(id)!
      const { workaround, root_cause: rootCause } = rows.get(id)!
      const isSeen = this.#covers(viewer, region.id)
      return { id, number, title, workaround: workaround ?? '', rootCause, why, isSeen }
    })
  }

  // ---- writing -----------------------------------------------------------------------------------

  /** Throws `not-found` for an incident that is not in sight, or a region that is not the viewer's. */
  async create(viewer: Viewer, input: NewProblem): Promise<ProblemDetail> {
    const { audit, desk, identity, bus } = this.#deps
    for (const id of input.incidentIds) await desk.mustSee(viewer, id)
    const incidents = await desk.tickets([...input.incidentIds])
    if (incidents.some(({ kind }) => kind !== 'incident')) throw notFound('incident')
    const regionId = input.regionId ?? this.#regionOver(incidents) ?? (await identity.homeOf(viewer.userId))
    if (regionId === undefined || !this.#covers(viewer, regionId)) throw notFound('region')
    const team = await identity.teamFor(regionId, '网络组')
    const graves = incidents.map(({ priority }) => priority).sort()
    const id = await audit.write(async (tx, note) => {
      const ticketId = await desk.open(tx, note, {
        kind: 'problem',
        title: input.title.trim(),
        description: input.description,
        channel: 'portal',
        rating: graves[0] ?? 'P3',
        regionId,
        teamId: team?.id ?? null,
        requesterId: viewer.userId,
        category: input.category ?? null,
        entities: entitiesOf(incidents),
      })
      const blank = { root_cause: null, workaround: null, article_id: null, known_error_at: null }
      await store.insertProblem(tx, { ticket_id: ticketId, ...blank })
      const problem = (await desk.rowOf(ticketId, tx))!
      for (const incident of incidents)
        await desk.blame(tx, viewer.userId, (await desk.rowOf(incident.id, tx))!, problem)
      return ticketId
    })
    bus.emit('ticket.changed', { ticketIds: [id, ...input.incidentIds] })
    return this.get(viewer, id)
  }

  /** Throws `wrong-move` once it is over, `ticket-changed`. */
  async change(
    viewer: Viewer,
    ticketId: string,
    { revision, ...patch }: ProblemPatch,
  ): Promise<ProblemDetail> {
    const { audit, desk, bus } = this.#deps
    await desk.mustWorkOn(viewer, ticketId)
    const { ticket, mayEdit } = await this.get(viewer, ticketId)
    if (!mayEdit) throw conflict('wrong-move', { zh: '问题已经结束，不能再改', en: 'The problem is over' })
    const { rootCause, workaround, ...amended } = patch
    const mustStay = ticket.state === 'known_error' && workaround !== undefined && !workaround?.trim()
    if (mustStay) throw conflict('wrong-move', { zh: '规避办法正在提供给事件，请先转回调查中', en: 'It is being offered: go back to investigating first' }) // prettier-ignore
    const set = {
      ...(rootCause !== undefined && { root_cause: rootCause?.trim() || null }),
      ...(workaround !== undefined && { workaround: workaround?.trim() || null }),
    }
    await audit.write(async (tx, note) => {
      await desk.amend(tx, viewer, { id: ticketId, revision }, amended, { fields: Object.keys(patch).join(' ') }) // prettier-ignore
      if (Object.keys(set).length > 0) await store.updateProblem(tx, ticketId, set)
      note({
        action: 'problems.changed',
        entity: { type: 'ticket', id: ticketId, name: ticket.number },
        regionId: ticket.region.id,
        after: patch,
      })
    })
    bus.emit('ticket.changed', { ticketIds: [ticketId] })
    return this.get(viewer, ticketId)
  }

  // ---- its life ------------------------------------------------------------------------------------

  async #moved({ tx, ticket, move, from, nowMs, viewer }: Moving & { from: string }): Promise<void> {
    const by = viewer?.userId ?? null
    if (move.to === 'known_error') {
      await store.updateProblem(tx, ticket.id, { known_error_at: nowMs })
      const { workaround } = await this.#row(ticket.id, tx)
      await this.#noteIncidents(tx, ticket, by, 'workaround', workaround)
    }
    if (from === 'known_error' && move.to === 'investigating')
      await store.updateProblem(tx, ticket.id, { known_error_at: null })
    if (move.to === 'resolved')
      await this.#noteIncidents(tx, ticket, by, 'cause-resolved', ticket.resolution ?? move.text ?? null)
  }

  async #noteIncidents(
    tx: Db,
    { id, number }: Moving['ticket'],
    authorId: string | null,
    event: string,
    text: string | null,
  ): Promise<void> {
    const { desk } = this.#deps
    for (const { incidentId } of await desk.causes.ofProblems([id], tx)) {
      await desk.note(tx, incidentId, { kind: 'link', visibility: 'internal', authorId, text, values: { event, number } }) // prettier-ignore
      this.#untold.add(incidentId)
    }
  }

  #tellIncidents(): void {
    if (this.#untold.size === 0) return
    const ticketIds = [...this.#untold]
    this.#untold.clear()
    this.#deps.bus.emit('ticket.changed', { ticketIds })
  }

  // ----------------------------------------------------------------------------------------------------

  async #row(ticketId: string, db: Db): Promise<store.ProblemRow> {
    const row = await store.problemById(db, ticketId)
    if (!row) throw new Error(`${ticketId} is no problem`)
    return row
  }

  async #incidentsSince(viewer: Viewer, sinceMs: number): Promise<Ticket[]> {
    const found: Ticket[] = []
    let cursor: string | undefined
    do {
      const page = await this.#deps.desk.list(viewer, { kind: 'incident', limit: pageSize, ...(cursor && { cursor }) }) // prettier-ignore
      const recent = page.items.filter(({ createdAt }) => createdAt >= sinceMs)
      found.push(...recent)
      cursor = recent.length < page.items.length ? undefined : (page.next ?? undefined)
    } while (cursor && found.length < comparedAtMost)
    return found.filter(({ state }) => state !== 'cancelled')
  }

  #pastOf(ticket: Ticket): PastIncident {
    const { circuits } = this.#deps.model()
    const lines = ticket.entities.flatMap(({ id }) => circuits.get(id) ?? [])
    const carriers = new Map(lines.map(({ carrierId, carrier }) => [carrierId, carrier]))
    return {
      id: ticket.id,
      number: ticket.number,
      title: ticket.title,
      category: ticket.category,
      createdMs: ticket.createdAt,
      ...told(ticket),
      carriers: Array.from(carriers, ([id, name]) => ({ id, name })),
    }
  }

  #pathOf(regionId: string): string {
    return this.#deps.model().regions.get(regionId)?.path ?? '-'
  }

  #covers(viewer: Pick<Viewer, 'regionPaths'>, regionId: string): boolean {
    return covers(viewer, this.#pathOf(regionId))
  }

  /** The lowest that holds them all. */
  #regionOver(incidents: readonly Ticket[]): string | undefined {
    const lineages = incidents.map(({ region }) => this.#pathOf(region.id).split('/').filter(Boolean))
    const [first = []] = lineages
    return first.filter((id, depth) => lineages.every((lineage) => lineage[depth] === id)).at(-1)
  }
}

const briefOf = (ticket: Ticket, row: store.ProblemRow, incidents: number): ProblemBrief => ({
  ticket,
  incidents,
  workaround: row.workaround,
  knownErrorAt: row.known_error_at,
})

const incidentOf = ({ id, number, title, state, priority, region, createdAt }: Ticket) => ({
  id,
  number,
  title,
  state,
  priority,
  region,
  createdAt,
})

/** Each once, as what the problem affects. */
const entitiesOf = (incidents: readonly Ticket[]): Ticket['entities'] => {
  const all = incidents.flatMap(({ entities }) => entities)
  return [...new Map(all.map((entity) => [entity.id, { ...entity, role: 'affected' as const }])).values()]
}

/** A report says where it comes from: the affected site, which is not what it is about. */
const told = ({ entities }: Pick<Ticket, 'entities'>) => {
  const isPlace = ({ type, role }: Ticket['entities'][number]) => type === 'site' && role === 'affected'
  return { entities: entities.filter((one) => !isPlace(one)), places: entities.filter(isPlace) }
}

const toldOf = (ticket: Ticket): Told => {
  const { id, title, category } = ticket
  const { entities, places } = told(ticket)
  return { id, title, category, entityIds: entities.map((one) => one.id), placeIds: places.map((one) => one.id) } // prettier-ignore
}
