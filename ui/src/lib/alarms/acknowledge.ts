import type { Alarm } from '@zongheng/server/api.ts'
import { alarmTitle } from '../alarm-words.ts'
import { api } from '../api/client.ts'
import { problemText } from '../components/Problem.svelte'
import { toasts } from '../components/toasts.svelte.ts'
import { t } from '../i18n/index.svelte.ts'

const path = (alarm: Alarm) => `/alarms/${alarm.id}/acknowledgement`

/** Says that somebody has seen it, or takes that back; at once, with its undo in the toast. Null: it was refused. */
export async function acknowledge(alarm: Alarm, yes: boolean): Promise<Alarm | null> {
  try {
    const now = yes ? await api.post<Alarm>(path(alarm)) : await api.del<Alarm>(path(alarm))
    toasts.show(t(yes ? 'alarms.acknowledged' : 'alarms.unacknowledged', { what: alarmTitle(alarm) }), {
      action: { label: t('undo'), run: () => void acknowledge(now, !yes) },
    })
    return now
  } catch (problem) {
    toasts.show(t('alarms.acknowledgeFailed', { why: problemText(problem) }), { icon: 'cross' })
    return null
  }
}
