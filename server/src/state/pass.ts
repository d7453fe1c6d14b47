import type { Causes, Faults, Moment } from '@zongheng/inventory/causes.ts'
import type { Topology } from '@zongheng/inventory/topology.ts'
import type { EstateModel } from '../estate/model.ts'
import type { FindingSet } from './findings.ts'
import type { Observations } from './observations.ts'
import type { SiteView } from './site-view.ts'
import type { StateBook } from './state-book.ts'

/** What all judging stands on: the estate as it is now, and what is known of it. */
export interface Ground {
  model: EstateModel
  /** Seen from where the collectors stand. */
  topology: Topology
  /** What has failed, as the book and the sites say; kept up to date by them. */
  faults: Faults
  /** What explains what, as the collectors see it. */
  causes: Causes
  readonly observations: Observations
  readonly book: StateBook
  readonly view: SiteView
}

/** One evaluation of everything. */
export interface Pass {
  nowMs: number
  findings: FindingSet
  moment: Moment
}
