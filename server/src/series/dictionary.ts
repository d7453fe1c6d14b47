import type { MetricName } from '@zongheng/inventory/metric.ts'
import type { DatabaseSync, StatementSync } from 'node:sqlite'

/** A series is (entity, metric) outside and an integer inside. New ones are kept by the running transaction. */
export class Dictionary {
  #ids = new Map<string, Map<string, number>>()
  #insert: StatementSync
  #given: { metric: MetricName; entity: string }[] = []
  #last = 0

  constructor(db: DatabaseSync) {
    this.#insert = db.prepare('INSERT INTO series (entity, metric) VALUES (?, ?)')
    for (const row of db.prepare('SELECT id, entity, metric FROM series ORDER BY id').iterate()) {
      this.#set(row.metric as string, row.entity as string, row.id as number)
    }
  }

  #set(metric: string, entity: string, id: number): void {
    const ids = this.#ids.get(metric) ?? new Map<string, number>()
    this.#ids.set(metric, ids.set(entity, id))
    this.#last = Math.max(this.#last, id)
  }

  /** The largest integer given. */
  get last(): number {
    return this.#last
  }

  find(entity: string, metric: MetricName): number | undefined {
    return this.#ids.get(metric)?.get(entity)
  }

  /** The integer of a series, given one now if it has none. */
  intern(entity: string, metric: MetricName): number {
    const known = this.find(entity, metric)
    if (known !== undefined) return known
    const id = Number(this.#insert.run(entity, metric).lastInsertRowid)
    this.#set(metric, entity, id)
    this.#given.push({ metric, entity })
    return id
  }

  commit(): void {
    this.#given = []
  }

  /** Forgets what the transaction that was rolled back had given. */
  rollback(): void {
    for (const { metric, entity } of this.#given) this.#ids.get(metric)?.delete(entity)
    this.#given = []
  }
}
