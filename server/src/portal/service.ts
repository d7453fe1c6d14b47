import type { AuditTrail, Note } from '../audit/trail.ts'
import type { Clock } from '../clock.ts'
import type { Db } from '../db/database.ts'
import type { DeskService } from '../desk/service.ts'
import type { EstateModel, SiteModel } from '../estate/model.ts'
import type { Paging } from '../http/paging.ts'
import { notFound } from '../http/problem.ts'
import type { IdentityService } from '../identity/service.ts'
import { covers, viewerFor, type Viewer } from '../identity/viewer.ts'
import type { StateService } from '../state/service.ts'
import type { WindowService } from '../windows/service.ts'
import { categories, titleOf } from './categories.ts'
import type { SentDrafts } from './drafts.ts'
import type { NewPortalMeToo, NewReport, PortalHome } from './schema.ts'
import { surroundingsOf } from './surroundings.ts'

export interface PortalDeps {
  db: Db
  clock: Clock
  audit: Pick<AuditTrail, 'write'>
  identity: Pick<IdentityService, 'placeOf' | 'chooseSite' | 'teamFor'>
  desk: Pick<DeskService, 'open' | 'rowOf' | 'tell' | 'outagesAbout' | 'reportedBy' | 'together'>
  state: Pick<StateService, 'model' | 'stateOf'>
  windows: Pick<WindowService, 'within'>
  drafts: SentDrafts
  /** The number to call from this region. */
  hotlineOf: (regionPath: string) => Promise<string | null>
}

const sitesAtMost = 200
const announcedMs = 7 * 24 * 3_600_000

/** What a county's people see and do: their site, what is known to be broken there, a report in three taps. */
export class PortalService {
  readonly #deps: PortalDeps

  constructor(deps: PortalDeps) {
    this.#deps = deps
  }

