import type { SampleColumns } from '@zongheng/collector/contract.ts'
import type { MetricName } from '@zongheng/inventory/metric.ts'

/** What is known of one interface; NaN: not yet. Rates per second over the last poll. */
const cell = {
  ifAdminStatus: 0,
  ifOperStatus: 1,
  statusAtMs: 2,
  operSinceMs: 3,
  ifHCInOctets: 4,
  ifHCOutOctets: 5,
  ifInErrors: 6,
  ifOutErrors: 7,
  /** Of the last poll, both ways. */
  errors: 8,
  packets: 9,
  ratesAtMs: 10,
} as const
const width = 11
type Cell = keyof typeof cell
type Rate = 'ifHCInOctets' | 'ifHCOutOctets' | 'ifInErrors' | 'ifOutErrors'

/** What each interface metric is kept as, and what it adds to. Those without a place here are the series' alone. */
const statuses: Partial<Record<MetricName, 'ifAdminStatus' | 'ifOperStatus'>> = {
  ifAdminStatus: 'ifAdminStatus',
  ifOperStatus: 'ifOperStatus',
}
const counts: Partial<Record<MetricName, { rate?: Rate; tally?: 'errors' | 'packets' }>> = {
  ifHCInOctets: { rate: 'ifHCInOctets' },
  ifHCOutOctets: { rate: 'ifHCOutOctets' },
  ifHCInUcastPkts: { tally: 'packets' },
  ifHCOutUcastPkts: { tally: 'packets' },
  ifInErrors: { rate: 'ifInErrors', tally: 'errors' },
  ifOutErrors: { rate: 'ifOutErrors', tally: 'errors' },
}

/** Latest status and rates of an interface: a view on its numbers, which change with the next batch. */
export class InterfaceSeen {
  readonly #ports: Ports
  readonly #at: number

  constructor(ports: Ports, at: number) {
    this.#ports = ports
    this.#at = at
  }

  get ifAdminStatus(): number | null {
    return this.#known('ifAdminStatus')
  }
  get ifOperStatus(): number | null {
    return this.#known('ifOperStatus')
  }
  get operSinceMs(): number | null {
    return this.#known('operSinceMs')
  }
  get statusAtMs(): number {
    return this.#known('statusAtMs') ?? 0
  }
  get ratesAtMs(): number {
    return this.#known('ratesAtMs') ?? 0
  }
  get errors(): number {
    return this.#known('errors') ?? 0
  }
  get packets(): number {
    return this.#known('packets') ?? 0
  }

  perS(rate: Rate): number | null {
    return this.#known(rate)
  }

  #known(name: Cell): number | null {
    const value = this.#ports.cells[this.#at + cell[name]]!
    return Number.isNaN(value) ? null : value
  }
}

/**
 * The newest word on every interface. Nearly all that is measured passes here: numbers lie in one array, and each interface is looked
 * up once a connection, not once a sample.
 */
export class Ports {
  cells = new Float64Array(1024 * width)
  readonly #at = new Map<string, number>()
  readonly #ids: string[] = []
  #watched: ReadonlySet<string> = new Set()
  #isWatched = new Uint8Array(1024)
  readonly #touched = new Set<number>()
  /** By the ids of a connection: where each one's cells begin. */
  readonly #places = new WeakMap<readonly string[], number[]>()

  get(id: string): InterfaceSeen | undefined {
    const at = this.#at.get(id)
    return at === undefined ? undefined : new InterfaceSeen(this, at)
  }

  /** Of these it is told when something was said of them. */
  watch(ids: Iterable<string>): void {
    this.#watched = new Set(ids)
    this.#isWatched = new Uint8Array(this.#isWatched.length)
    for (const id of this.#watched) {
      const at = this.#at.get(id)
      if (at !== undefined) this.#isWatched[at / width] = 1
    }
  }

  takeTouched(): Set<string> {
    const touched = new Set(Array.from(this.#touched, (at) => this.#ids[at / width]!))
    this.#touched.clear()
    return touched
  }

  static takes(metric: MetricName): boolean {
    return metric in statuses || metric in counts
  }

  ingest(metric: MetricName, columns: SampleColumns): void {
    const status = statuses[metric]
    if (status) this.#ingestStatus(status, columns)
    const count = counts[metric]
    if (count) this.#ingestCounts(count, columns)
  }

  #ingestStatus(
    status: 'ifAdminStatus' | 'ifOperStatus',
    { ids, entities, atMs, values }: SampleColumns,
  ): void {
    const places = this.#placesOf(ids)
    for (let i = 0; i < atMs.length; i++) {
      const at = places[entities[i]!] ?? this.#place(places, ids, entities[i]!)
      const cells = this.cells
      if (this.#isWatched[at / width]) this.#touched.add(at)
      if (atMs[i]! < cells[at + cell.statusAtMs]!) continue
      if (status === 'ifOperStatus' && cells[at + cell.ifOperStatus] !== values[i])
        cells[at + cell.operSinceMs] = atMs[i]!
      cells[at + cell[status]] = values[i]!
      cells[at + cell.statusAtMs] = atMs[i]!
    }
  }

  /** Errors and packets of one poll share their instant: a newer instant starts their sums anew. */
  #ingestCounts(
    { rate, tally }: { rate?: Rate; tally?: 'errors' | 'packets' },
    { ids, entities, atMs, startMs, values }: SampleColumns,
  ): void {
    if (!startMs) return
    const places = this.#placesOf(ids)
    for (let i = 0; i < atMs.length; i++) {
      const at = places[entities[i]!] ?? this.#place(places, ids, entities[i]!)
      const cells = this.cells
      if (this.#isWatched[at / width]) this.#touched.add(at)
      const spanMs = atMs[i]! - startMs[i]!
      if (atMs[i]! < cells[at + cell.ratesAtMs]! || spanMs <= 0) continue
      if (cells[at + cell.ratesAtMs] !== atMs[i]) {
        cells[at + cell.ratesAtMs] = atMs[i]!
        cells[at + cell.errors] = 0
        cells[at + cell.packets] = 0
      }
      if (rate) cells[at + cell[rate]] = (values[i]! * 1000) / spanMs
      if (tally) cells[at + cell[tally]]! += values[i]!
    }
  }

  #placesOf(ids: readonly string[]): number[] {
    let places = this.#places.get(ids)
    if (!places) this.#places.set(ids, (places = []))
    return places
  }

  #place(places: number[], ids: readonly string[], entity: number): number {
    const id = ids[entity]!
    let at = this.#at.get(id)
    if (at === undefined) {
      at = this.#at.size * width
      this.#at.set(id, at)
      this.#ids.push(id)
      if (at + width > this.cells.length) this.#grow()
      if (this.#watched.has(id)) this.#isWatched[at / width] = 1
      this.cells.fill(NaN, at, at + width)
    }
    places[entity] = at
    return at
  }

  #grow(): void {
    const larger = new Float64Array(this.cells.length * 2)
    larger.set(this.cells)
    this.cells = larger
    const marks = new Uint8Array(this.#isWatched.length * 2)
    marks.set(this.#isWatched)
    this.#isWatched = marks
  }
}
