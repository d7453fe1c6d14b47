import type { GapReason } from '../contract.ts'

/** Instants of samples, UTC epoch ms. */
export interface Span {
  fromMs: number
  untilMs: number
}

/** Samples of this span were given up. */
export type OnGap = (span: Span, reason: GapReason) => void
