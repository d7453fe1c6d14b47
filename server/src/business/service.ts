import { criticalities, healthOf, healths, type Health } from '@zongheng/inventory/business-service.ts'
import { newId } from '@zongheng/inventory/id.ts'
import { differences } from '../audit/change.ts'
import type { AuditTrail } from '../audit/trail.ts'
import type { Clock } from '../clock.ts'
import type { Db } from '../db/database.ts'
import type { EstateModel } from '../estate/model.ts'
import type { EstateService } from '../estate/service.ts'
import type { ServiceModel } from '../estate/services-model.ts'
import { conflict, invalid, notFound } from '../http/problem.ts'
import { pageOfItems, type PageOf } from '../http/paging.ts'
import type { IdentityService } from '../identity/service.ts'
import { covers } from '../identity/viewer.ts'
import { endOf, isWithin, sees, type Scope } from '../relations/ends.ts'
import type { RelationService } from '../relations/service.ts'
import { startOfMonth } from '../state/month.ts'
import type { StateService } from '../state/service.ts'
import type { NewService, Service, ServicePatch, ServiceQuery, ServicesHit, ServiceTree } from './schema.ts'
import * as store from './store.ts'
import { treeOf } from './tree.ts'

export interface BusinessDeps {
  db: Db
  clock: Clock
  audit: Pick<AuditTrail, 'write'>
  timezone: string
  estate: Pick<EstateService, 'model' | 'changed'>
  identity: Pick<IdentityService, 'region' | 'namesOf'>
  state: StateService
  relations: Pick<RelationService, 'removeAllOf' | 'endView'>
}

const servicesAtMost = 5000
const hitAtMost = 500

/** Business services 业务系统, as people set them up; how they fare is the state's. */
export class BusinessService {
  readonly #deps: BusinessDeps

  constructor(deps: BusinessDeps) {
    this.#deps = deps
  }

