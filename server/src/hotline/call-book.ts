import { newId } from '@zongheng/inventory/id.ts'
import { phoneKey, phoneOf } from '@zongheng/inventory/phone.ts'
import type { AuditTrail } from '../audit/trail.ts'
import type { Clock } from '../clock.ts'
import type { Db } from '../db/database.ts'
import type { DeskService } from '../desk/service.ts'
import type { EstateModel } from '../estate/model.ts'
import type { EventBus } from '../events.ts'
import type { PageOf } from '../http/paging.ts'
import { notFound } from '../http/problem.ts'
import type { IdentityService } from '../identity/service.ts'
import { covers, type Viewer } from '../identity/viewer.ts'
import type { CallPatch, CallQuery, CallTold, HotlineCall } from './schema.ts'
import * as store from './store.ts'
import { viewCall } from './views.ts'

export interface CallDeps {
  db: Db
  bus: EventBus
  clock: Clock
  audit: Pick<AuditTrail, 'write'>
  identity: Pick<IdentityService, 'callers' | 'caller' | 'homeOf' | 'namesOf'>
  desk: Pick<DeskService, 'mustSee' | 'note' | 'rowOf' | 'tell' | 'tickets'>
  model: () => EstateModel
}

/** What is written of a call: told by the exchange, filled in by whoever answers. */
export class CallBook {
  readonly #deps: CallDeps

  constructor(deps: CallDeps) {
    this.#deps = deps
  }

