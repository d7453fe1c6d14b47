import type { Alarm } from '@zongheng/server/api.ts'
import { alarmTitle } from '../alarm-words.ts'
import { api } from '../api/client.ts'
import { problemText } from '../components/Problem.svelte'
import { toasts } from '../components/toasts.svelte.ts'
import { t } from '../i18n/index.svelte.ts'
import { exact } from '../time.svelte.ts'

const path = (alarm: Alarm) => `/alarms/${alarm.id}/acknowledgement`

/** Says that somebody has seen it, or takes that back; at once, with its undo in the toast. Null: it was refused. */
export async function acknowledge(alarm: Alarm, yes: boolean): Promise<Alarm | null> {
  try {
    const now = yes ? await api.post<Alarm>(path(alarm), {}) : await api.del<Alarm>(path(alarm))
    toasts.show(t(yes ? 'alarms.acknowledged' : 'alarms.unacknowledged', { what: alarmTitle(alarm) }), {
      action: { label: t('undo'), run: () => void acknowledge(now, !yes) },
    })
    return now
  } catch (problem) {
    toasts.show(t('alarms.acknowledgeFailed', { why: problemText(problem) }), { icon: 'cross' })
    return null
  }
}

interface Said {
  items: Alarm[]
}

/** Of several at once; null: it was refused, and all are as they were. */
export async function acknowledgeAll(ids: string[]): Promise<Alarm[] | null> {
  try {
    const { items } = await api.post<Said>('/alarms/acknowledgements', { ids })
    toasts.show(t('alarms.acknowledgedMany', { n: items.length }))
    return items
  } catch (problem) {
    toasts.show(t('alarms.acknowledgeFailed', { why: problemText(problem) }), { icon: 'cross' })
    return null
  }
}

/** Throws what the server says when it refuses. */
export async function suppress(ids: string[], until: number, reason: string): Promise<void> {
  const { items } = await api.post<Said>('/alarms/suppressions', { ids, until, reason })
  toasts.show(t('alarms.suppressedMany', { n: items.length, until: exact(until).slice(5, 16) }))
}

export async function unsuppress({ id }: Pick<Alarm, 'id'>): Promise<void> {
  try {
    await api.del<Alarm>(`/alarms/${id}/suppression`)
  } catch (problem) {
    toasts.show(t('alarms.acknowledgeFailed', { why: problemText(problem) }), { icon: 'cross' })
  }
}
