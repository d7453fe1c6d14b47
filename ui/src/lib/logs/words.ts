import type { LogAction, LogMatch } from '@zongheng/server/api.ts'
import { t } from '../i18n/index.svelte.ts'

/** What a rule is about, in a line. */
export function matchWords({ kinds = [], names = [], severity, pattern }: LogMatch): string {
  const parts = [
    ...kinds.map((kind) => t(`logs.kind.${kind as 'trap'}`)),
    ...(severity === undefined ? [] : [`≤ ${t(`logs.severity.${severity as 0}`)}`]),
    ...(pattern ? [`/${pattern}/`] : []),
    ...names,
  ]
  return parts.length > 0 ? parts.join(' · ') : t('logs.match.any')
}

export function actionWords(action: LogAction): string {
  if (action.kind !== 'raise') return t(`logs.action.${action.kind}`)
  const severity = t(`severity.${action.severity}`)
  if (action.times === 1) return t('logs.action.raiseWords', { severity })
  return t('logs.action.raiseTimes', { severity, times: action.times, seconds: action.withinS })
}
