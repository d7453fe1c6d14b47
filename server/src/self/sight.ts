import type { CollectorHealth } from '@zongheng/collector/contract.ts'
import type { Capacity } from '../series/contract.ts'
import type { Measures } from './measures.ts'

/** What the server can say of itself. */
export interface SelfSight {
  measures: Measures
  /** By severity. */
  rootAlarms(): Promise<Record<string, number>>
  openIncidents(): Promise<number>
  /** How often people could not be told at first, since the start. */
  notifyFailures(): number
  sockets(): number
  capacity(): Promise<Capacity>
  databaseBytes(): Promise<number>
  collectors(): CollectorSight[]
}

export interface CollectorSight {
  id: string
  name: string
  isAway: boolean
  /** As it said last; null before. */
  health: CollectorHealth | null
}
