import type { SpooledBatch } from './batch-index.ts'
import { encodeFrame, type SpoolRecord } from './frame.ts'
import { DamagedBatch, type Segment } from './segment.ts'
import type { Span } from './span.ts'
import { thin, type LastCodes } from './thin.ts'

/** Rewrites a segment with what must be kept of it. The span whose samples were given up, or null. */
export async function thinSegment(
  segment: Segment,
  batches: readonly SpooledBatch[],
  epoch: string,
  changesOnly: LastCodes | null,
  onDamaged: (batch: SpooledBatch, error: DamagedBatch) => Promise<void>,
): Promise<Span | null> {
  const kept: { frame: Buffer; batch?: SpooledBatch }[] = []
  const span: Span = { fromMs: Infinity, untilMs: -Infinity }
  for (const { record } of await segment.frames())
    if (record.kind !== 'batch') kept.push({ frame: encodeFrame(record) })
  for (const batch of batches) {
    const { id, lane, seq, fromMs, untilMs, stamp } = batch
    const body = await segment.read(batch.offset, batch.length).then(
      (read) => read.body,
      async (error: unknown) => {
        if (!(error instanceof DamagedBatch)) throw error
        await onDamaged(batch, error)
      },
    )
    if (!body) continue
    const place = { id, lane, seq, fromMs, untilMs, ...(stamp ? { stamp } : {}) }
    const record: SpoolRecord = { kind: 'batch', epoch, ...place }
    kept.push({ frame: encodeFrame(record, lane === 'facts' ? body : await thin(body, changesOnly)), batch })
    if (lane === 'facts') continue
    span.fromMs = Math.min(span.fromMs, fromMs)
    span.untilMs = Math.max(span.untilMs, untilMs)
  }
  const offsets = await segment.rewrite(kept.map(({ frame }) => frame))
  for (const [i, { frame, batch }] of kept.entries())
    if (batch) Object.assign(batch, { offset: offsets[i], length: frame.length })
  return span.untilMs < span.fromMs ? null : span
}
