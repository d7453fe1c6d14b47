import type { CheckOutcome } from '@zongheng/collector/contract.ts'
import { clean } from '../estate/text.ts'

/** The wordiest kind says five things. */
const valuesAtMost = 12
const textAtMost = 500
const name = /^[A-Za-z][A-Za-z0-9]{0,39}$/
const code = /^[a-z][a-z0-9-]{0,39}$/

/** What a collector tells of an outcome, as far as it is kept: servers that it asks have their say in it. */
export function cleanOutcome({ ok, ...told }: CheckOutcome): CheckOutcome {
  const values = Object.entries(told.values)
    .filter(([key]) => name.test(key))
    .slice(0, valuesAtMost)
    .map(([key, value]) => [key, typeof value === 'string' ? clean(value, textAtMost) : value])
  return { ok, code: code.test(told.code) ? told.code : 'failed', values: Object.fromEntries(values) }
}
