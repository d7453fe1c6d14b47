import { bandHeight, markOf, type Mark } from '#lib/state.ts'

export interface BandSpan {
  state: string
  fromAt: number
  /** Null while it lasts. */
  untilAt: number | null
}

/** One rectangle of a state band, in the picture's own units; y grows downwards. */
export interface BandPiece {
  mark: Mark
  state: string
  x: number
  y: number
  width: number
  height: number
  fromAt: number
  untilAt: number
}

interface Frame {
  from: number
  until: number
  width: number
  height: number
}

/** Nothing that happened is thinner than this, or it would be missed. */
const leastWidth = 1.2

/**
 * Spans as pieces on one base line, heights by severity. Stretches that no span covers are unknown.
 * Normal is laid first and the worst last, so that a short outage is never covered by what followed.
 */
export function bandPieces(spans: BandSpan[], frame: Frame): BandPiece[] {
  const perMs = frame.width / (frame.until - frame.from)
  const piece = (state: string, from: number, until: number): BandPiece => {
    const mark = markOf(state)
    const height = frame.height * bandHeight[mark]
    const width = Math.max(leastWidth, (until - from) * perMs)
    const x = Math.min((from - frame.from) * perMs, frame.width - width)
    return { mark, state, x, y: frame.height - height, width, height, fromAt: from, untilAt: until }
  }
  return covered(spans, frame)
    .map((span) => piece(span.state, span.from, span.until))
    .sort((a, b) => a.height - b.height)
}

/** `spans` cut to the frame, the gaps between them filled with unknown. */
function covered(spans: BandSpan[], frame: Frame) {
  const filled: { state: string; from: number; until: number }[] = []
  let reached = frame.from
  for (const span of [...spans].sort((a, b) => a.fromAt - b.fromAt)) {
    const from = Math.max(span.fromAt, reached)
    const until = Math.min(span.untilAt ?? frame.until, frame.until)
    if (until <= from) continue
    if (from > reached) filled.push({ state: 'unknown', from: reached, until: from })
    filled.push({ state: span.state, from, until })
    reached = until
  }
  if (reached < frame.until) filled.push({ state: 'unknown', from: reached, until: frame.until })
  return filled
}
