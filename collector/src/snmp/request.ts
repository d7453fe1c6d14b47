import type { SnmpError } from './error.ts'
import type { BackWriter } from './octets.ts'

/** How often and how long one waits for an answer. */
export interface Patience {
  /** For the first attempt; each further one waits half as long again. */
  timeoutMs: number
  retries: number
  /** Waits for no window and no line: for probes, whose time of sending matters. */
  urgent?: boolean
}

/** A response that belongs to a request: its variable bindings lie in `octets` from `at` to `end`. Read it at once: it is reused. */
export interface Reply {
  octets: Uint8Array
  at: number
  end: number
  errorStatus: number
  /** Counts from 1; 0 for none. */
  errorIndex: number
  /** From the attempt that it answers. */
  rttMs: number
}

/** What an agent is asked for in one message. */
export interface Request {
  /** What the answer likely has, with its headers. */
  readonly replyOctets: number
  /** Written from its end; a retry is written anew. */
  writePdu(writer: BackWriter, requestId: number): void
  /**
   * Throws BerError when the reply makes no sense: it is then counted, and a better one waited for. Throws SnmpError when it says
   * that there is no going on.
   */
  read(reply: Reply): void
  /** What was read is all there is; now the agent is free for the next request. */
  proceed(): void
  fail(error: SnmpError): void
  /** Silence so far; true when what is asked next is another question, so that late answers to the old one no longer count. */
  retry?(isLast: boolean): boolean
}
