import { isSilence } from '../snmp/error.ts'
import type { SnmpReader } from '../snmp/session.ts'
import type { SnmpValue } from '../snmp/value.ts'

/** A column by row index (`1`, `13.1`; `0` for a scalar), in the agent's order. */
export type Column = Map<string, SnmpValue>

/** What could not be read, and why: the discovery goes on without it. */
export interface DiscoveryProblem {
  oid: string
  text: string
}

export const maxRows = 20_000
/** So many columns lost one after another: the device is gone, not the line bad. */
const goneAfter = 6
/** What cannot be done without is waited for longer. */
const graceMs = 60_000
const noRows: Column = new Map()

/** Reads each column once, until the deadline or until the device is silent. What is asked for together comes together. */
export class Tables {
  problems: DiscoveryProblem[] = []
  readonly #reader: SnmpReader
  readonly #untilMs: number
  readonly #now: () => number
  readonly #columns = new Map<string, Promise<Column>>()
  readonly #lost = new Set<string>()
  #silences = 0

  constructor(reader: SnmpReader, untilMs: number, now: () => number) {
    this.#reader = reader
    this.#untilMs = untilMs
    this.#now = now
  }

  /** A column that the discovery cannot do without; throws what the reader throws. */
  required(oid: string): Promise<Column> {
    return this.#once(oid, () => this.#walk(oid, graceMs))
  }

  /** A column that may be missing; when it cannot be read, it has no rows and the reason is kept. */
  column(oid: string): Promise<Column> {
    return this.#once(oid, () => this.#walkIfPossible(oid))
  }

  /** Several, asked for together; one that is not named has no rows. */
  columns<const T extends readonly (string | undefined)[]>(
    oids: T,
  ): Promise<{ -readonly [K in keyof T]: Column }> {
    const read = Promise.all(oids.map((oid) => (oid === undefined ? noRows : this.column(oid))))
    return read as Promise<{ -readonly [K in keyof T]: Column }>
  }

  async instance(oid: string): Promise<SnmpValue | undefined> {
    const end = oid.lastIndexOf('.')
    return (await this.column(oid.slice(0, end))).get(oid.slice(end + 1))
  }

  /** Whether silence took columns that may be asked for again; they are as if never asked for. */
  forgetLost(): boolean {
    if (this.#lost.size === 0 || this.#isGone() || this.#isOver()) return false
    for (const oid of this.#lost) this.#columns.delete(oid)
    this.problems = this.problems.filter(({ oid }) => !this.#lost.has(oid))
    this.#lost.clear()
    return true
  }

  #once(oid: string, read: () => Promise<Column>): Promise<Column> {
    const column = this.#columns.get(oid) ?? read()
    this.#columns.set(oid, column)
    return column
  }

  async #walk(oid: string, moreMs = 0): Promise<Column> {
    const column: Column = new Map()
    for (const binding of await this.#reader.walk(oid, { maxRows, goesOn: () => !this.#isOver(moreMs) })) {
      if (binding.oid.startsWith(`${oid}.`)) column.set(binding.oid.slice(oid.length + 1), binding.value)
    }
    this.#silences = 0
    return column
  }

  async #walkIfPossible(oid: string): Promise<Column> {
    if (this.#isGone()) return this.#fail(oid, 'the device does not answer any more')
    if (this.#isOver()) return this.#fail(oid, 'the time for this discovery is over')
    try {
      return await this.#walk(oid)
    } catch (error) {
      if (isSilence(error)) {
        this.#silences++
        this.#lost.add(oid)
      } else this.#silences = 0
      return this.#fail(oid, error instanceof Error ? error.message : String(error))
    }
  }

  #isGone(): boolean {
    return this.#silences >= goneAfter
  }

  #isOver(moreMs = 0): boolean {
    return this.#now() > this.#untilMs + moreMs
  }

  #fail(oid: string, text: string): Column {
    this.problems.push({ oid, text })
    return noRows
  }
}

/** What `read` makes of the tables; made once more when silence took some of them, of which only those are asked for again. */
export async function readTwice<T>(tables: Tables, read: () => Promise<T>): Promise<T> {
  const first = await read()
  return tables.forgetLost() ? read() : first
}
