import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { DeskBoard } from './board.ts'
import { CountsQuery, TicketCounts, TicketQuery } from './list-schema.ts'
import type { TicketLists } from './lists.ts'
import { Board, BoardQuery } from './schema-board.ts'
import { TicketPage } from './schema.ts'

const tags = ['desk']
const read = { permission: 'desk.read' } as const

export function deskListRoutes(lists: TicketLists, board: DeskBoard): FastifyPluginAsyncTypebox {
  return async (app) => {
    app.get('/tickets', {
      config: read,
      schema: {
        tags,
        summary: 'Tickets, narrowed and sorted',
        querystring: TicketQuery,
        response: { 200: TicketPage },
      },
      handler: ({ viewer, query }) => lists.list(viewer, query),
    })

    app.get('/tickets/counts', {
      config: read,
      schema: {
        tags,
        summary: 'How many tickets wait in each queue',
        querystring: CountsQuery,
        response: { 200: TicketCounts },
      },
      handler: ({ viewer, query }) => lists.counts(viewer, query),
    })

    app.get('/desk/board', {
      config: { permission: 'desk.write' },
      schema: { tags, summary: 'How the desk stands', querystring: BoardQuery, response: { 200: Board } },
      handler: ({ viewer, query }) => board.read(viewer, query),
    })
  }
}
