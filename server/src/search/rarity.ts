import type { Clock } from '../clock.ts'
import type { Db } from '../db/database.ts'
import { countOf } from './store.ts'
import type { Token } from './words.ts'

const countedTo = 1000
const keptMs = 600_000
const keptAtMost = 5000

/** A token, and how much it says; `isCommon`: too many have it to be counted. */
export type Weighed = Token & { weight: number; isCommon: boolean }

/** How rare tokens are, counted once in a while: it says how much one of them says. */
export class Rarity {
  readonly #deps: { db: Db; clock: Clock }
  readonly #counts = new Map<string, number>()
  #since = 0

  constructor(deps: { db: Db; clock: Clock }) {
    this.#deps = deps
  }

  /** Those that occur, rare ones first. */
  async weigh(tokens: readonly Token[]): Promise<Weighed[]> {
    const nowMs = this.#deps.clock()
    if (nowMs - this.#since > keptMs || this.#counts.size > keptAtMost) {
      this.#counts.clear()
      this.#since = nowMs
    }
    const weighed: Weighed[] = []
    for (const token of tokens) {
      const count = await this.#count(token)
      if (count > 0)
        weighed.push({
          ...token,
          weight: Math.log(1 + (2 * countedTo) / count),
          isCommon: count >= countedTo,
        })
    }
    return weighed.sort((a, b) => b.weight - a.weight)
  }

  async #count(token: Token): Promise<number> {
    const key = `${token.text}${token.isOpen ? '*' : ''}`
    const known = this.#counts.get(key)
    if (known !== undefined) return known
    const count = await countOf(this.#deps.db, token, countedTo)
    // what is not there yet may be there in a moment
    if (count > 0) this.#counts.set(key, count)
    return count
  }
}