  /** About the site asked for, else the one chosen before, else the first of one's own region. */
  async home(viewer: Viewer, siteId?: string): Promise<PortalHome> {
    const { desk, state } = this.#deps
    const sites = await this.#sites(viewer)
    const site = await this.#siteOf(viewer, siteId, sites)
    const named = sites.slice(0, sitesAtMost).map(({ id, name }) => ({ id, name }))
    const region = this.#model.regions.get(site?.regionId ?? '')
    if (!site || !region) {
      const hotline = await this.#deps.hotlineOf(viewer.regionPaths[0] ?? '')
      return { site: null, sites: named, links: [], services: [], outages: [], announcements: [], hotline }
    }
    const { links, services, entityIds } = surroundingsOf(this.#model, site.id)
    const stateful = ({ id, name }: { id: string; name: string }) => {
      const now = state.stateOf(id)
      return { id, name, state: now?.state ?? 'unknown', since: now?.sinceMs ?? null }
    }
    return {
      site: { ...stateful(site), region: { id: region.id, name: region.name } },
      sites: named,
      links: links.map(stateful),
      services: services.map(stateful),
      outages: await desk.outagesAbout(entityIds, site.id, viewer.userId),
      announcements: this.#announced(entityIds),
      hotline: await this.#deps.hotlineOf(region.path),
    }
  }

  /** Remembered for the next time, on whatever device. */
  async choose(viewer: Viewer, siteId: string): Promise<PortalHome> {
    const site = this.#mustSee(viewer, siteId)
    await this.#deps.audit.write(async (tx, note) => {
      await this.#deps.identity.chooseSite(viewer.userId, siteId, tx)
      note({
        action: 'portal.site-chosen',
        entity: { type: 'user', id: viewer.userId, name: viewer.displayName },
        regionId: site.regionId,
        after: { site: site.name },
      })
    })
    return this.home(viewer, siteId)
  }

  myTickets(viewer: Viewer, paging: Paging) {
    return this.#deps.desk.reportedBy(viewer.userId, paging)
  }

  /** Opens an incident; a draft that was sent already answers with the ticket it became. */
  async report(viewer: Viewer, report: NewReport): Promise<{ id: string; number: string }> {
    const { desk, drafts } = this.#deps
    const { id, isNew } = await drafts.once(viewer.userId, report.key, (tx, note) => this.#open(tx, note, viewer, report)) // prettier-ignore
    if (isNew) desk.tell([id])
    return { id, number: (await desk.rowOf(id))!.number }
  }

  /** That one has it too, of an outage at one's own site; what one may not see of it stays unseen. */
  async meToo(viewer: Viewer, ticketId: string, { siteId, text }: NewPortalMeToo): Promise<PortalHome> {
    const { desk } = this.#deps
    const site = await this.#siteOf(viewer, siteId, await this.#sites(viewer))
    const known = site && (await desk.outagesAbout(surroundingsOf(this.#model, site.id).entityIds, site.id, viewer.userId)) // prettier-ignore
    if (!site || !known?.some((outage) => outage.ticketId === ticketId)) throw notFound('ticket')
    await desk.together.meToos.addFor(ticketId, {
      userId: viewer.userId,
      siteId: site.id,
      text: text ?? null,
    })
    desk.tell([ticketId])
    return this.home(viewer, site.id)
  }

  // ----------------------------------------------------------------------------------------------

  get #model(): EstateModel {
    return this.#deps.state.model
  }

  async #open(tx: Db, note: Note, viewer: Viewer, report: NewReport): Promise<string> {
    const { desk, identity } = this.#deps
    const { category, text = '', phone } = report
    const site = await this.#siteOf(viewer, report.siteId, await this.#sites(viewer, tx), tx)
    const regionId = site?.regionId ?? (await identity.placeOf(viewer.userId, tx))?.regionId
    const path = this.#model.regions.get(regionId ?? '')?.path
    if (regionId === undefined || path === undefined || !covers(viewer, path)) throw notFound('region')
    const service = site && surroundingsOf(this.#model, site.id).services.find(({ id }) => id === report.serviceId) // prettier-ignore
    if (report.serviceId !== undefined && !service) throw notFound('service')
    const { rating, team } = categories[category]
    return desk.open(tx, note, {
      kind: 'incident',
      title: titleOf(category, service?.name ?? null, text),
      description: text,
      channel: 'portal',
      rating,
      category,
      regionId,
      siteId: site?.id ?? null,
      teamId: (await identity.teamFor(regionId, team, tx))?.id ?? null,
      requesterId: viewer.userId,
      serviceId: service?.id ?? null,
      ...(phone && { contact: { phone } }),
      entities: [
        ...(site ? [{ type: 'site', id: site.id, name: site.name, role: 'affected' as const }] : []),
        ...(service ? [{ type: 'service', id: service.id, name: service.name, role: 'affected' as const }] : []), // prettier-ignore
      ],
    })
  }

  /** Those one may report for: of one's own region first, then by name. O(sites). */
  async #sites(viewer: Viewer, db?: Db): Promise<SiteModel[]> {
    const { regions, sites } = this.#model
    const home = (await this.#deps.identity.placeOf(viewer.userId, db))?.regionId
    const away = ({ regionId }: SiteModel) => Number(regionId !== home)
    return [...sites.values()]
      .filter(({ regionId }) => covers(viewer, regions.get(regionId)?.path ?? ''))
      .sort((a, b) => away(a) - away(b) || a.name.localeCompare(b.name, 'zh'))
  }

  async #siteOf(viewer: Viewer, asked: string | undefined, sites: SiteModel[], db?: Db) {
    if (asked !== undefined) return this.#mustSee(viewer, asked)
    const chosen = (await this.#deps.identity.placeOf(viewer.userId, db))?.siteId
    return sites.find(({ id }) => id === chosen) ?? sites[0]
  }

  #mustSee(viewer: Viewer, siteId: string): SiteModel {
    const site = this.#model.sites.get(siteId)
    const path = this.#model.regions.get(site?.regionId ?? '')?.path
    if (!site || path === undefined || !covers(viewerFor(viewer, 'desk.report'), path)) throw notFound('site')
    return site
  }

  #announced(entityIds: readonly string[]): PortalHome['announcements'] {
    const nowMs = this.#deps.clock()
    const own = new Set(entityIds)
    return this.#deps.windows
      .within(nowMs, nowMs + announcedMs)
      .filter((window) => window.entityIds.some((id) => own.has(id)))
      .sort((a, b) => a.fromMs - b.fromMs)
      .slice(0, 10)
      .map(({ id, title, fromMs, untilMs }) => ({ id, title, startsAt: fromMs, endsAt: untilMs }))
  }
}
