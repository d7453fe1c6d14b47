import type { EvidenceItem } from '@zongheng/inventory/evidence.ts'
import type { StatefulType } from '../events.ts'

/** A state that late evidence leads to, and since when. */
export interface LateState {
  entityId: string
  entityType: StatefulType
  regionId: string
  state: string
  sinceMs: number
  evidence: EvidenceItem[]
}

/** What an entity was for a while, as late evidence says. */
export type LatePiece = Omit<LateState, 'sinceMs'> & { fromMs: number; untilMs: number }
