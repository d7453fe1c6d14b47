/** What tests of people at one ticket ask, each as somebody. */
import type { TestApp } from '../testing.ts'
import type { TicketDetail } from './schema.ts'
import type { Related } from './schema-together.ts'

export type Person = Awaited<ReturnType<TestApp['as']>>

export const call = (who: Person, method: string, url: string, body?: unknown) =>
  who.inject({ method, url, body, headers: { 'accept-language': 'en' } })

/** `[200, 'done']`, `[409, 'ticket-changed']`. */
export const code = (answer: { statusCode: number; json: () => { code: string } }) => [
  answer.statusCode,
  answer.statusCode < 400 ? 'done' : answer.json().code,
]

export const openTicket = async (who: Person, more: object = {}): Promise<string> =>
  (await call(who, 'POST', '/tickets', { title: '断网', description: '', ...more })).json().id

export const read = async (who: Person, id: string): Promise<TicketDetail> =>
  (await call(who, 'GET', `/tickets/${id}`)).json()

export const related = async (who: Person, id: string): Promise<Related> =>
  (await call(who, 'GET', `/tickets/${id}/related`)).json()

/** Who was told of this about the ticket. */
export async function toldOf(
  { context }: Pick<TestApp, 'context'>,
  event: string,
  id: string,
): Promise<(string | null)[]> {
  const rows = await context.db
    .selectFrom('notify_deliveries')
    .selectAll()
    .where('event', '=', event)
    .execute()
  return rows.filter((row) => JSON.parse(row.message).ticket.id === id).map((row) => row.user_id)
}
