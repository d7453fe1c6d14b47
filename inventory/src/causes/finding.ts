import type { Condition } from '../condition.ts'

/** An open finding: something is wrong with an entity. */
export interface CauseFinding {
  entityId: string
  condition: Condition
}

/** A finding to be explained, with what it is about. */
export interface AskedFinding extends CauseFinding {
  entityType?: string
  siteId?: string | null
  deviceId?: string | null
  /** The rule that raised it, of what a device told. */
  rule?: string | null
}

/** What is found now. */
export interface Moment {
  has(entityId: string, condition: Condition): boolean
  /** How many findings there are: they only gather while a moment lasts. */
  readonly size: number
  /** How a circuit or link stands, and for how long; undefined where nobody says. */
  standing?(id: string): { state: string; forMs: number } | undefined
}

/** Why a finding is there: the failure nearest to us, and those without which it would not be enough. */
export interface Cause {
  primary: CauseFinding
  /** Nearest first. */
  others: readonly CauseFinding[]
}

export const isSame = (a: CauseFinding, b: CauseFinding) =>
  a.entityId === b.entityId && a.condition === b.condition
