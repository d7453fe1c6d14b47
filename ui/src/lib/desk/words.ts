import type { Ticket, TimelineEntry } from '@zongheng/server/api.ts'
import type { IconName } from '../components/icons.ts'
import { t, tOr, type Key } from '../i18n/index.svelte.ts'
import { moment } from '../time.svelte.ts'
import type { Filters } from './queue.ts'

type Values = TimelineEntry['values']

const word = (values: Values, name: string) => (values[name] == null ? '' : String(values[name]))
const stateName = (state: string) => tOr(`ticketState.${state}`, state)

/** Where a ticket stands, in a word: a waiting one says for what. */
export const standing = (ticket: Ticket): string =>
  ticket.state === 'pending' && ticket.pendingReason
    ? t(`desk.pending.${ticket.pendingReason}`)
    : t(`ticketState.${ticket.state}`)

export const entryIcons: Record<TimelineEntry['kind'], IconName> = {
  comment: 'desk',
  state: 'right',
  assignment: 'person',
  priority: 'priority',
  alarm: 'alarms',
  playbook: 'run',
  mail: 'send',
  call: 'phone',
  file: 'download',
  task: 'table',
  approval: 'check',
  escalation: 'upload',
  urging: 'bell',
  link: 'links',
  clock: 'clock',
  knowledge: 'book',
  rating: 'ranking',
  booking: 'calendar',
  window: 'calendar',
  fields: 'edit',
}

/** What happened, after the name of who did it. */
export function entryWords(entry: TimelineEntry): string {
  const { kind, values } = entry
  if (kind === 'alarm') return alarmWords(values, entry.author !== null)
  if (kind === 'state') return stateWords(values)
  if (kind === 'assignment') return assignmentWords(values)
  if (kind === 'playbook') return playbookWords(values)
  if (kind === 'clock' && values.event === 'pause') return pauseWords(values)
  return eventWords(kind, values)
}

/** By what its module says happened: `event`, `decision`, `state` or `measure`, whichever it gave. */
function eventWords(kind: TimelineEntry['kind'], values: Values): string {
  const said = ['event', 'decision', 'state', 'kind'].map((name) => word(values, name)).find(Boolean)
  const params = Object.fromEntries(Object.entries(values).map(([name, value]) => [name, value ?? '']))
  const plain = tOr(`desk.entry.${kind}`, kind, params)
  return said ? tOr(`desk.entry.${kind}.${said}`, plain, params) : plain
}

const pauseWords = ({ from, until }: Values) =>
  t('desk.entry.clock.pause', { from: moment(Number(from)), until: moment(Number(until)) })

function playbookWords(values: Values): string {
  const playbook = tOr(`desk.playbook.${word(values, 'playbook')}`, word(values, 'playbook'))
  const outcome = tOr(`desk.outcome.${word(values, 'outcome')}`, word(values, 'outcome'))
  return t('desk.entry.playbook', { playbook, outcome })
}

function alarmWords(values: Values, byHand: boolean): string {
  const event = word(values, 'event')
  const condition = tOr(`condition.${word(values, 'condition')}`, t('desk.alarm'))
  const severity = tOr(`severity.${word(values, 'severity')}`, '')
  const key = event === 'opened' && byHand ? 'openedByHand' : event
  return tOr(`desk.entry.alarm.${key}`, t('desk.entry.alarm'), {
    condition,
    severity,
    title: word(values, 'title'),
    number: word(values, 'number'),
  })
}

/** How work on it went on, by where it came from. */
const taken: Record<string, Key> = { resolved: 'desk.entry.reopened', pending: 'desk.entry.resumed' }

function stateWords(values: Values): string {
  const [to, reason] = [word(values, 'to'), word(values, 'reason')]
  if (to === 'pending') return t('desk.entry.waits', { reason: tOr(`desk.pending.${reason}`, reason) })
  if (reason === 'recovered') return t('desk.entry.recovered')
  if (to === 'in_progress') return t(taken[word(values, 'from')] ?? 'desk.entry.taken')
  return t('desk.entry.state', { to: stateName(to) })
}

function assignmentWords(values: Values): string {
  const parts = [
    values.toTeam != null && t('desk.entry.toTeam', { team: word(values, 'toTeam') }),
    values.to != null && t('desk.entry.to', { to: word(values, 'to') }),
    'to' in values && values.to === null && t('desk.entry.toNobody'),
  ]
  return parts.filter(Boolean).join(t('desk.comma'))
}

/** What narrows a queue, in words. */
export function filterWords(name: keyof Filters, value: string): string {
  if (name === 'major') return t('desk.filter.major')
  if (name === 'kind') return tOr(`desk.kind.${value}`, value)
  if (name === 'channel') return tOr(`desk.channelName.${value}`, value)
  return name === 'q' ? `“${value}”` : value
}
