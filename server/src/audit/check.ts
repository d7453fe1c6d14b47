import { hashOf, sealOf, type Link } from './chain.ts'
import type { AuditVerdict } from './schema.ts'

export type ChainProblem = NonNullable<AuditVerdict['problem']>
type Kind = ChainProblem['kind']

export const problemAt = (seq: number, kind: Kind, text: string): ChainProblem => ({ seq, kind, text })

/** Follows the chain record by record; knows nothing of where they come from. */
export class ChainCheck {
  /** The last record that was right. */
  seq: number
  hash: string
  records = 0
  readonly #key: Buffer
  readonly #pins: ReadonlyMap<number, string>

  /** `pins`: hashes that are known from elsewhere, by seq. */
  constructor(
    key: Buffer,
    after: { seq: number; hash: string },
    pins: ReadonlyMap<number, string> = new Map(),
  ) {
    this.seq = after.seq
    this.hash = after.hash
    this.#key = key
    this.#pins = pins
  }

  /** What is wrong with the next record; null when it follows. */
  take(record: Link): ChainProblem | null {
    const expected = this.seq + 1
    if (record.seq > expected) return problemAt(expected, 'missing', `record ${expected} is missing`)
    if (record.seq < expected)
      return problemAt(expected, 'order', `record ${record.seq} stands where ${expected} should`)
    if (hashOf(record, this.hash) !== record.hash)
      return problemAt(expected, 'changed', `record ${expected} or what is before it does not match its hash`)
    if (sealOf(record.hash, this.#key) !== record.seal)
      return problemAt(expected, 'forged', `record ${expected} was not sealed with this installation's key`)
    if ((this.#pins.get(expected) ?? record.hash) !== record.hash)
      return problemAt(expected, 'forged', `record ${expected} is another one than was witnessed`)
    this.seq = expected
    this.hash = record.hash
    this.records += 1
    return null
  }
}
