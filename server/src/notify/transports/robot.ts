/** What the group robots have in common: HTTP 200 with a code of their own inside. */
import { byStatus, shown, type Answer } from './request.ts'
import type { Handed } from './transport.ts'

/** `codes`: names under which the answer may carry its code, 0 for success; `busy`: those that mean too many, or later. */
export function byCode(answer: Answer, codes: readonly string[], busy: readonly number[]): Handed {
  const byHttp = byStatus(answer)
  if (!byHttp.ok) return byHttp
  const said = parsed(answer.text)
  const code = codes.map((name) => said?.[name]).find((value) => typeof value === 'number')
  if (code === 0) return { ok: true, answer: shown(answer.text) }
  return { ok: false, answer: shown(answer.text), again: code === undefined || busy.includes(code as number) }
}

function parsed(text: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : null
  } catch {
    return null // not JSON: a proxy's page, say
  }
}
