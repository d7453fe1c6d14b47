import type { SampleColumns } from '../contract.ts'
import { packBody, unpackBody } from './body.ts'
import { encodeFrame, type Frame, type SpoolRecord } from './frame.ts'
import type { Segment } from './segment.ts'
import type { SpooledBatch } from './spool.ts'
import { thin, type LastCodes } from './thin.ts'

export interface Span {
  fromMs: number
  untilMs: number
}

/** Rewrites a segment with what must be kept of it. The span whose samples were given up, or null. */
export async function thinSegment(
  segment: Segment,
  batches: ReadonlyMap<number, SpooledBatch>,
  changesOnly: LastCodes | null,
): Promise<Span | null> {
  const kept: { record: SpoolRecord; batch?: SpooledBatch }[] = []
  const span: Span = { fromMs: Infinity, untilMs: -Infinity }
  for (const { record } of await segment.readAll()) {
    if (record.kind !== 'batch') {
      kept.push({ record: stillNeeded(record, batches) })
      continue
    }
    const batch = batches.get(record.id)
    if (!batch) continue
    const place = { lane: batch.lane, seq: batch.seq }
    if (batch.lane === 'facts') kept.push({ record: { ...record, ...place }, batch })
    else {
      kept.push({ record: { ...record, ...place, body: await thinBody(record.body, changesOnly) }, batch })
      span.fromMs = Math.min(span.fromMs, record.fromMs)
      span.untilMs = Math.max(span.untilMs, record.untilMs)
    }
  }
  const frames = kept.map(({ record }) => encodeFrame(record))
  const offsets = await segment.rewrite(frames)
  for (const [i, { batch }] of kept.entries())
    if (batch) Object.assign(batch, { offset: offsets[i], length: frames[i]?.length })
  return span.untilMs < span.fromMs ? null : span
}

async function thinBody(body: Uint8Array, changesOnly: LastCodes | null): Promise<Uint8Array> {
  return await packBody(thin(await unpackBody<SampleColumns[]>(body), changesOnly))
}

function stillNeeded(record: Frame['record'], batches: ReadonlyMap<number, SpooledBatch>): SpoolRecord {
  if (record.kind === 'place') return { ...record, places: record.places.filter(({ id }) => batches.has(id)) }
  return record
}
