import { checkFacts, type CheckKind, type CheckLimit } from '@zongheng/inventory/check.ts'

interface Shown {
  unit: 'ms' | 'days' | 'hours' | 'octets' | 'none'
  /** Units of a shown number. */
  by: number
  /** Less is worse. */
  below: boolean
}

const shownAs: Record<string, Shown> = {
  checkDaysLeft: { unit: 'days', by: 1, below: true },
  checkAgeS: { unit: 'hours', by: 3600, below: false },
  checkBytes: { unit: 'octets', by: 1024, below: false },
  checkValue: { unit: 'none', by: 1, below: false },
}
export const shown = (metric: string): Shown => shownAs[metric] ?? { unit: 'ms', by: 1, below: false }

/** As typed; blank: no such limit. */
export interface LimitRow {
  metric: CheckLimit['metric']
  warning: number | null
  critical: number | null
}

/** One row for each number that it makes sense to limit: parts of the response time are not limited by themselves. */
export function limitRows(kind: CheckKind, limits: readonly CheckLimit[]): LimitRow[] {
  const parts = ['checkDnsMs', 'checkConnectMs', 'checkTlsMs', 'checkFirstByteMs', 'checkBytes']
  return checkFacts[kind].metrics
    .filter((metric) => !parts.includes(metric))
    .map((metric) => {
      const known = limits.find((limit) => limit.metric === metric)
      const { by } = shown(metric)
      const as = (bound: number | null | undefined) => (bound == null ? null : bound / by)
      return { metric, warning: as(known?.warning), critical: as(known?.critical) }
    })
}

export function limitsOf(rows: readonly LimitRow[]): CheckLimit[] {
  return rows.flatMap(({ metric, warning, critical }) => {
    const { by } = shown(metric)
    const as = (bound: number | null) => (bound === null ? null : bound * by)
    return warning === null && critical === null
      ? []
      : [{ metric, warning: as(warning), critical: as(critical) }]
  })
}
