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
const maxFailures = 3
const noRows: Column = new Map()

/** Reads each column once, until the deadline or until too many fail. */
export class Tables {
  readonly problems: DiscoveryProblem[] = []
  readonly #reader: SnmpReader
  readonly #untilMs: number
  readonly #now: () => number
  readonly #columns = new Map<string, Column>()

  constructor(reader: SnmpReader, untilMs: number, now: () => number) {
    this.#reader = reader
    this.#untilMs = untilMs
    this.#now = now
  }

  /** A column that the discovery cannot do without; throws what the reader throws. */
  async required(oid: string): Promise<Column> {
    const known = this.#columns.get(oid)
    if (known) return known
    const column: Column = new Map()
    for (const binding of await this.#reader.walk(oid, { maxRows })) {
      if (binding.oid.startsWith(`${oid}.`)) column.set(binding.oid.slice(oid.length + 1), binding.value)
    }
    this.#columns.set(oid, column)
    return column
  }

  /** A column that may be missing; when it cannot be read, it has no rows and the reason is kept. */
  async column(oid: string): Promise<Column> {
    if (this.#columns.has(oid)) return this.required(oid)
    if (this.problems.length >= maxFailures) return noRows
    if (this.#now() > this.#untilMs) return this.#fail(oid, 'the time for this discovery is over')
    try {
      return await this.required(oid)
    } catch (error) {
      return this.#fail(oid, error instanceof Error ? error.message : String(error))
    }
  }

  async instance(oid: string): Promise<SnmpValue | undefined> {
    const end = oid.lastIndexOf('.')
    return (await this.column(oid.slice(0, end))).get(oid.slice(end + 1))
  }

  #fail(oid: string, text: string): Column {
    this.problems.push({ oid, text })
    this.#columns.set(oid, noRows)
    return noRows
  }
}
