import type { Agent } from './agent.ts'
import { LineBudget } from './line-budget.ts'

/** The agents behind one line, each waiting for its turn to send. */
export class LineQueue {
  readonly id: string
  /** How many share it. */
  agents = 0
  readonly #budget: LineBudget
  readonly #now: () => number
  readonly #turn: (agent: Agent) => void
  readonly #waiting = new Set<Agent>()
  #timer: NodeJS.Timeout | undefined

  /** `turn` lets an agent send what it has; it comes back by `wait` when that was not all. */
  constructor(id: string, bps: number, now: () => number, turn: (agent: Agent) => void) {
    this.id = id
    this.#budget = new LineBudget(bps, now())
    this.#now = now
    this.#turn = turn
  }

  setBps(bps: number): void {
    this.#budget.setBps(bps)
  }

  waitMs(): number {
    return this.#budget.waitMs(this.#now())
  }

  spend(octets: number): void {
    this.#budget.spend(octets)
  }

  /** Behind all that wait already. */
  wait(agent: Agent): void {
    this.#waiting.delete(agent)
    this.#waiting.add(agent)
    this.#timer ??= setTimeout(() => this.#serve(), Math.max(1, this.waitMs()))
  }

  forget(agent: Agent): void {
    this.#waiting.delete(agent)
    if (this.#waiting.size > 0) return
    clearTimeout(this.#timer)
    this.#timer = undefined
  }

  #serve(): void {
    this.#timer = undefined
    for (const agent of this.#waiting) {
      const waitMs = this.waitMs()
      if (waitMs > 0) {
        this.#timer = setTimeout(() => this.#serve(), waitMs)
        return
      }
      this.#waiting.delete(agent)
      this.#turn(agent)
    }
  }

  /** Answers those that waited. */
  close(): Agent[] {
    clearTimeout(this.#timer)
    return [...this.#waiting]
  }
}
