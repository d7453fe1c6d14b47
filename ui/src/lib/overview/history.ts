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

export const abnormalIn = (slice: Slice) => stackOrder.reduce((sum, state) => sum + slice.counts[state], 0)

export function nowCounts(links: { state: LinkState }[]): Record<LinkState, number> {
  const counts = noCounts()
  for (const { state } of links) counts[state]++
  return counts
}

interface Plot {
  left: number
  base: number
  /** Width of a slice, height of a link. */
  step: number
  unit: number
}

/** The stacked slices as one path a state, and the upper edge of each. */
export function columns(
  shown: Slice[],
  plot: Plot,
): Record<(typeof stackOrder)[number], { area: string; top: string }> {
  const path = () => ({ area: '', top: '' })
  const paths = {
    down: path(),
    'on-backup': path(),
    degraded: path(),
    unprotected: path(),
    unknown: path(),
  }
  shown.forEach(({ counts }, index) => {
    const x = (plot.left + index * plot.step).toFixed(1)
    // Neighbours overlap a little, or the eye sees seams.
    const width = (plot.step + 0.2).toFixed(1)
    let y = plot.base
    for (const state of stackOrder) {
      const height = counts[state] * plot.unit
      if (height === 0) continue
      y -= height
      paths[state].area += `M${x} ${y.toFixed(1)}h${width}v${height.toFixed(1)}h-${width}z`
      paths[state].top += `M${x} ${(y + 0.6).toFixed(1)}h${width}`
    }
  })
  return paths
}
