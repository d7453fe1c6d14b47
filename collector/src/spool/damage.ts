import { readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { Faults } from '../faults.ts'
import type { BatchIndex, SpooledBatch } from './batch-index.ts'
import type { Frame } from './frame.ts'
import { isDamagedName, type Damage, type Segment } from './segment.ts'
import type { OnGap, Span } from './span.ts'

export interface DamageParts {
  folder: string
  index: BatchIndex
  faults: Faults
  now: () => number
  onGap: OnGap
  onError: (error: Error) => void
}

/** Damaged octets that are kept for whoever wants to look. */
const mostFiles = 20
const shownMs = 24 * 3_600_000

/** What is not what was written: put aside, told once, and gone on without. */
export class Damages {
  readonly #parts: DamageParts

  constructor(parts: DamageParts) {
    this.#parts = parts
  }

  /** Of a segment that was recovered: what lies before and behind is kept. */
  async mend(segment: Segment, frames: Frame[], damages: Damage[]): Promise<void> {
    const { now, onError } = this.#parts
    for (const damage of damages) {
      await segment.setAside(damage).catch(onError)
      const octets = damage.until - damage.from
      this.#tell(`${segment.file}: ${octets} octets at ${damage.from}`, spanOf(frames, damage, now()))
    }
    await this.#forgetOldest()
    await this.#rewrite(segment, frames).catch(onError)
  }

  /** Of a batch that was read: the rest goes on without it. */
  readonly giveUp = async (batch: SpooledBatch, error: Error): Promise<void> => {
    const { segment, offset, length, fromMs, untilMs } = batch
    await segment.setAside({ from: offset, until: offset + length }).catch(this.#parts.onError)
    this.#parts.index.finish(batch)
    this.#tell(error.message, { fromMs, untilMs })
    await this.#forgetOldest()
  }

  #tell(detail: string, span: Span): void {
    const { faults, onGap, onError } = this.#parts
    onError(new Error(`the spool is damaged: ${detail}`))
    faults.raise('spool-damaged', detail, shownMs)
    onGap(span, 'queue-damaged')
  }

  /** Without what is damaged, so that it is told once. */
  async #rewrite(segment: Segment, frames: Frame[]): Promise<void> {
    const own = new Map(this.#parts.index.of(segment).map((batch) => [batch.offset, batch]))
    const whole: Buffer[] = []
    for (const { offset, length } of frames) whole.push(await segment.octets(offset, length))
    const offsets = await segment.rewrite(whole)
    for (const [i, { offset }] of frames.entries()) {
      const batch = own.get(offset)
      if (batch) batch.offset = offsets[i]!
    }
  }

  async #forgetOldest(): Promise<void> {
    const { folder } = this.#parts
    const names = (await readdir(folder)).filter(isDamagedName).sort()
    for (const name of names.slice(0, -mostFiles)) await rm(join(folder, name), { force: true })
  }
}

/** When what is damaged was measured: after what lies before it, and before what lies behind. */
function spanOf(frames: Frame[], { from, until, before }: Damage, nowMs: number): Span {
  const behind = frames.find(({ offset, record }) => offset >= until && record.kind === 'batch')?.record
  const earlier =
    frames.findLast(({ offset, record }) => offset < from && record.kind === 'batch')?.record ??
    before?.record
  const untilMs = behind?.kind === 'batch' ? behind.fromMs : nowMs
  return { fromMs: earlier?.kind === 'batch' ? earlier.untilMs : untilMs, untilMs }
}
