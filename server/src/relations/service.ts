import { newId } from '@zongheng/inventory/id.ts'
import { faultOf, kinOf, relationFacts, type RelationKind } from '@zongheng/inventory/relation.ts'
import type * as Inventory from '@zongheng/inventory/relation.ts'
import type { AuditTrail } from '../audit/trail.ts'
import type { Clock } from '../clock.ts'
import type { Db } from '../db/database.ts'
import type { EstateModel } from '../estate/model.ts'
import type { EstateService } from '../estate/service.ts'
import { conflict, invalid, notFound, unprocessable } from '../http/problem.ts'
import { pageOfItems, type PageOf } from '../http/paging.ts'
import type { StateService } from '../state/service.ts'
import { endOf, sees, type End, type Scope } from './ends.ts'
import { createRelation, rowOf } from './draft.ts'
import type { NewRelation, Relation, RelationEndView, RelationQuery } from './schema.ts'
import * as store from './store.ts'

export interface RelationDeps {
  db: Db
  clock: Clock
  audit: Pick<AuditTrail, 'write'>
  estate: Pick<EstateService, 'model' | 'changed'>
  state: Pick<StateService, 'stateOf'>
}

/** Of one thing to others: more than any rack or service has. */
const relationsAtMost = 1000

/** Typed relations between things of the estate: who needs, powers or stands in for whom. */
export class RelationService {
  readonly #deps: RelationDeps

  constructor(deps: RelationDeps) {
    this.#deps = deps
  }

  /** Of one thing, both ways, in the order in which they were made. The other end is named to those who may see it. */
  async list(viewer: Scope, query: RelationQuery): Promise<PageOf<Relation>> {
    const model = await this.#deps.estate.model()
    const { entityId, direction, kind } = query
    this.#mustSee(viewer, entityId, model)
    const kinds = kind && [kind]
    const found = [
      ...(direction === 'to' ? [] : model.relations.from(entityId, kinds)),
      ...(direction === 'from' ? [] : model.relations.to(entityId, kinds)),
    ]
    const page = pageOfItems(found, query, ({ id }) => [id])
    return { ...page, items: page.items.map((one) => this.#view(viewer, one, model)) }
  }

  async create(viewer: Scope, input: NewRelation): Promise<Relation> {
    const { audit, clock, estate, db } = this.#deps
    const model = await estate.model()
    const [from, to] = [this.#mustSee(viewer, input.fromId, model), this.#mustSee(viewer, input.toId, model)]
    const { kind, details = {} } = input
    const ends = { fromType: from.type, fromId: from.id, toType: to.type, toId: to.id }
    mustFit({ kind, details, ...ends })
    if ((await store.countFrom(db, from.id)) >= relationsAtMost) throw conflict('too-many-relations')
    const now = clock()
    const relation = { id: newId('relation', now), regionId: from.regionIds[0]!, kind, details, ...ends }
    await audit.write(async (tx, note) => {
      if (await store.isThere(tx, kind, from.id, to.id)) throw conflict('relation-exists')
      if (await leadsTo(tx, kind, to.id, from.id)) throw circle()
      await store.insertRelation(tx, rowOf(relation, now))
      const after = { kind, from: from.name, to: to.name, ...details }
      note({ action: 'relations.added', entity: from, regionId: relation.regionId, after })
    })
    estate.changed([from.id, to.id])
    return this.#view(viewer, relation, model)
  }

  async remove(viewer: Scope, id: string): Promise<void> {
    const { audit, estate, db } = this.#deps
    const [row, model] = [await store.relationById(db, id), await estate.model()]
    const [from, to] = [endOf(row?.from_id ?? '', model), endOf(row?.to_id ?? '', model)]
    // One of whose ends is gone is nobody's but the other's.
    const known = [from, to].filter((end) => end !== undefined)
    if (!row || known.length === 0 || !known.every((end) => sees(viewer, end, model)))
      throw notFound('relation')
    await audit.write(async (tx, note) => {
      await store.deleteRelation(tx, id)
      const before = { kind: row.kind, from: from?.name ?? null, to: to?.name ?? null }
      note({ action: 'relations.removed', entity: known[0]!, regionId: row.region_id, before })
    })
    estate.changed([row.from_id, row.to_id])
  }

  /** Many at once, within the caller's transaction; nothing is asked of them. */
  async seed(tx: Db, relations: Iterable<Omit<Inventory.Relation, 'id'>>): Promise<void> {
    for (const relation of relations) await createRelation(tx, relation, this.#deps.clock())
  }

  /** Of what is archived, within the caller's transaction. */
  async removeAllOf(tx: Db, entityId: string): Promise<void> {
    await store.deleteAllOf(tx, entityId)
  }

  /** As the viewer may know it. */
  endView(viewer: Scope, type: End['type'], id: string, model: EstateModel): RelationEndView {
    const end = endOf(id, model)
    const isSeen = end !== undefined && sees(viewer, end, model)
    const isOff = type === 'check' && model.checks.get(id)?.isEnabled === false
    const state = isOff ? 'paused' : (this.#deps.state.stateOf(id)?.state ?? 'unknown')
    return { type, id: isSeen ? id : null, name: isSeen ? end.name : null, state }
  }

  #view(
    viewer: Scope,
    { id, kind, fromType, fromId, toType, toId, details }: Inventory.Relation,
    model: EstateModel,
  ): Relation {
    const [from, to] = [
      this.endView(viewer, fromType, fromId, model),
      this.endView(viewer, toType, toId, model),
    ]
    return { id, kind, from, to, details }
  }

  #mustSee(viewer: Scope, id: string, model: EstateModel): End {
    const end = endOf(id, model)
    if (!end || !sees(viewer, end, model)) throw notFound(end?.type ?? 'entity')
    return end
  }
}

/** Whether relations of the kind's family lead from one to the other; walked where they are written, so that two cannot close a circle together. */
async function leadsTo(tx: Db, kind: RelationKind, startId: string, goalId: string): Promise<boolean> {
  const kin = kinOf(kind)
  if (kin.length === 0) return false
  const reached = new Set([startId])
  for (let ring = [startId]; ring.length > 0 && !reached.has(goalId);) {
    ring = (await store.nextOf(tx, kin, ring)).filter((id) => !reached.has(id))
    for (const id of ring) reached.add(id)
  }
  return reached.has(goalId)
}

function mustFit(relation: Parameters<typeof faultOf>[0]): void {
  const fault = faultOf(relation)
  if (fault === null) return
  if (fault === 'detail') {
    const { grouped } = relationFacts(relation.kind)
    throw invalid([{ path: '/details', code: 'const', message: grouped ? 'a number needs a group; only power has feeds' : 'relations of this kind have no groups' }]) // prettier-ignore
  }
  throw unprocessable('relation-ends', {
    zh: fault === 'same-end' ? '两端是同一个对象' : '这两类对象之间没有这种关系',
    en: fault === 'same-end' ? 'Both ends are the same' : 'Nothing of these kinds is so related',
  })
}

const circle = () =>
  conflict('relation-circle', {
    zh: '这样会绕成一圈：另一端已直接或间接依赖这一端',
    en: 'It would close a circle: the other end already leads back to this one',
  })
