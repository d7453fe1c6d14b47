/** Relations by both of their ends. */
import { kinOf, type Relation, type RelationKind } from './relation.ts'

export class RelationGraph {
  readonly #from = new Map<string, Relation[]>()
  readonly #to = new Map<string, Relation[]>()
  readonly size: number

  /** O(relations). */
  constructor(relations: Iterable<Relation> = []) {
    let size = 0
    for (const relation of relations) {
      push(this.#from, relation.fromId, relation)
      push(this.#to, relation.toId, relation)
      size++
    }
    this.size = size
  }

  from(id: string, kinds?: readonly RelationKind[]): readonly Relation[] {
    return ofKinds(this.#from.get(id), kinds)
  }

  to(id: string, kinds?: readonly RelationKind[]): readonly Relation[] {
    return ofKinds(this.#to.get(id), kinds)
  }

  /** Whether one more of this kind would lead back to where it began. O(what `toId` leads to). */
  closesCircle(kind: RelationKind, fromId: string, toId: string): boolean {
    const kin = kinOf(kind)
    const reached = new Set([toId])
    if (kin.length) for (const id of reached) for (const next of this.from(id, kin)) reached.add(next.toId)
    return kin.length > 0 && reached.has(fromId)
  }
}

const none: readonly Relation[] = []

const ofKinds = (relations: Relation[] = [], kinds?: readonly RelationKind[]): readonly Relation[] =>
  relations.length === 0 ? none : kinds ? relations.filter(({ kind }) => kinds.includes(kind)) : relations

function push(map: Map<string, Relation[]>, id: string, relation: Relation): void {
  const list = map.get(id)
  if (list) list.push(relation)
  else map.set(id, [relation])
}
