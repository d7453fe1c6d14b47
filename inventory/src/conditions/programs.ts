import type { Watch } from './engine.ts'

/** The machines of one metric. Those of one series lie side by side. */
export interface Program {
  metric: string
  /** Of each series the first of its machines; at the end, one more than there are. */
  first: Uint32Array
  index: Map<string, number>
  entities: string[]
  /** By a connection's ids: which series each is; -1: not judged. */
  places: WeakMap<readonly string[], number[]>
}

/** Where each machine lies: by metric, then series. */
export class Programs<W extends Watch> {
  readonly byMetric = new Map<string, Program>()
  /** Watches by the number of their machine. */
  readonly order: W[] = []

  constructor(watches: readonly W[]) {
    for (const [metric, ofMetric] of Map.groupBy(watches, (watch) => watch.metric)) {
      const series = Map.groupBy(ofMetric, ({ entity }) => entity)
      const first = new Uint32Array(series.size + 1)
      const index = new Map<string, number>()
      for (const [entity, list] of series) {
        first[index.size] = this.order.length
        index.set(entity, index.size)
        for (const watch of list) this.order.push(watch)
      }
      first[series.size] = this.order.length
      const entities = [...series.keys()]
      this.byMetric.set(metric, { metric, first, index, entities, places: new WeakMap() })
    }
  }

  /** The machines of a series, all metrics together or one alone. */
  *slotsOf(entity: string, metric: string | null = null): Generator<number> {
    for (const program of this.byMetric.values()) {
      const place = metric === null || metric === program.metric ? program.index.get(entity) : undefined
      if (place === undefined) continue
      for (let slot = program.first[place]!; slot < program.first[place + 1]!; slot++) yield slot
    }
  }

  seriesOf(slot: number): { metric: string; entity: string } {
    for (const { metric, first, entities } of this.byMetric.values()) {
      if (slot < first[0]! || slot >= first.at(-1)!) continue
      let [low, high] = [0, entities.length - 1]
      while (low < high) {
        const middle = (low + high + 1) >> 1
        if (first[middle]! <= slot) low = middle
        else high = middle - 1
      }
      return { metric, entity: entities[low]! }
    }
    throw new RangeError(`there is no machine ${slot}`)
  }
}
