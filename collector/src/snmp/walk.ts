import { SnmpError } from './error.ts'
import type { Answer } from './exchange.ts'
import { compareOids, isUnder } from './oid.ts'
import { isException, type VarBind } from './value.ts'

export interface WalkOptions {
  /** More than so many (default 50,000) is an error, not a part. */
  maxRows?: number
  /** Asked before each request: once it says no, the walk fails with `tooLong`. */
  goesOn?: () => boolean
}

const defaultMaxRows = 50_000
export type VarBindOrEnd = Answer['varBinds'][number]

/** One column that is being read. */
export class Walk {
  readonly root: string
  readonly rows: VarBind[] = []
  /** Suspected: with others in one request, something failed. */
  isAlone = false
  last: string
  readonly #options: Required<WalkOptions>
  readonly #done: PromiseWithResolvers<VarBind[]>

  constructor(root: string, options: WalkOptions, done: PromiseWithResolvers<VarBind[]>) {
    this.root = this.last = root
    this.#options = { maxRows: defaultMaxRows, goesOn: () => true, ...options }
    this.#done = done
  }

  get isOver(): boolean {
    return !this.#options.goesOn()
  }

  /** What an answer has for it, in its order; false once there is nothing more below its root. */
  take(next: readonly VarBindOrEnd[]): boolean {
    for (const { oid, value } of next) {
      if (isException(value) || !isUnder(oid, this.root)) return false
      this.#mustFollow(oid)
      if (this.rows.length >= this.#options.maxRows) throw new SnmpError('tooManyRows', `more than ${this.#options.maxRows} objects below ${this.root}`) // prettier-ignore
      this.rows.push({ oid, value })
      this.last = oid
    }
    return true
  }

  #mustFollow(oid: string): void {
    if (compareOids(oid, this.last) <= 0) throw new SnmpError('nonIncreasing', `the device answers ${oid} after ${this.last}: its table would never end`) // prettier-ignore
  }

  end(): void {
    this.#done.resolve(this.rows)
  }

  fail(error: Error): void {
    this.#done.reject(error)
  }
}
