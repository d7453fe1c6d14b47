import type { AnswerBlank } from '@zongheng/server/api.ts'
import { t } from '../i18n/index.svelte.ts'

/** What a ready answer may leave open, in the order in which it is offered, and what a preview puts there. */
const samples: Record<AnswerBlank, (here: { writer: string; region: string }) => string> = {
  'ticket.number': () => 'INC20261123-0001',
  'ticket.title': () => t('answers.sample.ticket.title'),
  'ticket.priority': () => 'P3',
  'requester.name': () => t('answers.sample.requester.name'),
  'agent.name': ({ writer }) => writer,
  'assignee.name': () => t('answers.sample.assignee.name'),
  'team.name': () => t('answers.sample.team.name'),
  'region.name': ({ region }) => region,
  'site.name': () => t('answers.sample.site.name'),
}
export const blanks = Object.keys(samples) as AnswerBlank[]

const pattern = /\{([a-z]+\.[a-z]+)\}/g
const isBlank = (name: string): name is AnswerBlank => Object.hasOwn(samples, name)

/** The text as somebody would get it, and the blanks in it that nothing fills. */
export function preview(body: string, here: { writer: string; region: string }) {
  const unknown = [...body.matchAll(pattern)].flatMap(([whole, name]) => (isBlank(name!) ? [] : [whole]))
  const text = body.replace(pattern, (whole, name: string) => (isBlank(name) ? samples[name](here) : whole))
  return { text, unknown: [...new Set(unknown)] }
}
