/** What services need, and in which order they are judged: what is needed before what needs it. */
import { healthOf, judgeService, type Health, type Need, type ServiceVerdict } from './business-service.ts'
import type { RelationGraph } from './relation-graph.ts'
import type { Relation, RelationKind } from './relation.ts'

const needKinds: readonly RelationKind[] = ['depends-on', 'runs-on']

export class ServiceNeeds {
  readonly #relations: RelationGraph
  readonly #depth = new Map<string, number>()

  /** O(services + their relations). */
  constructor(serviceIds: Iterable<string>, relations: RelationGraph) {
    this.#relations = relations
    for (const id of serviceIds) this.#depth.set(id, -1)
    for (const id of this.#depth.keys()) this.#measure(id)
  }

  /** What a service needs itself. */
  of(serviceId: string): readonly Relation[] {
    return this.#relations.from(serviceId, needKinds)
  }

  /** Services that need this themselves. */
  dependants(id: string): string[] {
    return this.#relations.to(id, needKinds).flatMap(({ fromId }) => (this.#depth.has(fromId) ? fromId : []))
  }

  /** 0: it needs no other service. */
  depth(serviceId: string): number {
    return this.#depth.get(serviceId) ?? 0
  }

  judge(serviceId: string, healthOfEnd: (relation: Relation) => Health | null): ServiceVerdict {
    return judgeService(this.of(serviceId).flatMap((relation) => needOf(relation, healthOfEnd(relation))))
  }

  /** All services that these lead to, those that are needed first. */
  affected(ids: Iterable<string>): string[] {
    const reached = new Set(ids)
    const found = new Set<string>()
    for (const id of reached)
      for (const serviceId of this.dependants(id)) {
        reached.add(serviceId)
        found.add(serviceId)
      }
    return [...found].sort((a, b) => this.depth(a) - this.depth(b) || (a < b ? -1 : 1))
  }

  /** How services would fare if these failed, too; only those that would be another way than now. */
  whatIf(failing: ReadonlySet<string>, stateOf: (id: string) => string): { id: string; health: Health }[] {
    const would = new Map<string, Health>([...failing].map((id) => [id, 'down']))
    const hit: { id: string; health: Health }[] = []
    for (const id of this.affected(failing)) {
      if (failing.has(id)) continue
      const { state } = this.judge(
        id,
        ({ toId, toType }) => would.get(toId) ?? healthOf(toType, stateOf(toId)),
      )
      would.set(id, state)
      if (state !== stateOf(id)) hit.push({ id, health: state })
    }
    return hit
  }

  /** A circle, which nobody should have been able to lay, is cut where it is met. */
  #measure(id: string, path = new Set<string>()): number {
    const known = this.#depth.get(id)
    if (known === undefined || path.has(id)) return 0
    if (known >= 0) return known
    path.add(id)
    const below = this.of(id).filter(({ toType }) => toType === 'service')
    const depth = below.reduce((most, { toId }) => Math.max(most, 1 + this.#measure(toId, path)), 0)
    path.delete(id)
    this.#depth.set(id, depth)
    return depth
  }
}

const needOf = ({ toId, details }: Relation, health: Health | null): Need[] =>
  health === null ? [] : [{ id: toId, group: details.group ?? null, needed: details.needed ?? 1, health }]
