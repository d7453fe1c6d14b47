import type { CheckCode, CheckMetric } from '@zongheng/inventory/check.ts'
import type { CheckOutcome } from '../contract.ts'

export type CheckValues = CheckOutcome['values']
export type CheckMetrics = Partial<Record<CheckMetric, number>>

export interface CheckResult extends CheckOutcome {
  metrics: CheckMetrics
}

/** Why a check is not as it should be. `code` is one of its kind's. */
export class CheckFailure extends Error {
  override name = 'CheckFailure'
  readonly code: CheckCode
  readonly values: CheckValues

  constructor(code: CheckCode, values: CheckValues = {}, options?: ErrorOptions) {
    super(`${code} ${JSON.stringify(values)}`, options)
    this.code = code
    this.values = values
  }
}

const systemCodes: Record<string, CheckCode> = {
  ENOTFOUND: 'name-not-found',
  EAI_AGAIN: 'name-not-found',
  EAI_NODATA: 'name-not-found',
  ECONNREFUSED: 'refused',
  ECONNRESET: 'closed',
  ECONNABORTED: 'closed',
  EPIPE: 'closed',
  ERR_STREAM_PREMATURE_CLOSE: 'closed',
  ETIMEDOUT: 'timeout',
  EHOSTUNREACH: 'unreachable',
  ENETUNREACH: 'unreachable',
  EHOSTDOWN: 'unreachable',
  ENETDOWN: 'unreachable',
  EADDRNOTAVAIL: 'unreachable',
  EACCES: 'unreachable',
  EINVAL: 'unreachable',
}

/** What the system says about a connection, in the words of checks; null for what is no word of its. */
export function failureOf(error: unknown): CheckFailure | null {
  if (error instanceof CheckFailure) return error
  const code = systemCodes[(error as NodeJS.ErrnoException)?.code ?? '']
  return code ? new CheckFailure(code, {}, { cause: error }) : null
}

/** At most so many characters of what a stranger said are shown, without what would move a cursor. */
export function quote(text: string, most = 200): string {
  return text
    .replace(/[\u0000-\u001f\u007f-\u009f]+/g, ' ')
    .trim()
    .slice(0, most)
}