  async list(viewer: Viewer, { mine, ...query }: CallQuery): Promise<PageOf<HotlineCall>> {
    const filter = { ...query, ...(mine && { mineOf: viewer.userId }) }
    const page = await store.listCalls(this.#deps.db, viewer, filter)
    return { next: page.next, items: await this.views(page.items) }
  }

  /** For whoever may be told of it; the caller minds the scope. */
  async byId(id: string): Promise<HotlineCall | undefined> {
    const row = await store.callById(this.#deps.db, id)
    return row && (await this.views([row]))[0]
  }

  /**
   * Of an exchange with its own id the same call again, however often it is told and in whatever order: what was later stays.
   * Without one it is a call that the viewer took themselves.
   */
  async told(viewer: Viewer, told: CallTold): Promise<HotlineCall> {
    const { audit, bus, db, clock } = this.#deps
    const { callId, event = 'ringing', at: atMs = clock() } = told
    const drafted = await this.#draft(viewer, told, atMs)
    const id = await audit.write(async (tx, note) => {
      const known = callId === undefined ? undefined : await store.callCalled(tx, viewer, callId)
      const isNew = !known && (await store.insertCall(tx, drafted))
      const row = known ?? (isNew ? drafted : (await store.callCalled(tx, viewer, callId!))!)
      const change = changeBy(event, atMs, row, event === 'answered' ? (row.rung_for ?? viewer.userId) : null)
      if (Object.keys(change).length > 0) await store.updateCall(tx, row.id, { ...change, updated_at: clock() }) // prettier-ignore
      note({
        action: 'hotline.call-told',
        ...about(row),
        after: { number: row.number, line: row.line, event },
      })
      return row.id
    })
    bus.emit('call.changed', { callIds: [id] })
    return (await this.views([(await store.callById(db, id))!]))[0]!
  }

  async change(viewer: Viewer, id: string, patch: CallPatch): Promise<HotlineCall> {
    const { audit, bus, clock, db, desk, identity } = this.#deps
    const row = await this.mustSee(viewer, id)
    if (patch.userId && !(await identity.caller(viewer, patch.userId))) throw notFound('user')
    if (patch.siteId) this.#mustSeeSite(viewer, patch.siteId)
    if (patch.ticketId) await desk.mustSee(viewer, patch.ticketId)
    await audit.write(async (tx, note) => {
      const { event, ticketId, ...said } = patch
      const columns = {
        ...(said.userId !== undefined && { user_id: said.userId }),
        ...(said.name !== undefined && { name: said.name }),
        ...(said.siteId !== undefined && { site_id: said.siteId }),
        ...(said.note !== undefined && { note: said.note }),
        ...(event && changeBy(event, clock(), row, event === 'answered' ? viewer.userId : null)),
      }
      await store.updateCall(tx, id, { ...columns, updated_at: clock() })
      if (ticketId) await this.link(tx, viewer, { ...row, ...columns }, ticketId)
      note({ action: 'hotline.call-changed', ...about(row), before: facts(row), after: { ...facts({ ...row, ...columns }), ticketId: ticketId ?? row.ticket_id } }) // prettier-ignore
    })
    if (patch.ticketId) desk.tell([patch.ticketId])
    bus.emit('call.changed', { callIds: [id] })
    return (await this.views([(await store.callById(db, id))!]))[0]!
  }

  /** Within the caller's transaction: the call stands in the ticket's timeline, for staff. */
  async link(tx: Db, viewer: Viewer, row: store.CallRow, ticketId: string): Promise<void> {
    if (row.ticket_id === ticketId) return
    await store.updateCall(tx, row.id, { ticket_id: ticketId, updated_at: this.#deps.clock() })
    await this.#deps.desk.note(tx, ticketId, {
      kind: 'call',
      visibility: 'internal',
      authorId: viewer.userId,
      text: row.note,
      values: { number: row.number, name: row.name, direction: row.direction, callId: row.id },
    })
  }

  /** Throws `not-found` outside the viewer's regions. */
  async mustSee(viewer: Viewer, id: string): Promise<store.CallRow> {
    const row = await store.callInScope(this.#deps.db, viewer, id)
    if (!row) throw notFound('call')
    return row
  }

  async views(rows: readonly store.CallRow[]): Promise<HotlineCall[]> {
    if (rows.length === 0) return []
    const { desk, identity, model } = this.#deps
    const present = (pick: (row: store.CallRow) => string | null) => rows.flatMap((row) => pick(row) ?? [])
    const users = await identity.namesOf([...present((r) => r.user_id), ...present((r) => r.rung_for), ...present((r) => r.answered_by)]) // prettier-ignore
    const tickets = await desk.tickets([...new Set(present((row) => row.ticket_id))])
    const names = { users, tickets: new Map(tickets.map(({ id, number }) => [id, number])), model: model() }
    return rows.map((row) => viewCall(row, names))
  }

  // ----------------------------------------------------------------------------------------------

  async #draft(viewer: Viewer, told: CallTold, atMs: number): Promise<store.CallRow> {
    const { db, clock } = this.#deps
    const line = told.line === undefined ? undefined : await store.lineCalled(db, viewer, told.line)
    const who = await this.#whoHas(viewer, told.number)
    const nowMs = clock()
    return {
      id: newId('call', nowMs),
      region_id: line?.region_id ?? (await this.#regionOf(viewer)),
      number: told.number,
      digits: phoneOf(told.number)?.digits ?? '',
      direction: told.direction ?? 'in',
      line: told.line ?? null,
      call_id: told.callId ?? null,
      user_id: who?.userId ?? null,
      name: who?.name ?? null,
      site_id: who?.siteId ?? null,
      rung_for: line?.user_id ?? null,
      answered_by: null,
      answered_at: null,
      ticket_id: null,
      started_at: atMs,
      ended_at: null,
      note: null,
      created_at: nowMs,
      updated_at: nowMs,
    }
  }

  /** The one person with this number; else who they said they were when they last called. */
  async #whoHas(viewer: Viewer, number: string) {
    const { db, identity } = this.#deps
    const digits = phoneOf(number)?.digits
    if (digits === undefined) return undefined
    const people = digits.length < 5 ? [] : await identity.callers(viewer, { phoneKey: phoneKey(number)! }, 2)
    if (people.length === 1)
      return { userId: people[0]!.id, name: people[0]!.name, siteId: people[0]!.siteId }
    const [last] = await store.callsOf(db, viewer, { digits, userId: null }, 1)
    return last && { userId: last.user_id, name: last.name, siteId: last.site_id }
  }

  /** Where a call goes that no line says: the viewer's own region, if it is in their scope, else the first that is. */
  async #regionOf(viewer: Viewer): Promise<string> {
    const home = await this.#deps.identity.homeOf(viewer.userId)
    const path = this.#deps.model().regions.get(home ?? '')?.path
    const own = path !== undefined && covers(viewer, path) ? home : undefined
    const first = viewer.regionPaths[0]?.split('/').filter(Boolean).at(-1)
    const regionId = own ?? first
    if (regionId === undefined) throw notFound('region')
    return regionId
  }

  #mustSeeSite(viewer: Viewer, siteId: string): void {
    const { regions, sites } = this.#deps.model()
    const path = regions.get(sites.get(siteId)?.regionId ?? '')?.path
    if (path === undefined || !covers(viewer, path)) throw notFound('site')
  }
}

/** What is known already is not taken back: an exchange may tell twice, or out of order. */
function changeBy(event: CallTold['event'], atMs: number, row: store.CallRow, answerer: string | null) {
  if (event === 'answered' && row.answered_at === null) return { answered_at: atMs, answered_by: answerer }
  if (event === 'ended' && row.ended_at === null) return { ended_at: atMs }
  return {}
}

const about = ({ id, number, region_id: regionId }: store.CallRow) => ({
  entity: { type: 'call', id, name: number },
  regionId,
})
const facts = ({ user_id, name, site_id, note, ticket_id, answered_by }: store.CallRow) => ({
  userId: user_id,
  name,
  siteId: site_id,
  note,
  ticketId: ticket_id,
  answeredBy: answered_by,
})
