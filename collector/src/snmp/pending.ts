import type { Agent } from './agent.ts'
import type { Patience, Request } from './request.ts'

/** The last two bits of a request-id tell which attempt it was; those beyond count as the last of these. */
export const attemptBits = 0b11

/** A request from its submission to its end. */
export interface Pending {
  /** Request-id without its attempt; 0: there is none yet. */
  id: number
  agent: Agent
  request: Request
  patience: Patience
  attempt: number
  /** By attempt under this id, as far as the id tells them apart. */
  sentMs: number[]
  deadlineMs: number
  /** Until when it counts in its channel's window; Infinity: it does not. */
  holdsUntilMs: number
  /** How it counts there. */
  isDoubtful: boolean
  /** Whether it counts among the agent's requests on their way. */
  isCounted: boolean
  /** What the line was charged for the answer. */
  chargedOctets: number
  /** Reports of SNMPv3 that were answered by asking again. */
  reports: number
  /** What was wrong with replies that came meanwhile. */
  garbled: Error | null
}

export function newPending(agent: Agent, request: Request, patience: Patience): Pending {
  return {
    id: 0,
    agent,
    request,
    patience,
    attempt: 0,
    sentMs: [],
    deadlineMs: Infinity,
    holdsUntilMs: Infinity,
    isDoubtful: false,
    isCounted: false,
    chargedOctets: 0,
    reports: 0,
    garbled: null,
  }
}
