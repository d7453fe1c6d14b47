import { createHash, createHmac } from 'node:crypto'

/** What is hashed of a record: its stored values in this order. */
export const chained = [
  'seq',
  'id',
  'at',
  'actor_kind',
  'actor_id',
  'actor_name',
  'action',
  'entity_type',
  'entity_id',
  'entity_name',
  'region_id',
  'before',
  'after',
  'reason',
  'request_id',
  'address',
] as const
export type Chained = Record<(typeof chained)[number], string | number | null>

/** A record with its place in the chain. */
export interface Link extends Chained {
  seq: number
  hash: string
  seal: string
}

/** The chain's beginning. */
export const genesis = '0'.repeat(64)

/** SHA-256 over the hash before and the record's values as a JSON array: anyone can check it. */
export function hashOf(record: Chained, previous: string): string {
  return createHash('sha256')
    .update(previous)
    .update(JSON.stringify(chained.map((name) => record[name])))
    .digest('hex')
}

/** HMAC under the installation's key: whoever has the database alone cannot forge a chain of their own. */
export const sealOf = (hash: string, key: Buffer): string =>
  createHmac('sha256', key).update(hash).digest('hex')
