import { phoneKey, phoneOf } from '@zongheng/inventory/phone.ts'
import type { Db } from '../db/database.ts'
import type { DeskService } from '../desk/service.ts'
import type { EstateService } from '../estate/service.ts'
import type { EstateModel } from '../estate/model.ts'
import { notFound } from '../http/problem.ts'
import type { Caller, CallerQuery, IdentityService } from '../identity/service.ts'
import { covers, type Viewer } from '../identity/viewer.ts'
import { surroundingsOf } from '../portal/surroundings.ts'
import type { StateService } from '../state/service.ts'
import type { CallBook } from './call-book.ts'
import type { HotlineCaller, Situation, SituationQuery } from './schema.ts'
import { callsOf } from './store.ts'

export interface LookingDeps {
  db: Db
  identity: Pick<IdentityService, 'callers' | 'caller'>
  estate: Pick<EstateService, 'sites'>
  desk: Pick<DeskService, 'outagesAbout' | 'openAround'>
  state: Pick<StateService, 'model' | 'stateOf'>
  calls: CallBook
}

const shown = 12
const callsShown = 10
const sitesAtMost = 200

/** Who calls, and what is the matter where they are. */
export class Looking {
  readonly #deps: LookingDeps

  constructor(deps: LookingDeps) {
    this.#deps = deps
  }

  /** By number or its last digits, by name, by pinyin initials; contacts of sites and whoever called before come after people. */
  async lookup(viewer: Viewer, text: string): Promise<HotlineCaller[]> {
    const q = text.trim()
    const asked = queryOf(q)
    if (asked === null) return []
    const people = (await this.#deps.identity.callers(viewer, asked, shown)).map((one) => this.#person(one))
    const others = [
      ...(await this.#siteContacts(viewer, q)),
      ...('phoneKey' in asked ? await this.#earlier(viewer, q) : []),
    ]
    const known = new Set(people.map(({ phone }) => phoneKey(phone)))
    return [...people, ...others.filter(({ phone }) => phone === null || !known.has(phoneKey(phone)))].slice(
      0,
      shown,
    )
  }

  async situation(viewer: Viewer, { userId, siteId, number }: SituationQuery): Promise<Situation> {
    const { calls, db, desk, identity } = this.#deps
    const found = userId === undefined ? undefined : await identity.caller(viewer, userId)
    if (userId !== undefined && !found) throw notFound('user')
    const caller = found
      ? this.#person(found)
      : number
        ? ((await this.lookup(viewer, number))[0] ?? null)
        : null
    const sites = this.#sitesOf(viewer, caller?.region.id ?? null)
    const site = this.#siteOf(viewer, siteId ?? caller?.site?.id ?? (sites.length === 1 ? sites[0]!.id : undefined)) // prettier-ignore
    const around = site && surroundingsOf(this.#model, site.id)
    const about = {
      userId: caller?.userId ?? null,
      digits: phoneOf(number ?? caller?.phone ?? '')?.digits ?? null,
    }
    const tickets = await desk.openAround({ ...about, siteId: site?.id ?? null })
    const isAsked = about.userId !== null || about.digits !== null
    return {
      caller,
      site: site ? this.#stateful(site) : null,
      sites: site && !sites.some(({ id }) => id === site.id) ? [{ id: site.id, name: site.name }, ...sites] : sites, // prettier-ignore
      links: around ? around.links.map((link) => this.#stateful(link)) : [],
      ill: site ? this.#illAt(site.id) : [],
      outages: site && around ? await desk.outagesAbout(around.entityIds, site.id, about.userId ?? '') : [],
      tickets: tickets.filter(({ region }) => this.#isSeen(viewer, region.id)),
      calls: isAsked ? await calls.views(await callsOf(db, viewer, about, callsShown)) : [],
    }
  }

  // ----------------------------------------------------------------------------------------------

  get #model(): EstateModel {
    return this.#deps.state.model
  }

  #isSeen(viewer: Viewer, regionId: string): boolean {
    const path = this.#model.regions.get(regionId)?.path
    return path !== undefined && covers(viewer, path)
  }

  #region(id: string) {
    return { id, name: this.#model.regions.get(id)?.name ?? '' }
  }

  #person(caller: Caller): HotlineCaller {
    const site = caller.siteId === null ? undefined : this.#model.sites.get(caller.siteId)
    const { id: userId, name, post, phone, regionId } = caller
    return {
      kind: 'person',
      userId,
      name,
      post,
      phone,
      region: this.#region(regionId),
      site: site ? { id: site.id, name: site.name } : null,
    }
  }

  async #siteContacts(viewer: Viewer, q: string): Promise<HotlineCaller[]> {
    const { items } = await this.#deps.estate.sites(viewer, { contact: q, limit: shown })
    return items.map((site) => ({
      kind: 'site',
      userId: null,
      name: site.contact ?? site.name,
      post: null,
      phone: site.contactPhone,
      region: site.region,
      site: { id: site.id, name: site.name },
    }))
  }

  async #earlier(viewer: Viewer, number: string): Promise<HotlineCaller[]> {
    const digits = phoneOf(number)?.digits ?? null
    if (digits === null) return []
    const rows = await callsOf(this.#deps.db, viewer, { digits, userId: null }, callsShown)
    const said = rows.find((row) => row.user_id === null && row.name !== null)
    const site = said?.site_id ? this.#model.sites.get(said.site_id) : undefined
    if (!said) return []
    return [
      {
        kind: 'earlier',
        userId: null,
        name: said.name!,
        post: null,
        phone: said.number,
        region: this.#region(said.region_id),
        site: site ? { id: site.id, name: site.name } : null,
      },
    ]
  }

  #sitesOf(viewer: Viewer, regionId: string | null): { id: string; name: string }[] {
    return [...this.#model.sites.values()]
      .filter(
        (site) => (regionId === null || site.regionId === regionId) && this.#isSeen(viewer, site.regionId),
      )
      .slice(0, sitesAtMost)
      .map(({ id, name }) => ({ id, name }))
  }

  #siteOf(viewer: Viewer, siteId: string | undefined) {
    if (siteId === undefined) return undefined
    const site = this.#model.sites.get(siteId)
    if (!site || !this.#isSeen(viewer, site.regionId)) throw notFound('site')
    return site
  }

  #stateful({ id, name }: { id: string; name: string }) {
    const now = this.#deps.state.stateOf(id)
    return { id, name, state: now?.state ?? 'unknown', since: now?.sinceMs ?? null }
  }

  #illAt(siteId: string) {
    return [...this.#model.devices.values()]
      .filter((device) => device.siteId === siteId)
      .map((device) => this.#stateful(device))
      .filter(({ state }) => state !== 'up')
      .slice(0, 20)
  }
}

/** Digits are a number; Latin letters are initials; anything else is how a name begins. Null for what is too short to ask. */
export function queryOf(q: string): CallerQuery | null {
  if (/^[+\d][\d\s()（）+#*转-]*$/.test(q)) {
    const key = phoneKey(q)
    return key === null ? null : { phoneKey: key }
  }
  if (/^[a-z0-9 ]+$/i.test(q)) {
    const initials = q.toLowerCase().replaceAll(' ', '')
    return initials.length < 2 ? null : { initials }
  }
  return { name: q }
}
