/** What a ready answer leaves open, filled for one ticket. Pure. */
import type { Ticket } from './schema.ts'

type Fill = (ticket: Ticket, agent: string) => string | null | undefined

/** `{ticket.number}` … in the order in which they are offered to whoever writes an answer. */
export const blanks = {
  'ticket.number': ({ number }) => number,
  'ticket.title': ({ title }) => title,
  'ticket.priority': ({ priority }) => priority,
  'requester.name': ({ requester, contact }) => requester?.name ?? contact?.name,
  'agent.name': (_ticket, agent) => agent,
  'assignee.name': ({ assignee }) => assignee?.name,
  'team.name': ({ team }) => team?.name,
  'region.name': ({ region }) => region.name,
  'site.name': ({ site }) => site?.name,
} satisfies Record<string, Fill>
export type Blank = keyof typeof blanks

const fills: Readonly<Record<string, Fill>> = blanks

/** What is not known of this ticket stays open, for whoever sends it to see. */
export const filled = (body: string, ticket: Ticket, agent: string): string =>
  body.replace(/\{([a-z]+\.[a-z]+)\}/g, (blank, name: string) => fills[name]?.(ticket, agent) ?? blank)
