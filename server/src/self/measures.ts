import type { Lane } from '@zongheng/collector/contract.ts'

/** What the process counts of itself since its start; whoever does the work adds to it, and nobody waits for it. */
export class Measures {
  readonly batches: Record<Lane, number> = { samples: 0, backfill: 0, facts: 0 }
  samples = 0
  judgements = 0
  judgingMs = 0
  failedCommits = 0
  /** The latest judgement that was committed, or needed no commit; null before the first. */
  decidedAtMs: number | null = null

  tookBatch(lane: Lane, samples: number): void {
    this.batches[lane]++
    this.samples += samples
  }

  decided(tookMs: number, atMs: number): void {
    this.judgements++
    this.judgingMs += tookMs
    this.decidedAtMs = atMs
  }
}
