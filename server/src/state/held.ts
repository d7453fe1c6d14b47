import type { EvidenceItem } from '@zongheng/inventory/evidence.ts'
import type { StatefulType } from '../events.ts'

/** A state as it is known, and why. */
export interface Held {
  type: StatefulType
  regionId: string
  state: string
  sinceMs: number
  evidence: EvidenceItem[]
}

export interface Change {
  entityId: string
  entityType: StatefulType
  regionId: string
  from: string | null
  to: string
  atMs: number
  evidence: EvidenceItem[]
}
