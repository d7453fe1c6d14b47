import uPlot from 'uplot'
import 'uplot/dist/uPlot.min.css'
import { hourMinute, monthDay } from '../time.svelte.ts'
import { paintBefore, paintBehind } from './paint.ts'
import { colour, fontOf, onTheme } from './palette.ts'
import { drawn, loneSteps, type Column, type Ink, type Picture } from './picture.ts'
import { isMidnight, timeTicks } from './scale.ts'
import type { Period } from './look.ts'

/** What the hand does on a chart. */
export interface Gestures {
  point(at: number | null): void
  /** A stretch was marked. */
  mark(period: Period): void
  back(): void
  pan(shareOfSpan: number): void
  zoom(factor: number, at: number): void
}

const axisPx = 40
const timePx = 20
const tickPx = 62
const topPx = 6
const leastMarkPx = 5

/** One chart on a canvas. Its shape, see `shapeOf`, stays; values, period and size are set anew at will. */
export class Plot {
  readonly #plot: uPlot
  readonly #unfollow: () => void
  #picture: Picture
  /** Where the pointer was, while the chart is dragged. */
  #dragged: { pointerId: number; x: number } | null = null

  constructor(
    host: HTMLElement,
    size: { width: number; height: number },
    picture: Picture,
    gestures: Gestures,
  ) {
    this.#picture = picture
    const options: uPlot.Options = {
      ...size,
      padding: [topPx, 6, 0, 0],
      legend: { show: false },
      scales: {
        x: { time: false, auto: false, range: (_, from, until) => [from, until] },
        y: { auto: false },
      },
      axes: [this.#timeAxis(), this.#valueAxis()],
      series: [{}, ...this.#series()],
      bands: this.#bands(),
      cursor: {
        y: false,
        points: { show: false },
        drag: { x: true, y: false, setScale: false, dist: leastMarkPx },
        bind: {
          dblclick: () => () => {
            gestures.back()
            return null
          },
          // With the shift key it is dragged about, see #listen.
          mousedown: (_, __, mark) => (event) => (event.shiftKey ? null : mark(event)),
        },
      },
      hooks: {
        drawClear: [(plot) => paintBehind(plot, uPlot.pxRatio, this.#picture)],
        draw: [(plot) => paintBefore(plot, uPlot.pxRatio, this.#picture)],
        setSelect: [(plot) => this.#marked(plot, gestures)],
      },
    }
    this.#plot = new uPlot(options, this.#data(), host)
    this.#listen(gestures)
    this.#unfollow = onTheme(() => this.#plot.redraw(false, true))
  }

  draw(picture: Picture, { from, until }: Period) {
    const isNew = picture !== this.#picture
    this.#picture = picture
    this.#plot.batch(() => {
      if (isNew) this.#plot.setData(this.#data(), false)
      this.#plot.setScale('y', { min: picture.low, max: picture.high })
      this.#plot.setScale('x', { min: from, max: until })
    })
  }

  /** Moves the vertical line there; null takes it away. */
  point(at: number | null) {
    const left = at === null ? -10 : this.#plot.valToPos(at, 'x')
    this.#plot.setCursor({ left, top: at === null ? -10 : 1 }, false)
  }

  resize(size: { width: number; height: number }) {
    this.#plot.setSize(size)
  }

  destroy() {
    this.#unfollow()
    this.#plot.destroy()
  }

  #data(): uPlot.AlignedData {
    const { at, traces } = this.#picture
    return [at as number[], ...drawn(traces).map(({ column }) => column as (number | null)[])]
  }

  #series(): uPlot.Series[] {
    return drawn(this.#picture.traces).map(({ trace, part }, i) => {
      const { ink, fill, base, dash } = this.#picture.traces[trace]!
      const isLine = part === 'line'
      return {
        stroke: () => colour(ink),
        width: isLine ? 1.2 : 0,
        ...(isLine && dash && { dash: [...dash] }),
        ...(isLine && fill && !base && { fill: () => colour(fill), fillTo: 0 }),
        points: {
          show: isLine,
          size: 3,
          width: 0,
          fill: () => colour(ink),
          filter: (plot) => loneSteps(plot.data[i + 1] as Column, ...plot.series[0]!.idxs!),
        },
      }
    })
  }

  /** Between two columns: a range, or a line and its base. */
  #bands(): uPlot.Band[] {
    const columns = drawn(this.#picture.traces)
    const indexOf = (trace: number, part: string) =>
      1 + columns.findIndex((one) => one.trace === trace && one.part === part)
    const between = (trace: number, upper: string, lower: string, ink: Ink): uPlot.Band => ({
      series: [indexOf(trace, upper), indexOf(trace, lower)],
      fill: () => colour(ink),
    })
    return this.#picture.traces.flatMap(({ range, base, fill }, i) => [
      ...(range ? [between(i, 'high', 'low', range.ink)] : []),
      ...(base && fill ? [between(i, 'line', 'base', fill)] : []),
    ])
  }

