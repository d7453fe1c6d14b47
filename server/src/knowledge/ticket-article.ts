import type { TicketDetail } from '../desk/schema.ts'
import { categories, type Category } from './library.ts'
import type { NewArticle } from './schema.ts'

const linesAtMost = 20
const lineChars = 500
/** What a ticket is about says where its article belongs, if its own category does not. */
const categoryOfEntity: Record<string, Category> = { link: 'line', circuit: 'line', device: 'network', interface: 'network', sensor: 'power' } // prettier-ignore

export const originOfTicket = (ticketId: string) => `ticket:${ticketId}`

/** What was seen, what was the cause, what was done: as the timeline tells it, for its author to make good. */
export function articleOfTicket(ticket: TicketDetail): NewArticle {
  const said = ticket.timeline
    .filter(({ kind, text }) => kind === 'comment' && text?.trim())
    .slice(0, linesAtMost)
    .map(({ text }, i) => `${i + 1}. ${lineOf(text!)}`)
  const about = ticket.entities.map(({ name }) => name).join('、')
  const body = [
    ['现象', [ticket.description.trim(), about && `涉及：${about}`].filter(Boolean).join('\n\n')],
    ['原因', ''],
    ['处理过程', said.join('\n')],
    ['解决办法', ticket.resolution?.trim() ?? ''],
    ['何时升级', ''],
  ].map(([title, text]) => `## ${title}\n${text || '（待补充）'}`)
  return {
    regionId: ticket.region.id,
    title: ticket.title.trim().slice(0, 120),
    summary: lineOf(ticket.resolution ?? '').slice(0, 200),
    body: body.join('\n\n'),
    category: categoryOf(ticket),
    note: ticket.number,
  }
}

const lineOf = (text: string) => text.replace(/\s+/g, ' ').trim().slice(0, lineChars)

const categoryOf = (ticket: TicketDetail): Category =>
  categories.find((one) => one === ticket.category) ??
  ticket.entities.map(({ type }) => categoryOfEntity[type]).find((one) => one !== undefined) ??
  'software'
