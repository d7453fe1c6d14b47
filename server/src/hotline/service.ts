import { randomUUID } from 'node:crypto'
import { newId } from '@zongheng/inventory/id.ts'
import { phoneOf } from '@zongheng/inventory/phone.ts'
import type { Db } from '../db/database.ts'
import type { Note } from '../audit/trail.ts'
import type { DeskService } from '../desk/service.ts'
import type { EstateService } from '../estate/service.ts'
import { notFound } from '../http/problem.ts'
import type { IdentityService } from '../identity/service.ts'
import { covers, type Viewer } from '../identity/viewer.ts'
import { categories } from '../portal/categories.ts'
import type { SentDrafts } from '../portal/drafts.ts'
import type { StateService } from '../state/service.ts'
import { CallBook, type CallDeps } from './call-book.ts'
import { Looking } from './looking.ts'
import { HotlineNumbers } from './numbers.ts'
import type { NewHotlineTicket } from './schema.ts'
import { leaveLine, lineOf, takeLine } from './store.ts'

export interface HotlineDeps extends Omit<CallDeps, 'model' | 'desk' | 'identity'> {
  identity: IdentityService
  estate: EstateService
  desk: DeskService
  state: Pick<StateService, 'model' | 'stateOf'>
  drafts: SentDrafts
}

/** The telephone: who calls, what is broken there, a ticket within twenty seconds. */
export class HotlineService {
  readonly calls: CallBook
  readonly looking: Looking
  readonly numbers: HotlineNumbers
  readonly #deps: HotlineDeps

  constructor(deps: HotlineDeps) {
    this.#deps = deps
    const model = () => deps.state.model
    this.calls = new CallBook({ ...deps, model })
    this.looking = new Looking({ ...deps, calls: this.calls })
    this.numbers = new HotlineNumbers({ ...deps, model })
  }

  // ---- at which line one sits --------------------------------------------------------------------

  async line(viewer: Viewer): Promise<{ line: string | null }> {
    return { line: (await lineOf(this.#deps.db, viewer.userId))?.line ?? null }
  }

  /** Whoever sat there leaves it; null leaves one's own. */
  async sit(viewer: Viewer, line: string | null): Promise<{ line: string | null }> {
    const { audit, clock, identity } = this.#deps
    const regionId = await identity.homeOf(viewer.userId)
    if (regionId === undefined) throw notFound('region')
    await audit.write(async (tx, note) => {
      const before = (await lineOf(tx, viewer.userId))?.line ?? null
      if (line === null) await leaveLine(tx, viewer.userId)
      else await takeLine(tx, { id: newId('line'), region_id: regionId, line, user_id: viewer.userId, updated_at: clock() }) // prettier-ignore
      const entity = { type: 'user', id: viewer.userId, name: viewer.displayName }
      note({ action: 'hotline.line-set', entity, regionId, before: { line: before }, after: { line } })
    })
    return { line }
  }

  // ---- what comes of a call ----------------------------------------------------------------------

  /** A ticket of the caller's, with the call in its timeline; sent again under its key it is the same. */
  async open(viewer: Viewer, input: NewHotlineTicket): Promise<{ id: string; number: string }> {
    const { bus, desk, drafts, identity } = this.#deps
    const call = input.callId === undefined ? undefined : await this.calls.mustSee(viewer, input.callId)
    if (input.userId !== undefined && !(await identity.caller(viewer, input.userId))) throw notFound('user')
    const site = this.#mustSee(viewer, input.siteId)
    const { id, isNew } = await drafts.once(viewer.userId, input.key ?? randomUUID(), async (tx, note) => {
      const ticketId = await this.#ticket(tx, note, input, site)
      const said = { site_id: site.id, user_id: input.userId ?? null, name: input.contact?.name ?? null }
      if (call) await this.calls.link(tx, viewer, { ...call, ...said }, ticketId)
      return ticketId
    })
    if (isNew) desk.tell([id])
    if (isNew && call) bus.emit('call.changed', { callIds: [call.id] })
    return { id, number: (await desk.rowOf(id))!.number }
  }

  /** The caller has it too: a person by their account, anyone else by name and number. */
  async meToo(viewer: Viewer, callId: string, ticketId: string, siteId?: string): Promise<void> {
    const { desk } = this.#deps
    const call = await this.calls.mustSee(viewer, callId)
    await desk.mustSee(viewer, ticketId)
    if (siteId !== undefined) this.#mustSee(viewer, siteId)
    await desk.together.meToos.addFor(ticketId, {
      userId: call.user_id,
      name: call.name,
      phone: call.number,
      siteId: siteId ?? call.site_id,
    })
    await this.calls.change(viewer, callId, { ticketId })
  }

  async #ticket(
    tx: Db,
    note: Note,
    input: NewHotlineTicket,
    site: { id: string; name: string; regionId: string },
  ) {
    const { desk, identity } = this.#deps
    const { rating, team } = categories[input.category]
    const phone = input.contact?.phone
    return desk.open(tx, note, {
      kind: 'incident',
      title: input.title.trim(),
      description: input.text ?? '',
      channel: 'phone',
      rating: { impact: input.impact ?? rating.impact, urgency: input.urgency ?? rating.urgency },
      category: input.category,
      regionId: site.regionId,
      siteId: site.id,
      teamId: (await identity.teamFor(site.regionId, team, tx))?.id ?? null,
      requesterId: input.userId ?? null,
      contact: {
        name: input.contact?.name ?? null,
        phone: phone === undefined ? null : (phoneOf(phone)?.digits ?? phone),
      },
      entities: [{ type: 'site', id: site.id, name: site.name, role: 'affected' }],
    })
  }

  #mustSee(viewer: Viewer, siteId: string) {
    const { regions, sites } = this.#deps.state.model
    const site = sites.get(siteId)
    const path = regions.get(site?.regionId ?? '')?.path
    if (!site || path === undefined || !covers(viewer, path)) throw notFound('site')
    return site
  }
}
