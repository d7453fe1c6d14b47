import { newId } from '@zongheng/inventory/id.ts'
import type { AuditTrail } from '../audit/trail.ts'
import type { Clock } from '../clock.ts'
import type { Db } from '../db/database.ts'
import { invalid, notFound } from '../http/problem.ts'
import { covers, type Viewer } from '../identity/viewer.ts'
import type { StateService } from '../state/service.ts'
import type { IncidentPolicy } from './policies.ts'
import type { IncidentPolicyPatch, IncidentPolicyView, NewIncidentPolicy } from './policy-schema.ts'
import { insertPolicy, policiesInScope, updatePolicy } from './policy-store.ts'

export interface PolicyServiceDeps {
  db: Db
  clock: Clock
  audit: Pick<AuditTrail, 'write'>
  state: Pick<StateService, 'model'>
  /** Throws `not-found` for one that is not the viewer's to see. */
  mustSeeTeam: (viewer: Viewer, id: string) => Promise<unknown>
  /** They are others now. */
  changed: () => Promise<void>
}

/** Which alarms open an incident, as people set it. */
export class IncidentPolicies {
  readonly #deps: PolicyServiceDeps

  constructor(deps: PolicyServiceDeps) {
    this.#deps = deps
  }

  async list(viewer: Viewer, regionId?: string): Promise<{ items: IncidentPolicyView[] }> {
    const found = await policiesInScope(this.#deps.db, viewer, regionId)
    return { items: found.map((policy) => this.#view(policy)) }
  }

  async create(viewer: Viewer, input: NewIncidentPolicy): Promise<IncidentPolicyView> {
    const { clock, audit, state, changed } = this.#deps
    const path = state.model.regions.get(input.regionId)?.path
    if (path === undefined || !covers(viewer, path)) throw notFound('region')
    await this.#mustBeSound(viewer, input.action)
    const nowMs = clock()
    const { position = 0, enabled = true, ...rest } = input
    const policy = { ...rest, id: newId('policy', nowMs), position, isEnabled: enabled }
    await audit.write(async (tx, note) => {
      await insertPolicy(tx, { ...rowOf(policy), id: policy.id, region_id: policy.regionId, archived_at: null, created_at: nowMs, updated_at: nowMs }) // prettier-ignore
      note({ action: 'alarms.policy-added', ...told(policy), after: facts(policy) })
    })
    await changed()
    return this.#view(policy)
  }

  async change(viewer: Viewer, id: string, patch: IncidentPolicyPatch): Promise<IncidentPolicyView> {
    const before = await this.#mustFind(viewer, id)
    const { enabled = before.isEnabled, ...rest } = patch
    const after = { ...before, ...rest, isEnabled: enabled }
    if (patch.action) await this.#mustBeSound(viewer, patch.action)
    await this.#deps.audit.write(async (tx, note) => {
      await updatePolicy(tx, id, { ...rowOf(after), updated_at: this.#deps.clock() })
      note({ action: 'alarms.policy-changed', ...told(after), before: facts(before), after: facts(after) })
    })
    await this.#deps.changed()
    return this.#view(after)
  }

  async remove(viewer: Viewer, id: string): Promise<void> {
    const policy = await this.#mustFind(viewer, id)
    const nowMs = this.#deps.clock()
    await this.#deps.audit.write(async (tx, note) => {
      await updatePolicy(tx, id, { archived_at: nowMs, updated_at: nowMs })
      note({ action: 'alarms.policy-removed', ...told(policy), before: facts(policy) })
    })
    await this.#deps.changed()
  }

  async #mustFind(viewer: Viewer, id: string): Promise<IncidentPolicy> {
    const found = (await policiesInScope(this.#deps.db, viewer)).find((policy) => policy.id === id)
    if (!found) throw notFound('policy')
    return found
  }

  async #mustBeSound(
    viewer: Viewer,
    { open, afterMinutes, teamId }: IncidentPolicy['action'],
  ): Promise<void> {
    if (open === 'after' && afterMinutes === undefined)
      throw invalid([{ path: '/action/afterMinutes', code: 'required', message: 'says after how long' }])
    if (teamId) await this.#deps.mustSeeTeam(viewer, teamId)
  }

  #view({ regionId, isEnabled, ...policy }: IncidentPolicy): IncidentPolicyView {
    const region = { id: regionId, name: this.#deps.state.model.regions.get(regionId)?.name ?? '' }
    return { ...policy, region, enabled: isEnabled }
  }
}

const rowOf = ({ position, name, match, action, isEnabled }: IncidentPolicy) => ({
  position,
  name,
  match: JSON.stringify(match),
  action: JSON.stringify(action),
  enabled: isEnabled ? 1 : 0,
})

const told = ({ id, name, regionId }: IncidentPolicy) => ({
  entity: { type: 'incident-policy', id, name },
  regionId,
})
const facts = ({ name, position, match, action, isEnabled }: IncidentPolicy) => ({
  name,
  position,
  match: JSON.stringify(match),
  action: JSON.stringify(action),
  enabled: isEnabled,
})
