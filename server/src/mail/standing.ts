/** What a mail is before anyone reads it: a person's, a machine's, a bounce; and which ticket it speaks of. */
import type { ReadMail } from './reading.ts'

type Headers = ReadMail['headers']

/** Whoever answers these answers a machine, which may answer again. */
export const loopHeader = 'x-zongheng-loop'

const numberInSubject = /\[((?:INC|REQ|PRB|CHG)\d{8}-\d{4,6})\]/

/** `INC20261122-0001` of `[INC20261122-0001]`, or null. */
export const ticketNumberIn = (subject: string): string | null => numberInSubject.exec(subject)?.[1] ?? null

export type Standing = 'person' | 'machine' | 'bounce' | 'loop'

/** `own`: addresses that are mailboxes of ours. [RFC 3834, RFC 3464] */
export function standingOf(
  { headers, from, report }: Pick<ReadMail, 'headers' | 'from' | 'report'>,
  own: ReadonlySet<string>,
): Standing {
  // prettier-ignore
  if (headers.has(loopHeader) || own.has(from.address)) return 'loop'
  if (report !== null || /^(mailer-daemon|postmaster)@/.test(from.address)) return 'bounce'
  return isAutomatic(headers) ? 'machine' : 'person'
}

function isAutomatic(headers: Headers): boolean {
  const submitted = headers.get('auto-submitted')?.trim().toLowerCase() ?? 'no'
  return (
    !submitted.startsWith('no') ||
    /^(bulk|junk|list|auto_reply)$/i.test(headers.get('precedence')?.trim() ?? '') ||
    ['list-id', 'x-autoreply', 'x-autorespond', 'x-auto-response-suppress'].some((name) => headers.has(name))
  )
}

export interface Bounce {
  /** Of ours that came back. */
  messageIds: string[]
  /** Whether it is given up, not only late. */
  isFinal: boolean
  /** `5.1.1`, or null. */
  status: string | null
}

/** What a report on a delivery says [RFC 3464]. */
export function bounceOf(report: string): Bounce {
  const status = /^status:\s*([245]\.\d{1,3}\.\d{1,3})/im.exec(report)?.[1] ?? null
  const action = /^action:\s*(\w+)/im.exec(report)?.[1]?.toLowerCase()
  const messageIds = [...report.matchAll(/^message-id:\s*(<[^<>\s\p{Cc}]{1,250}>)/gimu)].map(([, id]) => id!)
  return { messageIds: messageIds.slice(0, 10), isFinal: action === 'failed' || status?.[0] === '5', status } // prettier-ignore
}
