import type { Sight } from '@zongheng/inventory/causes.ts'
import type { DeviceState } from '@zongheng/inventory/device.ts'
import { evidence } from '@zongheng/inventory/evidence.ts'
import type { SiteModel } from '../estate/model.ts'
import { Agenda } from './agenda.ts'
import type { Ground, Pass } from './pass.ts'
import { isLongDark, seenFreshMs, type SiteLook } from './site-view.ts'

/** Judges sites: whether one gives a sign of life, and if not, whether anything explains that. */
export class SiteJudge {
  readonly #ground: Ground
  readonly #agenda = new Agenda<SiteModel>()
  #looked: SiteModel[] = []

  constructor(ground: Ground) {
    this.#ground = ground
  }

  /** Takes a changed estate. */
  rebuild(): void {
    const { model, topology, view } = this.#ground
    const sites = [...model.sites.values()].map((site) => ({ site, depth: topology.depth(site.id) }))
    sites.sort((a, b) => (a.depth === b.depth ? (a.site.id < b.site.id ? -1 : 1) : a.depth - b.depth))
    this.#agenda.rebuild(sites.map(({ site }) => site))
    view.build(model)
  }

  lookAtAll(): void {
    this.#agenda.markAll()
  }

  /** Something new was said of a device there, or of a leg that ends there. */
  mark(siteId: string): void {
    this.#agenda.mark(siteId)
  }

  /** How they look, which all judging asks for: comes before it. */
  look(nowMs: number, isSettled: boolean): void {
    const { view, observations, faults } = this.#ground
    this.#looked = this.#agenda.take(nowMs)
    view.update(
      this.#looked.map(({ id }) => id),
      observations,
      isSettled,
    )
    for (const { id } of this.#looked) faults.setSight(id, sightOf(view.look(id)))
  }

  /** Those that were looked at. */
  judge(pass: Pass): void {
    for (const site of this.#looked) this.#judgeSite(site, pass)
  }

  #judgeSite(site: SiteModel, { nowMs, findings, moment }: Pass): void {
    const { view, causes, book } = this.#ground
    const look = view.look(site.id)
    const deviceCount = view.deviceCount(site.id)
    if (!deviceCount) return
    this.#agenda.rest(site.id, look.dark, look.seenAtMs === null ? null : look.seenAtMs + seenFreshMs + 1)
    const cause = look.dark ? causes.explain({ entityId: site.id, condition: 'site-silent' }, moment) : null
    const alone = look.dark && !cause && deviceCount > 1 && isLongDark(look, nowMs)
    if (alone) findings.addSilentSite(site, look.darkSinceMs ?? nowMs)
    const state = siteState(site.id, look, cause && cause.primary, alone, nowMs)
    if (!state) return
    const word = look.dark
      ? evidence('site-dark', 'bad', look.seenAtMs, { site: site.name })
      : evidence('site-visible', 'good', look.seenAtMs, { site: site.name })
    const atMs =
      state === 'unknown' ? null : look.dark ? look.darkSinceMs : look.visibleSinceMs || look.seenAtMs
    book.hold({ type: 'site', id: site.id, regionId: site.regionId, state, atMs, evidence: [word] }, nowMs)
  }
}

const sightOf = ({ dark, seenAtMs }: SiteLook): Sight =>
  dark ? 'dark' : seenAtMs === null ? 'unknown' : 'seen'

/** Null while it is not known yet which it is. */
function siteState(
  siteId: string,
  look: SiteLook,
  cause: { entityId: string } | null,
  alone: boolean,
  nowMs: number,
): DeviceState | null {
  if (look.dark && nowMs - look.askedAtMs > seenFreshMs) return 'unknown'
  if (look.dark) return cause && cause.entityId !== siteId ? 'unreachable' : cause || alone ? 'down' : null
  if (look.seenAtMs === null) return null
  return nowMs - look.seenAtMs <= seenFreshMs ? 'up' : 'unknown'
}
