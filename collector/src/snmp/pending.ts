import type { Agent } from './agent.ts'
import type { Patience, Request } from './request.ts'

/** The last two bits of a request-id tell which attempt it was; those beyond count as the last of these. */
export const attemptBits = 0b11

/** A request from its submission to its end. Once it is over, the same object serves another. */
export class Pending {
  /** Request-id without its attempt; 0: there is none yet. */
  id = 0
  agent: Agent
  request: Request
  patience: Patience
  attempt = 0
  /** Written, and yet to leave. */
  datagram: Uint8Array | null = null
  /** By attempt under this id, as far as the id tells them apart; NaN: there was none. */
  readonly sentMs = new Float64Array(attemptBits + 1).fill(NaN)
  deadlineMs = Infinity
  /** Until when it counts in its channel's window; Infinity: it does not. */
  holdsUntilMs = Infinity
  /** How it counts there. */
  isDoubtful = false
  /** Whether it counts among the agent's requests on their way. */
  isCounted = false
  /** What the line was charged for the answer. */
  chargedOctets = 0
  /** Reports of SNMPv3 that were answered by asking again. */
  reports = 0
  /** What was wrong with replies that came meanwhile. */
  garbled: Error | null = null

  constructor(agent: Agent, request: Request, patience: Patience) {
    this.agent = agent
    this.request = request
    this.patience = patience
  }

  /** As its request-id tells it. */
  get attemptSent(): number {
    return Math.min(this.attempt, attemptBits)
  }

  /** As if it were new. */
  serve(agent: Agent, request: Request, patience: Patience): this {
    this.agent = agent
    this.request = request
    this.patience = patience
    this.attempt = 0
    this.datagram = null
    this.forgetId()
    this.deadlineMs = Infinity
    this.holdsUntilMs = Infinity
    this.isDoubtful = false
    this.isCounted = false
    this.chargedOctets = 0
    this.reports = 0
    this.garbled = null
    return this
  }

  /** What was sent under it may no longer be answered. */
  forgetId(): void {
    this.id = 0
    for (let attempt = 0; attempt <= attemptBits; attempt++) this.sentMs[attempt] = NaN
  }
}
