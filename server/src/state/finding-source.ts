import type { SampleColumns } from '@zongheng/collector/contract.ts'
import type { Finding } from './finding.ts'
import type { Ground, Pass } from './pass.ts'

/**
 * A part of judging that stands by itself: what rules say of samples, how business services and rooms fare. It adds its findings
 * to every pass while they hold, after links, devices and checks were judged and before causes are sought.
 */
export interface FindingSource {
  /** Takes a changed estate. */
  rebuild(ground: Ground): void
  /** Samples of a batch that was committed, in time order per series. */
  ingest?(columns: readonly SampleColumns[], nowMs: number): void
  judge(pass: Pass): void
  /** Whether an absent finding means that all is well; undefined for a condition that is not its own. */
  isKnown(entityId: string, condition: string): boolean | undefined
  /** What explains a finding of its own, by key; undefined for one that is not its own. */
  explain?(finding: Finding): string | null | undefined
  /** What of its own gathers this finding of anybody's, by key; asked where nothing explains it. */
  gather?(finding: Finding): string | null
  /** Takes up what open findings of an earlier process stood on. */
  recall?(findings: Iterable<Finding>): void
}
