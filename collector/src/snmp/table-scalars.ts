import { parseOid } from './ber.ts'
import { putValue } from './cell.ts'
import { columnOctets } from './octets.ts'
import { compareOids } from './oid.ts'
import { notIncreasing, scalarState, type TableProgress } from './table-progress.ts'
import type { VarBindCursor } from './var-bind-cursor.ts'

/** A scalar instance as it is asked for: exactly, or as what follows `before`. */
export interface Scalar {
  oid: string
  exact: Uint8Array
  /** Its nearest predecessor: nothing but the instance, or what lies below the predecessor, is between them. */
  before: string
  beforeOctets: Uint8Array
}

const known = new WeakMap<readonly string[], Scalar[]>()

/** Made once for each array. */
export function scalarsOf(oids: readonly string[]): Scalar[] {
  let scalars = known.get(oids)
  if (!scalars) {
    scalars = oids.map(scalarOf)
    known.set(oids, scalars)
  }
  return scalars
}

function scalarOf(oid: string): Scalar {
  const parts = parseOid(oid)
  const parent = parts.slice(0, -1)
  const last = parts.at(-1)!
  const before = last === 0 ? parent : [...parent, last - 1]
  return {
    oid: parts.join('.'),
    exact: columnOctets(parts),
    before: before.join('.'),
    beforeOctets: columnOctets(before),
  }
}

/** Reads what follows the scalar's predecessor; answers what that says of it. */
export function readNextScalar(progress: TableProgress, at: number, cursor: VarBindCursor): number {
  const scalar = progress.scalars[at]!
  if (cursor.is(scalar.exact)) {
    putValue(progress.cells.scalars, at, cursor.octets, cursor.valueAt, cursor.end)
    return scalarState.settled
  }
  if (cursor.isEndOfMibView) return scalarState.settled
  const found = cursor.oid()
  if (compareOids(found, scalar.before) <= 0) throw notIncreasing(found, scalar.before)
  return compareOids(found, scalar.oid) > 0 ? scalarState.settled : scalarState.unclear
}
