import type uPlot from 'uplot'
import { colour, fontOf, hatch } from './palette.ts'
import { gapsOf, type Bar, type Level, type Picture, type Shade } from './picture.ts'

const textPx = 12

/** What lies behind the lines: tinted stretches, hatches where nothing is known. */
export function paintBehind(plot: uPlot, ratio: number, { at, traces, shades = [] }: Picture) {
  clipped(plot, (context) => {
    for (const shade of shades) paintShade(plot, context, shade)
    const [first] = traces
    if (!first) return
    const stepMs = (at[1] ?? Infinity) - at[0]!
    context.fillStyle = hatch(context, ratio)
    for (const gap of gapsOf(at, first.line, Number.isFinite(stepMs) ? stepMs : 0))
      fillTime(plot, context, gap)
  })
}

/** What lies before them: bars on the floor, peaks beyond the top, horizontal lines with their words. */
export function paintBefore(plot: uPlot, ratio: number, picture: Picture) {
  clipped(plot, (context) => {
    for (const bar of picture.bars ?? []) paintBar(plot, context, ratio, bar)
    paintPeaks(plot, context, ratio, picture)
    for (const level of picture.levels ?? []) paintLevel(plot, context, ratio, level)
  })
}

function clipped(plot: uPlot, paint: (context: CanvasRenderingContext2D) => void) {
  const { ctx: context, bbox } = plot
  context.save()
  context.beginPath()
  context.rect(bbox.left, bbox.top, bbox.width, bbox.height)
  context.clip()
  paint(context)
  context.restore()
}

function fillTime(
  plot: uPlot,
  context: CanvasRenderingContext2D,
  { from, until }: { from: number; until: number },
) {
  const { left, width, top, height } = plot.bbox
  const x = Math.max(left, plot.valToPos(from, 'x', true))
  const end = Math.min(left + width, plot.valToPos(until, 'x', true))
  if (end > x) context.fillRect(x, top, end - x, height)
}

function paintShade(plot: uPlot, context: CanvasRenderingContext2D, shade: Shade) {
  context.fillStyle = colour(shade.ink)
  fillTime(plot, context, shade)
}

function paintBar(plot: uPlot, context: CanvasRenderingContext2D, ratio: number, bar: Bar) {
  const { top, height } = plot.bbox
  const x = plot.valToPos(bar.at, 'x', true)
  const width = Math.max(1.5 * ratio, plot.valToPos(bar.untilAt, 'x', true) - x)
  const tall = Math.max(2 * ratio, bar.share * height)
  context.fillStyle = colour(bar.ink)
  context.fillRect(x, top + height - tall, width, tall)
}

/** A peak beyond the scale is not hidden: a mark at the top says where. */
function paintPeaks(
  plot: uPlot,
  context: CanvasRenderingContext2D,
  ratio: number,
  { at, traces, high }: Picture,
) {
  for (const { range } of traces) {
    if (!range) continue
    context.fillStyle = colour('ink-3')
    range.high.forEach((value, i) => {
      if (value === null || value <= high) return
      const x = plot.valToPos(at[i]!, 'x', true)
      context.beginPath()
      context.moveTo(x, plot.bbox.top)
      context.lineTo(x + 3 * ratio, plot.bbox.top + 5 * ratio)
      context.lineTo(x - 3 * ratio, plot.bbox.top + 5 * ratio)
      context.fill()
    })
  }
}

function paintLevel(plot: uPlot, context: CanvasRenderingContext2D, ratio: number, level: Level) {
  const { left, width, top } = plot.bbox
  const y = Math.round(plot.valToPos(level.value, 'y', true)) + 0.5
  context.strokeStyle = colour(level.ink)
  context.lineWidth = ratio
  context.setLineDash(level.dash.map((length) => length * ratio))
  context.beginPath()
  context.moveTo(left, y)
  context.lineTo(left + width, y)
  context.stroke()
  if (!level.text) return
  const isRight = level.side === 'right'
  const roomAbove = y - top > (textPx + 1) * ratio
  context.font = fontOf(textPx * ratio)
  context.textAlign = isRight ? 'right' : 'left'
  context.textBaseline = roomAbove ? 'bottom' : 'top'
  context.setLineDash([])
  // Words stay readable on whatever they are written over.
  context.strokeStyle = colour('bg-surface')
  context.lineWidth = 3 * ratio
  const [x, textY] = [isRight ? left + width - 4 * ratio : left + 4 * ratio, y + (roomAbove ? -1 : 3) * ratio]
  context.strokeText(level.text, x, textY)
  context.fillStyle = colour('ink-2')
  context.fillText(level.text, x, textY)
}
