import { unjudgedCodes, type CheckKind } from '@zongheng/inventory/check.ts'
import type { Alarm, Check, CheckPoint, Evidence, Job } from '@zongheng/server/api.ts'
import { significant } from '../format.ts'
import { t, tOr } from '../i18n/index.svelte.ts'
import { worstPoint } from './list.ts'

type Metrics = Record<string, number>
type Outcome = NonNullable<CheckPoint['outcome']>

/** What a number says, as a phrase; empty where the metric alone says nothing. */
const said: Record<string, (value: number) => string> = {
  checkMs: (ms) => t('checks.said.ms', { n: significant(ms) }),
  checkDaysLeft: (days) =>
    days < 0 ? t('checks.said.expired') : t('checks.said.days', { n: Math.floor(days) }),
  checkOffsetMs: (ms) => t('checks.said.offset', { n: significant(ms) }),
  checkAgeS: (s) => t('checks.said.age', { time: age(s) }),
  checkValue: (value) => t('checks.said.value', { n: significant(value) }),
}

const age = (s: number) =>
  s < 7200
    ? `${Math.round(s / 60)} ${t('devices.minute')}`
    : s < 172_800
      ? `${Math.round(s / 3600)} ${t('devices.hour')}`
      : `${Math.round(s / 86_400)} ${t('devices.day')}`

/** What is told of a run that went well; by kind, the first that was measured. */
const telling: Partial<Record<CheckKind, string[]>> = {
  tls: ['checkDaysLeft'],
  ntp: ['checkOffsetMs'],
  snmp: ['checkValue'],
  backup: ['checkAgeS'],
}

const measured = (metric: string, metrics: Metrics) => {
  const value = metrics[metric]
  return value === undefined ? null : (said[metric]?.(value) ?? null)
}

/** `应答 38 ms`, `HTTP 503`, `证书 12 天后到期`. */
export function runWords(kind: CheckKind, outcome: Outcome, metrics: Metrics, limit?: string | null): string {
  if (!outcome.ok) return codeWords(outcome)
  const [found] = [limit, ...(telling[kind] ?? []), 'checkMs'].flatMap(
    (metric) => (metric ? measured(metric, metrics) : null) ?? [],
  )
  return found ?? t('checks.said.ok')
}

export function codeWords({ code, values }: Pick<Outcome, 'code' | 'values'>): string {
  if (code === 'status' && values.status != null) return t('checks.said.status', { status: values.status })
  return tOr(`checks.code.${code}`, code)
}

export function pointWords(point: CheckPoint, kind: CheckKind): string {
  const { outcome } = point
  if (outcome && unjudgedCodes.has(outcome.code)) return codeWords(outcome)
  if (point.ranAt === null || !outcome) return t('checks.said.none')
  if (point.state === 'unknown') return t('checks.said.away')
  const what = runWords(kind, outcome, point.metrics, point.limit?.metric)
  return point.isFirst ? t('checks.said.first', { what }) : what
}

export function resultWords(check: Check): string {
  const point = worstPoint(check)
  return point ? pointWords(point, check.kind) : t('checks.said.none')
}

export const jobWords = (kind: CheckKind, { check, error, state }: Job): string =>
  check ? runWords(kind, check.outcome, check.metrics) : (error?.text ?? state)

/** What one collector saw, as evidence of an alarm or a state. */
export function evidenceWords({ code, values }: Evidence): { title: string; text: string } {
  const title = tOr(`links.evidence.${code}`, code, { collector: values.collector ?? '' })
  const { metric, value, ms } = values
  const number = code === 'check-limit' ? value : ms
  const text =
    code === 'check-failed'
      ? codeWords({ code: String(values.code), values })
      : typeof number === 'number'
        ? (measured(String(metric ?? 'checkMs'), { [String(metric ?? 'checkMs')]: number }) ?? '')
        : ''
  return { title, text }
}

/** Why an alarm of a check is one: the failure, or the number beyond its limit. */
export function checkReason({ kind, code, metric, value, ...values }: Alarm['values']): string {
  const outcome = { ok: metric != null, code: String(code ?? ''), values }
  const metrics = typeof value === 'number' && metric != null ? { [metric]: value } : {}
  return runWords(kind as CheckKind, outcome, metrics, metric == null ? null : String(metric))
}
