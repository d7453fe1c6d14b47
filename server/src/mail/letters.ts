/** What the desk writes to those who wrote to it. Plain text: nothing in it is ever a page. */
import { loopHeader } from './standing.ts'

/** `opened`: we have it; `answer`: somebody’s words; `resolved`: done, as we think. */
export type LetterKind = 'opened' | 'answer' | 'resolved'

export interface LetterTo {
  kind: LetterKind
  ticket: { id: string; number: string; title: string }
  /** The mailbox’s name, under which the desk is known. */
  desk: string
  text?: string
  author?: string
  /** Where the ticket is seen by those who have an account; blank where nobody said. */
  origin: string
  hasAccount: boolean
  /** Where whoever has no account says how it was. */
  rateAt?: string | null
}

export interface Letter {
  subject: string
  text: string
  headers: Record<string, string>
}

const reply = '直接回复本邮件即可补充说明，请保留主题中的工单号。'

const bodies: Record<LetterKind, (letter: LetterTo) => string[]> = {
  opened: ({ ticket }) => [
    '您好：',
    `来信已收到，工单号 ${ticket.number}，我们会尽快处理。`,
    `主题：${ticket.title}`,
    reply,
  ],
  answer: ({ text = '', author = '' }) => [text, ...(author ? [`—— ${author}`] : []), reply],
  resolved: ({ ticket, text, rateAt }) => [
    '您好：',
    `工单 ${ticket.number}（${ticket.title}）已处理完成。`,
    ...(text ? [`处理结果：${text}`] : []),
    '如果问题仍在，7 天内回复本邮件，工单会重新打开。',
    ...(rateAt ? [`请评价这次服务（7 天内，一次有效）：${rateAt}`] : []),
  ],
}

/** Machines that get one of ours without a person’s words do not answer it [RFC 3834]. */
const automatic = { 'Auto-Submitted': 'auto-replied', 'X-Auto-Response-Suppress': 'All', [loopHeader]: '1' }

export function letterOf(letter: LetterTo): Letter {
  const { kind, ticket, desk, origin, hasAccount } = letter
  const seen = hasAccount && origin !== '' ? [`${linkWords[kind]}${origin}/portal/tickets/${ticket.id}`] : []
  return {
    subject: `[${ticket.number}] ${ticket.title}`,
    text: [...bodies[kind](letter), ...seen, `-- \n${desk}`].join('\n\n'),
    headers: kind === 'answer' ? {} : automatic,
  }
}

const linkWords: Record<LetterKind, string> = {
  opened: '查看进度：',
  answer: '查看工单：',
  resolved: '确认并评价：',
}
