import { isMetric, metrics, type MetricName } from '@zongheng/inventory/metric.ts'
import type { DatabaseSync, StatementSync } from 'node:sqlite'
import { extended } from './chains.ts'

const names = Object.keys(metrics) as MetricName[]
const numbers = new Map(names.map((name, i) => [name, i]))
export const metricNumber = (metric: MetricName) => numbers.get(metric)!

/** A series is (entity, metric) outside and an integer inside. New ones are kept by the running transaction. */
export class Dictionary {
  #insert: StatementSync
  readonly #entities: string[] = []
  readonly #entityNumbers = new Map<string, number>()
  /** entity × metric: the series, or 0. */
  #series = new Uint32Array(0)
  /** By series: which of these. */
  #place = new Uint32Array(0)
  #given: number[] = []
  #last = 0
  #count = 0

  constructor(db: DatabaseSync) {
    this.#insert = db.prepare('INSERT INTO series (entity, metric) VALUES (?, ?)')
    for (const row of db.prepare('SELECT id, entity, metric FROM series ORDER BY id').iterate()) {
      const [id, metric] = [row.id as number, row.metric as string]
      this.#last = id
      // One that a later version wrote.
      if (isMetric(metric)) this.#set(this.entity(row.entity as string), metricNumber(metric), id)
    }
  }

  /** The largest integer given. */
  get last(): number {
    return this.#last
  }

  /** How many there are. */
  get count(): number {
    return this.#count
  }

  /** An entity's number here, for as long as this runs; given now if it has none. */
  entity(name: string): number {
    let number = this.#entityNumbers.get(name)
    if (number === undefined) {
      number = this.#entities.push(name) - 1
      this.#entityNumbers.set(name, number)
    }
    return number
  }

  find(entity: string, metric: MetricName): number | undefined {
    const number = this.#entityNumbers.get(entity)
    return number === undefined
      ? undefined
      : this.#series[number * names.length + metricNumber(metric)] || undefined
  }

  entityOf(series: number): string {
    return this.#entities[Math.floor(this.#place[series]! / names.length)]!
  }

  isIncrement(series: number): boolean {
    return metrics[names[this.#place[series]! % names.length]!].kind === 'increment'
  }

  /** The integer of a series, given one now if it has none. Metric as `metricNumber`, entity as `entity` says. */
  intern(entity: number, metric: number): number {
    const known = this.#series[entity * names.length + metric]
    if (known) return known
    const id = Number(this.#insert.run(this.#entities[entity]!, names[metric]!).lastInsertRowid)
    this.#set(entity, metric, id)
    this.#given.push(id)
    return id
  }

  #set(entity: number, metric: number, id: number): void {
    const place = entity * names.length + metric
    if (place >= this.#series.length) this.#series = extended(this.#series, Math.ceil(place * 1.25) + 1024)
    if (id >= this.#place.length) this.#place = extended(this.#place, Math.ceil(id * 1.25) + 1024)
    this.#series[place] = id
    this.#place[id] = place
    this.#last = Math.max(this.#last, id)
    this.#count++
  }

  commit(): void {
    this.#given = []
  }

  /** Forgets what the transaction that was rolled back had given. */
  rollback(): void {
    for (const id of this.#given) this.#series[this.#place[id]!] = 0
    this.#count -= this.#given.length
    this.#given = []
  }
}
