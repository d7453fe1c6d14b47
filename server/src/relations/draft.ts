import { newId } from '@zongheng/inventory/id.ts'
import type { Relation } from '@zongheng/inventory/relation.ts'
import type { Db } from '../db/database.ts'
import { insertRelation } from './store.ts'

/** As it is written; whoever makes it answers for its ends. */
export const createRelation = (tx: Db, relation: Omit<Relation, 'id'>, now: number) =>
  insertRelation(tx, rowOf({ ...relation, id: newId('relation') }, now))

export const rowOf = (relation: Relation, now: number) => ({
  id: relation.id,
  region_id: relation.regionId,
  kind: relation.kind,
  from_type: relation.fromType,
  from_id: relation.fromId,
  to_type: relation.toType,
  to_id: relation.toId,
  details: JSON.stringify(relation.details),
  created_at: now,
  updated_at: now,
})
