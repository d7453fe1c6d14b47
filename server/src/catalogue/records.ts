/** What a form's fields may name: sites, devices, services and people whom the viewer may know of. */
import type { EntityKind } from '@zongheng/inventory/id.ts'
import type { EstateModel } from '../estate/model.ts'
import type { IdentityService } from '../identity/service.ts'
import { concerns, covers, viewerFor, type Viewer } from '../identity/viewer.ts'
import type { FoundRecord, recordKinds } from './schema.ts'

interface RecordDeps {
  identity: IdentityService
  model: () => EstateModel
}
type Placed = { id: string; name: string; regionId: string }

const foundAtMost = 12

export class KnownRecords {
  readonly #deps: RecordDeps

  constructor(deps: RecordDeps) {
    this.#deps = deps
  }

  /** Names of those of these that the viewer may know of. */
  async names(viewer: Viewer, kind: EntityKind, ids: string[]): Promise<Map<string, string>> {
    if (kind === 'user') {
      const people = await this.#deps.identity.peopleIn(
        viewerFor(viewer, 'identity.read'),
        { ids },
        ids.length,
      )
      return new Map(people.map(({ id, name }) => [id, name]))
    }
    const known = this.#known(kind)
    const sees = this.#sight(viewer, kind)
    const found = ids.flatMap((id) => known?.get(id) ?? []).filter(sees)
    return new Map(found.map(({ id, name }) => [id, name]))
  }

  async find(viewer: Viewer, kind: (typeof recordKinds)[number], q: string): Promise<FoundRecord[]> {
    if (kind === 'person') {
      const people = await this.#deps.identity.peopleIn(
        viewerFor(viewer, 'identity.read'),
        { q },
        foundAtMost,
      )
      return people.map(({ region, ...person }) => ({ ...person, note: region }))
    }
    const needle = q.trim().toLowerCase()
    const sees = this.#sight(viewer, kind)
    const { regions } = this.#deps.model()
    const found: FoundRecord[] = []
    for (const one of this.#known(kind)?.values() ?? []) {
      if (!one.name.toLowerCase().includes(needle) || !sees(one)) continue
      found.push({ id: one.id, name: one.name, note: regions.get(one.regionId)?.name ?? '' })
      if (found.length === foundAtMost) break
    }
    return found
  }

  regionOfSite(siteId: string): string | undefined {
    return this.#deps.model().sites.get(siteId)?.regionId
  }

  /** Where somebody of this region sits, where there is but one place. */
  onlySiteOf(regionId: string): { id: string; name: string } | null {
    const here = [...this.#deps.model().sites.values()].filter((site) => site.regionId === regionId)
    return here.length === 1 ? { id: here[0]!.id, name: here[0]!.name } : null
  }

  #known(kind: EntityKind): ReadonlyMap<string, Placed> | undefined {
    const { sites, devices, services } = this.#deps.model()
    return { site: sites, device: devices, service: services }[kind as 'site' | 'device' | 'service']
  }

  /** A service of a tier above is used below as well. */
  #sight(viewer: Viewer, kind: EntityKind): (one: Placed) => boolean {
    const { regions } = this.#deps.model()
    const scope = viewerFor(viewer, kind === 'service' ? 'desk.report' : 'estate.read')
    const reaches = kind === 'service' ? concerns : covers
    return ({ regionId }) => reaches(scope, regions.get(regionId)?.path ?? '')
  }
}