  #timeAxis(): uPlot.Axis {
    return {
      ...this.#look(),
      size: timePx,
      gap: 3,
      splits: (plot, _, from, until) =>
        timeTicks(from, until, Math.max(2, Math.floor(plot.bbox.width / uPlot.pxRatio / tickPx))),
      values: (plot, ticks) =>
        ticks.map((tick) => {
          const x = plot.valToPos(tick, 'x')
          const fits = x > 14 && x < plot.bbox.width / uPlot.pxRatio - 12
          return fits ? (isMidnight(tick) ? monthDay(tick) : hourMinute(tick)) : null
        }),
    }
  }

  #valueAxis(): uPlot.Axis {
    return {
      ...this.#look(),
      size: axisPx,
      gap: 4,
      splits: () => this.#picture.ticks.map(({ value }) => value),
      values: () => this.#picture.ticks.map(({ text }) => text),
    }
  }

  #look(): uPlot.Axis {
    return {
      stroke: () => colour('ink-3'),
      font: fontOf(12),
      grid: { stroke: () => colour('line'), width: 1 },
      ticks: { show: false },
      border: { show: false },
    }
  }

  #marked(plot: uPlot, gestures: Gestures) {
    const { left, width } = plot.select
    if (width < leastMarkPx) return
    const [from, until] = [plot.posToVal(left, 'x'), plot.posToVal(left + width, 'x')]
    plot.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false)
    gestures.mark({ from, until })
  }

  #listen(gestures: Gestures) {
    const { over } = this.#plot
    const atOf = (event: MouseEvent) =>
      this.#plot.posToVal(event.clientX - over.getBoundingClientRect().left, 'x')
    over.addEventListener('pointerdown', (event) => {
      const drags = event.pointerType === 'touch' || event.shiftKey || event.button === 1
      if (!drags) return
      this.#dragged = { pointerId: event.pointerId, x: event.clientX }
      over.setPointerCapture(event.pointerId)
    })
    over.addEventListener('pointermove', (event) => {
      if (this.#dragged?.pointerId === event.pointerId) {
        gestures.pan((this.#dragged.x - event.clientX) / over.clientWidth)
        this.#dragged.x = event.clientX
      }
      gestures.point(atOf(event))
    })
    for (const end of ['pointerup', 'pointercancel'] as const)
      over.addEventListener(end, () => (this.#dragged = null))
    over.addEventListener('pointerleave', () => gestures.point(null))
    over.addEventListener('wheel', (event) => this.#wheel(event, gestures, atOf(event)), { passive: false })
  }

  /** The page scrolls as ever; with Ctrl it zooms, sideways it pans. */
  #wheel(event: WheelEvent, gestures: Gestures, at: number) {
    const sideways = event.shiftKey ? event.deltaY + event.deltaX : event.deltaX
    if (event.ctrlKey) gestures.zoom(event.deltaY > 0 ? 1.25 : 0.8, at)
    else if (Math.abs(sideways) > Math.abs(event.shiftKey ? 0 : event.deltaY))
      gestures.pan(sideways / this.#plot.over.clientWidth)
    else return
    event.preventDefault()
  }
}
