import { healthOf, serviceGravity, type Health } from '@zongheng/inventory/business-service.ts'
import type { BuiltInCondition } from '@zongheng/inventory/condition.ts'
import { evidence, type EvidenceItem } from '@zongheng/inventory/evidence.ts'
import type { Relation } from '@zongheng/inventory/relation.ts'
import type { ServiceModel } from '../estate/services-model.ts'
import { rootAmong, type End } from './entity-cause.ts'
import type { FindingSource } from './finding-source.ts'
import type { Finding } from './finding.ts'
import type { Held } from './held.ts'
import type { Ground, Pass } from './pass.ts'

const evidenceAtMost = 20
const conditionOf = { down: 'service-down', degraded: 'service-degraded' } as const

interface Ill {
  finding: Finding
  /** What of its needs decides, in the order of its relations. */
  decisive: Relation[]
}

/**
 * Judges business services by what they need. Only those are looked at of which a need changed, those that are needed by others
 * first: O(changes × their dependants).
 */
export class ServiceJudge implements FindingSource {
  #ground: Ground | undefined
  #pass: Pass | undefined
  /** To be looked at, by depth. */
  #due = new Map<number, Set<string>>()
  #wasSettled = false
  /** Checks whose failure the next run has yet to confirm. */
  readonly #unconfirmed = new Set<string>()
  readonly #ill = new Map<string, Ill>()

  rebuild(ground: Ground): void {
    this.#ground = ground
    for (const id of this.#ill.keys()) if (!ground.model.services.has(id)) this.#ill.delete(id)
    this.#markAll(ground)
  }

  judge(pass: Pass): void {
    const ground = this.#ground
    this.#pass = pass
    if (!ground) return
    const isSettled = ground.book.isSettled(pass.nowMs)
    if (isSettled !== this.#wasSettled) this.#markAll(ground)
    this.#wasSettled = isSettled
    for (const { entityId } of ground.book.changes) this.#markDependants(entityId, ground)
    for (const checkId of this.#unconfirmed) this.#markDependants(checkId, ground)
    this.#unconfirmed.clear()
    for (let depth = 0; this.#due.size > 0; depth++) {
      const ids = this.#due.get(depth)
      this.#due.delete(depth)
      for (const id of ids ?? []) this.#judgeService(id, ground, pass)
    }
    for (const { finding } of this.#ill.values()) pass.findings.keep(finding)
  }

  isKnown(entityId: string, condition: string): boolean | undefined {
    if (!isOwn(condition)) return undefined
    const { model, book } = this.#ground!
    return !model.services.has(entityId) || book.stateOf(entityId) !== 'unknown'
  }

  /** The root of the first need that something is found of: people are told once. */
  explain({ entityId, condition }: Finding): string | null | undefined {
    if (!isOwn(condition)) return undefined
    return rootAmong(this.#decisiveOf(entityId), this.#ground!, this.#pass!, (id) => this.#decisiveOf(id))
  }

  #decisiveOf(serviceId: string): End[] {
    return (this.#ill.get(serviceId)?.decisive ?? []).map(({ toType: type, toId: id }) => ({ type, id }))
  }

  #markAll({ model }: Ground): void {
    this.#due.clear()
    for (const id of model.services.keys()) this.#mark(id, model.needs.depth(id))
  }

  #markDependants(id: string, { model }: Ground): void {
    for (const serviceId of model.needs.dependants(id)) this.#mark(serviceId, model.needs.depth(serviceId))
  }

  #mark(id: string, depth: number): void {
    const ids = this.#due.get(depth)
    if (ids) ids.add(id)
    else this.#due.set(depth, new Set([id]))
  }

  #judgeService(id: string, ground: Ground, pass: Pass): void {
    const { model, book } = ground
    const service = model.services.get(id)
    if (!service) return
    const { state, decisive } = model.needs.judge(id, (need) => this.#healthOfNeed(need, ground, pass))
    const needs = model.needs.of(id)
    const before = book.get(id)?.state
    const held = book.hold(
      {
        type: 'service',
        id,
        regionId: service.regionId,
        state,
        atMs: latestOf(needs, ground),
        evidence: evidenceOf(needs, decisive, ground),
      },
      pass.nowMs,
    )
    if (held.state !== before) this.#markDependants(id, ground)
    this.#keep(
      service,
      held,
      needs.filter(({ toId }) => decisive.includes(toId)),
    )
  }

  /** A check that is off says nothing, one that failed once not yet; what is no more is not known. */
  #healthOfNeed({ toType, toId }: Relation, { model, book }: Ground, { moment }: Pass): Health | null {
    const state = book.stateOf(toId)
    if (toType !== 'check') return healthOf(toType, state)
    if (model.checks.get(toId)?.isEnabled === false) return null
    if (state !== 'degraded' || moment.has(toId, 'check-failed') || moment.has(toId, 'check-limit'))
      return healthOf(toType, state)
    this.#unconfirmed.add(toId)
    return 'up'
  }

  #keep(service: ServiceModel, held: Held, decisive: Relation[]): void {
    const { state } = held
    if (state === 'down' || state === 'degraded' || state === 'unreachable')
      this.#ill.set(service.id, { finding: findingOf(service, state, held, this.#ground!), decisive })
    else this.#ill.delete(service.id)
  }
}

const isOwn = (condition: string) => condition === 'service-down' || condition === 'service-degraded'

/** The last of its needs that changed is what made it as it is. */
const latestOf = (needs: readonly Relation[], { book }: Ground): number | null =>
  needs.reduce((latest, { toId }) => Math.max(latest, book.get(toId)?.sinceMs ?? 0), 0) || null

function evidenceOf(
  needs: readonly Relation[],
  decisive: readonly string[],
  { model, book }: Ground,
): EvidenceItem[] {
  if (needs.length === 0) return [evidence('no-evidence', 'neutral', null)]
  const told = [...needs].sort(
    (a, b) => Number(decisive.includes(b.toId)) - Number(decisive.includes(a.toId)),
  )
  return told.slice(0, evidenceAtMost).map(({ toType, toId, details }) => {
    const held = book.get(toId)
    const health = healthOf(toType, held?.state ?? 'unknown')
    const verdict = health === 'up' ? 'good' : health === 'unknown' ? 'neutral' : 'bad'
    const { links, circuits, devices, sites, checks, services, rooms } = model
    const named = [links, devices, sites, checks, services, rooms].find((of) => of.has(toId))
    const name = named?.get(toId)?.name ?? circuits.get(toId)?.number ?? ''
    const group = details.group ?? null
    return evidence('need-state', verdict, held?.sinceMs ?? null, { type: toType, id: toId, name, state: held?.state ?? 'unknown', group }) // prettier-ignore
  })
}

function findingOf(
  service: ServiceModel,
  state: 'down' | 'degraded' | 'unreachable',
  held: Held,
  { model }: Ground,
): Finding {
  const level = state === 'degraded' ? 'degraded' : 'down'
  const condition: BuiltInCondition = conditionOf[level]
  return {
    entityType: 'service',
    entityId: service.id,
    entityName: service.name,
    regionId: service.regionId,
    siteId: null,
    deviceId: null,
    condition,
    ...serviceGravity[service.criticality][level],
    holdMs: level === 'down' ? 5_000 : 30_000,
    clearHoldMs: level === 'down' ? 0 : 30_000,
    values: { state, kind: service.kind, needs: model.needs.of(service.id).length },
    evidence: held.evidence,
    sinceMs: held.sinceMs,
  }
}
