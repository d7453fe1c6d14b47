import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { IdParams } from '../http/schema.ts'
import { Assign, Move, NewComment, NewTicket, TicketDetail } from './schema.ts'
import type { DeskService } from './service.ts'

const tags = ['desk']

export function deskRoutes(desk: DeskService): FastifyPluginAsyncTypebox {
  return async (app) => {
    app.get('/tickets/:id', {
      config: { permission: 'desk.read' },
      schema: {
        tags,
        summary: 'A ticket with its timeline',
        params: IdParams,
        response: { 200: TicketDetail },
      },
      handler: (request) => desk.detail(request.viewer, request.params.id),
    })

    app.post('/tickets', {
      config: { permission: 'desk.report' },
      schema: { tags, summary: 'Report an incident', body: NewTicket, response: { 201: TicketDetail } },
      handler: async (request, reply) =>
        reply.code(201).send(await desk.create(request.viewer, request.body)),
    })

    app.post('/tickets/:id/comments', {
      config: { permission: 'desk.report' },
      schema: {
        tags,
        summary: 'Comment',
        params: IdParams,
        body: NewComment,
        response: { 201: TicketDetail },
      },
      handler: async (request, reply) => {
        const { text, visibility, manner } = request.body
        const { viewer, params } = request
        return reply.code(201).send(await desk.comment(viewer, params.id, text, visibility, manner))
      },
    })

    app.post('/tickets/:id/assign', {
      config: { permission: 'desk.write' },
      schema: {
        tags,
        summary: 'Give to a team, a person, or both',
        params: IdParams,
        body: Assign,
        response: { 200: TicketDetail },
      },
      handler: (request) => desk.assign(request.viewer, request.params.id, request.body),
    })

    app.post('/tickets/:id/move', {
      config: { permission: 'desk.report' },
      schema: {
        tags,
        summary: 'Move to another state',
        params: IdParams,
        body: Move,
        response: { 200: TicketDetail },
      },
      handler: (request) => desk.move(request.viewer, request.params.id, request.body),
    })
  }
}
