import { untrack } from 'svelte'
import { goto } from '$app/navigation'
import { page } from '$app/state'
import { clock } from '../time.svelte.ts'
import { TimeCursor } from './cursor.svelte.ts'
import { SeriesLoader, type Ask } from './series-loader.svelte.ts'
import type { Range } from './look.ts'
import { TimeView } from './time-view.svelte.ts'

/** New samples come about as often. */
const beatMs = 30_000
const addressRestMs = 400

interface Options {
  asks: () => readonly Ask[]
  /** Steps across the period; about one for each pixel or two of a chart's width. */
  points: number
  onfailed: (problem: unknown) => void
  usual?: Range
}

/** The charts of a page: they share period, cursor and what is loaded. To be made while a component is. */
export class ChartSet {
  readonly view: TimeView
  readonly cursor = new TimeCursor()
  readonly series: SeriesLoader

  constructor({ asks, points, onfailed, usual = '24h' }: Options) {
    this.view = new TimeView(page.url.searchParams, usual)
    this.series = new SeriesLoader(onfailed)
    const beat = $derived(Math.floor(clock.now / beatMs))
    $effect(() => {
      void beat
      untrack(() => this.view.tick())
    })
    $effect(() => {
      const [wanted, { period }] = [asks(), this.view]
      // what has been loaded is no reason to load again
      if (wanted.length > 0) untrack(() => this.series.want(wanted, period, points))
    })
    $effect(() => () => this.series.stop())
    $effect(() => this.#keepAddress(usual))
  }

  /** The address shows what is shown, once the hand rests. */
  #keepAddress(usual: Range): () => void {
    const told = this.view.toAddress(usual)
    const { url } = page
    const timer = setTimeout(() => {
      const next = new URL(url.href)
      for (const [name, value] of Object.entries(told)) {
        if (value === null) next.searchParams.delete(name)
        else next.searchParams.set(name, value)
      }
      if (next.href !== url.href) void goto(next, { replace: true, reset: false })
    }, addressRestMs)
    return () => clearTimeout(timer)
  }
}
