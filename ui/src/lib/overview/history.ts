import type { Bands } from '@zongheng/server/api.ts'
import { linkStates, type LinkState } from '../state.ts'

/** How many links were in each state at some time of the slice, each link counted by its worst. */
export interface Slice {
  fromAt: number
  counts: Record<LinkState, number>
}

type Histories = Bands['items']

const noCounts = (): Record<LinkState, number> => ({
  down: 0,
  'on-backup': 0,
  degraded: 0,
  unprotected: 0,
  unknown: 0,
  normal: 0,
})

/** `from` to `until` in `count` slices. A state the console does not know counts as unknown. */
export function slices(histories: Histories, from: number, until: number, count: number): Slice[] {
  const width = (until - from) / count
  const made = Array.from({ length: count }, (_, i): Slice => ({
    fromAt: from + i * width,
    counts: noCounts(),
  }))
  const unknown = linkStates.indexOf('unknown')
  for (const { spans } of histories) {
    const worst = new Array<number>(count).fill(linkStates.length)
    for (const span of spans) {
      const known = linkStates.indexOf(span.state as LinkState)
      const rank = known === -1 ? unknown : known
      const first = Math.max(0, Math.floor((span.fromAt - from) / width))
      const end = Math.min(count, Math.ceil(((span.untilAt ?? until) - from) / width))
      for (let i = first; i < end; i++) worst[i] = Math.min(worst[i]!, rank)
    }
    worst.forEach((rank, i) => {
      const state = linkStates[rank]
      if (state) made[i]!.counts[state]++
    })
  }
  return made
}

/** Whole hours between, every `stepHours`, on the wall clock of `offsetMs` from UTC. */
export function hourTicks(
  from: number,
  until: number,
  stepHours: number,
  offsetMs = 8 * 3_600_000,
): number[] {
  const step = stepHours * 3_600_000
  const first = Math.ceil((from + offsetMs) / step) * step - offsetMs
  return Array.from(
    { length: Math.max(0, Math.floor((until - first) / step) + 1) },
    (_, i) => first + i * step,
  )
}

/** Stacked from the base line up, worst at the bottom. */
export const stackOrder = [
  'down',
  'on-backup',
  'degraded',
  'unprotected',
  'unknown',
] as const satisfies LinkState[]