  /** Worst first, then the most critical, then by name. */
  async list(viewer: Scope, query: ServiceQuery): Promise<PageOf<Service>> {
    const model = await this.#deps.estate.model()
    const text = query.q?.trim().toLowerCase()
    const found = [...model.services.values()].filter(
      (service) =>
        covers(viewer, model.regions.get(service.regionId)?.path ?? '') &&
        isWithin(service.regionId, query.regionId, model) &&
        (!query.kind || service.kind === query.kind) &&
        (!query.state || this.#stateOf(service.id) === query.state) &&
        (!text || service.name.toLowerCase().includes(text)),
    )
    const page = pageOfItems(found, query, ({ id, name, criticality }) => [
      healths.indexOf(this.#stateOf(id)),
      criticalities.indexOf(criticality),
      name,
      id,
    ])
    return { ...page, items: await this.#views(page.items, model) }
  }

  async get(viewer: Scope, id: string): Promise<Service> {
    const model = await this.#deps.estate.model()
    const [view] = await this.#views([this.#mustSee(viewer, id, model)], model)
    return view!
  }

  /** What it needs, down to circuits. */
  async tree(viewer: Scope, id: string): Promise<ServiceTree> {
    const { estate, relations, state } = this.#deps
    const model = await estate.model()
    this.#mustSee(viewer, id, model)
    const endView: RelationService['endView'] = (...asked) => relations.endView(...asked)
    return treeOf(viewer, id, { model, endView, sinceOf: (of) => state.stateOf(of)?.sinceMs ?? null })
  }

  /** What would be of services if this failed, too; the gravest first. */
  async hitBy(viewer: Scope, entityId: string): Promise<ServicesHit> {
    const model = await this.#deps.estate.model()
    const end = endOf(entityId, model)
    if (!end || !sees(viewer, end, model)) throw notFound(end?.type ?? 'entity')
    const all = this.whatIf(new Set([entityId]), model)
    const seen = all.filter(({ regionId }) => covers(viewer, model.regions.get(regionId)?.path ?? ''))
    seen.sort((a, b) => healths.indexOf(a.would) - healths.indexOf(b.would) || criticalities.indexOf(a.criticality) - criticalities.indexOf(b.criticality)) // prettier-ignore
    const items = seen
      .slice(0, hitAtMost)
      .map(({ id, name, criticality, would }) => ({ id, name, criticality, state: this.#stateOf(id), would }))
    return { items, outside: all.length - seen.length }
  }

  /** Services that would be another way than now if these failed. O(what they lead to). */
  whatIf(failing: ReadonlySet<string>, model = this.#deps.state.model): (ServiceModel & { would: Health })[] {
    const stateOf = (id: string) => this.#deps.state.stateOf(id)?.state ?? 'unknown'
    return model.needs.whatIf(failing, stateOf).flatMap(({ id, health: would }) => {
      const service = model.services.get(id)
      return service ? { ...service, would } : []
    })
  }

  // ---- writing ------------------------------------------------------------------------------

  async create(viewer: Scope, input: NewService): Promise<Service> {
    const { audit, clock, estate, identity } = this.#deps
    const region = await identity.region(viewer, input.regionId)
    if ((await estate.model()).services.size >= servicesAtMost) throw conflict('too-many-services')
    const { name, kind, criticality, ownerId = null, organisationId = null, note: remark = null } = input
    await this.#mustExist(ownerId)
    const now = clock()
    const id = newId('service', now)
    await audit.write(async (tx, note) => {
      const row = { id, region_id: region.id, name, kind, criticality, owner_id: ownerId, organisation_id: organisationId, note: remark } // prettier-ignore
      await store.insertService(tx, { ...row, archived_at: null, created_at: now, updated_at: now })
      const after = { name, kind, criticality, ownerId, organisationId, note: remark }
      note({ action: 'services.added', ...about(id, name, region.id), after })
    })
    estate.changed([id])
    return this.get(viewer, id)
  }

  async change(viewer: Scope, id: string, patch: ServicePatch): Promise<Service> {
    const { audit, clock, estate } = this.#deps
    const service = this.#mustSee(viewer, id, await estate.model())
    const before = fieldsOf(service)
    const after = { ...before, ...patch }
    if (patch.ownerId) await this.#mustExist(patch.ownerId)
    await audit.write(async (tx, note) => {
      const { name, kind, criticality, ownerId, organisationId, note: remark } = after
      await store.updateService(tx, id, {
        name,
        kind,
        criticality,
        owner_id: ownerId,
        organisation_id: organisationId,
        note: remark,
        updated_at: clock(),
      })
      note({
        action: 'services.changed',
        ...about(id, name, service.regionId),
        ...differences(before, after),
      })
    })
    estate.changed([id])
    return this.get(viewer, id)
  }

  /** Nothing needs it any more; its history stays. */
  async archive(viewer: Scope, id: string): Promise<void> {
    const { audit, clock, estate, relations } = this.#deps
    const service = this.#mustSee(viewer, id, await estate.model())
    await audit.write(async (tx, note) => {
      await store.updateService(tx, id, { archived_at: clock(), updated_at: clock() })
      await relations.removeAllOf(tx, id)
      note({
        action: 'services.archived',
        ...about(id, service.name, service.regionId),
        before: fieldsOf(service),
      })
    })
    estate.changed([id])
  }

  // ---- what all have in common ----------------------------------------------------------------

  #mustSee(viewer: Scope, id: string, model: EstateModel): ServiceModel {
    const service = model.services.get(id)
    if (!service || !covers(viewer, model.regions.get(service.regionId)?.path ?? ''))
      throw notFound('service')
    return service
  }

  async #mustExist(ownerId: string | null): Promise<void> {
    if (ownerId !== null && !(await this.#deps.identity.namesOf([ownerId])).has(ownerId))
      throw invalid([{ path: '/ownerId', code: 'enum', message: 'is nobody here' }])
  }

  #stateOf(id: string): Health {
    return healthOf('service', this.#deps.state.stateOf(id)?.state ?? 'unknown')
  }

  async #views(services: ServiceModel[], model: EstateModel): Promise<Service[]> {
    const { state, identity, clock, timezone } = this.#deps
    const ids = services.map(({ id }) => id)
    const [months, names] = await Promise.all([
      state.knownSince(ids, startOfMonth(clock(), timezone), 'service'),
      identity.namesOf(services.flatMap(({ ownerId }) => ownerId ?? [])),
    ])
    return services.map((service) => {
      const { id, name, kind, criticality, regionId, ownerId, organisation, note } = service
      const needs = model.needs.of(id)
      const isIll = ({ toId, toType }: (typeof needs)[number]) =>
        model.checks.get(toId)?.isEnabled !== false &&
        healthOf(toType, state.stateOf(toId)?.state ?? 'unknown') !== 'up'
      return {
        id,
        name,
        kind,
        criticality,
        region: { id: regionId, name: model.regions.get(regionId)?.name ?? regionId },
        owner: ownerId === null ? null : { id: ownerId, name: names.get(ownerId) ?? ownerId },
        organisation,
        note,
        state: this.#stateOf(id),
        since: state.stateOf(id)?.sinceMs ?? null,
        needs: { total: needs.length, ill: needs.filter(isIll).length },
        monthPercent: months.get(id)?.percent ?? null,
        monthKnownPercent: months.get(id)?.knownPercent ?? 0,
      }
    })
  }
}

const fieldsOf = ({ name, kind, criticality, ownerId, organisation, note }: ServiceModel) => ({
  name,
  kind,
  criticality,
  ownerId,
  organisationId: organisation?.id ?? null,
  note,
})

const about = (id: string, name: string, regionId: string) => ({
  entity: { type: 'service', id, name },
  regionId,
})
